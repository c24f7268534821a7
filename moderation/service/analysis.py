"""Checks a request about one comment and builds its answer: scores and spans."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from moderation.context import has_context
from moderation.model import Moderator
from moderation.records import Article, Attribute, Comment, Verdict
from moderation.service import errors as refusals
from moderation.service.articles import ArticleIndex, Surroundings, plain_text, surroundings
from moderation.service.attributes import Naming
from moderation.service.live import Arrival, Origin
from moderation.service.offsets import sentences, utf16
from moderation.service.wire import (
    MOST_ATTRIBUTES,
    PROBABILITY,
    SCORE_TYPES,
    AnalyzeCommentRequest,
    AnalyzeCommentResponse,
    AttributeParameters,
    AttributeScores,
    SpanScore,
    TextEntry,
    WireScore,
    type_name,
)
from moderation.text.folding import folding_for
from moderation.text.languages import primary
from moderation.text.visibility import is_blank

#: Bytes of UTF-8 in one comment, the original's limit.
LONGEST_COMMENT = 20_480

# Decimals of a score, as in `moderation score`.
_DECIMALS = 6


class Wanted(NamedTuple):
    """One requested name that will be answered.

    Attributes
    ----------
    name
        As the client wrote it.
    attribute
        The attribute whose model answers for the name.
    threshold
        A score below the threshold is left out of the answer; None leaves nothing out.
    """

    name: str
    attribute: Attribute
    threshold: float | None


class Question(NamedTuple):
    """A request that has passed every check and may be scored.

    Attributes
    ----------
    comment
        The comment, with its article and parent if off-topic is requested.
    around
        Its article and parent, if the client sent them or named them.
    wanted
        The names that will be answered.
    request
        The request itself.
    """

    comment: Comment
    around: Surroundings
    wanted: tuple[Wanted, ...]
    request: AnalyzeCommentRequest


def read_comment(entry: TextEntry | None) -> str:
    """Return the text of a comment.

    Raises
    ------
    Refusal
        If the comment is empty, is not plain text or is too long.
    """
    text = plain_text(entry)
    if is_blank(text):
        raise refusals.comment_empty()
    if len(text) * 4 > LONGEST_COMMENT:  # no character is longer than four bytes
        size = len(text.encode("utf-8", "replace"))
        if size > LONGEST_COMMENT:
            raise refusals.comment_too_long(size, LONGEST_COMMENT)
    return text


def question(
    request: AnalyzeCommentRequest, shelf: ArticleIndex, moderator: Moderator, naming: Naming
) -> Question:
    """Check a request and return what must be scored.

    Parameters
    ----------
    request
        As it came.
    shelf
        The articles that the service knows.
    moderator
        The moderator whose model version and language apply.
    naming
        Says which names are answered and what happens to the others. A request may itself ask to
        leave unsupported names out (`dropUnsupportedAttributes`). It is still refused if no name
        would be left, because a client could take an empty answer for a harmless comment.

    Raises
    ------
    Refusal
        If the request is invalid; the error is the one that the original sends.
    """
    text = read_comment(request.comment)
    around = surroundings(request.context, shelf)
    if not request.requested_attributes:
        raise refusals.no_requested_attributes()
    if len(request.requested_attributes) > MOST_ATTRIBUTES:
        raise refusals.invalid("Too many requested attributes")
    lenient = naming.lenient or bool(request.drop_unsupported_attributes)
    version = moderator.model.version
    wanted = []
    passed_over: list[refusals.Refusal] = []
    for name, parameters in request.requested_attributes.items():
        served = naming.find(name, version)
        if served is None:
            others = any(map(naming.find, request.requested_attributes, repeat(version)))
            passed_over.append(refusals.unknown_attribute(name, alone=lenient or not others))
        else:
            threshold = _threshold(name, parameters or AttributeParameters())
            wanted.append(Wanted(name, served.attribute, threshold))
    comment = placed(text, around if any(_relates(each) for each in wanted) else Surroundings())
    if not has_context(comment):
        passed_over += [refusals.no_context(each.name) for each in wanted if _relates(each)]
        wanted = [each for each in wanted if not _relates(each)]
    if passed_over and not (lenient and wanted):
        raise passed_over[0]
    if request.languages:
        language = _language(request.languages, moderator.languages, wanted)
        comment = msgspec.structs.replace(comment, language=language)
    return Question(comment, around, tuple(wanted), request)


def _relates(wanted: Wanted) -> bool:
    return wanted.attribute is Attribute.OFF_TOPIC


def placed(text: str, around: Surroundings, id_: str = "") -> Comment:
    """Return a comment with its article and parent."""
    article = around.article
    return Comment(
        text=text,
        id=id_,
        article=article,
        article_id=article.id if article else None,
        parent=around.parent,
        parent_id=around.parent_id,
        source="service",
    )


def arrival(asked: Question, verdict: Verdict, client: str) -> Arrival | None:
    """Return a scored comment for the review desk.

    A comment without any context could be about anything, and a client may ask us to store nothing;
    the desk gets neither.
    """
    around = asked.around
    named = around.article or around.parent or around.url or around.comment_id
    if asked.request.do_not_store or not named:
        return None
    if around.article is None and around.url:
        around = around._replace(article=Article(id=around.url, url=around.url))
    comment = placed(asked.comment.text, around, around.comment_id or "")
    return Arrival(comment, verdict, Origin.ANALYZE, client)


def _threshold(name: str, parameters: AttributeParameters) -> float | None:
    score_type = type_name(parameters.score_type, SCORE_TYPES)
    if score_type is None:
        raise refusals.invalid(f"Invalid value at 'requested_attributes[{name}].score_type'")
    if score_type not in {SCORE_TYPES[0], PROBABILITY}:
        raise refusals.unsupported_score_type(score_type, name)
    threshold = parameters.score_threshold
    if threshold is not None and not math.isfinite(threshold):
        raise refusals.invalid(f"Invalid value at 'requested_attributes[{name}].score_threshold'")
    return threshold


def _language(named: Sequence[str], spoken: Sequence[str], wanted: Sequence[Wanted]) -> str | None:
    """Return the first named language that is spoken; refuse a request that names only others."""
    found = next((code for code in map(primary, named) if code in spoken), None)
    if found is None and wanted:
        raise refusals.language_not_supported(wanted[0].name, named)
    return found


def _check_spoken(asked: Question, verdict: Verdict) -> None:
    """Refuse a comment in a language that the model does not speak, as the original did."""
    if verdict.unspoken is None:
        return
    if verdict.unspoken.startswith("und"):
        raise refusals.language_not_detected()
    raise refusals.language_not_supported(asked.wanted[0].name, [verdict.unspoken])


def weight(comment: Comment, times: int = 1) -> int:
    """Return the number of characters read to score a comment `times` times, with its context."""
    article = comment.article
    around = len(comment.parent or "") + (len(article.title) + len(article.text) if article else 0)
    return around + len(comment.text) * times


def pieces(asked: Question, language: str) -> tuple[list[tuple[int, int]], list[Comment]]:
    """Return the spans of an answer and their texts as comments.

    Parameters
    ----------
    asked
        The question.
    language
        The language of the comment, in which its sentences end.

    Returns
    -------
    places
        The begin and end of each span, in code points.
    comments
        A comment for each span; none if the span is the whole comment.
    """
    comment = asked.comment
    wanted = asked.request.span_annotations
    places = sentences(comment.text, folding_for(language)) if wanted else []
    if len(places) < 2:
        return [(0, len(comment.text))], []
    return places, [msgspec.structs.replace(comment, text=comment.text[a:b]) for a, b in places]


def in_language(verdict: Verdict, parts: Sequence[Comment]) -> list[Comment]:
    """Return the spans of a comment, all of them in its language."""
    return [msgspec.structs.replace(part, language=verdict.language) for part in parts]


def answer(
    asked: Question,
    places: Sequence[tuple[int, int]],
    verdicts: Sequence[Verdict],
) -> AnalyzeCommentResponse:
    """Answer a question.

    Parameters
    ----------
    asked
        The question.
    places, verdicts
        The spans from :func:`pieces`, and the verdicts on the whole comment and on them.

    Raises
    ------
    Refusal
        If there is no score, because no model speaks the language of the comment.
    """
    request = asked.request
    whole, *parts = verdicts
    _check_spoken(asked, whole)
    bounds = utf16(asked.comment.text, [places[0][0], *(end for _, end in places)])
    spans: dict[Attribute, list[SpanScore]] = {}  # names that share a model share its spans
    scores = {}
    for each in asked.wanted:
        value = _value(whole, each)
        if each.threshold is None or value >= each.threshold:
            if each.attribute not in spans:
                spans[each.attribute] = [
                    SpanScore(begin=begin, end=end, score=WireScore(value=_value(part, each)))
                    for (begin, end), part in zip(pairwise(bounds), parts or [whole], strict=True)
                ]
            scores[each.name] = AttributeScores(
                summary_score=WireScore(value=value),
                span_scores=spans[each.attribute],
                model=f"{each.attribute.value} {whole.model}",
            )
    return AnalyzeCommentResponse(
        attribute_scores=scores,
        languages=request.languages or [whole.language],
        detected_languages=[whole.language],
        client_token=request.client_token or UNSET,
        model=whole.model,
    )


def _value(verdict: Verdict, wanted: Wanted) -> float:
    """Return the score for a requested name; a score is never invented.

    Raises
    ------
    Refusal
        If there is no score.
    """
    score = verdict.hostility if wanted.attribute is Attribute.HOSTILITY else verdict.off_topic
    if score.value is None or not math.isfinite(score.value):
        raise refusals.Refusal(f"Attribute {wanted.name} could not be scored", code=500)
    return round(score.value, _DECIMALS)
