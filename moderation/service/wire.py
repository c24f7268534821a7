"""The requests and responses of the wire format, from which OpenAPI is generated.

Parsing is as lenient as the original's: a field may be null, a number may be a string, a list of
one value may be the value itself, names may be in snake case, and unknown fields are ignored.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from moderation.service import errors as refusals
from moderation.service.lenient_json import read_json

PROBABILITY = "PROBABILITY"

#: The original's numbered enumeration, whose values a client may also send as numbers.
SCORE_TYPES = ("SCORE_TYPE_UNSPECIFIED", PROBABILITY, "STD_DEV_SCORE", "PERCENTILE", "RAW")
TEXT_TYPES = ("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")

#: Largest number of attributes in one request; there are fewer names.
MOST_ATTRIBUTES = 100


class _Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What goes over the wire has camel case."""


class TextEntry(_Wire, frozen=True, kw_only=True):
    """A text and its type; PLAIN_TEXT is the only one served, as before."""

    text: Annotated[str, Meta(description="UTF-8, at most 20,480 bytes for a comment")] | None = (
        None
    )
    type: str | int | None = None


class ArticleAndParentComment(_Wire, frozen=True, kw_only=True):
    """What the comment stands under, and what it answers."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class RequestContext(_Wire, frozen=True, kw_only=True):
    """Either of two forms: entries are [article, parent comment]."""

    entries: list[TextEntry] | None = None
    article_and_parent_comment: ArticleAndParentComment | None = None


class AttributeParameters(_Wire, frozen=True, kw_only=True):
    """How one attribute is wanted; one that scores below the threshold is left out."""

    score_type: str | int | None = None
    score_threshold: float | None = None


class AnalyzeCommentRequest(_Wire, frozen=True, kw_only=True):
    """A comment and what is asked about it."""

    comment: TextEntry | None = None
    context: RequestContext | None = None
    requested_attributes: dict[str, AttributeParameters | None] | None = None
    span_annotations: bool | None = None
    languages: list[str] | None = None
    do_not_store: bool | None = None
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None
    drop_unsupported_attributes: bool | None = None


class WireScore(_Wire, frozen=True, kw_only=True):
    """A probability."""

    value: float
    type: str = PROBABILITY


class SpanScore(_Wire, frozen=True, kw_only=True):
    """The score of one stretch; offsets in UTF-16 code units, end exclusive."""

    begin: int
    end: int
    score: WireScore


class AttributeScores(_Wire, frozen=True, kw_only=True):
    """The scores of one attribute, and which of our models gave them."""

    summary_score: WireScore
    span_scores: list[SpanScore]
    model: Annotated[str, Meta(description="attribute and version of the model behind the name")]


class AnalyzeCommentResponse(_Wire, frozen=True, kw_only=True):
    """Scores by the names asked for. Some clients need `attributeScores` to come first."""

    attribute_scores: dict[str, AttributeScores]
    languages: list[str]
    detected_languages: list[str]
    client_token: str | UnsetType = UNSET
    model: Annotated[str, Meta(description="version of the model folder that answered")]


class SuggestedScore(_Wire, frozen=True, kw_only=True):
    """What somebody says the score should be."""

    value: float | None = None
    type: str | int | None = None


class SuggestedSpan(_Wire, frozen=True, kw_only=True):
    """The same for a stretch of the text."""

    begin: int | None = None
    end: int | None = None
    score: SuggestedScore | None = None


class SuggestedScores(_Wire, frozen=True, kw_only=True):
    """The same for one attribute."""

    summary_score: SuggestedScore | None = None
    span_scores: list[SuggestedSpan] | None = None


class SuggestCommentScoreRequest(_Wire, frozen=True, kw_only=True):
    """A person's answer about a comment."""

    comment: TextEntry | None = None
    context: RequestContext | None = None
    attribute_scores: dict[str, SuggestedScores | None] | None = None
    languages: list[str] | None = None
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None


class SuggestCommentScoreResponse(_Wire, frozen=True, kw_only=True):
    """Sent when the answer lies on the disk."""

    client_token: str | UnsetType = UNSET
    detected_languages: list[str]
    requested_languages: list[str]


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True, rename={"type": "@type"}):
    """What a client can act on; further fields go with the errorType."""

    type: str
    errorType: str | UnsetType = UNSET  # noqa: N815 - the wire's name


class ErrorBody(_Wire, frozen=True, kw_only=True):
    """The original's errors."""

    code: int
    message: str
    status: str
    details: list[ErrorDetail] = []


class ErrorResponse(_Wire, frozen=True, kw_only=True):
    """The body of every answer but 2xx."""

    error: ErrorBody


T = TypeVar("T", bound=msgspec.Struct)

_REQUESTS = (
    TextEntry,
    ArticleAndParentComment,
    RequestContext,
    AttributeParameters,
    AnalyzeCommentRequest,
    SuggestedScore,
    SuggestedSpan,
    SuggestedScores,
    SuggestCommentScoreRequest,
)
_IN_CAMEL_CASE = {
    field.name: field.encode_name
    for type_ in _REQUESTS
    for field in msgspec.structs.fields(type_)
    if field.name != field.encode_name
}
_SNAKE_CASE = re.compile("|".join(_IN_CAMEL_CASE).encode())

# Fields that hold a list. The original also accepted a single value.
_REPEATED = frozenset({"languages", "entries", "spanScores"})


def read_request(body: bytes, type_: type[T]) -> T:
    """Parse the body of a request.

    Raises
    ------
    Refusal
        If the body is not even lenient JSON, or a field has the wrong type.
    """
    found = read_json(body)
    if not isinstance(found, dict):
        raise refusals.invalid("Invalid JSON payload received. An object is expected.")
    if _SNAKE_CASE.search(body):
        found = _renamed(found)
    try:
        try:
            return msgspec.convert(found, type_, strict=False)
        except msgspec.ValidationError:
            return msgspec.convert(_forgiven(found), type_, strict=False)
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        raise refusals.invalid(f"Invalid value {_where(error)}") from None


def _renamed(value: Any) -> Any:
    """Return a copy of a document with snake-case fields renamed to camel case."""
    if isinstance(value, dict):
        return {_IN_CAMEL_CASE.get(name, name): _renamed(field) for name, field in value.items()}
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    return value


def _forgiven(value: Any) -> Any:
    """Return a copy of a document with the mistakes of real clients corrected.

    A single value becomes a list where a list is expected (``"languages": "en"``). Elsewhere an
    empty list becomes an empty object, because PHP writes an empty object as a list.
    """
    if isinstance(value, list):
        return [_forgiven(item) for item in value]
    if not isinstance(value, dict):
        return value
    mended: dict[str, Any] = {}
    for name, field in value.items():
        if name in _REPEATED:
            listed = isinstance(field, list) or field is None
            mended[name] = _forgiven(field if listed else [field])
        else:
            mended[name] = _forgiven({} if field == [] else field)
    return mended


def _where(error: Exception) -> str:
    """Return the path and the expected type, never the value that was found."""
    message = str(error) if isinstance(error, msgspec.ValidationError) else ""
    what, _, path = message.partition(" - at `$")
    if "`" in path:
        path = path.rpartition("`")[0].lstrip(".") or "the request"
    expected = what if what.startswith(("Expected", "Object")) else "a value of another type"
    return f"at '{path or 'the request'}': {expected}"


def type_name(given: str | int | None, names: tuple[str, ...]) -> str | None:
    """Return the name of an enumerated value, or None if unknown; unset means the first."""
    if given is None:
        return names[0]
    if isinstance(given, int):
        return names[given] if 0 <= given < len(names) else None
    return given if given in names else None
