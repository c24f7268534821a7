"""Coral's external moderation phase: a signed request about one comment, a status in return."""

from __future__ import annotations

import hmac
import math
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from moderation.records import Action, Article, Attribute, Comment, Score, Verdict
from moderation.service import errors as refusals
from moderation.service.analysis import placed
from moderation.service.articles import ArticleIndex, Surroundings
from moderation.service.errors import Refusal
from moderation.service.lenient_json import read_json
from moderation.text.markup import html_to_text
from moderation.text.visibility import is_blank

#: Header of the signatures: ``sha256=<hex>``, several of them separated by commas.
SIGNATURE = "x-coral-signature"

_MOST_SIGNATURES = 20
_SIGNED = re.compile(r"sha256=([0-9a-fA-F]{64})")


class Opinion(NamedTuple):
    """The answer to Coral for an attribute whose score reaches a threshold.

    Attributes
    ----------
    status
        Status of the comment; None leaves the decision to Coral. It is never REJECTED, because only
        a person rejects a comment.
    flag
        The flag that a moderator sees, if Coral has one for the attribute.
    reason
        The code that a rejection would carry.
    """

    status: str | None
    flag: str | None
    reason: str


#: The policy. A comment to be held stays unpublished in the pending queue. A hostile comment to be
#: reviewed is published and appears in the reported queue. Coral has no flag for off-topic.
OPINIONS: dict[tuple[Attribute, Action], Opinion] = {
    (Attribute.HOSTILITY, Action.HOLD): Opinion(
        "SYSTEM_WITHHELD", "COMMENT_DETECTED_TOXIC", "OFFENSIVE"
    ),
    (Attribute.HOSTILITY, Action.REVIEW): Opinion(None, "COMMENT_DETECTED_TOXIC", "OFFENSIVE"),
    (Attribute.OFF_TOPIC, Action.HOLD): Opinion("SYSTEM_WITHHELD", None, "IRRELEVANT_CONTENT"),
}


def _withheld(code: str, explanation: str) -> dict[str, Any]:
    status = "SYSTEM_WITHHELD"
    reason = {"code": code, "detailedExplanation": explanation}
    return {"status": status, "moderationAction": {"status": status, "rejectionReason": reason}}


#: The answer to Coral for a comment that could not be scored, by ``serve --on-failure``. It has no
#: flag, because there is no score.
UNSCORED: dict[str, dict[str, Any]] = {
    "withhold": _withheld("OTHER", "no score: the moderation service failed or was too slow"),
    "publish": {},
}


class Unsigned(Refusal):
    """A request whose signature is missing or wrong, so that its sender is unknown."""

    def __init__(self) -> None:
        super().__init__("The signature is missing or wrong.", code=403)


class _Author(msgspec.Struct, frozen=True):
    id: str | None = None


class _Comment(msgspec.Struct, frozen=True):
    body: str | None = None
    parentID: str | None = None  # noqa: N815 - the wire's name


class Story(msgspec.Struct, frozen=True):
    """The article, with the fields that Coral sends."""

    id: str | None = None
    url: str | None = None


class PhaseRequest(msgspec.Struct, frozen=True):
    """The fields of Coral's request that are used here."""

    comment: _Comment
    story: Story = Story()
    author: _Author | None = None


class PhaseComment(NamedTuple):
    """A comment that Coral asks about; Coral has given it no id yet.

    Attributes
    ----------
    text
        Its words, without markup.
    story
        Its article.
    parent_id, author
        Coral's ids of the comment that it answers and of its author.
    """

    text: str
    story: Story = Story()
    parent_id: str | None = None
    author: str | None = None


def sign(secret: bytes, body: bytes) -> str:
    """Return the signature of a body in Coral's format."""
    return f"sha256={hmac.new(secret, body, sha256).hexdigest()}"


def verify(header: str, body: bytes, secrets: Sequence[bytes]) -> None:
    """Check that a body is signed with one of the secrets.

    Every signature is compared with every secret in constant time, so that the time reveals nothing
    about them.

    Parameters
    ----------
    header
        The raw header; during a rotation it holds a signature for each of Coral's secrets.
    body
        The raw bytes, which must not have been decoded and encoded again.
    secrets
        The active secrets.

    Raises
    ------
    Unsigned
        If no signature matches.
    """
    found = [match.lower() for match in _SIGNED.findall(header)[:_MOST_SIGNATURES]]
    good = False
    for secret in secrets:
        expected = hmac.new(secret, body, sha256).hexdigest()
        for each in found:
            good |= hmac.compare_digest(expected, each)
    if not good:
        raise Unsigned


def read_phase(body: bytes) -> PhaseRequest:
    """Read a verified body leniently, because Coral may send half an emoji (a lone surrogate).

    Raises
    ------
    Refusal
        If the body does not have Coral's format.
    """
    try:
        return msgspec.convert(read_json(body), PhaseRequest)
    except (msgspec.ValidationError, RecursionError, Refusal):
        raise refusals.invalid("Not a request of Coral's external moderation phase") from None


def read_comment(body: bytes) -> PhaseComment:
    """Return the comment in a verified body as plain text."""
    request = read_phase(body)
    comment, author = request.comment, request.author
    text = html_to_text(comment.body or "")
    return PhaseComment(text, request.story, comment.parentID, author.id if author else None)


def comment_of(sent: PhaseComment, shelf: ArticleIndex) -> Comment | None:
    """Return the comment with its article; None if it has no text (a rating, for example)."""
    if is_blank(sent.text):
        return None
    story = sent.story
    article = shelf.find([story.id, story.url])
    if article is None and (story.id or story.url):
        article = Article(id=story.id or story.url, url=story.url)
    comment = placed(sent.text, Surroundings(article=article, parent_id=sent.parent_id))
    return msgspec.structs.replace(comment, author=sent.author)


def opinion(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as Coral's status, actions and moderationAction; empty for no opinion.

    Raises
    ------
    Refusal
        With status 500 if a score is not a number, because it could not be compared with a
        threshold.
    """
    if any(score.value is not None and not math.isfinite(score.value) for score in verdict.scores):
        raise Refusal("The comment could not be scored", code=500)
    if verdict.unspoken:
        return _unspoken(verdict)
    found: dict[str, Any] = {}
    for score in verdict.scores:  # the first opinion with a status decides
        each = OPINIONS.get((score.attribute, _action(score)))
        if each is None:
            continue
        if each.flag is not None:
            flag = {"actionType": "FLAG", "reason": each.flag}
            found["actions"] = [*found.get("actions", ()), flag]
        if each.status is not None and "status" not in found:
            name = score.attribute.value.replace("_", "-")
            explanation = f"{name} {score.value:.2f} by {verdict.model}"
            reason = {"code": each.reason, "detailedExplanation": explanation}
            found["status"] = each.status
            found["moderationAction"] = {"status": each.status, "rejectionReason": reason}
    return found


def _unspoken(verdict: Verdict) -> dict[str, Any]:
    """Return the answer for a comment in a language that no model speaks; it is never flagged."""
    if verdict.action is Action.PUBLISH:
        return {}
    return _withheld("OTHER", f"no score: {verdict.null_reason}")


def _action(score: Score) -> Action:
    if score.value is None or score.value < score.review:
        return Action.PUBLISH
    return Action.HOLD if score.value >= score.hold else Action.REVIEW
