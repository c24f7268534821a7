"""Author and date lines inside the markup of a comment."""

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
#: The dates that most pages write, without anything around them.
_PLAIN_DATE = re.compile(
    r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"(?:,? (?:at )?\d{1,2}:\d\d(?: ?[ap]m| ?[AP]M)?)?"
)
DIGIT = re.compile(r"\d")
#: "12", "#3", "4.": the place of a comment in its list, alone on a line.
_RANK = re.compile(r"[#(\[|\s]{0,4}\d{1,5}(?:\.\d{1,3})?[.)\]|:\s]{0,3}")
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
#: One of these is in every line that names an author or a date: the shape of a date, a word of
#: relative time, a verb of saying at its end, or "by" and its like at its beginning.
DATE_SHAPE = re.compile(r"(?:19|20)\d\d|\d[:.h/-]\d")
_TIME_WORDS = frozenset(
    {*flat_dates.AGO_AFTER, *(words.split()[0] for words in flat_dates.AGO_BEFORE)}
    | {"yesterday", "today", "gestern", "heute", "hier", "ayer", "hoy", "ieri", "oggi", "gisteren"}
)
_LAST_WORDS = frozenset(verb.split()[-1].replace("\\", "") for verb in phrases.SAYS)
_FIRST_WORDS = frozenset(words.split()[0] for words in phrases.CONNECTORS)
#: Longest line in which any digit may belong to a date, in characters.
_SHORT_LINE = 80
#: Longest line of author and date, in characters.
_MAX_BYLINE = 140
#: Longest line of links, buttons and badges, in characters.
_MAX_CHROME = 90
#: Longest line above the date in the head of a comment, in characters.
_MAX_HEADER = 60
#: Lines at the head of a comment that are looked at for its author and date.
_HEAD_LINES = 6


class Credits(msgspec.Struct):
    """Author and date of a comment, and the lines that are left as its text."""

    author: str | None = None
    date: str | None = None
    lines: list[str] = []


def clean_date(text: str) -> str | None:
    """Read the date in a short text, None if there is none.

    A machine-readable date is returned as it is, any other the way the page writes it.
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
    credits = Credits(known.author, known.date)
    complete = not bare and known.author is not None and known.date is not None
    start, end = 0, len(lines)
    while start < end and start < _HEAD_LINES:
        line = lines[start]
        if (
            is_chrome(line)
            or (credits.author is not None and is_name_line(line, credits.author))
            or (bare and start + 1 < end and _is_link_word(line))
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


def is_credit(line: str) -> bool:
    """Whether a line is an author or date line beyond doubt."""
    if len(line) > 120:
        return False
    byline = read_line(line)
    return byline is not None and byline.strong


def _is_link_word(line: str) -> bool:
    """Whether a line is a rank or a connecting word left between name and date."""
    return len(line) < 30 and bool(_RANK.fullmatch(line) or _CONNECTORS.fullmatch(line))


def read_line(line: str) -> Byline | None:
    """Read an author or date line, None if the line is neither."""
    if len(line) > _MAX_BYLINE or not _may_be_byline(line):
        return None
    if "#" in line:
        line = _TRAILING_RANK.sub("", line)
    if ranked := _LEADING_RANK.match(line):
        line = line[ranked.end() :]
    found = read_byline(line)
    if found is None and line.endswith(_AFTER_SAID) and (said := _SAID.fullmatch(line)):
        return Byline(author=said["name"].strip(" +-"), says=True)
    return found


def _may_be_byline(line: str) -> bool:
    """Whether a line deserves a closer look; cheap, and never wrong about a line it refuses."""
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

    The first of them that may be a name is taken for the author.
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
    """Whether a line inside a comment is the page's, not the reader's."""
    return len(line) <= _MAX_CHROME and _is_chrome(line)


@lru_cache(maxsize=512)  # "Reply", "Like" and the like stand under every comment
def _is_chrome(line: str) -> bool:
    return phrases.is_action(line) or phrases.is_noise(line)


def is_name_line(line: str, author: str) -> bool:
    """Whether a line is the author's name, perhaps with a rank before or a verb after it."""
    name = author.casefold().strip(" :,|-–—….")
    if len(line) > len(name) + 20:
        return False
    line = _SPOKEN.sub("", line.casefold().strip(" :,|-–—….")).strip(" :,|-–—")
    return line == name or _RANKED.sub("", line) == name
