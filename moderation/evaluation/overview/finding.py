"""The figures of an overview, computed from the counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec
import numpy as np

from moderation._types import Floats
from moderation.evaluation.overview import chance
from moderation.evaluation.overview.correction import Correction
from moderation.evaluation.overview.counting import Counting, GroupCount
from moderation.evaluation.overview.differences import differences
from moderation.evaluation.overview.inputs.placing import TIMES, WEEKDAYS
from moderation.evaluation.overview.trend import FEWEST_PERIODS, PeriodShare, Trend, find_trend
from moderation.evaluation.shares import FEWEST, wilson

#: The measures: comments proposed for hold, and those proposed for review or hold.
MEASURES = ("hold", "review")

# Seed of the simulations; the same counts give the same figures.
_SEED = 0
_MOST_WORST = 10


class MeasuredShare(msgspec.Struct, frozen=True, kw_only=True):
    """A share of comments with its 95 % interval; None if there are too few to say."""

    k: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class GroupFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one group.

    Attributes
    ----------
    name, title
        The name of the group; the headline of an article.
    n
        Its comments.
    hold, review
        The share proposed for hold, and that proposed for review or hold.
    difference, difference_low, difference_high
        The share less that of all comments, with its interval. This and what follows is about the
        measure by which the groups are ordered; None if there are too few comments to say.
    shrunken
        The share, drawn towards those of the other groups as far as it may be chance.
    among_worst
        The probability that the group is among the worst.
    rank_low, rank_high
        The ranks that the group may have, for all groups at once with 95 % confidence.
    chance
        How probably chance alone gives some group of the table so large a share.
    finding
        ``too few to say``, ``above the rest``, or ``may be chance``.
    """

    name: str
    title: str | None = None
    n: int
    hold: MeasuredShare
    review: MeasuredShare
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    shrunken: float | None = None
    among_worst: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    chance: float | None = None
    finding: str = "too few to say"


