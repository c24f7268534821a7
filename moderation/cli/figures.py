"""Figures as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from moderation.cli.output import say

if TYPE_CHECKING:
    from moderation.evaluate import Figure, Report


def show_reports(reports: Sequence[Report], how: str) -> None:
    """Print the figures of each attribute with their 95 % intervals."""
    for report in reports:
        name = report.attribute.value.replace("_", "-")
        say(
            f"{name}: {report.n:,} comments, {report.n_true:,} true, in {report.n_groups:,} groups "
            f"({how})"
        )
        for n, what in (
            (report.n_contested, "contested, left out"),
            (report.n_unscored, "without a score, left out"),
        ):
            if n:
                say(f"  {n:,} {what}")
        if report.thresholds:
            say(f"  review from {report.thresholds.review}, hold from {report.thresholds.hold}")
        for key, figure in report.figures.items():
            say(f"  {key.replace('_', ' '):<22}{_shown(figure)}")


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f}   [{figure.low:.3f}, {figure.high:.3f}]"
