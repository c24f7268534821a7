"""Odd spellings of words that people disguise: digits, symbols, masks, joints, spaces, stretching.

What an odd spelling stands for is looked up: among the words of the ``lexicon``
first, then among the common words of comments (``wordlist``). What fits none of them, and what
has a common meaning of its own (dates, prices, model numbers, initials, addresses), passes as it
is.
"""

from __future__ import annotations

from moderation.text.disguise.spacing import FEWEST_SPACED, join_spaced, may_be_spaced, spaced_words
from moderation.text.disguise.spelling import RIGHTLY_THRICE, Plain, is_plain, undisguised

__all__ = [
    "FEWEST_SPACED",
    "RIGHTLY_THRICE",
    "Plain",
    "is_plain",
    "join_spaced",
    "may_be_spaced",
    "spaced_words",
    "undisguised",
]
