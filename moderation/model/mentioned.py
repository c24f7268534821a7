"""A deduction for hostile words that a comment mentions without saying them of anybody else.

A sum of words cannot tell "he is a fool" from "he is not a fool". The score of a comment with such
words (:mod:`moderation.text.mentions`) is therefore compared with that of the same comment without
them, and a part of the difference is taken away.
"""

from __future__ import annotations

import math
from functools import cached_property

import msgspec

#: The name of the deduction in an explanation.
MENTIONED = "words that are denied, reported or said of oneself"


class MentionSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """How much mentioned words count in brief comments.

    Attributes
    ----------
    share
        The share that is left, in a comment without length, of what mentioned words add to the
        log-odds. The deduction shrinks as the weights of brief comments give way to those of long
        ones.
    least
        The probability above which comments are examined. A comment below it goes to nobody.
    """

    share: float
    least: float

    def __post_init__(self) -> None:
        if not (0 <= self.share <= 1 and 0 < self.least < 1):
            what = "a share from 0 to 1 and a probability between 0 and 1 expected"
            raise ValueError(f"{what}, found {self.share} and {self.least}")

    @cached_property
    def log_odds(self) -> float:
        """The probability above which comments are examined, in log-odds."""
        return math.log(self.least / (1 - self.least))
