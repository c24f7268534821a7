"""Charts as SVG inside the page: they need no script and no network, and print sharply.

No label stands where a line may pass: the names of lines and thresholds stand in a legend below.
Each chart is also told in a sentence and in a table.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from sklearn.metrics import precision_recall_curve

from moderation._types import Bools, Floats
from moderation.evaluation.metrics import Figure, calibration_bins
from moderation.evaluation.report.sections import AttributeFindings
from moderation.evaluation.report.summary import KINDS, NEVER, OTHERS
from moderation.evaluation.workload import Choice
from moderation.labels.base_rates import rate_weights

# Stand-ins for the colours that the style sheet of the page chooses, for light and for dark.
_INK, _BLUE, _ORANGE, _GREY = "#010203", "#010204", "#010205", "#010206"
_COLOURS = {
    _INK: "currentColor",
    _BLUE: "var(--blue)",
    _ORANGE: "var(--orange)",
    _GREY: "var(--soft)",
}
# Ids that every chart has. Nothing refers to them, and ids must be unique within a page.
_NUMBERED = re.compile(r' id="[A-Za-z0-9.]+_\d+"')
_SIZE = (3.9, 3.5)  # inches; two charts fit side by side on A4
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 8,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
# Thresholds are told apart by shape, so that nobody has to see their colour.
_MARKERS = {"review": "o", "hold": "s"}
_DASHES = {"review": "--", "hold": "-."}
_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # the rows in the table of the workload
_BANDS = np.linspace(0, 1, 11)  # the rows in the table of the scores


class Chart(NamedTuple):
    """A chart, and what it shows as a sentence and as a table."""

    title: str
    svg: str
    told: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class _Curve(NamedTuple):
    """What each threshold costs and finds, as shares; the highest threshold is last."""

    read: Floats
    found: Floats
    right: Floats


def charts(found: AttributeFindings, a_day: int) -> list[Chart]:
    """Draw what the scores and thresholds of an attribute do.

    Parameters
    ----------
    found
        The findings about the attribute.
    a_day
        The comments that come in on a day.
    """
    return [_workload(found, a_day), _precision(found), _calibration(found), _scores(found)]


def _workload(found: AttributeFindings, a_day: int) -> Chart:
    kind, curve = KINDS[found.attribute], _curve(found)

    def draw(axes: Any) -> None:
        axes.plot([0, a_day], [0, 100], color=_GREY, linestyle=":", label="reading at random")
        axes.plot(a_day * curve.read, 100 * curve.found, color=_BLUE, label="reading from the top")
        for name, choice in _own(found):
            _point(axes, a_day * _value(choice.share), 100 * _value(choice.recall), name)
        axes.set(xlabel=f"comments that you read, of {a_day:,} a day", xlim=(0, a_day))
        axes.set(ylabel=f"found, of 100 {kind} ones", ylim=(0, 102))

    points = [
        f"From {name}, you read {a_day * _value(choice.share):,.0f} of {a_day:,} comments and find "
        f"{100 * _value(choice.recall):.0f} of 100 {kind} ones."
        for name, choice in _own(found)
    ]
    rows = [
        (
            f"{a_day * share:,.0f}",
            f"{100 * np.interp(share, curve.read[::-1], curve.found[::-1]):.0f}",
        )
        for share in _SHARES
    ]
    return Chart(
        title="What you read, and what you find",
        svg=_svg(draw, found),
        told=" ".join(["You begin with the highest score and stop somewhere.", *points]),
        heads=("you read", f"you find, of 100 {kind} ones"),
        rows=rows,
    )


def _precision(found: AttributeFindings) -> Chart:
    kind, curve = KINDS[found.attribute], _curve(found)

    def draw(axes: Any) -> None:
        axes.plot(100 * curve.found, 100 * curve.right, color=_BLUE)
        for name, choice in _own(found):
            _point(axes, 100 * _value(choice.recall), 100 * _value(choice.precision), name)
        axes.set(xlabel=f"found, of 100 {kind} ones", xlim=(0, 100))
        axes.set(ylabel=f"{kind}, of 100 that you read", ylim=(0, 102))

    points = [
        f"From {name}, {100 * _value(choice.precision):.0f} of 100 are {kind}."
        for name, choice in _own(found)
    ]
    parts = np.linspace(0.1, 1, 10)
    return Chart(
        title="What you find, and how much of your reading is worth it",
        svg=_svg(draw, found),
        told=" ".join(["The more you want to find, the more you read in vain.", *points]),
        heads=(f"found, of 100 {kind} ones", f"{kind}, of 100 that you read"),
        rows=[
            (f"{100 * part:.0f}", f"{100 * np.max(curve.right[curve.found >= part - 1e-9]):.0f}")
            for part in parts
        ],
    )


def _calibration(found: AttributeFindings) -> Chart:
    kind = KINDS[found.attribute]
    bins = calibration_bins(*_judged(found), found.base_rate)

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 100], color=_GREY, linestyle=":", label="scores that are right")
        scores, shares = [b.mean_score for b in bins], [100 * b.share_true for b in bins]
        axes.plot(scores, shares, color=_BLUE, marker="o", markersize=4, label="this model")
        axes.set(xlabel="mean score of a tenth of the comments", xlim=(0, 1))
        axes.set(ylabel=f"{kind}, of 100 of them", ylim=(0, 102))

    return Chart(
        title="Whether a score means what it says",
        svg=_svg(draw, found),
        told=f"Of 100 comments with a score of 0.30, 30 should be {kind}. Points below the dotted "
        "line are scores that are too high.",
        heads=("mean score of a tenth of the comments", f"{kind}, of 100 of them"),
        rows=[(f"{b.mean_score:.3f}", f"{100 * b.share_true:.0f}") for b in bins],
    )


def _scores(found: AttributeFindings) -> Chart:
    kind, other = KINDS[found.attribute], OTHERS[found.attribute]
    true, scores = _judged(found)
    kinds = ((kind, scores[true]), (other, scores[~true]))

    def draw(axes: Any) -> None:
        bins = np.linspace(0, 1, 26)
        for (name, values), colour in zip(kinds, (_ORANGE, _BLUE), strict=True):
            weights = np.full(len(values), 100 / len(values))
            style = {"histtype": "step", "linewidth": 1.6} if name == kind else {"alpha": 0.55}
            axes.hist(values, bins, weights=weights, color=colour, label=name, **style)
        for name, choice in _own(found):
            axes.axvline(choice.threshold, color=_INK, linestyle=_DASHES[name], label=name)
        axes.set(xlabel="score", xlim=(0, 1), ylabel="of 100 of each kind")

    marks = [f"The threshold of {name} is {at.threshold:.2f}." for name, at in _own(found)]
    spread = [np.histogram(values, _BANDS)[0] / len(values) for _, values in kinds]
    return Chart(
        title=f"How {kind} and {other} comments score",
        svg=_svg(draw, found),
        told=" ".join(["The better the model, the farther apart the two kinds lie.", *marks]),
        heads=("score", f"of 100 {kind} ones", f"of 100 {other} ones"),
        rows=[
            (f"{low:.1f} to {low + 0.1:.1f}", f"{100 * a:.0f}", f"{100 * b:.0f}")
            for low, a, b in zip(_BANDS, *spread, strict=False)
        ],
    )


def _svg(draw: Callable[[Any], None], found: AttributeFindings) -> str:
    # The salt fixes ids that would otherwise be random, so that equal findings give an equal page.
    with mpl.rc_context(_SETTINGS | {"svg.hashsalt": f"{found.attribute} {draw.__qualname__}"}):
        canvas = Canvas(figsize=_SIZE, layout="constrained")
        axes = canvas.add_subplot()
        draw(axes)
        canvas.legend(loc="outside lower center", ncols=2, frameon=False)
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    svg = stream.getvalue()
    svg = _NUMBERED.sub("", svg[svg.index("<svg") :])
    for stand_in, colour in _COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return svg


def _point(axes: Any, x: float, y: float, name: str) -> None:
    marks = {"marker": _MARKERS[name], "markersize": 6, "linestyle": "none"}
    axes.plot([x], [y], color=_ORANGE, label=name, **marks)


def _own(found: AttributeFindings) -> Iterator[tuple[str, Choice]]:
    """Yield the model's own thresholds that a score can reach."""
    for name, choice in (("review", found.review), ("hold", found.hold)):
        if choice.threshold < NEVER and choice.precision.value is not None:
            yield name, choice


def _judged(found: AttributeFindings) -> tuple[Bools, Floats]:
    judged = found.evidence.gold != 0.5
    return found.evidence.gold[judged] > 0.5, found.evidence.score[judged].astype(float)


def _value(figure: Figure) -> float:
    return figure.value or 0.0


def _curve(found: AttributeFindings) -> _Curve:
    true, scores = _judged(found)
    weights = rate_weights(true, found.base_rate)
    right, caught, at = precision_recall_curve(true, scores, sample_weight=weights)
    # All comments are read, also those on which people do not agree.
    everything = found.evidence.score.astype(float)
    order = np.argsort(everything)
    each = rate_weights(found.evidence.gold > 0.5, found.base_rate)[order]
    above = np.append(each[::-1].cumsum()[::-1], 0.0) / each.sum()
    read = np.append(above[np.searchsorted(everything[order], at)], 0.0)
    return _Curve(read=read, found=caught, right=right)
