"""Take off the first and last lines that stand in nearly every comment of a page.

No two readers end their comments with the same line, so a line that ends most of them was written
by the page: buttons in any language, votes, badges, a notice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

#: The longest line that may be the page's, in characters.
_MAX_LINE = 90
#: The share of the comments in which such a line stands, and the comments that prove it.
_MOST = 0.7
_MIN_COMMENTS = 3
#: Two comments prove it only for a line of at most this many characters.
_SHORT = 40
#: The most lines that are taken off at one end of a comment.
_MAX_LINES = 6
#: A sentence is the page's only if at least this many comments share it.
_MANY = 8
_SENTENCE = re.compile(r"\S\s\S.*\.$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SIGN = re.compile(r"[^\w\s]")


def strip_shared_edges(
    texts: Sequence[list[str]],
    authors: Sequence[str | None],
    *,
    keep_one: bool = True,
    sides: Sequence[int] = (-1, 0),
) -> list[list[str]]:
    """Return the lines of each comment without the page's own lines at both ends.

    Parameters
    ----------
    texts
        The lines of each comment.
    authors
        The author of each comment: a line may repeat this name.
    keep_one
        Whether the last line that is left of a comment is always kept.
    sides
        The ends to look at: 0 for the first lines, -1 for the last ones.

    Returns
    -------
    list of list of str
        The remaining lines, in the same order.
    """
    left = [list(lines) for lines in texts]
    several = len({author for author in authors if author}) > 1
    for end in sides:
        for _ in range(_MAX_LINES):
            ends = [
                _plain(lines[end], author) if lines and len(lines[end]) <= _MAX_LINE else ""
                for lines, author in zip(left, authors, strict=True)
            ]
            shared = _shared(ends, sum(map(bool, left)), last=end == -1, several=several)
            taken = [
                lines
                for lines, plain in zip(left, ends, strict=True)
                if plain == shared and (len(lines) > 1 or not keep_one)
            ]
            if not shared or not taken:
                break
            for lines in taken:
                del lines[end]
    return left


def _shared(ends: Sequence[str], filled: int, *, last: bool, several: bool) -> str:
    """Return the line that stands at one end of nearly all comments, "" if there is none."""
    if not any(ends):
        return ""
    shared, count = Counter(filter(None, ends)).most_common(1)[0]
    if last and ends[-1] != shared:
        filled -= 1  # In text, the head of the next comment may close all but the last.
    if count < max(_MOST * filled, 2 if several else _MIN_COMMENTS):
        return ""
    if count < _MIN_COMMENTS and len(shared) > _SHORT:
        return ""
    return "" if count < _MANY and _SENTENCE.search(shared) else shared


def _plain(line: str, author: str | None) -> str:
    """Reduce a line to what the page repeats: numbers and the author's own name may differ."""
    if author and len(author) > 1:
        line = line.replace(author, "\u2020")
    plain = " ".join(_SIGN.sub(" ", _NUMBER.sub("0", line.casefold())).split())
    closed = "." if line.rstrip().endswith((".", "!", "?", "…")) else ""
    return plain + closed if plain else line.strip()
