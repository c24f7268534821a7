"""Find the lines of plain text that name a comment's author or date, where it can be cut."""

from __future__ import annotations

import re

import msgspec

from moderation.pages.flat.lines import FlatLine
from moderation.pages.wording import phrases
from moderation.pages.wording.bylines import Byline, looks_like_name, read_byline

_LONE = ("on", "at", "am", "um", "le", "el", "il", "op", "em", "den")
_BARE_VERB = re.compile(rf"(?:{'|'.join(phrases.SAYS)})\s?(?P<colon>:)?", re.IGNORECASE)


class Mark(msgspec.Struct, frozen=True):
    """A byline among the text lines: its position and its content."""

    at: int
    byline: Byline
    lines: int = 1
    strong: bool = True


def usable_marks(marks: list[Mark], declared: int | None) -> list[Mark]:
    """Select the bylines of a section that count: all strong ones, and weak ones that agree."""
    strong = [mark for mark in marks if mark.strong and mark.byline.author is not None]
    named = [mark for mark in marks if mark.byline.author is not None]
    if len(named) - len(strong) >= 2 or (named and len(named) == declared):
        return named
    if strong:
        return strong
    stamped = [mark for mark in marks if mark.byline.author is None]
    return stamped if len(stamped) >= 2 else []


def join_verbs(text_lines: list[FlatLine]) -> list[FlatLine]:
    """Join a verb on a line of its own to the name above it; BeautifulSoup separates them.

    A verb without a colon is joined only if the next line holds a date. A lone "on" joins a name
    and the date below it.
    """
    joined: list[FlatLine] = []
    glue = False
    for at, line in enumerate(text_lines):
        lone = bool(joined) and line.text.lower() in _LONE and _is_date(text_lines, at + 1)
        if glue or (lone and is_name_line(joined[-1])):
            before = joined.pop()
            joined.append(msgspec.structs.replace(before, text=f"{before.text} {line.text}"))
            glue = not glue
            continue
        verb = _BARE_VERB.fullmatch(line.text) if joined and line.mark is None else None
        if verb and len(joined[-1].text) <= 80 and (verb["colon"] or _is_date(text_lines, at + 1)):
            before = joined.pop()
            text = f"{before.text} {line.text}" + ("" if verb["colon"] else ":")
            joined.append(msgspec.structs.replace(before, text=text))
            continue
        joined.append(line)
    return joined


def _is_date(text_lines: list[FlatLine], at: int) -> bool:
    byline = read_byline(text_lines[at].text) if at < len(text_lines) else None
    return byline is not None and byline.author is None and byline.date is not None


def find_marks(text_lines: list[FlatLine]) -> list[Mark]:
    """Find all lines, or pairs of a name and a date, that are bylines."""
    marks: list[Mark] = []
    for at, line in enumerate(text_lines):
        byline = read_byline(line.text)
        if byline is None or (byline.author is None and byline.date is None):
            continue
        if byline.author is not None:
            if byline.strong or _is_plain(byline):
                marks.append(Mark(at, byline, strong=byline.strong))
            continue
        taken = bool(marks) and marks[-1].at + marks[-1].lines > at - 1
        if at > 0 and not taken and is_name_line(text_lines[at - 1]):
            author = text_lines[at - 1].text
            pair = msgspec.structs.replace(byline, author=author)
            marks.append(Mark(at - 1, pair, lines=2, strong=byline.clock))
        elif byline.clock and not taken:
            marks.append(Mark(at, byline, strong=byline.action))
    return marks


def _is_plain(byline: Byline) -> bool:
    """Whether a name and a day without a time of day could stand above a comment."""
    name, date = byline.author or "", byline.date or ""
    year = re.search(r"(?:19|20)\d\d", date)
    return bool(year and name[:1].isalnum() and name[-1] not in ".!?:;" and len(name.split()) <= 7)


def is_name_line(line: FlatLine) -> bool:
    """Whether a whole line could be a name that stands above a comment."""
    text = re.sub(r"(?<=[ .][A-ZÄÖÜ])\.$", "", line.text)  # "Amy D."
    return (
        looks_like_name(text)
        and len(text.split()) <= 5
        and len(text) <= 50
        and not phrases.is_heading(text)
        and not phrases.is_end(text)
        and not phrases.is_action(text)
        and not text.endswith((".", "!", "?", "…", ":", ",", "»", "→"))
    )
