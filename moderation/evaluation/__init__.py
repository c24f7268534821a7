"""Evaluation of models and of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.bias import BiasReport
    from moderation.evaluation.metrics import (
        Figure,
        Report,
        audit_bias,
        evaluate,
        grouped,
        report_on,
        with_intervals,
    )

__all__ = [
    "BiasReport",
    "Figure",
    "Report",
    "audit_bias",
    "evaluate",
    "grouped",
    "report_on",
    "with_intervals",
]

__getattr__ = open_door(
    __name__,
    {
        "BiasReport": "moderation.evaluation.bias",
        "Figure": "moderation.evaluation.metrics",
        "Report": "moderation.evaluation.metrics",
        "audit_bias": "moderation.evaluation.metrics",
        "evaluate": "moderation.evaluation.metrics",
        "grouped": "moderation.evaluation.metrics",
        "report_on": "moderation.evaluation.metrics",
        "with_intervals": "moderation.evaluation.metrics",
    },
)
