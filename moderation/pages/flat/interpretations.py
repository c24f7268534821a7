"""The interpretation of lines as one comment: its author, its date, and its own text.

A comment opens with lines about it ("Mia Ostrow says:", a date) and closes with the page's links
("Reply"). Any of these lines may be missing, so each is recognised by itself, from either end.
"""

from __future__ import annotations

import re

import msgspec

from moderation.pages.wording import dates as flat_dates
from moderation.pages.wording import phrases
from moderation.pages.wording.bylines import Byline, clean_author, looks_like_name, read_byline

#: The number of lines at either end of an item that are checked for bylines and links.
_MARGIN = 7
_RANK_LINE = re.compile(r"#?\d{1,6}[.)]?$")
#: The quotation in a trackback: "[…] words of another page […]".
_EXCERPT = re.compile(r"\[\s?(?:\.\.\.|…|&#8230;|&hellip;)\s?\]")
_COMMENTED = re.compile(r"\s+[–-]?\s*(?P<stamp>Commented\s.{6,60})$")
#: A separator that the page prints between a name, a date and a link.
ORNAMENT = re.compile(r"[\[\](){}|↓↑→←/·•–—,:«»#-]{1,3}")
#: The end of a sentence, or of a line that continues on the next.
TERMINAL = re.compile(r"[.!?…:;,)\"”“»’']$")
_ADVERTISEMENT = re.compile(
    r"(?:advertisements?|anzeige|werbung|publicité|publicidad)", re.IGNORECASE
)
#: Words that are a button on one page and a whole comment on another.
_OPINION = re.compile(
    r"(?:agree|disagree|like|dislike|liked|helpful|thumbs up|recommend|gefällt mir|me gusta"
    r"|mi piace|j['’]aime|leuk)[.!]*",
    re.IGNORECASE,
)


class Interpretation(msgspec.Struct, kw_only=True):
    """One list item interpreted as a comment.

    Attributes
    ----------
    author, date
        As the page writes them; None if it does not say.
    lines
        The comment's own lines, including any list inside the comment.
    replies
        Items nested under it that answer it.
    bylined
        Whether the page names the author or the time in a separate line.
    acted
        Whether the page's links ("Reply") follow it.
    dropped
        Lines of the page around the text: bylines, links, ranks.
    pings
        Pingbacks that follow it in the same stretch.
    head, last
        First and last line number of the item on the page, including nested items.
    """

    author: str | None = None
    date: str | None = None
    lines: list[str] = msgspec.field(default_factory=list)
    gaps: set[int] = msgspec.field(default_factory=set)
    replies: list[Interpretation] = msgspec.field(default_factory=list)
    bylined: bool = False
    acted: bool = False
    dropped: list[str] = msgspec.field(default_factory=list)
    pings: list[str] = msgspec.field(default_factory=list)
    head: int = 0
    last: int = 0

    @property
    def text(self) -> str:
        """The text of the comment, with its paragraphs joined by line ends."""
        return "\n".join(self.lines)

    @property
    def words(self) -> int:
        """The number of words in the comment itself."""
        return sum(len(line.split()) for line in self.lines)

    @property
    def is_ping(self) -> bool:
        """Whether the software of another site left the comment."""
        if not self.lines:
            return False
        if phrases.is_ping(self.text) or any(phrases.is_ping(line) for line in self.dropped):
            return True
        first, last = self.lines[0], self.lines[-1][-12:]
        return bool(_EXCERPT.match(first)) and bool(_EXCERPT.search(last))


def strip_margins(reading: Interpretation) -> None:
    """Remove bylines, links and ranks from both ends of a comment's lines."""
    _strip_head(reading)
    _strip_foot(reading)
    if len(reading.lines) == 1 and _ADVERTISEMENT.fullmatch(reading.lines[0]):
        _drop(reading, 0, 1)


def take_byline(reading: Interpretation, byline: Byline) -> None:
    """Copy what a byline says, without overwriting what is known."""
    reading.author = reading.author or byline.author
    reading.date = reading.date or byline.date
    reading.acted = reading.acted or byline.action
    reading.bylined = reading.bylined or byline.date is not None or byline.author is not None


