"""Read one comment from one list item: its own lines, the lists inside it, and its replies."""

from __future__ import annotations

import msgspec

from moderation.pages.flat.interpretations import TERMINAL, Interpretation, strip_margins
from moderation.pages.flat.lines import FlatItem, FlatLine, LineRun
from moderation.pages.wording import phrases
from moderation.pages.wording.bylines import read_byline


class ReplyStyle(msgspec.Struct, kw_only=True):
    """The kinds of markers that open replies on this page, as far as bylines prove it.

    `named` says that nearly every comment of the first level has a byline or links.
    """

    ordered: int = 0
    bullets: int = 0
    named: bool = False


def read_run(run: LineRun, style: ReplyStyle | None = None) -> list[Interpretation]:
    """Read every item of a run as a comment, with the replies nested under it.

    Parameters
    ----------
    run
        Neighbouring items of one list.
    style
        The known style of the page's replies; derived from the run itself if None.

    Returns
    -------
    list of Interpretation
        One for each item, in page order.
    """
    if style is None:
        style = _reply_style(run)
    return [_read_item(item, style) for item in run.items]


def flatten(readings: list[Interpretation]) -> list[tuple[Interpretation, int, int | None]]:
    """Flatten a thread in page order: each comment, its depth from 1, and its parent's index."""
    rows: list[tuple[Interpretation, int, int | None]] = []
    todo: list[tuple[Interpretation, int, int | None]] = [
        (one, 1, None) for one in reversed(readings)
    ]
    while todo:
        reading, depth, parent = todo.pop()
        place = len(rows)
        rows.append((reading, depth, parent))
        todo.extend((reply, depth + 1, place) for reply in reversed(reading.replies))
    return rows


def _reply_style(run: LineRun) -> ReplyStyle:
    """Count the nested runs whose items carry bylines, by the kind of their markers."""
    style = ReplyStyle(named=sum(map(_is_bylined, run.items)) >= 0.9 * len(run.items))
    todo = list(run.items)
    while todo:
        item = todo.pop()
        for part in item.parts:
            if isinstance(part, LineRun):
                if _has_bylines(part):
                    if part.ordered:
                        style.ordered += 1
                    else:
                        style.bullets += 1
                todo.extend(part.items)
    return style


def _has_bylines(run: LineRun) -> bool:
    """Whether most items of a run open with a byline or close with the page's links."""
    filled = [item for item in run.items if item.head.text or item.parts]
    return 2 * sum(_is_bylined(item) for item in filled) > len(filled)


def _is_bylined(item: FlatItem) -> bool:
    lines = [line.text for line in _own_lines(item) if line.text]
    for at, line in enumerate(lines[:3]):
        byline = read_byline(line, opening=at == 0)
        if byline and byline.strong:
            return True
    return len(lines) > 1 and phrases.is_action(lines[-1])


def _own_lines(item: FlatItem) -> list[FlatLine]:
    return [item.head, *(part for part in item.parts if isinstance(part, FlatLine))]


def _is_reply_run(  # noqa: PLR0911 - one rule, one return, in order of certainty
    run: LineRun, so_far: list[str], gap: bool, style: ReplyStyle
) -> bool:
    """Whether a nested run answers the comment that contains it, or is a list inside it.

    Bylines decide if there are any. Otherwise items without blank lines between them are a list,
    and numbers belong to the comment if the page is known to mark replies with bullets.
    """
    if _has_bylines(run):
        return True
    if not so_far:
        return False
    if len(run.items) > 1 and all(_is_label(item) for item in run.items):
        return False
    several = len(run.items) > 1
    inner_blank = any(
        part.blank for item in run.items for part in item.parts if isinstance(part, FlatLine)
    )
    nested = any(isinstance(part, LineRun) for item in run.items for part in item.parts)
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


def _is_label(item: FlatItem) -> bool:
    """Whether an item is only a few words that do not end like a sentence: a menu entry."""
    text = item.head.text
    return (
        len(text.split()) <= 6
        and not TERMINAL.search(text)
        and not any(isinstance(part, LineRun) for part in item.parts)
        and sum(isinstance(part, FlatLine) and bool(part.text) for part in item.parts) <= 1
    )


def _last_text(parts: list[FlatLine | LineRun]) -> int:
    """Find the last own line of an item that is text and not a link or date of the page."""
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if isinstance(part, FlatLine) and part.text:
            byline = read_byline(part.text)
            if byline is None and not phrases.is_noise(part.text) and not phrases.is_end(part.text):
                return at
    return -1


def _only_bylines(lines: list[str]) -> bool:
    """Whether the lines before an item's first nested list hold none of the comment's text."""
    return len(lines) <= 3 and all(read_byline(line) or phrases.is_noise(line) for line in lines)


def _spliced(parts: list[FlatLine | LineRun]) -> list[FlatLine | LineRun]:
    """Return bullets that hold only a date or a link to the lines of the item around them."""
    out: list[FlatLine | LineRun] = []
    for part in parts:
        if isinstance(part, LineRun) and len(part.items) <= 3:
            bylines = [read_byline(item.head.text) for item in part.items]
            if all(byline is not None and byline.author is None for byline in bylines):
                for item in part.items:
                    out.append(msgspec.structs.replace(item.head, mark=None))
                    out.extend(_spliced(item.parts))
                continue
        out.append(part)
    return out


def _read_item(item: FlatItem, style: ReplyStyle) -> Interpretation:
    """Read one item: collect its own lines, tell replies from lists, remove the page's lines.

    The recursion is as deep as the page nests, which `lines.MAX_DEPTH` bounds.
    """
    reading = Interpretation(head=item.head.number, last=item.last)
    lines: list[str] = []
    gaps: set[int] = set()
    if item.head.text:
        lines.append(item.head.text)
    gap = False
    parts = _spliced(item.parts)
    for place, part in enumerate(parts):
        if isinstance(part, LineRun):
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
            # The page's form is inside the last item of its list.
            reading.dropped.extend(
                later.shown
                for later in item.parts[place:]
                if isinstance(later, FlatLine) and later.text
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


def _list_lines(run: LineRun) -> list[str]:
    """The lines of a list inside a comment: numbers are kept, the converter's bullets are not."""
    lines: list[str] = []
    for item in run.items:
        first = f"{item.head.rank}. {item.head.text}" if run.ordered else item.head.text
        lines.append(first.rstrip())
        for part in item.parts:
            if isinstance(part, LineRun):
                lines.extend(_list_lines(part))
            elif not part.blank:
                lines.append(part.shown)
    return [line for line in lines if line]
