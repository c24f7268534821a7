"""What evaluation compares with the model: decisions with their comments, and scores by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.outputs.evidence.decided import decided_comments
    from moderation.desk.outputs.evidence.watched import watched_comments

__all__ = ["decided_comments", "watched_comments"]

__getattr__ = open_door(
    __name__,
    {
        "decided_comments": "moderation.desk.outputs.evidence.decided",
        "watched_comments": "moderation.desk.outputs.evidence.watched",
    },
)
