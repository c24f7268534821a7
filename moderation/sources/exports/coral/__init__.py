"""Read Coral's collection dump."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.exports.coral.dump import (
        comment_files,
        read_coral,
        read_stories,
        story_file,
    )

__all__ = ["comment_files", "read_coral", "read_stories", "story_file"]

__getattr__ = open_door(
    __name__,
    {
        "comment_files": "moderation.sources.exports.coral.dump",
        "read_coral": "moderation.sources.exports.coral.dump",
        "read_stories": "moderation.sources.exports.coral.dump",
        "story_file": "moderation.sources.exports.coral.dump",
    },
)
