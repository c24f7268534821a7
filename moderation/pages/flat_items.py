"""One comment out of one list item: its author, its date, its text, and what answers it.

A list item of a comment section opens with lines about the comment ("Mia Ostrow says:", a date),
goes on with the comment, and closes with the page's links ("Reply"). Some of these lines may be
missing, so each is recognised by itself; only a bare name on the first line needs the agreement
of the neighbouring items.
"""

from __future__ import annotations

import re

import msgspec

from moderation.pages import flat_dates, phrases
from moderation.pages.flat_bylines import Byline, clean_author, looks_like_name, read_byline
from moderation.pages.flat_lines import Item, Line, Run

#: Lines looked at from either end of an item for what is not its text.
_MARGIN = 7
_RANK_LINE = re.compile(r"#?\d{1,6}[.)]?$")
#: "[…] words of another page […]": what trackbacks quote.
#: "[…] words of another page […]": what trackbacks quote.
_EXCERPT = re.compile(r"\[\s?(?:\.\.\.|…|&#8230;|&hellip;)\s?\]")
_COMMENTED = re.compile(r"\s+[–-]?\s*(?P<stamp>Commented\s.{6,60})$")
#: A separator that the page prints between a name, a date and a link.
ORNAMENT = re.compile(r"[\[\](){}|/·•–—,:«»#-]{1,3}")
#: How sentences end, and lines that go on.
TERMINAL = re.compile(r"[.!?…:;,)\"”“»’']$")


class Reading(msgspec.Struct, kw_only=True):
    """One list item read as a comment.

    Attributes
    ----------
    author, date
        As the page writes them; None where it does not say.
    lines
        The comment's own lines; an in-comment list is part of it.
    replies
        Items nested under it that answer it.
    bylined
        Whether the page names the author or the time in a line of its own.
    acted
        Whether the page's links ("Reply") stand under it.
    dropped
        Lines of the page around the text: bylines, links, ranks.
    pings
        Pingbacks that stand behind it in the same stretch.
    head, last
        First and last line number of the item on the page, nested items included.
    """

    author: str | None = None
    date: str | None = None
    lines: list[str] = msgspec.field(default_factory=list)
    gaps: set[int] = msgspec.field(default_factory=set)
    replies: list[Reading] = msgspec.field(default_factory=list)
    bylined: bool = False
    acted: bool = False
    dropped: list[str] = msgspec.field(default_factory=list)
    pings: list[str] = msgspec.field(default_factory=list)
    head: int = 0
    last: int = 0

    @property
    def text(self) -> str:
        """The comment, its paragraphs joined by line ends."""
        return "\n".join(self.lines)

    @property
    def words(self) -> int:
        """Number of words of the comment itself."""
        return sum(len(line.split()) for line in self.lines)

    @property
    def is_ping(self) -> bool:
        """Whether another site's software left it."""
        if not self.lines:
            return False
        if phrases.is_ping(self.text) or any(phrases.is_ping(line) for line in self.dropped):
            return True
        first, last = self.lines[0], self.lines[-1][-12:]
        return bool(_EXCERPT.match(first)) and bool(_EXCERPT.search(last))


class ReplyStyle(msgspec.Struct, kw_only=True):
    """Which markers answer comments on this page, as far as bylines prove it.

    `named` tells that nearly every comment of the first level carries a byline or links.
    """

    ordered: int = 0
    bullets: int = 0
    named: bool = False


def read_run(run: Run, style: ReplyStyle | None = None) -> list[Reading]:
    """Read every item of a run as a comment, with the replies nested under it.

    Parameters
    ----------
    run
        Neighbouring items of one list.
    style
        What is known of the page's replies; gathered from the run itself if None.
    """
    if style is None:
        style = _reply_style(run)
    return [_read_item(item, style) for item in run.items]


def flatten(readings: list[Reading]) -> list[tuple[Reading, int, int | None]]:
    """Thread in page order: each reading with its depth from 1 and the place of its parent."""
    rows: list[tuple[Reading, int, int | None]] = []
    todo: list[tuple[Reading, int, int | None]] = [(one, 1, None) for one in reversed(readings)]
    while todo:
        reading, depth, parent = todo.pop()
        place = len(rows)
        rows.append((reading, depth, parent))
        todo.extend((reply, depth + 1, place) for reply in reversed(reading.replies))
    return rows


def _reply_style(run: Run) -> ReplyStyle:
    """Count the nested runs whose items carry bylines, by the kind of their markers."""
    style = ReplyStyle(named=sum(map(_is_bylined, run.items)) >= 0.9 * len(run.items))
    todo = list(run.items)
    while todo:
        item = todo.pop()
        for part in item.parts:
            if isinstance(part, Run):
                if _has_bylines(part):
                    if part.ordered:
                        style.ordered += 1
                    else:
                        style.bullets += 1
                todo.extend(part.items)
    return style


