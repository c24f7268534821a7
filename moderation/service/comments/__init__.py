"""Our own endpoint: comments in and verdicts out, and what people have decided about them.

``wire`` has the records that go over the wire, ``reading`` checks a request field by field,
``known_articles`` remembers articles by id, and ``routes`` answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.service.comments.known_articles import KnownArticles
    from moderation.service.comments.routes import COMMENTS, DECISIONS, CommentRoutes
    from moderation.service.comments.wire import (
        MOST_DECISIONS,
        CommentsRequest,
        CommentsResponse,
        DecisionsKept,
        DecisionsRequest,
        DecisionsResponse,
    )

__all__ = [
    "COMMENTS",
    "DECISIONS",
    "MOST_DECISIONS",
    "CommentRoutes",
    "CommentsRequest",
    "CommentsResponse",
    "DecisionsKept",
    "DecisionsRequest",
    "DecisionsResponse",
    "KnownArticles",
]

__getattr__ = open_door(
    __name__,
    {
        "COMMENTS": "moderation.service.comments.routes",
        "DECISIONS": "moderation.service.comments.routes",
        "MOST_DECISIONS": "moderation.service.comments.wire",
        "CommentRoutes": "moderation.service.comments.routes",
        "CommentsRequest": "moderation.service.comments.wire",
        "CommentsResponse": "moderation.service.comments.wire",
        "DecisionsKept": "moderation.service.comments.wire",
        "DecisionsRequest": "moderation.service.comments.wire",
        "DecisionsResponse": "moderation.service.comments.wire",
        "KnownArticles": "moderation.service.comments.known_articles",
    },
)
