"""Turns verdicts into records, in the order and the shape of an output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.batch.records.shaping import scored, verdicts

__all__ = ["scored", "verdicts"]

__getattr__ = open_door(
    __name__,
    {
        "scored": "moderation.batch.records.shaping",
        "verdicts": "moderation.batch.records.shaping",
    },
)
