"""Where sentences end, and what the most hostile one of a comment counts.

Readers insult each other in a sentence; the rest of a comment may be long and civil. A comment's
log-odds are drawn towards those of its most hostile sentence (the maximum over instances of
multiple-instance learning, Dietterich et al. 1997).
"""

from __future__ import annotations

import re

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# What closes a sentence, and what may stand behind that.
_CLOSING = re.compile(r"[.!?…。！？]['\")\]’”»*_]*\Z")


def closes_sentence(chunk: str) -> bool:
    """Tell whether a sentence ends with this chunk; an abbreviation is taken for an end.

    >>> [closes_sentence(chunk) for chunk in ('"Never!"', "never", "St.", ":-)")]
    [True, False, True, False]
    """
    return not chunk[-1].isalnum() and _CLOSING.search(chunk) is not None


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
        if not (0 <= self.share <= 1 and self.norm > 0 and self.power > 0):
            raise ValueError(f"a share from 0 to 1 and norm, power above 0 expected, found {self}")

    def scale(self, squares: Floats) -> Floats:
        """What a block's weights are multiplied with in sentences of these squared norms."""
        norms = np.sqrt(np.maximum(squares, self.norm**2))
        scale: Floats = (norms / self.norm) ** -self.power / self.norm
        return scale


#: The comment as a whole, and no sentence apart.
WHOLE = SentenceSpec()
