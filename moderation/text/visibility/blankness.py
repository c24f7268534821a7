"""Detection of texts that contain nothing visible.

A comment of only zero-width characters, direction marks or fillers counts as empty: readers see
nothing, and folding leaves nothing to score.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# White space, controls, format characters and marks. A mark needs a letter to be visible.
_UNSEEN = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"})
# Invisible characters in visible categories: Hangul fillers and the empty Braille pattern.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_blank(text: str) -> bool:
    r"""Return whether a text is empty or consists only of white space and invisible characters.

    >>> is_blank(" \u200b\u2060"), is_blank(""), is_blank("a\u200b"), is_blank("\U0001f600")
    (True, True, False, False)
    """
    first = text.lstrip()[:1]
    return not (first.isascii() and first.isalnum()) and all(map(_unseen, set(text)))


@cache
def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or character in _FILLERS
