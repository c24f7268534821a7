"""Bytes, files and rows, local or remote; no module here knows what a comment is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files import storage
    from moderation.files.compression import is_compressed
    from moderation.files.reading import (
        COMPRESSED,
        REJECTED,
        STDIN,
        format_of,
        open_binary,
        read_bytes,
        read_records,
        sniff_format,
    )

__all__ = [
    "COMPRESSED",
    "REJECTED",
    "STDIN",
    "format_of",
    "is_compressed",
    "open_binary",
    "read_bytes",
    "read_records",
    "sniff_format",
    "storage",
]

__getattr__ = open_door(
    __name__,
    {
        "COMPRESSED": "moderation.files.reading",
        "REJECTED": "moderation.files.reading",
        "STDIN": "moderation.files.reading",
        "format_of": "moderation.files.reading",
        "is_compressed": "moderation.files.compression",
        "open_binary": "moderation.files.reading",
        "read_bytes": "moderation.files.reading",
        "read_records": "moderation.files.reading",
        "sniff_format": "moderation.files.reading",
        "storage": "moderation.files.storage",
    },
)