class GroupTable(msgspec.Struct, frozen=True, kw_only=True):
    """The groups of one table.

    Attributes
    ----------
    by
        What the groups have in common: ``article``, ``section``, a column.
    groups
        The groups, worst first: by `shrunken`, where that is equal by the lower end of the
        interval, and those with too few comments last.
    n_missing
        Comments that do not say to which group they belong.
    n_judged
        Groups with enough comments.
    clustered
        Whether the intervals allow for comments under one article being alike.
    worst
        How many groups count as the worst.
    alike
        How probably groups that are all alike differ as much as these.
    spread
        The standard deviation of the groups' true shares.
    """

    by: str
    groups: list[GroupFigures]
    n_missing: int
    n_judged: int
    clustered: bool
    worst: int
    alike: float | None = None
    spread: float | None = None

    def in_time(self) -> list[GroupFigures]:
        """Return the groups in the order of time, or as they are if they have none."""
        if self.by == "weekday":
            return sorted(self.groups, key=lambda group: WEEKDAYS.index(group.name))
        return (
            sorted(self.groups, key=lambda group: group.name) if self.by in TIMES else self.groups
        )


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of some scored comments.

    Attributes
    ----------
    measure
        The measure by which groups are ordered: ``hold`` or ``review``.
    n, n_unjudged
        Comments that a model judged, and those that none could judge.
    models
        The versions of the models, with their comments.
    since, until, n_undated
        The first and the last day, and the comments without a day.
    n_articles, n_authors
        How many articles and authors are known.
    hold, review
        The shares of all comments.
    independent
        For how many independent comments they count; comments under one article, or of one author,
        resemble each other.
    tables, absent
        The tables, and those for which no comment says anything.
    trends
        The trend of each measure.
    thresholds
        The thresholds of each attribute for review and hold; empty if they are not known.
    correction
        What a sample that people have read says about all comments.
    """

    measure: str
    n: int
    n_unjudged: int
    models: dict[str, int]
    since: date | None
    until: date | None
    n_undated: int
    n_articles: int
    n_authors: int
    hold: MeasuredShare
    review: MeasuredShare
    independent: int
    tables: list[GroupTable]
    absent: list[str]
    trends: dict[str, Trend]
    thresholds: dict[str, tuple[float, float]] = {}
    correction: Correction | None = None


class _Alike(NamedTuple):
    """How much comments resemble each other under one article and of one author."""

    article: float
    author: float


def find_overview(counting: Counting, tables: Sequence[str], measure: str = "hold") -> Overview:
    """Compute the figures of an overview.

    Parameters
    ----------
    counting
        The counts.
    tables
        The tables to show, in order.
    measure
        The measure by which groups are ordered: ``hold`` or ``review``.
    """
    articles, authors = counting.groups("article"), counting.groups("author")
    alike = {
        name: _Alike(_intraclass(articles, name), _intraclass(authors, name)) for name in MEASURES
    }
    effects = {
        name: 1
        + alike[name].article * _excess_size(articles, counting.n)
        + alike[name].author * _excess_size(authors, counting.n)
        for name in MEASURES
    }
    found = [_table(counting, table, alike, effects, measure) for table in tables]
    independent = counting.n / effects[measure]
    return Overview(
        measure=measure,
        n=counting.n,
        n_unjudged=counting.n_unjudged,
        models=dict(counting.models),
        since=counting.since,
        until=counting.until,
        n_undated=counting.n_missing("day"),
        n_articles=len(articles),
        n_authors=len(authors),
        hold=_whole(counting.measured("hold"), counting.n, effects["hold"]),
        review=_whole(counting.measured("review"), counting.n, effects["review"]),
        independent=math.floor(independent),
        tables=[table for table in found if table.groups],
        absent=[table.by for table in found if not table.groups],
        trends={name: _trend(counting, name, alike[name]) for name in MEASURES},
    )


def _column(groups: dict[str, GroupCount], name: str) -> Floats:
    return np.array([getattr(group, name) for group in groups.values()], float)


def _intraclass(groups: dict[str, GroupCount], measure: str) -> float:
    return chance.intraclass(_column(groups, measure), _column(groups, "n"))


def _excess_size(groups: dict[str, GroupCount], n: int) -> float:
    """Return the mean number of other comments in the cluster of a comment."""
    sizes = _column(groups, "n")
    return float((sizes * (sizes - 1)).sum()) / max(1, n)


def _whole(k: int, n: int, effect: float) -> MeasuredShare:
    return _shares(np.array([k], float), np.array([n], float), np.array([effect]))[0]


def _shares(k: Floats, n: Floats, effects: Floats) -> list[MeasuredShare]:
    """Return shares with intervals; too few independent comments have none."""
    some = np.maximum(n, 1)
    low, high = wilson(k / effects, some / effects)
    return [
        MeasuredShare(k=int(k[i]))
        if n[i] / effects[i] < FEWEST
        else MeasuredShare(
            k=int(k[i]),
            value=_rounded(k[i] / n[i]),
            low=_rounded(low[i]),
            high=_rounded(high[i]),
        )
        for i in range(len(k))
    ]


def _rounded(value: float) -> float:
    return round(float(value), 6)


def _effects(groups: dict[str, GroupCount], alike: float) -> Floats:
    """Return the design effects of groups: Kish's (1965), from their comments by article."""
    n = _column(groups, "n")
    effects: Floats = 1 + alike * (_column(groups, "squares") / n - 1)
    return effects


