"""The week as a page that needs no network and no script, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from moderation.desk.outputs.shares import FEWEST, Estimate, Share, Waiting
from moderation.desk.outputs.week.finding import Week
from moderation.files.records import Record
from moderation.text.visibility import printable

_FOLDER = Path(__file__).parent

#: The style sheet of the figures.
STYLE = _FOLDER / "week.css"

# Headlines and names are untrusted text, so everything is escaped.
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _time(seconds: float) -> str:
    """Return seconds as a person reads them.

    >>> _time(3.4), _time(95)
    ('3.4 s', '1 min 35 s')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


_Figure = Share | Estimate | Waiting | int

_SHOWN = {None: "shown or hidden", False: "shown", True: "hidden"}

_PAGES.filters["grouped"] = lambda number: f"{number:,}"
_PAGES.filters["time"] = _time
_PAGES.filters["visible"] = printable


def week_body(week: Week) -> Markup:
    """Return the figures as a part of a page, without its heading.

    Parameters
    ----------
    week
        The figures.
    """
    page = _PAGES.get_template("body.html").render(
        week=week, fewest=FEWEST, period=_in_words(week), shown=_SHOWN
    )
    return Markup(page)  # noqa: S704 - the template escapes what others wrote


def week_page(week: Week) -> str:
    """Return the figures as one HTML page, with its styles.

    Parameters
    ----------
    week
        The figures.
    """
    style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 - our own
    return _PAGES.get_template("week.html").render(
        title="The week at the desk", style=style, body=week_body(week)
    )


def week_rows(week: Week) -> Iterator[Record]:
    """Yield the figures one by one, as rows of one table.

    Parameters
    ----------
    week
        The figures.
    """
    for table, row, figures in _figures(week):
        for measure, figure in figures.items():
            for name, value in _parts(measure, figure):
                yield {
                    "table": table,
                    "row": row,
                    "measure": name,
                    "n": getattr(value, "n", None),
                    "k": getattr(value, "k", None),
                    "value": value.value,
                    "low": value.low,
                    "high": value.high,
                }


def _figures(week: Week) -> Iterator[tuple[str, str, dict[str, _Figure]]]:
    """Yield the rows of all tables: the table, the name of the row, and its figures."""
    counts = {"decided": week.decided, "hidden": week.hidden, "together": week.together}
    counts |= week.steps
    for name, n in counts.items():
        yield "comments", name, {"count": n}
    for agreed in week.agreement:
        row = f"{agreed.proposal}, {_SHOWN[agreed.hidden]}"
        yield "agreement", row, _fields(agreed, "rejected", "hostile")
    for miss in week.misses:
        yield "misses", _SHOWN[miss.hidden], _fields(miss, "found", "let_through", "missed")
    for cost in week.thresholds:
        yield "thresholds", str(cost.threshold), _fields(cost, "sent", "wrongly", "missed")
    for proposal, seconds in week.seconds.items():
        yield "seconds", proposal, {"seconds": seconds}
    yield "second_looks", "", _fields(week.second_looks, "asked", "rejected", "same")
    for reason in week.reasons:
        yield "reasons", reason.key, {"share": reason.share}
    for table in ("sections", "articles", "hours", "moderators"):
        for group in getattr(week, table):
            yield table, group.name, _fields(group, "rejected", "agreed", "seconds")


def _fields(row: object, *names: str) -> dict[str, _Figure]:
    return {name: getattr(row, name) for name in names}


def _parts(measure: str, figure: _Figure) -> Iterator[tuple[str, Share | Estimate]]:
    """Yield a figure as values with intervals; a time has two of them."""
    if isinstance(figure, int):
        yield measure, Estimate(value=figure)
    elif isinstance(figure, Waiting):
        for part in ("median", "p90"):
            ends = {end: getattr(figure, f"{part}_{end}") for end in ("low", "high")}
            value = getattr(figure, part)
            yield f"{measure}_{part}", Share(n=figure.n, k=figure.n, value=value, **ends)
    else:
        yield measure, figure


def _in_words(week: Week) -> str:
    """Return the period as a sentence."""
    if week.since is None and week.until is None:
        return "These are all decisions."
    since = f"from {_moment(week.since)}" if week.since else ""
    until = f"to {_moment(week.until, ending=True)}" if week.until else ""
    return f"These are the decisions {' '.join(part for part in (since, until) if part)}."


def _moment(moment: datetime, *, ending: bool = False) -> str:
    """Return a moment in words; midnight is a day: the one that begins, or the one that ends."""
    if moment.hour == moment.minute == moment.second == 0:
        day = moment.date() - timedelta(days=1) if ending else moment.date()
        return day.isoformat()
    return moment.strftime("%Y-%m-%d %H:%M")
