"""Plots of an overview as SVG inside its page: small, sharp in print, and in the page's colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup, escape
from scipy import special

from moderation.evaluation.overview import words
from moderation.evaluation.overview.finding import GroupFigures, GroupTable, Overview

_WIDTH, _HEIGHT = 460, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 14, 26
_BAR_WIDTH, _BAR_HEIGHT = 150, 16

# A series of more points is drawn as a line with a band, because marks would cover each other.
_MOST_MARKS = 60
_MOST_DOTS = 1_000


class _Mark(NamedTuple):
    x: float
    value: float
    low: float
    high: float
    above: bool = False


class _Scale:
    """The places of shares and of a horizontal axis in a drawing."""

    def __init__(self, first: float, last: float, highest: float) -> None:
        self._first, self._span = first, max(last - first, 1e-9)
        self.highest = _nice(highest)

    def x(self, value: float) -> str:
        return f"{_LEFT + (value - self._first) / self._span * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def y(self, share: float) -> str:
        share = min(max(share, 0.0), self.highest)
        return f"{_HEIGHT - _BOTTOM - share / self.highest * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    def frame(self, whole: float) -> str:
        """Return the axes with their labels, and a line at the share of all comments."""
        lines = ""
        for share in (0.0, self.highest / 2, self.highest):
            y = self.y(share)
            digits = 0 if self.highest >= 0.1 else 1 if self.highest >= 0.01 else 2
            lines += _line(_LEFT, y, _WIDTH - _RIGHT, y, "axis")
            lines += _text(_LEFT - 6, float(y) + 4, words.percent(share, digits), "end")
        return lines + _line(_LEFT, self.y(whole), _WIDTH - _RIGHT, self.y(whole), "whole")


def trend_plot(overview: Overview, measure: str) -> Markup | None:
    """Draw a share over time, with its trend; None for fewer than three periods.

    Parameters
    ----------
    overview
        The figures.
    measure
        ``hold`` or ``review``.
    """
    trend = overview.trends[measure]
    if len(trend.periods) < 3:
        return None
    marks = [_Mark(p.at, p.value, p.low, p.high) for p in trend.periods]
    scale = _scale(marks)
    drawn = _series(marks, scale)
    if trend.slope is not None:
        starts = [mark.value - trend.slope * mark.x for mark in marks]
        start = float(np.median(starts))
        ends = [(scale.x(m.x), scale.y(start + trend.slope * m.x)) for m in (marks[0], marks[-1])]
        drawn += _line(*ends[0], *ends[1], "slope")
    names = trend.periods[0].name, trend.periods[-1].name
    label = f"{words.MEASURED[measure]} by {trend.unit}. {words.trend(trend, measure)}"
    whole = getattr(overview, measure).k / overview.n
    return _drawing(scale.frame(whole) + drawn + _ends(*names), label)


def time_plot(table: GroupTable, overview: Overview) -> Markup:
    """Draw the shares of groups that follow one another in time.

    Parameters
    ----------
    table
        A table by hour, weekday, day or week.
    overview
        The figures of all comments.
    """
    groups = [g for g in table.in_time() if getattr(g, overview.measure).value is not None]
    marks = [_mark(float(at), group, overview.measure) for at, group in enumerate(groups)]
    scale = _scale(marks, room=0.5)
    names = [group.name for group in groups]
    if table.by == "weekday":
        ticks = "".join(
            _text(float(scale.x(at)), _HEIGHT - 8, name[:3], "middle")
            for at, name in enumerate(names)
        )
    else:
        ticks = _ends(names[0], names[-1])
    whole = getattr(overview, overview.measure).k / overview.n
    label = f"{words.MEASURED[overview.measure]} by {table.by}, {names[0]} to {names[-1]}"
    return _drawing(scale.frame(whole) + _series(marks, scale) + ticks, label)


def funnel_plot(table: GroupTable, overview: Overview) -> Markup | None:
    """Draw shares against numbers of comments, with the limits of chance (Spiegelhalter 2005).

    Parameters
    ----------
    table
        A table with many groups; None comes back if their comments are not independent.
    overview
        The figures of all comments.
    """
    measure = overview.measure
    groups = [g for g in table.groups if getattr(g, measure).value is not None]
    whole = getattr(overview, measure).k / overview.n
    if table.clustered or not 0 < whole < 1:
        return None
    groups.sort(key=lambda g: -abs(getattr(g, measure).value - whole) * math.sqrt(g.n))
    groups = groups[:_MOST_DOTS]
    sizes = [math.log10(group.n) for group in groups]
    highest = max(getattr(group, measure).value for group in groups)
    scale = _Scale(min(sizes), max(sizes), max(highest, 2 * whole))
    n = np.logspace(min(sizes), max(sizes), 60)
    drawn = scale.frame(whole)
    for chance, name in ((0.025, "limit"), (0.001, "limit outer")):
        for share in (chance, 1 - chance):
            limit = np.clip(special.bdtrik(share, n, whole) / n, 0, 1)
            limit[np.isnan(limit)] = 0.0
            drawn += _path(zip(np.log10(n), limit, strict=True), scale, name)
    # Those that stand out are drawn last, so that nothing covers them.
    for group in sorted(groups, key=_above):
        place = scale.x(math.log10(group.n)), scale.y(getattr(group, measure).value)
        drawn += _dot(*place, above=_above(group), radius=2.6)
    few, many = (min(g.n for g in groups), max(g.n for g in groups))
    label = (
        f"{words.plural(table.by)}: share {words.MEASURED[measure]} against the number of "
        f"comments, {few:,} to {many:,}; the curves enclose 95 and 99.8 of 100 groups if all are "
        "alike"
    )
    return _drawing(drawn + _ends(f"{few:,} comments", f"{many:,} comments"), label)


def interval_bar(group: GroupFigures, overview: Overview, highest: float) -> Markup:
    """Draw the share of one group with its interval, and a mark at that of all comments.

    Parameters
    ----------
    group
        The group.
    overview
        The figures of all comments.
    highest
        The share at the right end.
    """
    share = getattr(group, overview.measure)
    whole = getattr(overview, overview.measure).k / overview.n

    def x(value: float) -> float:
        return round(4 + min(value / highest, 1.0) * (_BAR_WIDTH - 8), 1)

    middle = _BAR_HEIGHT / 2
    drawn = _line(x(whole), 0, x(whole), _BAR_HEIGHT, "whole")
    drawn += _line(x(share.low), middle, x(share.high), middle, "interval")
    drawn += _dot(x(share.value), middle, above=_above(group), radius=3.6)
    box = f'viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}"'
    return Markup(f'<svg class="bar" {box} aria-hidden="true">{drawn}</svg>')  # noqa: S704 - numbers


def _above(group: GroupFigures) -> bool:
    return group.finding == "above the rest"


def _mark(x: float, group: GroupFigures, measure: str) -> _Mark:
    share = getattr(group, measure)
    return _Mark(x, share.value, share.low, share.high, _above(group))


def _scale(marks: Sequence[_Mark], room: float = 0.0) -> _Scale:
    # One wide interval does not press all others together.
    highest = float(np.quantile([mark.high for mark in marks], 0.98))
    highest = max(highest, *(mark.value for mark in marks))
    return _Scale(marks[0].x - room, marks[-1].x + room, highest)


def _nice(share: float) -> float:
    """Return the next round share that is no smaller."""
    power = 10.0 ** math.floor(math.log10(max(share, 1e-4)))
    return min(1.0, next(m * power for m in (1, 2, 4, 6, 8, 10) if m * power >= share - 1e-12))


def _series(marks: Sequence[_Mark], scale: _Scale) -> str:
    if len(marks) > _MOST_MARKS:
        edge = [(m.x, m.low) for m in marks] + [(m.x, m.high) for m in reversed(marks)]
        values = [(m.x, m.value) for m in marks]
        return _path(edge, scale, "band") + _path(values, scale, "line")
    drawn = ""
    for mark in marks:
        x = scale.x(mark.x)
        drawn += _line(x, scale.y(mark.low), x, scale.y(mark.high), "interval")
        drawn += _dot(x, scale.y(mark.value), above=mark.above, radius=3)
    return drawn


def _path(points: Iterable[tuple[float, float]], scale: _Scale, name: str) -> str:
    places = " L".join(f"{scale.x(x)} {scale.y(y)}" for x, y in points)
    return f'<path class="{name}" d="M{places}"/>'


def _line(x: object, y: object, to_x: object, to_y: object, name: str) -> str:
    return f'<line class="{name}" x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"/>'


def _dot(x: object, y: object, *, above: bool, radius: float) -> str:
    name = "dot above" if above else "dot"
    return f'<circle class="{name}" cx="{x}" cy="{y}" r="{radius}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _ends(first: str, last: str) -> str:
    return _text(_LEFT, _HEIGHT - 8, first, "start") + _text(
        _WIDTH - _RIGHT, _HEIGHT - 8, last, "end"
    )


def _drawing(inside: str, label: str) -> Markup:
    return Markup(  # noqa: S704 - what is not ours is escaped
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{inside}</svg>"
    )
