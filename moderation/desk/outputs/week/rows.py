"""The week as rows of one table; unlike the page, they need no Jinja."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.desk.outputs.estimates import Estimate, Waiting
from moderation.desk.outputs.week.finding import Week
from moderation.evaluation.shares import Share
from moderation.files.records import Record

_Figure = Share | Estimate | Waiting | int

#: How a row says whether the proposal was hidden.
SHOWN = {None: "shown or hidden", False: "shown", True: "hidden"}


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
        row = f"{agreed.proposal}, {SHOWN[agreed.hidden]}"
        yield "agreement", row, _fields(agreed, "rejected", "hostile")
    for miss in week.misses:
        yield "misses", SHOWN[miss.hidden], _fields(miss, "found", "let_through", "missed")
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
