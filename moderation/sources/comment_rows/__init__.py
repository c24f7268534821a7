"""Read rows of record files as comments, with their articles, parents and threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.comment_rows.reading import (
        LOOK_BACK,
        REQUIRED,
        Item,
        Neighbours,
        Recurring,
        RowContext,
        RowReader,
        with_threads,
    )
    from moderation.sources.comment_rows.statuses import standing

__all__ = [
    "LOOK_BACK",
    "REQUIRED",
    "Item",
    "Neighbours",
    "Recurring",
    "RowContext",
    "RowReader",
    "standing",
    "with_threads",
]

__getattr__ = open_door(
    __name__,
    {
        "RowContext": "moderation.sources.comment_rows.reading",
        "Item": "moderation.sources.comment_rows.reading",
        "LOOK_BACK": "moderation.sources.comment_rows.reading",
        "Neighbours": "moderation.sources.comment_rows.reading",
        "REQUIRED": "moderation.sources.comment_rows.reading",
        "Recurring": "moderation.sources.comment_rows.reading",
        "RowReader": "moderation.sources.comment_rows.reading",
        "standing": "moderation.sources.comment_rows.statuses",
        "with_threads": "moderation.sources.comment_rows.reading",
    },
)
