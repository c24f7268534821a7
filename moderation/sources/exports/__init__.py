"""Read comments from the exports of comment platforms as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.exports.decoding import utf8_chunks
    from moderation.sources.exports.json_files import JsonRow, decode_row, json_rows
    from moderation.sources.exports.reading import read_rows
    from moderation.sources.exports.rows import ExportRow, timestamp
    from moderation.sources.exports.sniff import outer_keys, sniff_export

__all__ = [
    "ExportRow",
    "JsonRow",
    "decode_row",
    "json_rows",
    "outer_keys",
    "read_rows",
    "sniff_export",
    "timestamp",
    "utf8_chunks",
]

__getattr__ = open_door(
    __name__,
    {
        "ExportRow": "moderation.sources.exports.rows",
        "JsonRow": "moderation.sources.exports.json_files",
        "decode_row": "moderation.sources.exports.json_files",
        "json_rows": "moderation.sources.exports.json_files",
        "outer_keys": "moderation.sources.exports.sniff",
        "read_rows": "moderation.sources.exports.reading",
        "sniff_export": "moderation.sources.exports.sniff",
        "timestamp": "moderation.sources.exports.rows",
        "utf8_chunks": "moderation.sources.exports.decoding",
    },
)
