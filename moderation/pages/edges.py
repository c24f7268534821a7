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
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SIGN = re.compile(r"[^\w\s]")


def strip_shared_edges(
    texts: Sequence[list[str]], authors: Sequence[str | None], *, keep_one: bool = True
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

    Returns
    -------
    list of list of str
        The remaining lines, in the same order.
    """
    left = [list(lines) for lines in texts]
    several = len({author for author in authors if author}) > 1
    least = _MIN_COMMENTS if not several else 2
    for end in (-1, 0):
        for _ in range(_MAX_LINES):
            ends = [
                _plain(lines[end], author) if lines and len(lines[end]) <= _MAX_LINE else ""
                for lines, author in zip(left, authors, strict=True)
            ]
            shared, count = Counter(filter(None, ends)).most_common(1)[0] if any(ends) else ("", 0)
            filled = sum(bool(lines) for lines in left)
            if count < max(least, _MOST * filled) or (count < _MIN_COMMENTS and len(shared) > _SHORT):
                break
            taken = 0
            for lines, plain in zip(left, ends, strict=True):
                if plain == shared and (len(lines) > 1 or not keep_one):
                    del lines[end]
                    taken += 1
            if not taken:
                break
    return left


def _plain(line: str, author: str | None) -> str:
    """Reduce a line to what the page repeats: numbers and the author's own name may differ."""
    if author and len(author) > 1:
        line = line.replace(author, "\u2020")
    plain = " ".join(_SIGN.sub(" ", _NUMBER.sub("0", line.casefold())).split())
    return plain or line.strip()
