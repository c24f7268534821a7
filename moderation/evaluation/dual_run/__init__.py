"""A dual run: how far another scorer's recorded answers agree with ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.dual_run.comparing import THRESHOLDS, ComparedScorer, compare

__all__ = ["THRESHOLDS", "ComparedScorer", "compare"]

__getattr__ = open_door(
    __name__,
    {
        "ComparedScorer": "moderation.evaluation.dual_run.comparing",
        "THRESHOLDS": "moderation.evaluation.dual_run.comparing",
        "compare": "moderation.evaluation.dual_run.comparing",
    },
)
