"""The findings as one HTML page that needs no network and no script."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from markupsafe import Markup

from moderation.evaluation.bias import FEWEST
from moderation.evaluation.report.charts import charts
from moderation.evaluation.report.sections import ReportFindings
from moderation.evaluation.report.summary import (
    A_DAY,
    KINDS,
    NAMES,
    NEVER,
    OTHERS,
    aim,
    counted,
    in_short,
    origin,
)
from moderation.evaluation.workload import OFFERED
from moderation.files.templates import templates_in
from moderation.text import masked

# Comments are untrusted text, so everything is escaped except the charts drawn here.
_PAGES = templates_in(Path(__file__).parent)

_FIGURES = {
    "roc_auc": (
        "Right order",
        "Of all pairs of a true and a false comment, the share in which the true one scores "
        "higher. 0.5 is chance (ROC AUC).",
    ),
    "average_precision": (
        "Right among the first",
        "The mean share of true ones among the comments with the highest scores, over all lengths "
        "of the list that end with a true one (average precision).",
    ),
    "brier": (
        "Error of the scores",
        "The mean square of what lies between a score and the label, which is 0 or 1. 0 is "
        "perfect (Brier score).",
    ),
    "calibration_error": (
        "Exaggeration of the scores",
        "The mean distance between a score and the share of true ones among comments with such a "
        "score. 0 is perfect (expected calibration error).",
    ),
}
_SUITE = {
    "hostile": ("Hostile comments that it proposes to publish", "one that it would publish"),
    "not_hostile": ("Harmless comments that it sends you", "one that it sends you"),
    "mixed": ("Behaviours of both kinds", "one that it gets wrong"),
}


_PAGES.filters["masked"] = masked
_PAGES.filters["grouped"] = lambda number: f"{number:,}"
_PAGES.filters["counted"] = counted


def render(found: ReportFindings, *, day: date, a_day: int = A_DAY, unmasked: bool = False) -> str:
    """Write a report as HTML; equal findings of a day give equal bytes.

    Parameters
    ----------
    found
        The findings of the report.
    day
        The day on which the report is made.
    a_day
        The comments that come in on a day.
    unmasked
        Whether insults stand on the page as they were written, without a choice.
    """
    drawn = {
        each.attribute: [
            chart._replace(svg=Markup(chart.svg))  # noqa: S704 - our own
            for chart in charts(each, a_day)
        ]
        for each in found.attributes
    }
    return _PAGES.get_template("report.html").render(
        found=found,
        day=f"{day.day} {day:%B %Y}",
        a_day=a_day,
        unmasked=unmasked,
        charts=drawn,
        short={each.attribute: in_short(each, a_day) for each in found.attributes},
        origin={each.attribute: origin(each) for each in found.attributes},
        offered={
            each.attribute: [
                (aim(target, each.attribute, a_day), choice)
                for target, choice in zip(OFFERED, each.offered, strict=True)
            ]
            for each in found.attributes
        },
        style=Markup((Path(__file__).parent / "report.css").read_text("utf-8")),  # noqa: S704
        names=NAMES,
        kinds=KINDS,
        others=OTHERS,
        figures=_FIGURES,
        behaviours=_SUITE,
        fewest=FEWEST,
        never=NEVER,
    )
