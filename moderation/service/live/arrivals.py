"""What the service and a review desk tell each other."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from moderation.records import Article, Comment, Verdict

# Characters that a parcel takes in memory beside its texts.
_OVERHEAD = 500


class Origin(StrEnum):
    """The address of the service at which a comment arrived."""

    COMMENTS = "service:comments"
    ANALYZE = "service:analyze"
    CORAL = "service:coral"


class Arrival(NamedTuple):
    """A comment that has arrived and is scored.

    Attributes
    ----------
    comment
        The comment. Its id is the platform's, or empty if the platform sent none.
    verdict
        The verdict that the platform was told.
    origin
        Where it arrived.
    client
        The holder of the key that sent it.
    revision
        The platform's name of this text of the comment.
    section, url
        The section of the paper, and the address of the comment.
    """

    comment: Comment
    verdict: Verdict
    origin: Origin
    client: str
    revision: str | None = None
    section: str | None = None
    url: str | None = None

    @property
    def size(self) -> int:
        """Return the number of characters that wait in memory with this comment."""
        comment, article = self.comment, self.comment.article
        around = len(article.title) + len(article.text) if article else 0
        return _OVERHEAD + len(comment.text) + len(comment.parent or "") + around


class Standing(NamedTuple):
    """What stands decided about a comment.

    Attributes
    ----------
    seq
        The number of the last step that changed it.
    id, revision, article_id
        The platform's names.
    decision
        ``publish`` or ``reject``; None if the decision was undone or a colleague is asked.
    reason, to_reader
        Why a comment was rejected: the key in the newsroom's list, and the sentence for its author.
    moderator, decided_at
        Who took the step, and when.
    """

    seq: int
    id: str
    revision: str | None
    article_id: str | None
    decision: str | None
    reason: str | None
    to_reader: str | None
    moderator: str
    decided_at: str


class DeskUnavailable(Exception):  # noqa: N818 - a state, not an error of the comment
    """The store cannot be used at the moment; the same may work later."""


class ReviewDesk(Protocol):
    """A desk as the service sees it. Its methods may be called from any thread."""

    def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Put comments into the queue, all or none; they are on the disk on return.

        Raises
        ------
        DeskUnavailable
            If the store cannot be written at the moment.
        """

    def article(self, name: str) -> Article | None:
        """Return the article with an id, if the desk has its title or its text."""

    def standing(self, client: str, after: int, most: int) -> list[Standing]:
        """Return what stands decided about a client's comments since a step, the earliest first."""

    def close(self) -> None:
        """Close the store."""
