"""What goes over the wire at our own endpoint, from which OpenAPI is generated.

Names are those of the records that ``moderation score`` reads and writes. Reading is strict: an
unknown field is refused, because a misspelt ``article`` would silently mean a comment without one.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from moderation.records import Reason

#: Comments and decisions in one request, and decisions in one answer.
MOST_COMMENTS = 100
MOST_DECISIONS = 1_000

_Name = Annotated[str, Meta(min_length=1, max_length=500)]
_Id = _Name | int
_Line = Annotated[str, Meta(max_length=4_000)]
_Text = Annotated[str, Meta(max_length=1_000_000)]


class _In(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends."""


class SentArticle(_In, frozen=True, kw_only=True):
    """The article of a comment; with an id it is remembered, and later its id suffices."""

    id: _Id | None = None
    title: _Line | None = None
    text: _Text | None = None
    url: _Line | None = None


class SentComment(_In, frozen=True, kw_only=True):
    """A comment and what stands around it."""

    id: Annotated[_Id, Meta(description="the platform's id of the comment")]
    text: Annotated[_Text, Meta(min_length=1, extra_json_schema={"pattern": r"\S"})]
    format: Literal["text", "html"] = "text"
    revision: Annotated[_Id, Meta(description="the platform's name of this text")] | None = None
    article: SentArticle | None = None
    article_id: Annotated[_Id, Meta(description="an article that was sent before")] | None = None
    parent: Annotated[_Text, Meta(description="the text of the comment it answers")] | None = None
    parent_id: _Id | None = None
    language: (
        Annotated[str, Meta(max_length=35, description="BCP 47, such as ko or pt-BR")] | None
    ) = None
    author: _Name | None = None
    section: _Name | None = None
    url: Annotated[_Line, Meta(description="the address of the comment")] | None = None
    published: (
        Annotated[str, Meta(max_length=50, description="ISO 8601, 2026-11-30T09:15:00Z")] | None
    ) = None


class CommentsRequest(_In, frozen=True, kw_only=True):
    """Comments to be scored."""

    comments: Annotated[list[SentComment], Meta(min_length=1, max_length=MOST_COMMENTS)]
    explain: Annotated[bool, Meta(description="reasons for comments not to be published")] = True


class SentDecision(SentComment, frozen=True, kw_only=True):
    """What a moderator of the platform decided about a comment; it becomes a labelled row."""

    decision: Annotated[
        Literal["publish", "reject"] | None, Meta(description="null takes an earlier one back")
    ]
    reason: (
        Annotated[
            Literal["hostile", "off_topic"],
            Meta(description="why it is rejected; without it, no model learns from the rejection"),
        ]
        | None
    ) = None
    moderator: Annotated[_Name, Meta(description="who decided")]
    decided_at: Annotated[
        str,
        Meta(
            max_length=50,
            description="ISO 8601, 2026-11-30T09:15:00Z",
            extra_json_schema={"format": "date-time"},
        ),
    ]


class DecisionsRequest(_In, frozen=True, kw_only=True):
    """Decisions in the order in which they were taken."""

    decisions: Annotated[list[SentDecision], Meta(min_length=1, max_length=MOST_COMMENTS)]


class KeptDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that is on the disk: written now (``kept``), or by an earlier request."""

    id: str
    revision: str | None
    result: Literal["kept", "known"]


class DecisionsKept(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions that are on the disk, and those that could not be read."""

    decisions: list[KeptDecision]
    rejected: list[Rejected]


class CommentVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one comment. A person decides.

    Attributes
    ----------
    article
        ``known`` if the comment was compared with its article; ``unknown`` if the service does not
        know the article of this id, so that the client has to send it; None if none was named.
    desk
        ``kept`` if the comment lies in the desk's queue, ``pending`` if it is not on the disk yet
        (send it again to be sure), ``off`` if the service runs without a desk.
    """

    id: str
    revision: str | None
    hostility: float | None
    off_topic: float | None
    action: Literal["publish", "review", "hold"]
    model: str
    null_reason: str | None
    reasons: list[Reason] | None
    article: Literal["known", "unknown"] | None
    desk: Literal["kept", "pending", "off"]


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that could not be read: where, what was found, and what to do."""

    index: int
    id: str | None
    field: str
    found: str
    hint: str


class CommentsResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts in the order of the request, and the comments that have none."""

    model: str
    comments: list[CommentVerdict]
    rejected: list[Rejected]


class StandingDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What stands decided about a comment; ``decision`` is null if it was undone."""

    seq: int
    id: str
    revision: str | None
    article_id: str | None
    decision: Literal["publish", "reject"] | None
    reason: str | None
    to_reader: str | None
    moderator: str
    decided_at: str


class DecisionsResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions in the order of `seq`; ask again with `next` as ``after``."""

    decisions: list[StandingDecision]
    next: int
