"""Read what the interfaces of platforms answer: pages of comments, and nested threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.exports.threads.forms import FORMS, sniff_thread
    from moderation.sources.exports.threads.reading import read_thread

__all__ = ["FORMS", "read_thread", "sniff_thread"]

__getattr__ = open_door(
    __name__,
    {
        "FORMS": "moderation.sources.exports.threads.forms",
        "read_thread": "moderation.sources.exports.threads.reading",
        "sniff_thread": "moderation.sources.exports.threads.forms",
    },
)
