"""Turns verdicts into records, in the order and the shape of an output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.batch.records.selecting import Tally
    from moderation.batch.records.shaping import records, verdicts

__all__ = ["Tally", "records", "verdicts"]

__getattr__ = open_door(
    __name__,
    {
        "Tally": "moderation.batch.records.selecting",
        "records": "moderation.batch.records.shaping",
        "verdicts": "moderation.batch.records.shaping",
    },
)
