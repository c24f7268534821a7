"""Author and date lines inside the markup of a comment."""

from __future__ import annotations

import re

import msgspec

from moderation.pages import phrases
from moderation.pages.flat_bylines import looks_like_name, read_byline

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d.{0,20})?")
_MARKS_ONLY = re.compile(r"[\W\d_]{0,12}")
#: Lines at either end of a comment that are looked at for its author and date.
_HEAD_LINES = 6


class Credits(msgspec.Struct):
    """Author and date of a comment, and the lines that are left as its text."""

    author: str | None = None
    date: str | None = None
    lines: list[str] = []


def clean_date(text: str) -> str | None:
    """The date in a short text, None if there is none.

    A machine-readable date is returned as it is, any other the way the page writes it.
    """
    text = text.strip()
    if not text or len(text) > phrases.MAX_PHRASE:
        return None
    if iso := _ISO.match(text):
        return iso.group().strip()
    found = phrases.DATE.search(text)
    return found.group().strip(" ,.|-") if found else None


def split_credits(lines: list[str], known: Credits, *, bare: bool) -> Credits:
    """Take author and date lines, links and buttons off both ends of a comment.

    Parameters
    ----------
    lines
        The lines of the comment.
    known
        Author and date as far as the markup tells them.
    bare
        The markup does not tell the text from the rest, so names may stand at its ends.
    """
    author, date = known.author, known.date
    start, end = 0, len(lines)
    while start < end and start < _HEAD_LINES:
        line = lines[start]
        if is_chrome(line) or (author is not None and _same(line, author)):
            start += 1
            continue
        byline = read_byline(line) if len(line) <= phrases.MAX_PHRASE else None
        if byline is not None and (byline.strong or bare or byline.author is None):
            author = author or byline.author
            date = date or byline.date
            start += 1
            continue
        if bare and author is None and start + 1 < end and looks_like_name(line):
            following = read_byline(lines[start + 1])
            if following is not None and following.author is None:
                author = line
                start += 1
                continue
        break
    while end > start:
        line = lines[end - 1]
        byline = None
        if not is_chrome(line):
            byline = read_byline(line) if len(line) <= phrases.MAX_PHRASE else None
            if byline is None or not byline.strong:
                break
        if byline is not None:
            author = author or byline.author
            date = date or byline.date
        end -= 1
    if start == end and not bare:
        return Credits(author, date, lines)
    return Credits(author, date, lines[start:end])


def is_chrome(line: str) -> bool:
    """Whether a line inside a comment is the page's, not the reader's."""
    return phrases.is_action(line) or phrases.is_noise(line)


def _same(line: str, author: str) -> bool:
    return line.casefold().strip(" :,") == author.casefold().strip(" :,")
