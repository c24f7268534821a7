"""The nouns of the house: frozen records, validated where they are decoded.

Every stage takes and returns these; dictionaries exist only at the edges. An unknown author or
date is ``None``, never invented.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import msgspec


class Attribute(StrEnum):
    """What a comment is scored for. Two binary models, never one of many classes."""

    HOSTILITY = "hostility"
    OFF_TOPIC = "off_topic"


class Action(StrEnum):
    """What the tool proposes. Rejecting is a person's word and does not occur here."""

    PUBLISH = "publish"
    REVIEW = "review"
    HOLD = "hold"


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """An article, as far as it is known: any of title and text may be empty."""

    id: str | None = None
    title: str = ""
    text: str = ""
    author: str | None = None
    published: str | None = None
    url: str | None = None


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """One reader comment, and what it stands under.

    Attributes
    ----------
    id
        Unique within its page or file.
    article, article_id
        The article itself, or the id of one that is known elsewhere.
    parent, parent_id
        The text replied to, or the id of the comment replied to.
    thread
        Texts of the comments under the same article, as far as they are known; its own may stand
        among them.
    copies
        Under how many other articles of the same input the same words stand, as far as known.
    depth
        1 for a comment on the article, 2 for a reply to it, and so on.
    order
        Place in its page or file, counted from 0.
    source
        What found it: ``record``, ``jsonld``, ``microdata``, ``platform:wordpress``,
        ``generic``, ``flat:resiliparse``, ``export:wxr`` ...; ``unsegmented`` stands in it where
        several comments could not be told apart.
    """

    text: str
    id: str = ""
    article: Article | None = None
    article_id: str | None = None
    parent: str | None = None
    parent_id: str | None = None
    author: str | None = None
    published: str | None = None
    depth: int = 1
    order: int = 0
    source: str = "record"
    thread: tuple[str, ...] = ()
    copies: int = 0


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a page that is neither article nor comment, and why it is not."""

    reason: str
    text: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A separated page.

    Attributes
    ----------
    article
        The article, clean of everything in `left_out`.
    comments
        In page order.
    left_out
        Navigation, biographies, embedded posts, forms, pingbacks ...: nothing disappears
        silently.
    declared_count
        The number of comments that the page itself claims ("24 comments"), if it does.
    comments_elsewhere
        The platform in whose embed the comments live (``disqus``), if the page holds no text
        of them.
    """

    article: Article
    comments: tuple[Comment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    declared_count: int | None = None
    comments_elsewhere: str | None = None

    def in_context(self) -> tuple[Comment, ...]:
        """The comments, each with article, parent and thread: ready to be scored."""
        article = self.article if self.article.title or self.article.text else None
        texts = {comment.id: comment.text for comment in self.comments}
        thread = tuple(comment.text for comment in self.comments)
        return tuple(
            msgspec.structs.replace(
                comment,
                article=article,
                parent=texts.get(comment.parent_id or ""),
                thread=thread,
            )
            for comment in self.comments
        )


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a score is what it is: a span of the comment, or a named signal.

    Attributes
    ----------
    attribute
        The attribute whose score it moved.
    start, end
        Offsets in Unicode code points into the original text, end exclusive; both 0 for a
        signal of the comment as a whole.
    text
        The span as written, or the signal in words.
    weight
        Its contribution to the log-odds; positive raises the score.
    """

    attribute: Attribute
    start: int
    end: int
    text: str
    weight: float


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One attribute's probability, the thresholds in force, and why there is none if there is none.

    ``value`` is None where the attribute cannot be judged (off-topic without anything to
    compare with); ``why_null`` then says so.
    """

    attribute: Attribute
    value: float | None
    review: float
    hold: float
    why_null: str | None = None
    reasons: tuple[Reason, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of one comment; a person decides."""

    id: str
    hostility: Score
    off_topic: Score
    action: Action
    model: str

    @property
    def scores(self) -> tuple[Score, Score]:
        """Both scores, hostility first."""
        return self.hostility, self.off_topic


def now() -> str:
    """The time, as records carry it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
