"""Words that a comment mentions without saying them of anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.mentions.forms import mentions, without_mentions

__all__ = ["mentions", "without_mentions"]

__getattr__ = open_door(
    __name__,
    {
        "mentions": "moderation.text.mentions.forms",
        "without_mentions": "moderation.text.mentions.forms",
    },
)
