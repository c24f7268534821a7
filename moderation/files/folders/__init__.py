"""Folders that only one process may hold at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files.folders.locks import hidden_folder, locked, sweep

__all__ = ["hidden_folder", "locked", "sweep"]

__getattr__ = open_door(
    __name__,
    {
        "hidden_folder": "moderation.files.folders.locks",
        "locked": "moderation.files.folders.locks",
        "sweep": "moderation.files.folders.locks",
    },
)
