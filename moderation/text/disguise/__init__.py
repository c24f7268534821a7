"""Disguised words: spellings with digits, symbols, masks, separators, spaces or repeated letters.

The plain word is looked up in the ``lexicon`` first, and then among the common words of comments
(``common_words``). A spelling that fits none of them, or that has a common meaning of its own
(dates, prices, model numbers, initials, addresses), stays unchanged.
"""

from __future__ import annotations

from moderation.text.disguise.common_words import is_listed
from moderation.text.disguise.insults import is_insult
from moderation.text.disguise.spacing import FEWEST_SPACED, join_spaced, may_be_spaced, spaced_words
from moderation.text.disguise.spelling import RIGHTLY_THRICE, Plain, is_plain, undisguised

__all__ = [
    "FEWEST_SPACED",
    "RIGHTLY_THRICE",
    "Plain",
    "is_insult",
    "is_listed",
    "is_plain",
    "join_spaced",
    "may_be_spaced",
    "spaced_words",
    "undisguised",
]
