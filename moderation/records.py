"""The records of the package: frozen structs that are validated when they are decoded.

Every stage takes and returns these records; dictionaries occur only at input and output. An
unknown author or date is ``None`` and is never invented.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import msgspec


class Attribute(StrEnum):
    """What a comment is scored for. Each attribute has a binary model of its own."""

    HOSTILITY = "hostility"
    OFF_TOPIC = "off_topic"


class Action(StrEnum):
    """What the tool proposes. Only a person rejects a comment, so no action here does."""

    PUBLISH = "publish"
    REVIEW = "review"
    HOLD = "hold"


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """An article, as far as it is known; the title and the text may each be empty."""

    id: str | None = None
    title: str = ""
    text: str = ""
    author: str | None = None
    published: str | None = None
    url: str | None = None


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A reader comment and its context.

    Attributes
    ----------
    id
        Unique within its page or file.
    article, article_id
        The article itself, or the id of an article that is known elsewhere.
    parent, parent_id
        The text of the comment replied to, or its id.
    thread
        The known texts of the comments under the same article. They may include the text of this
        comment.
    copies
        The number of other articles in the same input that have a comment with the same words,
        as far as it is known.
    revision
        The platform's name for this text of the comment, if the platform keeps revisions.
    status
        The platform's word for what became of it (``1``, ``hold``, ``REJECTED``), if it is known.
    language
        The code of its language (``nl``), if the input names it.
    depth
        1 for a comment on the article, 2 for a reply to it, and so on.
    order
        The position in its page or file, counted from 0.
    source
        The reader that found it: ``record``, ``jsonld``, ``microdata``, ``platform:wordpress``,
        ``generic``, ``flat:resiliparse``, ``export:wxr`` and others. It contains ``unsegmented``
        if several comments could not be separated.
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
    revision: str | None = None
    status: str | None = None
    language: str | None = None


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a page that is neither article nor comment, and the reason."""

    reason: str
    text: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page separated into its article and its comments.

    Attributes
    ----------
    article
        The article, without anything in `left_out`.
    comments
        The comments in page order.
    left_out
        Navigation, biographies, embedded posts, forms, pingbacks and the like. Nothing is
        dropped silently.
    declared_count
        The number of comments that the page itself states ("24 comments"), if any.
    comments_elsewhere
        The platform whose embed holds the comments (``disqus``), if the page itself contains
        none of their text.
    """

    article: Article
    comments: tuple[Comment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    declared_count: int | None = None
    comments_elsewhere: str | None = None

    def in_context(self) -> tuple[Comment, ...]:
        """Return the comments with article, parent and thread filled in, ready to be scored."""
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


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason for a score: a span of the comment, or a named signal.

    Attributes
    ----------
    attribute
        The attribute whose score it changed.
    start, end
        Offsets into the original text in Unicode code points, end exclusive. Both are 0 for a
        signal of the whole comment.
    text
        The span as written, or the name of the signal.
    weight
        Its contribution to the log-odds; positive raises the score.
    target
        Whom the word beside it means, if the pair of both raises the score; None if unknown.
    """

    attribute: Attribute
    start: int
    end: int
    text: str
    weight: float
    target: str | None = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One attribute's probability and the thresholds in force.

    ``value`` is None if the attribute cannot be judged (for example, off-topic without anything
    to compare with); ``why_null`` then gives the reason.
    """

    attribute: Attribute
    value: float | None
    review: float
    hold: float
    why_null: str | None = None
    reasons: tuple[Reason, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one comment: its scores and a proposed action. A person decides.

    ``language`` is the code of the language in which it was scored, and ``model`` the model that
    speaks it. ``unspoken`` is the code of the comment's language if no model at hand speaks it.
    Both scores are then null.
    """

    id: str
    hostility: Score
    off_topic: Score
    action: Action
    model: str
    language: str = ""
    unspoken: str | None = None

    @property
    def scores(self) -> tuple[Score, Score]:
        """Both scores, hostility first."""
        return self.hostility, self.off_topic

    @property
    def null_reason(self) -> str | None:
        """Why a score is null, or both are; None if neither is."""
        if self.unspoken:
            return self.hostility.why_null
        named = (f"{s.attribute.value}: {s.why_null}" for s in self.scores if s.why_null)
        return "; ".join(named) or None


def now() -> str:
    """Return the current time as records hold it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
