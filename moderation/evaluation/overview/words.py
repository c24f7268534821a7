"""An overview in sentences, for the terminal, the page and the paragraph to print."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.evaluation.overview.finding import GroupTable, MeasuredShare, Overview
from moderation.evaluation.overview.placing import TABLES
from moderation.evaluation.overview.shares import FEWEST
from moderation.evaluation.overview.trend import FEWEST_PERIODS, Trend

#: What each measure counts.
MEASURED = {"hold": "held", "review": "held or sent to review"}

_PLURALS = {
    "article": "articles",
    "section": "sections",
    "author": "authors",
    "language": "languages",
    "hour": "hours of the day",
    "weekday": "days of the week",
    "day": "days",
    "week": "weeks",
}


def plural(by: str) -> str:
    """Return what the groups of a table are called."""
    return _PLURALS.get(by, f"groups of {by}")


def counted(n: int, thing: str) -> str:
    """Return a number of things.

    >>> counted(1, "comment"), counted(2_000, "comment")
    ('1 comment', '2,000 comments')
    """
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share in percent.

    >>> percent(0.0312), percent(None)
    ('3.1 %', '-')
    """
    return "-" if share is None else f"{100 * share:.{digits}f} %"


def interval(share: MeasuredShare) -> str:
    """Return a share with its interval, or that there are too few comments."""
    if share.value is None or share.low is None or share.high is None:
        return "too few to say"
    return f"{percent(share.value)} [{100 * share.low:.1f}, {100 * share.high:.1f}]"


def period(overview: Overview) -> str:
    """Return the days of the comments."""
    if overview.since is None or overview.until is None:
        return "undated"
    if overview.since == overview.until:
        return overview.since.isoformat()
    return f"{overview.since.isoformat()} to {overview.until.isoformat()}"


def summary(overview: Overview) -> str:
    """Return what the overview is about."""
    parts = [counted(overview.n, "comment")]
    if overview.n_articles:
        parts.append(counted(overview.n_articles, "article"))
    if overview.n_authors:
        parts.append(counted(overview.n_authors, "author"))
    models = ", ".join(overview.models)
    return f"{', '.join(parts)}; {period(overview)}; model {models}"


def dependence(overview: Overview) -> str | None:
    """Return how the intervals allow for dependent comments; None if there is nothing to say."""
    if overview.independent >= overview.n:
        return None
    return (
        f"Comments under one article or of one author are alike: the {overview.n:,} say as much "
        f"as {overview.independent:,} independent ones, and the intervals allow for that."
    )


def trend(found: Trend, measure: str) -> str:
    """Return whether a share rises or falls."""
    what = f"The share {MEASURED[measure]}"
    unit = f"{found.unit}s"
    if found.slope is None or found.low is None or found.high is None or found.chance is None:
        return (
            f"{what}: too few {unit} to say whether it rises or falls "
            f"({found.periods} with enough comments; {FEWEST_PERIODS} are needed)."
        )
    if found.chance < 0.05:
        way = "rises" if found.slope > 0 else "falls"
    else:
        way = "neither rises nor falls for sure"
    change, low, high = (100 * found.span * each for each in (found.slope, found.low, found.high))
    return (
        f"{what} {way}: {change:+.2f} points over {found.span:,} {unit} "
        f"[{low:+.2f}, {high:+.2f}], p = {found.chance:.3f}."
    )


def standing_out(table: GroupTable, measure: str) -> str:
    """Return how many groups stand out by more than chance, and how sure the first place is."""
    groups = plural(table.by)
    if table.n_judged < 2:
        return f"Fewer than two {groups} have enough comments to be compared."
    above = sum(group.finding == "above the rest" for group in table.groups)
    first = table.groups[0]
    if above:
        found = f"{above:,} of {table.n_judged:,} {groups} are above the rest by more than chance."
    elif table.alike is not None and table.alike >= 0.05:
        found = (
            f"The {table.n_judged:,} {groups} do not differ by more than chance: "
            "somebody is always first."
        )
    else:
        found = f"The {table.n_judged:,} {groups} differ, but none is above the rest for sure."
    return (
        f"{found} The first of the list may have any rank from {first.rank_low} to "
        f"{first.rank_high:,} ({MEASURED[measure]}; 95 % for all together)."
    )


def left_out(table: GroupTable) -> Iterator[str]:
    """Yield what a table does not show."""
    few = len(table.groups) - table.n_judged
    if few:
        rest = "more " if table.n_judged else ""
        yield f"{few:,} {rest}with fewer than {FEWEST} independent comments: too few to say"
    if table.n_missing:
        yield f"{counted(table.n_missing, 'comment')} without {table.by}"


def absent(overview: Overview) -> str | None:
    """Return for which tables the comments say nothing."""
    if not overview.absent:
        return None
    known = [plural(by) if by in TABLES else f"the column {by}" for by in overview.absent]
    return f"No comment says anything about: {', '.join(known)}."
