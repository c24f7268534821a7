"""Whether a text holds anything that a reader sees.

A comment of nothing but zero-width characters, direction marks or fillers is an empty one: whoever
reads the page sees none, and folding leaves nothing of it to score.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# White space, controls, format characters and marks; a mark without a letter marks nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"})
# Letters and symbols by their category that are drawn as nothing: Hangul fillers, empty Braille.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_blank(text: str) -> bool:
    r"""Tell whether nothing of a text is seen: it is empty, white space, or invisible.

    >>> is_blank(" \u200b\u2060"), is_blank(""), is_blank("a\u200b"), is_blank("\U0001f600")
    (True, True, False, False)
    """
    first = text.lstrip()[:1]
    return not (first.isascii() and first.isalnum()) and all(map(_unseen, set(text)))


@cache
def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or character in _FILLERS
