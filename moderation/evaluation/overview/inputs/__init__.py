"""What an overview is made from: comments with their verdicts, and where each belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.overview.inputs.placing import TABLES, Placing
    from moderation.evaluation.overview.inputs.reading import (
        ScoredComment,
        is_scored,
        read_scored,
        scored_comment,
    )

__all__ = ["TABLES", "Placing", "ScoredComment", "is_scored", "read_scored", "scored_comment"]

__getattr__ = open_door(
    __name__,
    {
        "Placing": "moderation.evaluation.overview.inputs.placing",
        "ScoredComment": "moderation.evaluation.overview.inputs.reading",
        "TABLES": "moderation.evaluation.overview.inputs.placing",
        "is_scored": "moderation.evaluation.overview.inputs.reading",
        "read_scored": "moderation.evaluation.overview.inputs.reading",
        "scored_comment": "moderation.evaluation.overview.inputs.reading",
    },
)
