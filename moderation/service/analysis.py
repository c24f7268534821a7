"""A request about one comment into its answer: checks, scores, spans."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from moderation.context import has_context
from moderation.model import Moderator
from moderation.model.artifact import Manifest
from moderation.records import Attribute, Comment, Verdict
from moderation.service import errors as refusals
from moderation.service.articles import ArticleIndex, Surroundings, plain_text, surroundings
from moderation.service.attributes import Naming
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
from moderation.text import fold
from moderation.text.visibility import is_blank

#: Bytes of UTF-8 in one comment, the original's limit.
LONGEST_COMMENT = 20_480

# Decimals of a score, as in `moderation score`.
_DECIMALS = 6

# Letters outside the Latin script from which a text is taken to be in another language, if they
# are also more than half of its letters. Few letters decide nothing.
_FOREIGN_LETTERS = 20
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")


class Wanted(NamedTuple):
    """One name that is to be answered.

    Attributes
    ----------
    name
        As the client wrote it.
    attribute
        Our model behind it.
    threshold
        Below it the name is left out of the answer; None: never.
    """

    name: str
    attribute: Attribute
    threshold: float | None


class Question(NamedTuple):
    """A request that has passed every check and may be scored.

    Attributes
    ----------
    comment
        With its article and parent, if off-topic is asked for.
    wanted
        The names to be answered.
    request
        The request itself.
    weight
        Characters that have to be read to answer it: what it costs.
    is_strange
        Whether :func:`is_foreign` has yet to say that the text is in the model's script.
    """

    comment: Comment
    wanted: tuple[Wanted, ...]
    request: AnalyzeCommentRequest
    weight: int
    is_strange: bool


def read_comment(entry: TextEntry | None) -> str:
    """The text of a comment.

    Raises
    ------
    Refusal
        If there is none, it is not plain text, or too long.
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
    """Check a request.

    Parameters
    ----------
    request
        As it came.
    shelf
        Articles known here.
    moderator
        Whose names and language count.
    naming
        Which names are answered, and what is done about the others. A request may itself ask to
        leave them out (`dropUnsupportedAttributes`). It is refused all the same where nothing
        would be left: a client could take an empty answer for a harmless comment.

    Raises
    ------
    Refusal
        The original's error for whatever is wrong with it.
    """
    text = read_comment(request.comment)
    around = surroundings(request.context, shelf)
    if not request.requested_attributes:
        raise refusals.no_requested_attributes()
    if len(request.requested_attributes) > MOST_ATTRIBUTES:
        raise refusals.invalid("Too many requested attributes")
    lenient = naming.lenient or bool(request.drop_unsupported_attributes)
    wanted = []
    passed_over: list[refusals.Refusal] = []
    for name, parameters in request.requested_attributes.items():
        served = naming.find(name, moderator.model.version)
        if served is None:
            passed_over.append(refusals.unknown_attribute(name))
        else:
            threshold = _threshold(name, parameters or AttributeParameters())
            wanted.append(Wanted(name, served.attribute, threshold))
    comment = placed(text, around if any(_relates(each) for each in wanted) else Surroundings())
    if not has_context(comment):
        passed_over += [refusals.no_context(each.name) for each in wanted if _relates(each)]
        wanted = [each for each in wanted if not _relates(each)]
    if passed_over and not (lenient and wanted):
        raise passed_over[0]
    strange = _check_language(text, request.languages, moderator, wanted)
    cost = weight(comment, times=3 if request.span_annotations else 1)
    return Question(comment, tuple(wanted), request, cost, strange)


def _relates(wanted: Wanted) -> bool:
    return wanted.attribute is Attribute.OFF_TOPIC


def placed(text: str, around: Surroundings, id_: str = "") -> Comment:
    """A comment under its article and parent."""
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


def _check_language(
    text: str, languages: Sequence[str] | None, moderator: Moderator, wanted: Sequence[Wanted]
) -> bool:
    """Refuse a language that the client names; tell whether one has to be detected."""
    ours = _primary(moderator.model.manifest.language)
    if not languages:
        return ours in _LATIN_LANGUAGES and _foreign_letters(text)[0] > 0
    if ours not in {_primary(language) for language in languages} and wanted:
        raise refusals.language_not_supported(wanted[0].name, languages)
    return False


# Languages of models that a text in another script cannot be in.
_LATIN_LANGUAGES = frozenset("en de fr es pt it nl da sv no nb nn fi pl cs".split())


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].strip().lower()


def _foreign_letters(text: str) -> tuple[int, int]:
    """How many letters are of another script, and how many letters there are."""
    if text.isascii():
        return 0, len(text)
    letters = len(_LETTER.findall(text))
    return letters - len(_LATIN.findall(text)), letters


def is_foreign(text: str) -> bool:
    """Whether most letters are of another script, also after look-alikes are undone.

    Some single characters stand for eighteen letters, so this is not done in the event loop for a
    long text.
    """
    foreign, letters = _foreign_letters(fold(text))
    return foreign >= _FOREIGN_LETTERS and foreign * 2 > letters


def weight(comment: Comment, times: int = 1) -> int:
    """Characters that have to be read to score a comment `times` over, its context among them."""
    article = comment.article
    around = len(comment.parent or "") + (len(article.title) + len(article.text) if article else 0)
    return around + len(comment.text) * times


def pieces(asked: Question) -> tuple[list[tuple[int, int]], list[Comment]]:
    """What has to be scored to answer a question.

    Returns
    -------
    places
        Where the spans of the answer begin and end, in code points.
    comments
        The comment, and where there are several spans, each of them.
    """
    comment = asked.comment
    places = sentences(comment.text) if asked.request.span_annotations else []
    if len(places) < 2:
        return [(0, len(comment.text))], [comment]
    parts = [msgspec.structs.replace(comment, text=comment.text[a:b]) for a, b in places]
    return places, [comment, *parts]


def answer(
    asked: Question,
    places: Sequence[tuple[int, int]],
    verdicts: Sequence[Verdict],
    manifest: Manifest,
) -> AnalyzeCommentResponse:
    """Answer a question.

    Parameters
    ----------
    asked
        The question.
    places, verdicts
        Of its :func:`pieces`.
    manifest
        Of the model that scored them.
    """
    request = asked.request
    whole, *parts = verdicts
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
        languages=request.languages or [manifest.language],
        detected_languages=[manifest.language],
        client_token=request.client_token or UNSET,
        model=whole.model,
    )


def _value(verdict: Verdict, wanted: Wanted) -> float:
    """The score that a name asks for; never an invented one.

    Raises
    ------
    Refusal
        If there is none.
    """
    score = verdict.hostility if wanted.attribute is Attribute.HOSTILITY else verdict.off_topic
    if score.value is None or not math.isfinite(score.value):
        raise refusals.Refusal(f"Attribute {wanted.name} could not be scored", code=500)
    return round(score.value, _DECIMALS)
