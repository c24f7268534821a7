"""Where sentences end, and what the most hostile one of a comment counts.

Readers insult each other in a sentence; the rest of a comment may be long and civil. A comment's
log-odds are drawn towards those of its most hostile sentence (the maximum over instances of
multiple-instance learning, Dietterich et al. 1997). Where sentences end is part of what a model
means: a change needs a new name of the folding (:mod:`moderation.text`).
"""

from __future__ import annotations

import re

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STOPS = frozenset(".!?\u2026\u3002\uff01\uff1f")
# Marks, brackets, emoji: what may stand behind a stop; backwards, to take linear time.
_BEHIND = re.compile(r"[\W_]*")
_GOES_ON = frozenset(",;:-")
_POINTED = re.compile(r"([\w.]{0,11}\w)\.\Z")
# Shortened words whose point ends no sentence; single letters (initials) neither.
_SHORTENED = frozenset(
    "mr mrs ms dr prof sen rep gov gen col sgt capt lt st rev hon jr sr vs etc cf vol fig "
    "e.g i.e a.m p.m u.s u.k u.n d.c inc ltd co corp dept est approx jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)


def closes_sentence(chunk: str) -> bool:
    """Tell whether a sentence ends with this chunk of text, which holds no white space.

    A line end, which is no part of a chunk, ends a sentence too.

    >>> [closes_sentence(chunk) for chunk in ('"Never!"', "never", "Dr.", "J.", "3.5", ":-)")]
    [True, False, False, False, False, False]
    """
    last = chunk[-1]
    if last.isalnum() or last in _GOES_ON:
        return False
    behind = _BEHIND.match(chunk[::-1])
    if behind is None or _STOPS.isdisjoint(behind[0]):
        return False
    word = _POINTED.search(chunk)
    return word is None or not _is_shortened(word[1].lower().lstrip("."))


def _is_shortened(word: str) -> bool:
    return word in _SHORTENED or (len(word) == 1 and word.isalpha() and word != "i")


class SentenceSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sentences are compared, and what share of the score is the most hostile one's.

    Attributes
    ----------
    share
        Of the log-odds; the rest is the whole comment's. The default leaves all to it.
    norm, power
        What a block adds to a sentence, with weights whose L2 norm is n, is divided by
        ``norm * (max(n, norm) / norm) ** power``: short ones do not win by their shortness, long
        ones not by their length.
    """

    share: float = 0.0
    norm: float = 15.0
    power: float = 1.4

    def __post_init__(self) -> None:
        if not (0 <= self.share <= 1 and 1e-3 <= self.norm <= 1e6 and 0 < self.power <= 10):
            what = "share from 0 to 1, norm from 0.001 to 1,000,000, power up to 10 expected"
            raise ValueError(f"{what}, found {self}")

    def scale(self, squares: Floats) -> Floats:
        """What a block's weights are multiplied with in sentences of these squared norms."""
        norms = np.sqrt(np.maximum(squares, self.norm**2))
        scale: Floats = (norms / self.norm) ** -self.power / self.norm
        return scale


#: The comment as a whole, and no sentence apart.
WHOLE = SentenceSpec()
