"""The workload that a choice of thresholds means for a newsroom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.workload.workload import (
        OFFERED,
        Choice,
        Target,
        choices,
        evidence_rate,
        scored_gold,
        threshold,
        with_thresholds,
    )

__all__ = [
    "OFFERED",
    "Choice",
    "Target",
    "choices",
    "evidence_rate",
    "scored_gold",
    "threshold",
    "with_thresholds",
]

__getattr__ = open_door(
    __name__,
    {
        "Choice": "moderation.evaluation.workload.workload",
        "OFFERED": "moderation.evaluation.workload.workload",
        "Target": "moderation.evaluation.workload.workload",
        "choices": "moderation.evaluation.workload.workload",
        "evidence_rate": "moderation.evaluation.workload.workload",
        "scored_gold": "moderation.evaluation.workload.workload",
        "threshold": "moderation.evaluation.workload.workload",
        "with_thresholds": "moderation.evaluation.workload.workload",
    },
)
