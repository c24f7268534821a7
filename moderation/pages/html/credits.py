"""Recognise author and date lines inside the markup of a comment."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from moderation.pages.wording import dates as flat_dates
from moderation.pages.wording import phrases
from moderation.pages.wording.bylines import Byline, looks_like_name, read_byline

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)"
)
#: The date formats of most pages, alone on a line.
_PLAIN_DATE = re.compile(
    r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"(?:,? (?:at )?\d{1,2}:\d\d(?: ?[ap]m| ?[AP]M)?)?"
)
DIGIT = re.compile(r"\d")
#: The number of a comment in its list, alone on a line: "12", "#3", "4.".
_RANK = re.compile(r"[#(\[|\s]{0,4}\d{1,5}(?:\.\d{1,3})?[.)\]|:\s]{0,3}")
#: A sign between name and date, alone on a line.
_SIGNS = re.compile(r"[·•|,;:/–—-]{1,3}")
_RANKED = re.compile(r"^\W{0,3}\d{1,5}\W{0,3}")
_TRAILING_RANK = re.compile(r"[\s|·•,–-]{0,4}#\s?\d{1,6}\s{0,2}$")
_LEADING_RANK = re.compile(
    r"#?\d{1,5}(?:\.\d{1,4}){0,4}\s?[-–—:|.)]\s|#\d{1,5}(?:\.\d{1,4}){0,4}\s"
)
_CONNECTORS = re.compile(rf"\W{{0,3}}(?:{phrases.CONNECTOR}\W{{0,3}}){{1,3}}", re.IGNORECASE)
_SAID = re.compile(
    rf"(?P<name>.{{1,70}}?),?\s(?:{'|'.join(phrases.SAYS)})\s?(?:[:,…]|\.{{2,3}})", re.IGNORECASE
)
_AFTER_SAID = (":", ",", "…", "..")
_SPOKEN = re.compile(rf",?\s(?:{'|'.join(phrases.SAYS)})$", re.IGNORECASE)
#: Every line that names an author or a date holds one of these: the shape of a date, a word of
#: relative time, a verb of saying at its end, or "by" or the like at its beginning.
DATE_SHAPE = re.compile(r"(?:19|20)\d\d|\d[:.h/-]\d")
_TIME_WORDS = frozenset(
    {*flat_dates.AGO_AFTER, *(words.split()[0] for words in flat_dates.AGO_BEFORE)}
    | {"yesterday", "today", "gestern", "heute", "hier", "ayer", "hoy", "ieri", "oggi", "gisteren"}
)
_LAST_WORDS = frozenset(verb.split()[-1].replace("\\", "") for verb in phrases.SAYS)
_FIRST_WORDS = frozenset(words.split()[0] for words in phrases.CONNECTORS)
#: The longest line in which any digit may belong to a date, in characters.
_SHORT_LINE = 80
#: The longest line of author and date, in characters.
_MAX_BYLINE = 140
#: The longest line of links, buttons and badges, in characters.
_MAX_CHROME = 90
#: The longest line above the date in the head of a comment, in characters.
_MAX_HEADER = 60
#: The number of lines at the head of a comment that are checked for its author and date.
_HEAD_LINES = 6


class Credits(msgspec.Struct):
    """The author and date of a comment, and the lines that remain as its text."""

    author: str | None = None
    date: str | None = None
    lines: list[str] = []


def clean_date(text: str) -> str | None:
    """Read the date in a short text; return None if there is none.

    A machine-readable date is returned unchanged, any other date as the page writes it.
    """
    text = text.strip()
    if not text or len(text) > phrases.MAX_PHRASE:
        return None
    if iso := _ISO.match(text):
        return iso.group().strip()
    if _PLAIN_DATE.fullmatch(text):
        return text
    found = flat_dates.DATE.search(text) if _may_be_byline(text) else None
    return found.group().strip(" ,.|-") if found else None


def split_credits(lines: list[str], known: Credits, *, bare: bool) -> Credits:
    """Remove author and date lines, links and buttons from both ends of a comment.

    Parameters
    ----------
    lines
        The lines of the comment.
    known
        The author and date, as far as the markup names them.
    bare
        Whether the markup does not mark the text, so that names may stand at its ends.

    Returns
    -------
    Credits
        The author, the date and the remaining lines.
    """
    credits = Credits(known.author, known.date)
    complete = not bare and known.author is not None and known.date is not None
    start, end = 0, len(lines)
    while start < end and start < _HEAD_LINES:
        line = lines[start]
        if (
            is_chrome(line)
            or (credits.author is not None and is_name_line(line, credits.author))
            or (bare and start + 1 < end and _is_left_over(line, credits.author))
        ):
            start += 1
        elif complete:
            break
        elif (byline := read_line(line)) is not None and (
            byline.strong or bare or byline.author is None
        ):
            _take(credits, byline)
            start += 1
        elif bare and (until := _header_end(lines[start:end], credits)):
            start += until
        else:
            break
    while end > start:
        line = lines[end - 1]
        if not is_chrome(line):
            byline = None if complete else read_line(line)
            if byline is None or not (byline.strong or (bare and byline.date is not None)):
                break
            _take(credits, byline)
        end -= 1
    credits.lines = lines if start == end and not bare else lines[start:end]
    return credits


def without_verb(name: str) -> str:
    """Return a name without a verb of saying after it ("Mia Ostrow says")."""
    return _SPOKEN.sub("", name.rstrip(" :")) or name


def is_credit(line: str) -> bool:
    """Whether a line is certainly an author or date line."""
    if len(line) > 120:
        return False
    byline = read_line(line)
    return byline is not None and byline.strong


def _is_left_over(line: str, author: str | None) -> bool:
    """Whether a line is a rank, a sign, a connecting word, or a letter in place of a picture."""
    if len(line) <= 2 and author is not None and author.casefold().startswith(line.casefold()):
        return True
    return len(line) < 30 and bool(
        _RANK.fullmatch(line) or _SIGNS.fullmatch(line) or _CONNECTORS.fullmatch(line)
    )


def read_line(line: str) -> Byline | None:
    """Read an author or date line; return None if the line is neither."""
    if len(line) > _MAX_BYLINE or not _may_be_byline(line):
        return None
    if "#" in line:
        line = _TRAILING_RANK.sub("", line)
    ranked = _LEADING_RANK.match(line)
    if ranked and not flat_dates.DAY_NOT_RANK.match(line):
        line = line[ranked.end() :]
    found = read_byline(line)
    if found is None and line.endswith(_AFTER_SAID) and (said := _SAID.fullmatch(line)):
        return Byline(author=said["name"].strip(" +-"), says=True)
    return found


def _may_be_byline(line: str) -> bool:
    """Whether a line could be a byline: a cheap check that never rejects a real one."""
    if (digit := DIGIT.search(line)) is not None and (
        len(line) <= _SHORT_LINE or DATE_SHAPE.search(line, digit.start())
    ):
        return True
    words = line.lower().split()
    return bool(words) and (
        words[-1].rstrip(":,.…") in _LAST_WORDS
        or words[0].strip(":-–—|(") in _FIRST_WORDS
        or not _TIME_WORDS.isdisjoint(words)
    )


def _take(credits: Credits, byline: Byline) -> None:
    credits.author = credits.author or byline.author
    credits.date = credits.date or byline.date


def _header_end(lines: list[str], credits: Credits) -> int:
    """Count the short lines up to a date alone on its line: name, rank, badges, date; else 0.

    The first of these lines that may be a name is taken as the author.
    """
    for number, line in enumerate(lines[:-1][:_HEAD_LINES]):
        if number and (found := read_line(line)) is not None and found.date and not found.author:
            names = [text for text in lines[:number] if looks_like_name(text)]
            if credits.author is None and names:
                credits.author = names[0]
            credits.date = credits.date or found.date
            return number + 1
        sentence = line.endswith((".", "!", "?", ",")) and " " in line
        if len(line) > _MAX_HEADER or (sentence and not looks_like_name(line)):
            return 0
    return 0


def is_chrome(line: str) -> bool:
    """Whether the page, not the reader, wrote a line inside a comment."""
    return len(line) <= _MAX_CHROME and _is_chrome(line)


@lru_cache(maxsize=512)  # "Reply", "Like" and similar words stand under every comment.
def _is_chrome(line: str) -> bool:
    return phrases.is_action(line) or phrases.is_noise(line)


def is_name_line(line: str, author: str) -> bool:
    """Whether a line is the author's name, perhaps with a rank before or a verb after it."""
    name = author.casefold().strip(" :,|-–—….")
    if len(line) > len(name) + 20:
        return False
    line = _SPOKEN.sub("", line.casefold().strip(" :,|-–—….")).strip(" :,|-–—")
    return line == name or _RANKED.sub("", line) == name
