"""Texts read together, as numbers of distinct tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.features.reading.batch import Batch, TokenCache, TokenTable

__all__ = ["Batch", "TokenCache", "TokenTable"]

__getattr__ = open_door(
    __name__,
    {
        "Batch": "moderation.features.reading.batch",
        "TokenCache": "moderation.features.reading.batch",
        "TokenTable": "moderation.features.reading.batch",
    },
)
