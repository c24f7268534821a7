"""A bound on the hostility score of short comments that address nobody.

Comments such as "Pathetic!" and "Damn good article!" consist largely of one rude word, and a model
of words takes them for insults. So few words do not tell whether anybody is meant. The score of a
short comment that names no person and no group is therefore bounded: the comment may go to review,
but it is not held.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np

from moderation._types import Floats
from moderation.text.folding import ENGLISH, Folding

_WORD = re.compile(r"\w+(?:'\w+)*")

# The average number of characters per word above which a comment is not examined.
_LONGEST = 40

#: The name of the bound in an explanation.
FEW_WORDS = "few words, at nobody"


class ShortSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A bound on the score of comments of few words.

    Attributes
    ----------
    words
        The most words that a bounded comment may have.
    ceiling
        The largest probability that a bounded comment may reach.
    people
        Folded words that refer to a person or a group. A comment with any of them is not bounded.
    """

    words: int
    ceiling: float
    people: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (0 <= self.words <= 100 and 0 < self.ceiling < 1):
            what = "0 to 100 words and a ceiling between 0 and 1 expected"
            raise ValueError(f"{what}, found {self.words} and {self.ceiling}")

    def below(self, hold: float) -> ShortSpec:
        """Return a bound with its ceiling below `hold`, so that bounded comments are not held."""
        if self.ceiling < hold:
            return self
        return msgspec.structs.replace(self, ceiling=0.95 * hold)

    @cached_property
    def log_odds(self) -> float:
        """The ceiling in log-odds."""
        return math.log(self.ceiling / (1 - self.ceiling))

    @cached_property
    def _people(self) -> frozenset[str]:
        return frozenset(self.people)

    def bounds(self, text: str, folding: Folding = ENGLISH) -> bool:
        """Return whether a text has few words and refers to nobody."""
        if len(text) > _LONGEST * self.words:
            return False
        words = _WORD.findall(folding.fold(text))
        return len(words) <= self.words and self._people.isdisjoint(
            part for word in words for part in (word, word.partition("'")[0])
        )


def bounded(
    short: ShortSpec | None, log_odds: Floats, texts: Sequence[str], folding: Folding = ENGLISH
) -> Floats:
    """Apply the bound on short texts. No other function applies it.

    Parameters
    ----------
    short
        The bound; None for no bound.
    log_odds
        The log-odds of each text, shape (n_texts,).
    texts
        Original texts, not folded. Only those above the ceiling are examined.
    folding
        How the model folds them.

    Returns
    -------
    ndarray of float64, shape (n_texts,)
        The bounded log-odds.
    """
    if short is None:
        return log_odds
    above = np.flatnonzero(log_odds > short.log_odds).tolist()
    high = [i for i in above if short.bounds(texts[i], folding)]
    found = log_odds.copy()
    found[high] = short.log_odds
    return found
