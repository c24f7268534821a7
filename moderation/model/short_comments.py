"""What a short comment may reach: a few words at nobody are no verdict.

"Pathetic!" and "Damn good article!" hold one rude word of two, and a model of words takes them for
an insult. Whether anybody is meant, so few words do not tell. A comment of few words in which no
person and no group is named is therefore bounded; it may go to review, but it is not held.
"""

from __future__ import annotations

import math
import re
from functools import cached_property

import msgspec

from moderation.text import fold

_WORD = re.compile(r"\w+(?:'\w+)*")

# Characters a word, on average, beyond which a comment of few words is not looked at.
_LONGEST = 40

#: What the bound is called where it stands beside the words of an explanation.
FEW_WORDS = "few words, at nobody"


class ShortSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A bound on the score of comments of few words.

    Attributes
    ----------
    words
        Comments of at most so many words are bounded.
    ceiling
        The largest probability that they reach.
    people
        Words that tell that somebody is meant, folded: a comment that holds one is not bounded.
    """

    words: int
    ceiling: float
    people: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (0 <= self.words <= 100 and 0 < self.ceiling < 1):
            what = "0 to 100 words and a ceiling between 0 and 1 expected"
            raise ValueError(f"{what}, found {self.words} and {self.ceiling}")

    def below(self, hold: float) -> ShortSpec:
        """The same with a ceiling below a threshold of hold: what it bounds is never held."""
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

    def bounds(self, text: str) -> bool:
        """Tell whether a text has few words and means nobody."""
        if len(text) > _LONGEST * self.words:
            return False
        words = _WORD.findall(fold(text))
        return len(words) <= self.words and self._people.isdisjoint(
            part for word in words for part in (word, word.partition("'")[0])
        )
