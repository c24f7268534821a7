"""An overview as rows of one table: all comments first, then each group."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.evaluation.overview.finding import MEASURES, GroupFigures, MeasuredShare, Overview
from moderation.files.records import Record

_COMPARED = (
    "difference",
    "difference_low",
    "difference_high",
    "shrunken",
    "among_worst",
    "rank_low",
    "rank_high",
    "chance",
)


def overview_rows(overview: Overview) -> Iterator[Record]:
    """Yield all comments and then each group, as rows with the same columns.

    What a sample says about all comments is a row of its own, whose share is that of comments that
    people call hostile.

    Parameters
    ----------
    overview
        The figures.
    """
    whole = GroupFigures(
        name="all", n=overview.n, hold=overview.hold, review=overview.review, finding=""
    )
    yield _row("all", whole)
    found = overview.correction and overview.correction.shares.get("hostility")
    if found:
        share = MeasuredShare(k=found.count, value=found.value, low=found.low, high=found.high)
        corrected = GroupFigures(
            name="all, as people read", n=overview.n, hold=share, review=share, finding=""
        )
        yield _row("corrected", corrected)
    for table in overview.tables:
        for group in table.groups:
            yield _row(table.by, group)


def _row(table: str, group: GroupFigures) -> Record:
    row: Record = {
        "table": table,
        "group": group.name,
        "title": group.title,
        "comments": group.n,
    }
    for name in MEASURES:
        share = getattr(group, name)
        row |= {name: share.k}
        row |= {f"{name}_{what}": getattr(share, what) for what in ("low", "high")}
        row[f"{name}_share"] = share.value
    row |= {name: getattr(group, name) for name in _COMPARED}
    row["finding"] = group.finding
    return row
