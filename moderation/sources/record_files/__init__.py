"""Record files as they come: which kind of rows they hold, and how these become plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.record_files.any_table import AnyTable, read_any_table
    from moderation.sources.record_files.kinds import Kind, kind_of
    from moderation.sources.record_files.layouts import row_layout
    from moderation.sources.record_files.unwrapping import open_rows, unwrapped

__all__ = [
    "AnyTable",
    "Kind",
    "kind_of",
    "open_rows",
    "read_any_table",
    "row_layout",
    "unwrapped",
]

__getattr__ = open_door(
    __name__,
    {
        "AnyTable": "moderation.sources.record_files.any_table",
        "Kind": "moderation.sources.record_files.kinds",
        "kind_of": "moderation.sources.record_files.kinds",
        "open_rows": "moderation.sources.record_files.unwrapping",
        "read_any_table": "moderation.sources.record_files.any_table",
        "row_layout": "moderation.sources.record_files.layouts",
        "unwrapped": "moderation.sources.record_files.unwrapping",
    },
)
