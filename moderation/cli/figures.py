"""Prints figures for a person."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import TYPE_CHECKING

from moderation.cli.output import say

if TYPE_CHECKING:
    from moderation.evaluation import BiasReport, Report
    from moderation.evaluation.audits import BreakdownPart, SuiteResult
    from moderation.model.artifact import Thresholds
    from moderation.training.promotion import ModelComparison

_BIAS_COLUMNS = (
    "subgroup: pairs within the group; BPSN: its harmless comments against other hostile ones,",
    "low if the name alone raises the score; BNSP: its hostile ones against other harmless ones;",
    "false: the share of its harmless comments that reaches review",
)


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
            (report.n_known, "trained this model, which flatters it: measure on others"),
        ):
            if n:
                say(f"  {n:,} {what}")
        if report.thresholds:
            _say_thresholds(report.thresholds)
        for key, figure in report.figures.items():
            say(f"  {key.replace('_', ' '):<22}{figure}")


def _say_thresholds(thresholds: Thresholds) -> None:
    for name in ("review", "hold"):
        least = getattr(thresholds, name)
        unless = "cannot be had: no threshold reaches the precision that is asked for"
        say(f"  {name} from {least:.4f}" if least < 1 else f"  {name} {unless}")


def show_comparisons(comparisons: Sequence[ModelComparison], current: str) -> None:
    """Print how a new model compares with the current one."""
    from moderation.training.promotion import describe

    for c in comparisons:
        say(f"against {current}: {describe(c)}")
        say(f"  {c.n:,} comments under {c.n_groups:,} articles that it was not trained on")
        if c.n_left_out:
            say(
                f"  {c.n_left_out:,} left out: it (or the base) knows a comment on the same "
                "article, or they were not drawn at random"
            )


def show_parts(parts: Sequence[BreakdownPart]) -> None:
    """Print how well off-topic is scored on subsets of the comments, with and without length."""
    if not parts:
        return
    say("off-topic, ROC AUC by part: with all signals, and with those of length held at nothing")
    for part in parts:
        counts = f"{part.n:>7,}{part.n_true:>7,}"
        say(f"  {part.name:<22}{counts}   {part.roc_auc!s:<26}{part.without_length}")


def show_bias(bias: BiasReport | None) -> None:
    """Print the bias audit, starting with the groups whose name alone has the most weight."""
    if bias is None:
        return
    say(
        f"bias: does the name of a group raise the score? Right order of pairs over all comments: "
        f"{bias.overall_auc:.3f} (AUC)"
    )
    if bias.groups:
        say(
            f"  largest gap of a group {bias.largest_gap:.3f}, equality difference of false "
            f"positives {bias.equality_difference:.3f}"
        )
        for line in _BIAS_COLUMNS:
            say(f"  {line}")
        heads = "".join(f"{name:>9}" for name in ("n", "true", "subgroup", "BPSN", "BNSP", "false"))
        say(f"  {'group':<16}{heads}")
    for g in bias.groups:
        rates = (g.subgroup_auc, g.bpsn_auc, g.bnsp_auc, g.false_positive_rate)
        shown = "".join(f"{rate:>9.3f}" for rate in rates)
        say(f"  {g.group:<16}{g.n:>9}{g.n_true:>9}{shown}")
    if bias.too_few:
        named = ", ".join(f"{g.group} ({g.n:,}, {g.n_true:,} true)" for g in bias.too_few)
        say(f"  groups named by too few comments to say anything about them: {named}")


def show_suite(suite: SuiteResult | None) -> None:
    """Print each behaviour's pass rate and a case that fails, starting with the weakest."""
    if suite is None:
        return
    say(
        f"functional suite: {suite.n_passed:,} of {suite.n:,} cases pass; "
        f"{suite.n_pairs_ordered} of {suite.n_pairs} pairs in the right order"
    )
    for result in suite.behaviours:
        b = result.behaviour
        told = f"{b.name:<36} {b.expected:<12} {b.title}"
        say(f"  {result.n_passed:>3} of {result.n:<3} {told}")
        if result.example:
            say(f"{'':<13}fails: {shorten(result.example, 86)}")
