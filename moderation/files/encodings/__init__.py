"""Encodings of files that are mostly UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files.encodings.mixed import MIXED, repaired

__all__ = ["MIXED", "repaired"]

__getattr__ = open_door(
    __name__,
    {
        "MIXED": "moderation.files.encodings.mixed",
        "repaired": "moderation.files.encodings.mixed",
    },
)
