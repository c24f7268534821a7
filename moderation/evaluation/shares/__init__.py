"""Shares with their intervals: the one place that says from how many on a share means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.shares.shares import FEWEST, Z_95, Share, share, wilson

__all__ = ["FEWEST", "Z_95", "Share", "share", "wilson"]

__getattr__ = open_door(
    __name__,
    {
        "FEWEST": "moderation.evaluation.shares.shares",
        "Share": "moderation.evaluation.shares.shares",
        "Z_95": "moderation.evaluation.shares.shares",
        "share": "moderation.evaluation.shares.shares",
        "wilson": "moderation.evaluation.shares.shares",
    },
)
