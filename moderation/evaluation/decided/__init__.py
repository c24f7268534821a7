"""A newsroom's own decisions beside what the model would have proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.decided.comparing import compare_decisions
    from moderation.evaluation.decided.records import DecisionsCompared

__all__ = ["DecisionsCompared", "compare_decisions"]

__getattr__ = open_door(
    __name__,
    {
        "DecisionsCompared": "moderation.evaluation.decided.records",
        "compare_decisions": "moderation.evaluation.decided.comparing",
    },
)
