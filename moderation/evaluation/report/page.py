"""The findings as one HTML page that needs no network."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from moderation.evaluation.report.charts import charts
from moderation.evaluation.report.sections import ReportFindings

# Comments are untrusted text, so everything is escaped except the charts drawn here.
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(found: ReportFindings) -> str:
    """Write a report as HTML; equal findings give equal bytes.

    Parameters
    ----------
    found
        The findings of the report.
    """
    drawn = {
        each.attribute.value: {title: Markup(svg) for title, svg in charts(each).items()}  # noqa: S704
        for each in found.attributes
    }
    page = _PAGES.get_template("report.html")
    return page.render(found=found, charts=drawn, names=_NAMES)


_NAMES = {
    "hostility": "Hostility",
    "off_topic": "Off-topic",
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
    "brier": "Brier score",
    "calibration_error": "Calibration error (ECE, ten bins)",
}
