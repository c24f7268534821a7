"""The sources of comments: record files, pages and platform exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.inputs import (
        STREAM_LIMITS,
        SUFFIXES,
        all_rejected,
        expanded,
        notices,
        read_article,
        read_comments,
        read_page,
    )

__all__ = [
    "STREAM_LIMITS",
    "SUFFIXES",
    "all_rejected",
    "expanded",
    "notices",
    "read_article",
    "read_comments",
    "read_page",
]

__getattr__ = open_door(
    __name__,
    {
        "STREAM_LIMITS": "moderation.sources.inputs",
        "SUFFIXES": "moderation.sources.inputs",
        "all_rejected": "moderation.sources.inputs",
        "expanded": "moderation.sources.inputs",
        "notices": "moderation.sources.inputs",
        "read_article": "moderation.sources.inputs",
        "read_comments": "moderation.sources.inputs",
        "read_page": "moderation.sources.inputs",
    },
)