def _has_bylines(run: Run) -> bool:
    """Whether most items of a run open with a byline or close with the page's links."""
    filled = [item for item in run.items if item.head.text or item.parts]
    return 2 * sum(_is_bylined(item) for item in filled) > len(filled)


def _is_bylined(item: Item) -> bool:
    lines = [line.text for line in _own_lines(item) if line.text]
    for at, line in enumerate(lines[:3]):
        byline = read_byline(line, opening=at == 0)
        if byline and byline.strong:
            return True
    return len(lines) > 1 and phrases.is_action(lines[-1])


def _own_lines(item: Item) -> list[Line]:
    return [item.head, *(part for part in item.parts if isinstance(part, Line))]


def _is_reply_run(  # noqa: PLR0911 - one rule, one return, in order of certainty
    run: Run, so_far: list[str], gap: bool, style: ReplyStyle
) -> bool:
    """Whether a nested run answers the comment it stands in, or is a list within it.

    Bylines decide where there are any. Without them: items that no blank line separates are a
    list; numbers are the writer's own where the page's replies are known to be bullets.
    """
    if _has_bylines(run):
        return True
    if not so_far:
        return False
    if len(run.items) > 1 and all(_is_label(item) for item in run.items):
        return False
    several = len(run.items) > 1
    inner_blank = any(
        part.blank for item in run.items for part in item.parts if isinstance(part, Line)
    )
    nested = any(isinstance(part, Run) for item in run.items for part in item.parts)
    if several and not run.loose and not inner_blank:
        return False
    known = style.ordered + style.bullets
    if run.ordered:
        rank = run.items[0].head.rank
        if rank > 1 and any(line.startswith(f"{rank - 1}.") for line in so_far[-3:]):
            return False
        if not gap and not phrases.is_action(so_far[-1]):
            return False
        if known and not style.ordered:
            return False
        if several and not nested and (style.named or (not inner_blank and style.ordered > 1)):
            return any(_is_bylined(item) for item in run.items)
        announced = so_far[-1].rstrip().endswith((":", "：")) or run.items[0].head.rank != 1
        return not (announced and several and not nested)
    if known and not style.bullets and several:
        return inner_blank or nested
    return gap and not (so_far[-1].rstrip().endswith(":") and not inner_blank)


def _is_label(item: Item) -> bool:
    """Whether an item is no more than a few words that end like no sentence: a menu's entry."""
    text = item.head.text
    return (
        len(text.split()) <= 6
        and not TERMINAL.search(text)
        and not any(isinstance(part, Run) for part in item.parts)
        and sum(isinstance(part, Line) and bool(part.text) for part in item.parts) <= 1
    )


def _last_text(parts: list[Line | Run]) -> int:
    """Place of the last own line of an item that is text and not a link or date of the page."""
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if isinstance(part, Line) and part.text:
            byline = read_byline(part.text)
            if byline is None and not phrases.is_noise(part.text) and not phrases.is_end(part.text):
                return at
    return -1


def _only_bylines(lines: list[str]) -> bool:
    """Whether nothing of a comment's text stands in the lines before its first nested list."""
    return len(lines) <= 3 and all(read_byline(line) or phrases.is_noise(line) for line in lines)


def _spliced(parts: list[Line | Run]) -> list[Line | Run]:
    """Put bullets that hold nothing but a date or a link back among the lines of their item."""
    out: list[Line | Run] = []
    for part in parts:
        if isinstance(part, Run) and len(part.items) <= 3:
            bylines = [read_byline(item.head.text) for item in part.items]
            if all(byline is not None and byline.author is None for byline in bylines):
                for item in part.items:
                    out.append(msgspec.structs.replace(item.head, mark=None))
                    out.extend(_spliced(item.parts))
                continue
        out.append(part)
    return out


def _read_item(item: Item, style: ReplyStyle) -> Reading:
    """Read one item: gather its own lines, tell replies from lists, strip what the page printed.

    Recursion goes as deep as the page nests, which `flat_lines.MAX_DEPTH` bounds.
    """
    reading = Reading(head=item.head.number, last=item.last)
    lines: list[str] = []
    gaps: set[int] = set()
    if item.head.text:
        lines.append(item.head.text)
    gap = False
    parts = _spliced(item.parts)
    for place, part in enumerate(parts):
        if isinstance(part, Run):
            goes_on = place < _last_text(parts)
            if _is_reply_run(part, lines, gap, style) and not (
                goes_on and (_only_bylines(lines) or not _has_bylines(part))
            ):
                reading.replies.extend(_read_item(inner, style) for inner in part.items)
            else:
                if gap:
                    gaps.add(len(lines))
                lines.extend(_list_lines(part))
            gap = False
        elif part.blank:
            gap = True
        elif lines and phrases.END_PREFIX.match(part.text):
            # the page's form stands inside its last item
            reading.dropped.extend(
                later.shown
                for later in item.parts[place:]
                if isinstance(later, Line) and later.text
            )
            break
        else:
            if gap:
                gaps.add(len(lines))
            lines.append(part.shown)
            gap = False
    reading.lines, reading.gaps = lines, gaps
    strip_margins(reading)
    return reading


