"""Charts as SVG inside the page: they need no script and no network, and print sharply."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from sklearn.metrics import precision_recall_curve, roc_curve

from moderation.evaluation.metrics import calibration_bins
from moderation.evaluation.report.sections import AttributeFindings

# Colours that people with colour blindness can distinguish, also in grey (Okabe and Ito 2008).
_BLUE, _ORANGE, _GREY = "#0072B2", "#D55E00", "#767676"
# Ids that every chart has. Nothing refers to them, and ids must be unique within a page.
_NUMBERED = re.compile(r' id="[A-Za-z0-9.]+_\d+"')
_SIZE = (3.9, 3.3)  # inches; two charts fit side by side on A4


def charts(found: AttributeFindings) -> dict[str, str]:
    """Return the charts of an attribute as SVG elements, by title.

    Parameters
    ----------
    found
        The findings about the attribute.
    """
    drawn: dict[str, Callable[[Any, AttributeFindings], None]] = {
        "ROC": _roc,
        "Precision and recall": _precision_recall,
        "Calibration": _calibration,
        "Scores": _histogram,
    }
    return {title: _svg(draw, found, title) for title, draw in drawn.items()}


def _svg(
    draw: Callable[[Any, AttributeFindings], None], found: AttributeFindings, title: str
) -> str:
    # The salt fixes ids that would otherwise be random, so that equal findings give an equal page.
    settings: dict[Any, Any] = {
        "svg.hashsalt": f"{found.attribute} {title}",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 8,
    }
    with mpl.rc_context(settings):
        canvas = Canvas(figsize=_SIZE, layout="constrained")
        axes = canvas.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, found)
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    svg = stream.getvalue()
    return _NUMBERED.sub("", svg[svg.index("<svg") :])


def _judged(found: AttributeFindings) -> tuple[Any, Any]:
    judged = found.evidence.gold != 0.5
    return found.evidence.gold[judged] > 0.5, found.evidence.score[judged].astype(float)


def _marks(found: AttributeFindings) -> dict[str, float]:
    return {"review": found.thresholds.review, "hold": found.thresholds.hold}


def _roc(axes: Any, found: AttributeFindings) -> None:
    true, scores = _judged(found)
    false_positive, true_positive, _ = roc_curve(true, scores)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", linewidth=1)
    axes.plot(false_positive, true_positive, color=_BLUE)
    for name, at in _marks(found).items():
        x, y = (scores[~true] >= at).mean(), (scores[true] >= at).mean()
        _point(axes, x, y, name)
    axes.set(xlabel="false ones flagged", ylabel="true ones flagged", xlim=(0, 1), ylim=(0, 1.02))


def _precision_recall(axes: Any, found: AttributeFindings) -> None:
    true, scores = _judged(found)
    precision, recall, _ = precision_recall_curve(true, scores)
    axes.axhline(true.mean(), color=_GREY, linestyle=":", linewidth=1)
    axes.plot(recall, precision, color=_BLUE)
    for name, at in _marks(found).items():
        flagged = scores >= at
        if flagged.any():
            _point(axes, flagged[true].mean(), true[flagged].mean(), name)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))


def _calibration(axes: Any, found: AttributeFindings) -> None:
    bins = calibration_bins(*_judged(found))
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", linewidth=1)
    mean, share = [b.mean_score for b in bins], [b.share_true for b in bins]
    axes.plot(mean, share, color=_BLUE, marker="o", markersize=4)
    axes.set(xlabel="mean score of a tenth of the comments", ylabel="share of true ones in it")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))


def _histogram(axes: Any, found: AttributeFindings) -> None:
    true, scores = _judged(found)
    bins = np.linspace(0, 1, 26)
    axes.hist(scores[~true], bins, color=_BLUE, alpha=0.55, label="false", density=True)
    axes.hist(
        scores[true],
        bins,
        histtype="step",
        color=_ORANGE,
        linewidth=1.6,
        label="true",
        density=True,
    )
    for name, at in _marks(found).items():
        if at < 1:
            axes.axvline(at, color="black", linestyle="--", linewidth=0.8)
            axes.annotate(
                name,
                (at, 1),
                xycoords=("data", "axes fraction"),
                rotation=90,
                ha="right",
                va="top",
                fontsize=7,
            )
    axes.set(xlabel="score", ylabel="density, each kind by itself", xlim=(0, 1))
    axes.legend(frameon=False, loc="center right")


def _point(axes: Any, x: float, y: float, name: str) -> None:
    axes.plot([x], [y], marker="o", color=_ORANGE, markersize=5)
    axes.annotate(name, (x, y), xytext=(5, -9), textcoords="offset points")
