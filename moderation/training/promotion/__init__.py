"""Comparing a new model with the current one, and making the new one current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.training.promotion.comparing import (
        ModelComparison,
        begin,
        compare_models,
        describe,
        is_better,
        shelve,
    )

__all__ = ["ModelComparison", "begin", "compare_models", "describe", "is_better", "shelve"]

__getattr__ = open_door(
    __name__,
    {
        "ModelComparison": "moderation.training.promotion.comparing",
        "begin": "moderation.training.promotion.comparing",
        "compare_models": "moderation.training.promotion.comparing",
        "describe": "moderation.training.promotion.comparing",
        "is_better": "moderation.training.promotion.comparing",
        "shelve": "moderation.training.promotion.comparing",
    },
)