def _strip_head(reading: Interpretation) -> None:
    """Remove ranks, names, dates and links from the beginning."""
    lines = reading.lines
    at = 0
    while at < min(len(lines), _MARGIN):
        line = lines[at]
        byline = read_byline(line, opening=reading.author is None and len(lines) > at + 1)
        if at == 0 and _RANK_LINE.match(line) and len(lines) > 1:
            at += 1
        elif _OPINION.fullmatch(line):
            break
        elif byline and _is_header(byline, reading, alone=at == 0 and len(lines) > 1):
            take_byline(reading, byline)
            at += 1
        elif reading.date and at > 0 and flat_dates.CLOCK_LINE.fullmatch(line):
            reading.date = f"{reading.date} {line.strip()}"
            at += 1
        elif (at > 0 and ORNAMENT.fullmatch(line)) or (
            phrases.is_noise(line) and len(lines) > at + 1 and (at > 0 or len(line.split()) <= 3)
        ):
            at += 1
        elif reading.author is None and reading.date is None and _is_name_before_date(lines, at):
            reading.author = clean_author(re.sub(r"^\d{1,4}\.?\s+", "", line))
            at += 1
        else:
            break
    _drop(reading, 0, at)
    if reading.author is None and len(reading.lines) > 2 and len(reading.lines[0]) <= 90:
        # The byline may follow a title that the author gave the comment.
        byline = read_byline(reading.lines[1])
        if byline and byline.author and byline.strong and byline.date:
            take_byline(reading, byline)
            reading.dropped.append(reading.lines.pop(1))
            reading.gaps = {gap - (gap > 1) for gap in reading.gaps}


def _is_header(byline: Byline, reading: Interpretation, *, alone: bool) -> bool:
    """Whether the page, and not the author, wrote the byline at the beginning of an item.

    `alone` says that it is the first line and text follows. In that case a name and a day
    without a time of day suffice ("Ana, on 7 November 2012").
    """
    if byline.author is not None:
        plain = alone and byline.date is not None and (byline.author[:1].isupper() or byline.joined)
        short = plain and len(byline.author.split()) <= 4 and not TERMINAL.search(byline.author)
        return reading.author is None and (byline.strong or byline.says or short)
    if byline.date is not None:
        return reading.date is None
    return byline.action


def _is_name_before_date(lines: list[str], at: int) -> bool:
    """Whether a line is a name because the next line is only a date or noise of the page."""
    if at + 1 >= len(lines) or len(lines[at].split()) > 6 or len(lines[at]) > 60:
        return False
    if TERMINAL.search(lines[at]) and not looks_like_name(lines[at]):
        return False
    after = read_byline(lines[at + 1])
    if after and after.author is None and after.date is not None:
        return True
    return bool(phrases.NOISE.fullmatch(lines[at + 1])) and at + 2 < len(lines)


def _strip_foot(reading: Interpretation) -> None:
    """Remove links, dates and names from the end."""
    lines = reading.lines
    end = len(lines)
    for _ in range(_MARGIN):
        if end == 0:
            break
        line = lines[end - 1]
        byline = read_byline(line)
        if end == 1 and reading.dropped and _OPINION.fullmatch(line):
            break  # "Agree" above the page's links is the comment itself.
        if byline and byline.action and byline.author is None and byline.date is None:
            reading.acted = reading.acted or not phrases.is_teaser(line)
        elif byline and byline.author is None and byline.date and (byline.clock or byline.action):
            if reading.date is not None and not byline.action:
                break
            take_byline(reading, byline)
            reading.acted = reading.acted or line.startswith("Commented ")
        elif byline and byline.author and byline.strong and byline.by and reading.author is None:
            take_byline(reading, byline)
        elif not (
            (ORNAMENT.fullmatch(line) and end > 1)
            or (phrases.is_noise(line) and end > 1 and len(line.split()) > 2)
            or (end > 1 and phrases.is_end(line))
        ):
            break
        end -= 1
    _drop(reading, end, len(lines))
    if reading.lines:
        stamped = _COMMENTED.search(reading.lines[-1][-90:])
        byline = read_byline(stamped["stamp"]) if stamped else None
        if stamped and byline and byline.date and byline.author is None:
            take_byline(reading, byline)
            reading.acted = True
            reading.dropped.append(stamped["stamp"])
            cut = len(reading.lines[-1]) - len(stamped.group(0))
            reading.lines[-1] = reading.lines[-1][:cut].rstrip()


def _drop(reading: Interpretation, start: int, end: int) -> None:
    if start >= end:
        return
    reading.dropped.extend(reading.lines[start:end])
    del reading.lines[start:end]
    if start == 0:
        reading.gaps = {gap - end for gap in reading.gaps if gap >= end}
