"""The journal of answers: every answer is on disk before the next comment is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.journal.log import LONGEST_ROW, Journal, Log, encoded_row

__all__ = ["LONGEST_ROW", "Journal", "Log", "encoded_row"]

__getattr__ = open_door(
    __name__,
    {
        "Journal": "moderation.labels.journal.log",
        "LONGEST_ROW": "moderation.labels.journal.log",
        "Log": "moderation.labels.journal.log",
        "encoded_row": "moderation.labels.journal.log",
    },
)
