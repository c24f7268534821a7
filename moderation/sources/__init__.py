"""The sources of comments: record files, pages and platform exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.archived import read_pages
    from moderation.sources.choosing import SUFFIXES, expanded
    from moderation.sources.inputs import STREAM_LIMITS, all_rejected, read_comments
    from moderation.sources.page_files import notices, read_article, read_page
    from moderation.sources.sections import section_of

__all__ = [
    "STREAM_LIMITS",
    "SUFFIXES",
    "all_rejected",
    "expanded",
    "notices",
    "read_article",
    "read_comments",
    "read_page",
    "read_pages",
    "section_of",
]

__getattr__ = open_door(
    __name__,
    {
        "STREAM_LIMITS": "moderation.sources.inputs",
        "SUFFIXES": "moderation.sources.choosing",
        "all_rejected": "moderation.sources.inputs",
        "expanded": "moderation.sources.choosing",
        "notices": "moderation.sources.page_files",
        "read_article": "moderation.sources.page_files",
        "read_comments": "moderation.sources.inputs",
        "read_page": "moderation.sources.page_files",
        "read_pages": "moderation.sources.archived",
        "section_of": "moderation.sources.sections",
    },
)
