"""Lines for a terminal, broken between words instead of at its edge."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

_STYLE = re.compile(r"\x1b\[[\d;]*m")
_WORD = re.compile(r"(\s*)(\S+)")


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes; style codes take none."""
    shown = _STYLE.sub("", text)
    if shown.isascii():
        return len(shown)
    return sum(not combining(c) and 1 + (east_asian_width(c) in "WF") for c in shown)


def wrapped(line: str, width: int) -> list[str]:
    """Break a line between words, so that no piece is wider than `width` if its words allow it.

    The blanks between two words are kept, unless the line is broken there. What follows the first
    piece is indented two columns more than it.
    """
    if cells(line) <= width:
        return [line]
    indent = " " * min(2 + len(line) - len(line.lstrip(" ")), width // 2)
    lines: list[str] = []
    length = 0
    for blanks, word in _WORD.findall(line.rstrip()):  # blanks at the end would cost a square
        size = cells(word)
        if not lines:
            lines, length = [blanks + word], len(blanks) + size
        elif length + len(blanks) + size <= width:
            lines[-1] += blanks + word
            length += len(blanks) + size
        else:
            lines.append(indent + word)
            length = len(indent) + size
    return lines
