"""Choosing the thresholds of review and hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.thresholds.choosing import (
        HOLD_PRECISION,
        REVIEW_PRECISION,
        choose_thresholds,
    )

__all__ = ["HOLD_PRECISION", "REVIEW_PRECISION", "choose_thresholds"]

__getattr__ = open_door(
    __name__,
    {
        "HOLD_PRECISION": "moderation.evaluation.thresholds.choosing",
        "REVIEW_PRECISION": "moderation.evaluation.thresholds.choosing",
        "choose_thresholds": "moderation.evaluation.thresholds.choosing",
    },
)
