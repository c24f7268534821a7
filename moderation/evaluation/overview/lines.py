"""An overview as lines for a terminal, wrapped at words to its width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from moderation import __version__
from moderation.evaluation.overview import words
from moderation.evaluation.overview.finding import GroupFigures, GroupTable, Overview
from moderation.records import now
from moderation.text.visibility import printable

_NARROWEST, _WIDEST = 78, 110
_HEADS = ("comments", "share", "95 %", "from the whole", "rank")
_WIDTHS = (10, 8, 14, 16, 13)


def overview_lines(overview: Overview, top: int, width: int) -> Iterator[str]:
    """Yield an overview as lines.

    Parameters
    ----------
    overview
        The figures.
    top
        How many groups of each table are shown.
    width
        The width of the terminal.
    """
    width = min(_WIDEST, max(_NARROWEST, width))
    yield from _wrapped(words.summary(overview), width)
    yield ""
    for name, share in (("hold", overview.hold), ("review or hold", overview.review)):
        yield f"{name:<16}{share.k:>9,}  {words.interval(share)}"
    yield ""
    told = [words.dependence(overview), *(words.trend(t, m) for m, t in overview.trends.items())]
    if overview.n_unjudged:
        told.append(f"{overview.n_unjudged:,} comments that no model could judge are left out.")
    told.append(words.absent(overview))
    for sentence in filter(None, told):
        yield from _wrapped(sentence, width)
    if overview.correction is not None:
        yield ""
        for sentence in words.corrected(overview):
            yield from _wrapped(sentence, width, others="  ")
    for table in overview.tables:
        yield ""
        yield from _table(table, overview.measure, top, width)
    yield ""
    yield from _wrapped(words.methods(overview, __version__, now()[:10]), width)


def _wrapped(text: str, width: int, *, first: str = "", others: str = "") -> list[str]:
    """Wrap text that names whatever a reader wrote; no line end of theirs makes a line."""
    return textwrap.wrap(printable(text), width, initial_indent=first, subsequent_indent=others)


def _table(table: GroupTable, measure: str, top: int, width: int) -> Iterator[str]:
    yield f"By {table.by}, worst first ({words.MEASURED[measure]})"
    yield from _wrapped(words.standing_out(table, measure), width)
    shown = [g for g in table.groups if getattr(g, measure).value is not None][:top]
    if shown:
        name = max(12, width - sum(_WIDTHS) - 2)
        yield _row(["", *_HEADS], name)
        for group in shown:
            yield from _group(group, measure, name)
    left = [*words.left_out(table)]
    more = table.n_judged - len(shown)
    if more > 0 and shown:
        left.insert(0, f"{more:,} more not shown (--top)")
    yield from _wrapped("; ".join(left), width, first="  ", others="  ")


def _group(group: GroupFigures, measure: str, name: int) -> Iterator[str]:
    share = getattr(group, measure)
    mark = "* " if group.finding == "above the rest" else "  "
    first, *more = _wrapped(group.title or group.name, name - 2) or [group.name]
    cells = [
        f"{group.n:,}",
        words.percent(share.value),
        words.span(share),
        words.points(group.difference),
        words.ranks(group),
    ]
    yield _row([mark + first, *cells], name)
    for line in more:
        yield f"  {line}"


def _row(cells: Sequence[str], name: int) -> str:
    numbers = (f"{cell:>{width}}" for cell, width in zip(cells[1:], _WIDTHS, strict=True))
    return f"{cells[0]:<{name}}{''.join(numbers)}"