def _table(
    counting: Counting,
    by: str,
    alike: dict[str, _Alike],
    effects: dict[str, float],
    measure: str,
) -> GroupTable:
    groups = counting.groups(by)
    n = _column(groups, "n")
    own = {name: _effects(groups, alike[name].article) for name in MEASURES}
    shares = {name: _shares(_column(groups, name), n, own[name]) for name in MEASURES}
    rows = [
        GroupFigures(
            name=name,
            title=counting.titles.get(name) if by == "article" else None,
            n=group.n,
            hold=hold,
            review=review,
        )
        for (name, group), hold, review in zip(
            groups.items(), shares["hold"], shares["review"], strict=True
        )
    ]
    k = _column(groups, measure)
    enough = np.array([getattr(row, measure).value is not None for row in rows], bool)
    worst = max(1, min(_MOST_WORST, math.ceil(enough.sum() / 10)))
    table = GroupTable(
        by=by,
        groups=rows,
        n_missing=counting.n_missing(by),
        n_judged=int(enough.sum()),
        clustered=bool((own[measure] > 1).any()),
        worst=worst,
    )
    if table.n_judged < 2:
        rows.sort(key=lambda row: (getattr(row, measure).value is None, -row.n, row.name))
        return table
    judged = _Judged(k[enough], n[enough], own[measure][enough])
    whole = (float(counting.measured(measure)), float(counting.n), effects[measure])
    compared = iter(
        _compared([r for r, e in zip(rows, enough, strict=True) if e], judged, whole, worst)
    )
    rows = [next(compared) if each else row for row, each in zip(rows, enough, strict=True)]
    rows.sort(key=partial(_worst_first, measure))
    prior = judged.prior
    return msgspec.structs.replace(
        table,
        groups=rows,
        alike=_rounded(chance.alike(judged.k, judged.n, _SEED)),
        spread=_rounded(prior.spread),
    )


class _Judged:
    """The groups with enough comments, in numbers of independent comments."""

    def __init__(self, k: Floats, n: Floats, effects: Floats) -> None:
        self.raw = (k, n)
        self.k, self.n = k / effects, n / effects
        self.prior = chance.fit(self.k, self.n)


def _worst_first(measure: str, row: GroupFigures) -> tuple[bool, float, float, int, str]:
    """Return the place of a row: groups that differ by chance alone have one `shrunken`."""
    low, shrunken = getattr(row, measure).low or 0, float(f"{row.shrunken or 0:.3g}")
    return (row.shrunken is None, -shrunken, -low, -row.n, row.name)


def _compared(
    rows: list[GroupFigures], judged: _Judged, whole: tuple[float, float, float], worst: int
) -> list[GroupFigures]:
    """Add to groups how they compare with all comments, and what chance does to their ranks."""
    all_k, all_n, effect = whole
    k, n = judged.raw
    rest = ((all_k - k) / effect, np.maximum(all_n - n, 1) / effect)
    part = n / all_n
    apart, low, high = ((1 - part) * each for each in differences((judged.k, judged.n), rest))
    chances = chance.holm(chance.excess(judged.k, judged.n, rest))
    rank_low, rank_high = chance.ranks(judged.k, judged.n)
    shrunken = judged.prior.shrunken(judged.k, judged.n)
    among = chance.among_worst(judged.k, judged.n, judged.prior, worst, _SEED)
    return [
        msgspec.structs.replace(
            row,
            difference=_rounded(apart[i]),
            difference_low=_rounded(low[i]),
            difference_high=_rounded(high[i]),
            shrunken=_rounded(shrunken[i]),
            among_worst=_rounded(among[i]),
            rank_low=int(rank_low[i]),
            rank_high=int(rank_high[i]),
            chance=_rounded(chances[i]),
            finding="above the rest" if chances[i] < chance.ERROR else "may be chance",
        )
        for i, row in enumerate(rows)
    ]


def _trend(counting: Counting, measure: str, alike: _Alike) -> Trend:
    """Return the trend by week, or by day if there are too few weeks."""
    weeks, days = (_periods(counting, unit, measure, alike.article) for unit in ("week", "day"))
    if len(weeks) >= FEWEST_PERIODS:
        return find_trend("week", weeks)
    return find_trend("day", days)


def _periods(counting: Counting, unit: str, measure: str, alike: float) -> list[PeriodShare]:
    groups = dict(sorted(counting.groups(unit).items()))
    n = _column(groups, "n")
    shares = _shares(_column(groups, measure), n, _effects(groups, alike))
    return [
        PeriodShare(
            name=name, at=_place(unit, name), value=share.value, low=share.low, high=share.high
        )
        for name, share in zip(groups, shares, strict=True)
        if share.value is not None and share.low is not None and share.high is not None
    ]


def _place(unit: str, name: str) -> float:
    """Return the place of a period in time, counted in units."""
    if unit == "day":
        return date.fromisoformat(name).toordinal()
    year, _, week = name.partition("-W")
    return date.fromisocalendar(int(year), int(week), 1).toordinal() / 7
