"""An overview in sentences, for the terminal, the page and the paragraph to print."""

from __future__ import annotations

from collections.abc import Iterator

from moderation.evaluation.overview.correction import FEWEST_READ, Estimated
from moderation.evaluation.overview.finding import GroupFigures, GroupTable, MeasuredShare, Overview
from moderation.evaluation.overview.inputs.placing import TABLES
from moderation.evaluation.overview.trend import FEWEST_PERIODS, Trend
from moderation.evaluation.shares import FEWEST

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


def span(share: MeasuredShare | Estimated) -> str:
    """Return the interval of a share, in percent."""
    if share.low is None or share.high is None:
        return "too few to say"
    return f"{100 * share.low:.1f} to {100 * share.high:.1f}"


def points(difference: float | None) -> str:
    """Return a difference of shares in percentage points."""
    return "" if difference is None else f"{100 * difference:+.1f} points"


def ranks(group: GroupFigures) -> str:
    """Return the ranks that a group may have."""
    if group.rank_low is None or group.rank_high is None:
        return ""
    return f"{group.rank_low:,} to {group.rank_high:,}"


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
            f"({len(found.periods)} with enough comments; {FEWEST_PERIODS} are needed)."
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
        are = "is" if above == 1 else "are"
        found = (
            f"{above:,} of {table.n_judged:,} {groups} {are} above the rest by more than chance."
        )
    elif table.alike is not None and table.alike >= 0.05:
        found = (
            f"The {table.n_judged:,} {groups} do not differ by more than chance: "
            "somebody is always first."
        )
    else:
        found = f"The {table.n_judged:,} {groups} differ, but none is above the rest for sure."
    known = first.rank_low == first.rank_high
    rank = f"has rank {first.rank_low}" if known else f"may have any rank from {ranks(first)}"
    return f"{found} The first of the list {rank} ({MEASURED[measure]}; 95 % for all together)."


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


def estimated(share: Estimated) -> str:
    """Return an estimated share with its interval, and the comments for which it stands."""
    low, high = share.counts
    return (
        f"{percent(share.value)} [{100 * share.low:.1f}, {100 * share.high:.1f}], "
        f"some {share.count:,} of {share.n:,} comments [{low:,}, {high:,}]"
    )


def corrected(overview: Overview) -> Iterator[str]:
    """Yield what people who read a sample say about all comments."""
    found = overview.correction
    if found is None:
        return
    read = sum(stratum.read for stratum in found.strata)
    yield f"A person has read {counted(read, 'comment')} drawn at random, of all {overview.n:,}."
    hostile = found.shares.get("hostility")
    if hostile is None:
        yield (
            f"That is too few to correct anything: at least {FEWEST_READ} of each proposal "
            "must be judged for hostility."
        )
    else:
        raw = percent(overview.review.k / overview.n)
        yield f"Hostile as a person reads: {estimated(hostile)}. The model flags {raw}."
    if found.missed is not None:
        yield f"Missed, of those it would publish: {estimated(found.missed)}."
    if found.wrongly is not None:
        yield f"Wrongly flagged, of those it would hold or review: {estimated(found.wrongly)}."
    if found.found is not None:
        share = found.found
        yield (
            f"Of 100 hostile comments it flags {100 * share.value:.0f} "
            f"[{100 * share.low:.0f}, {100 * share.high:.0f}]."
        )
    off_topic = found.shares.get("off_topic")
    if off_topic is not None:
        yield f"Off topic as a person reads: {estimated(off_topic)}."
    if found.n_unmatched:
        yield (
            f"{counted(found.n_unmatched, 'labelled comment')} not found among the comments: "
            "name the same inputs, in the same order, as when the sample was drawn."
        )


def methods(overview: Overview, version: str, day: str) -> str:
    """Return the paragraph to print under the piece.

    Parameters
    ----------
    overview
        The figures.
    version
        The version of this program.
    day
        The day on which they were computed.
    """
    models = " and ".join(overview.models)
    parts = [
        f"How we counted: {counted(overview.n, 'reader comment')}, {period(overview)}, were scored "
        f"with the program moderation {version} and the model {models}, on {day}. The model gives "
        "each comment a probability that people would call it hostile"
        f"{_thresholds(overview)}. It proposes; nobody is judged by it alone. It would hold "
        f"{interval(overview.hold)} and hold or review {interval(overview.review)} (95 % "
        "intervals in brackets)."
    ]
    told = dependence(overview)
    if told is not None:
        parts.append(told)
    if overview.correction is not None:
        parts += corrected(overview)
    else:
        parts.append(
            "The model errs, and its error on these comments has not been measured; it finds "
            "coarse words better than contempt in clean ones."
        )
    parts.append(
        f"Groups with fewer than {FEWEST} independent comments are not compared. A group is called "
        "above the rest only if chance would name any group of its table in fewer than one case "
        "of twenty."
    )
    return " ".join(parts)


def _thresholds(overview: Overview) -> str:
    known = overview.thresholds.get("hostility")
    if known is None:
        return ""
    review, hold = known
    return f"; from {review:.2f} on it proposes review, from {hold:.2f} on hold"


#: The methods in one line each, for whoever wants to check them.
SOURCES = (
    "Intervals of shares: Wilson 1927, Journal of the American Statistical Association 22, "
    "209-212. Dependent comments count for fewer: Kish 1965, Survey Sampling; Korn and "
    "Graubard 1998, Survey Methodology 24, 193-201.",
    "Correlation under one article and of one author: Ridout, Demétrio and Firth 1999, Biometrics "
    "55, 137-148.",
    "Differences of shares: Newcombe 1998, Statistics in Medicine 17, 873-890.",
    "Above the rest: Fisher's exact test, corrected by Holm 1979, Scandinavian Journal of "
    "Statistics 6, 65-70.",
    "Intervals of ranks: Klein, Wright and Wieczorek 2020, Journal of the Royal Statistical "
    "Society, Series C 69, 589-606.",
    "Order of the groups, and among the worst: empirical Bayes with a beta-binomial distribution, "
    "Laird and Louis 1989, Journal of Educational Statistics 14, 29-46.",
    "Trend: Theil 1950 and Sen 1968, Journal of the American Statistical Association 63, "
    "1379-1389; Mann 1945, Econometrica 13, 245-259; for weeks that resemble their neighbours, "
    "Yue and Wang 2004, Water Resources Management 18, 201-218.",
    "Funnel plots: Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202.",
    "Correction by a sample: Rogan and Gladen 1978, American Journal of Epidemiology 107, 71-76; "
    "intervals by Zou, Huang and Zhang 2009, Computational Statistics and Data Analysis 53, "
    "1080-1085.",
)
