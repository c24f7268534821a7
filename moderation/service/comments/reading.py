"""Reads a request of our own endpoint. Whatever is wrong is named by field, find and remedy."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from moderation.records import Article, Comment
from moderation.service import errors as refusals
from moderation.service.comments.wire import (
    MOST_COMMENTS,
    CommentsRequest,
    DecisionsRequest,
    Rejected,
    SentArticle,
    SentComment,
    SentDecision,
)
from moderation.service.errors import Refusal
from moderation.service.lenient_json import read_json
from moderation.text.languages import known_language
from moderation.text.markup import shown_text
from moderation.text.visibility import is_blank

# Characters of a value that an error quotes. Texts are never quoted.
_QUOTED = 100

_KINDS = {
    "str": "a text", "int": "a number", "float": "a number with a fraction",
    "bool": "true or false", "null": "null", "array": "a list", "object": "an object",
}  # fmt: skip
_EXPECTED = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_LENGTH = re.compile(r"Expected `\w+` of length (>=|<=) (\d+)")
_NAMED = re.compile(r"(missing required|unknown) field `(.*?)`")


_E = TypeVar("_E", bound=msgspec.Struct)


class Received(NamedTuple):
    """A comment that has passed every check.

    Attributes
    ----------
    comment
        The comment, with its article if that was sent with it.
    revision, section, url
        As the client sent them.
    written
        The text with its markup, if tags were taken out of it; else None.
    sent, place
        The record as it came, and its place in the request.
    """

    comment: Comment
    revision: str | None
    section: str | None
    url: str | None
    written: str | None
    sent: SentComment
    place: int


class Reading(NamedTuple):
    """What a request holds: sound comments, the others, and whether reasons are wanted."""

    received: list[Received]
    rejected: list[Rejected]
    explain: bool


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request whose comments are not read yet."""

    comments: list[Any]
    explain: bool = True


class _Decisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same for decisions."""

    decisions: list[Any]


def read_comments(body: bytes) -> Reading:
    """Read the body of a request; a comment that is wrong does not stop the others.

    Raises
    ------
    Refusal
        If the request as a whole is wrong.
    """
    envelope = _envelope(body, _Envelope, CommentsRequest)
    return Reading(*_read_all("comments", envelope.comments, SentComment), envelope.explain)


def read_decisions(body: bytes) -> Reading:
    """Read decisions as :func:`read_comments` reads comments."""
    envelope = _envelope(body, _Decisions, DecisionsRequest)
    return Reading(*_read_all("decisions", envelope.decisions, SentDecision), explain=False)


def _envelope(body: bytes, kind: type[_E], whole: type[msgspec.Struct]) -> _E:
    known = tuple(field.name for field in msgspec.structs.fields(whole))
    document = read_json(body)
    if not isinstance(document, dict):
        what = f'The request is no object. Send {{"{known[0]}": [{{"id": "1", "text": "..."}}]}}.'
        raise refusals.invalid(what)
    try:
        return msgspec.convert(document, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        field, found, hint = _problem(str(error), "", known)
        raise refusals.invalid(f"{field}: {found}. {hint}") from None


def _read_all(
    name: str, raws: list[Any], kind: type[SentComment]
) -> tuple[list[Received], list[Rejected]]:
    n = len(raws)
    if not 1 <= n <= MOST_COMMENTS:
        raise refusals.invalid(f"{name}: {n:,} of them. Send 1 to {MOST_COMMENTS} in a request.")
    read = [_read(index, f"{name}[{index}]", raw, kind) for index, raw in enumerate(raws)]
    received = [each for each in read if isinstance(each, Received)]
    return received, [each for each in read if isinstance(each, Rejected)]


def refusal(rejected: list[Rejected]) -> Refusal:
    """Return the refusal of a request without any sound comment."""
    first = rejected[0]
    details = [
        {"@type": "rejected", "errorType": "INVALID_COMMENT", **msgspec.to_builtins(each)}
        for each in rejected
    ]
    return Refusal(f"{first.field}: {first.found}. {first.hint}", details=details)


def _read(index: int, place: str, raw: Any, kind: type[SentComment]) -> Received | Rejected:
    given = raw.get("id") if isinstance(raw, dict) else None
    name = str(given)[:500] if isinstance(given, str | int) else None

    def wrong(field: str, found: str, hint: str) -> Rejected:
        return Rejected(index=index, id=name, field=field, found=found, hint=hint)

    try:
        sent = msgspec.convert(raw, kind)
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        known = tuple(field.name for field in msgspec.structs.fields(kind))
        return wrong(*_problem(str(error), place, known))
    text = shown_text(sent.text) if sent.format == "html" else sent.text
    if is_blank(text):
        hint = "Send the words of the comment; without words there is nothing to score."
        return wrong(f"{place}.text", "no words", hint)
    for field in ("published", "decided_at"):
        time = getattr(sent, field, None)
        if time is not None and not _is_time(time):
            hint = "Write the time as ISO 8601, for example 2026-11-30T09:15:00Z."
            return wrong(f"{place}.{field}", repr(time[:_QUOTED]), hint)
    article = _article(sent.article)
    if article is not None and sent.article_id is not None and article.id != str(sent.article_id):
        hint = "Send either the article or its article_id, or the same id in both."
        return wrong(f"{place}.article_id", "another id than that of the article", hint)
    comment = Comment(
        text=text,
        id=str(sent.id),
        article=article,
        article_id=_named(sent.article_id) or (article.id if article else None),
        parent=sent.parent or None,
        parent_id=_named(sent.parent_id),
        author=sent.author,
        published=sent.published,
        language=known_language(sent.language),
        source="service",
    )
    written = sent.text if text != sent.text else None
    return Received(comment, _named(sent.revision), sent.section, sent.url, written, sent, index)


def _article(sent: SentArticle | None) -> Article | None:
    if sent is None:
        return None
    return Article(
        id=_named(sent.id), title=sent.title or "", text=sent.text or "", url=sent.url or None
    )


def _named(id_: str | int | None) -> str | None:
    return None if id_ is None else str(id_)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _problem(message: str, place: str, known: tuple[str, ...]) -> tuple[str, str, str]:
    """Return field, find and remedy for what msgspec says; no value is quoted."""
    what, _, path = message.partition(" - at `$")
    field = f"{place}{path.removesuffix('`')}".lstrip(".") or "the request"
    if named := _NAMED.search(what):
        inside = f"{field}.{named[2][:_QUOTED]}" if field != "the request" else named[2][:_QUOTED]
        if named[1] == "unknown":
            fields = f" The fields are {', '.join(known)}." if not path else ""
            return inside, "a field that does not exist", f"Leave it out.{fields}"
        return inside, "nothing", "Send this field."
    if length := _LENGTH.search(what):
        short = "an empty text", "Send a text, or leave the field out if it is optional."
        long = "a text that is too long", f"Send at most {int(length[2]):,} characters."
        return field, *(short if length[1] == ">=" else long)
    if kinds := _EXPECTED.search(what):
        expected = " or ".join(_KINDS.get(kind, kind) for kind in kinds[1].split(" | "))
        return field, _KINDS.get(kinds[2], kinds[2]), f"Send {expected}."
    return field, "a value that does not fit", "See /openapi.json for the values it may have."