def strip_margins(reading: Reading) -> None:
    """Take bylines, links and ranks off both ends of a reading's lines."""
    _strip_head(reading)
    _strip_foot(reading)
    if len(reading.lines) == 1 and phrases.is_noise(reading.lines[0]):
        _drop(reading, 0, 1)


def _list_lines(run: Run) -> list[str]:
    """Lines of a list that belongs to a comment: numbers stay, bullets were the converter's."""
    lines: list[str] = []
    for item in run.items:
        first = f"{item.head.rank}. {item.head.text}" if run.ordered else item.head.text
        lines.append(first.rstrip())
        for part in item.parts:
            if isinstance(part, Run):
                lines.extend(_list_lines(part))
            elif not part.blank:
                lines.append(part.shown)
    return [line for line in lines if line]


def take_byline(reading: Reading, byline: Byline) -> None:
    """Take over what a byline says, without overwriting what is known."""
    reading.author = reading.author or byline.author
    reading.date = reading.date or byline.date
    reading.acted = reading.acted or byline.action
    reading.bylined = reading.bylined or byline.date is not None or byline.author is not None


def _strip_head(reading: Reading) -> None:
    """Take ranks, names, dates and links off the beginning."""
    lines = reading.lines
    at = 0
    while at < min(len(lines), _MARGIN):
        line = lines[at]
        byline = read_byline(line, opening=reading.author is None and len(lines) > at + 1)
        if at == 0 and _RANK_LINE.match(line) and len(lines) > 1:
            at += 1
        elif byline and _is_header(byline, reading, alone=at == 0 and len(lines) > 1):
            take_byline(reading, byline)
            at += 1
        elif reading.date and at > 0 and flat_dates.CLOCK_LINE.fullmatch(line):
            reading.date = f"{reading.date} {line.strip()}"
            at += 1
        elif at > 0 and ORNAMENT.fullmatch(line):
            at += 1
        elif phrases.is_noise(line) and len(lines) > at + 1 and (at > 0 or len(line.split()) <= 3):
            at += 1
        elif reading.author is None and reading.date is None and _is_name_before_date(lines, at):
            reading.author = clean_author(re.sub(r"^\d{1,4}\.?\s+", "", line))
            at += 1
        else:
            break
    _drop(reading, 0, at)
    if reading.author is None and len(reading.lines) > 2 and len(reading.lines[0]) <= 90:
        # a title that the writer gave the comment may stand above the byline
        byline = read_byline(reading.lines[1])
        if byline and byline.author and byline.strong and byline.date:
            take_byline(reading, byline)
            reading.dropped.append(reading.lines.pop(1))
            reading.gaps = {gap - (gap > 1) for gap in reading.gaps}


def _is_header(byline: Byline, reading: Reading, *, alone: bool) -> bool:
    """Whether a byline at the beginning of an item is the page's and not the writer's.

    `alone` tells that it is the first line and text follows: there a name and a day without a
    time of day suffice ("Ana, on 7 November 2012").
    """
    if byline.author is not None:
        plain = alone and byline.date is not None and (byline.author[:1].isupper() or byline.joined)
        short = plain and len(byline.author.split()) <= 4 and not TERMINAL.search(byline.author)
        return reading.author is None and (byline.strong or byline.says or short)
    if byline.date is not None:
        return reading.date is None
    return byline.action


def _is_name_before_date(lines: list[str], at: int) -> bool:
    """Whether a line is a name because the next one is nothing but a date or a page's noise."""
    if at + 1 >= len(lines) or len(lines[at].split()) > 6 or len(lines[at]) > 60:
        return False
    if TERMINAL.search(lines[at]) and not looks_like_name(lines[at]):
        return False
    after = read_byline(lines[at + 1])
    if after and after.author is None and after.date is not None:
        return True
    return bool(phrases.NOISE.fullmatch(lines[at + 1])) and at + 2 < len(lines)


def _strip_foot(reading: Reading) -> None:
    """Take links, dates and names off the end."""
    lines = reading.lines
    end = len(lines)
    for _ in range(_MARGIN):
        if end == 0:
            break
        line = lines[end - 1]
        byline = read_byline(line)
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


def _drop(reading: Reading, start: int, end: int) -> None:
    if start >= end:
        return
    reading.dropped.extend(reading.lines[start:end])
    del reading.lines[start:end]
    if start == 0:
        reading.gaps = {gap - end for gap in reading.gaps if gap >= end}
