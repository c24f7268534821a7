"""What people answer about scored comments, kept as labelled rows for the next training.

An answer is on the disk before the client hears of it. A client's token stands for one answer: the
same answer sent again (a retry) is written once. Another answer under the same token is a
changed mind, which is a fact too: it is appended, and the last line of an annotator counts.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from msgspec import UNSET

from moderation.artifact import Model
from moderation.errors import ModerationError
from moderation.labelled import LabelledRow
from moderation.labelling.journal import LONGEST_ROW, Journal, encoded_row
from moderation.records import Article, Attribute, now
from moderation.service import refusals
from moderation.service.analysis import read_comment
from moderation.service.attributes import attribute_of
from moderation.service.context import Shelf, Surroundings, surroundings
from moderation.service.contract import (
    MOST_ATTRIBUTES,
    PROBABILITY,
    SCORE_TYPES,
    SuggestCommentScoreRequest,
    SuggestCommentScoreResponse,
    SuggestedScore,
    SuggestedScores,
    type_name,
)
from moderation.service.limits import ANYBODY
from moderation.service.spans import utf16_length

logger = logging.getLogger("moderation.service")

#: The source of every row that came this way.
SOURCE = "suggestscore"

# Names of annotators and tokens are no place for a novel.
_LONGEST_NAME = 500


class Shown(NamedTuple):
    """A score that was given out, and by which model."""

    model: str
    score: float | None


class ShownScores:
    """The latest scores given out, by a digest of their comment; no text is kept.

    Parameters
    ----------
    most
        Comments remembered.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._shown: OrderedDict[bytes, Shown] = OrderedDict()

    def remember(self, text: str, shown: Shown) -> None:
        """Note what a client was told about a comment."""
        key = _digest(text)
        self._shown.pop(key, None)
        self._shown[key] = shown
        if len(self._shown) > self._most:
            self._shown.popitem(last=False)

    def of(self, text: str) -> Shown | None:
        """What was last told about a comment, if that is remembered."""
        return self._shown.get(_digest(text))


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Suggestion(NamedTuple):
    """A request that has passed every check: the row to keep, and the answer to send."""

    row: LabelledRow
    response: SuggestCommentScoreResponse


def suggestion(
    request: SuggestCommentScoreRequest,
    shelf: Shelf,
    shown: ShownScores,
    *,
    model: Model,
    client: str,
    lenient: bool,
) -> Suggestion:
    """Check a request and make a labelled row of it.

    Parameters
    ----------
    request
        As it came.
    shelf
        Articles known here.
    shown
        What clients were told before.
    model
        In force; its version counts where nothing was told.
    client
        Holder of the key.
    lenient
        Pass over names that no model of ours stands behind.

    Raises
    ------
    Refusal
        The original's error for whatever is wrong with it.
    """
    text = read_comment(request.comment)
    around = surroundings(request.context, shelf)
    answers = _answers(request.attribute_scores or {}, text, model.version, lenient=lenient)
    told = shown.of(text)
    token = request.client_token
    if max(len(token or ""), len(request.community_id or "")) > _LONGEST_NAME:
        raise refusals.invalid("client_token and community_id may have 500 characters")
    row = LabelledRow(
        text=text,
        id=_comment_id(text, around, token),
        hostility=answers.get(Attribute.HOSTILITY),
        off_topic=answers.get(Attribute.OFF_TOPIC),
        annotator=request.community_id or client,
        source=SOURCE if client == ANYBODY else f"{SOURCE}:{client}",
        labelled_at=now(),
        article=_article(around),
        parent=around.parent,
        model=told.model if told else model.version,
        score_seen=told.score if told else None,
        token=token,
    )
    if len(encoded_row(row)) > LONGEST_ROW:
        what = "The comment and its context are too long to be kept"
        raise refusals.Refusal(what, code=413)
    languages = list(request.languages or ())
    response = SuggestCommentScoreResponse(
        client_token=token or UNSET,
        detected_languages=[model.manifest.language],
        requested_languages=languages,
    )
    return Suggestion(row, response)


def _answers(
    suggested: Mapping[str, SuggestedScores | None], text: str, model: str, *, lenient: bool
) -> dict[Attribute, bool | float]:
    """The answer about each of our attributes."""
    if not suggested:
        raise refusals.invalid("Missing attribute_scores")
    if len(suggested) > MOST_ATTRIBUTES:
        raise refusals.invalid("Too many attribute scores")
    length = utf16_length(text)
    answers: dict[Attribute, bool | float] = {}
    for name, scores in suggested.items():
        attribute = attribute_of(name, model)
        value = _value(name, scores or SuggestedScores(), length)
        if attribute is None and not lenient:
            raise refusals.unknown_attribute(name)
        if attribute is None or value is None:
            continue
        if answers.setdefault(attribute, value) != value:
            what = "Two names that one model stands behind have different values"
            raise refusals.invalid(f"{what}: {name}")
    if not answers and not lenient:
        raise refusals.invalid("Missing summary_score in attribute_scores")
    return answers


def _value(name: str, scores: SuggestedScores, length: int) -> bool | float | None:
    for span in scores.span_scores or ():
        if span.begin is None or span.end is None or span.score is None:
            raise refusals.invalid(f"Span scores of {name} need begin, end and score")
        if not 0 <= span.begin <= span.end <= length:
            raise refusals.invalid(f"A span of {name} lies outside the comment")
        _probability(name, span.score)
    return None if scores.summary_score is None else _probability(name, scores.summary_score)


def _probability(name: str, score: SuggestedScore) -> bool | float:
    score_type = type_name(score.type, SCORE_TYPES)
    if score_type not in {SCORE_TYPES[0], PROBABILITY}:
        raise refusals.unsupported_score_type(score_type or "UNKNOWN", name)
    value = score.value
    if value is None or not math.isfinite(value) or not 0 <= value <= 1:
        raise refusals.invalid(f"A score of {name} must be a number from 0 to 1")
    return bool(value) if value in {0, 1} else value


def _comment_id(text: str, around: Surroundings, token: str | None) -> str:
    """An id under which only this text is known: an edited comment is another."""
    digest = _digest(text).hex()[:12]
    named = around.comment_id or token
    return f"{named[:_LONGEST_NAME]}:{digest}" if named else digest


def _article(around: Surroundings) -> Article | None:
    if around.article is not None:
        return around.article
    return Article(id=around.url, url=around.url) if around.url else None


class Feedback:
    """A labelled file that grows while the service runs.

    Writing waits for the disk, so it is done in a thread of its own, one row after the other.

    Parameters
    ----------
    path
        In JSON Lines; created if it is missing.

    Raises
    ------
    UsageError
        If it cannot be written, or holds something else.
    """

    def __init__(self, path: str | Path) -> None:
        self._journal = Journal(path)
        self._last: dict[tuple[str, str], bytes] = {}
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="feedback")
        self._read()

    async def keep(self, row: LabelledRow) -> bool:
        """Write a row, unless its token has been answered so before.

        Returns
        -------
        bool
            Whether it was written; either way it is on the disk.

        Raises
        ------
        Refusal
            503, if it could not be written.
        """
        loop = asyncio.get_running_loop()
        writing = loop.run_in_executor(self._writer, self._keep, row)
        try:
            return await asyncio.shield(writing)
        except ModerationError as error:
            logger.error("feedback not kept: %s", error)  # noqa: TRY400 - of the file, not the row
            raise refusals.Refusal("The answer could not be kept; send it again.", code=503) from (
                None
            )

    def _keep(self, row: LabelledRow) -> bool:
        self._read()
        if row.token is not None and self._last.get((row.annotator, row.token)) == _said(row):
            return False
        self._journal.append(row)
        return True

    def _read(self) -> None:
        """Catch up with the file: tokens of an earlier run, or of another process."""
        for row in self._journal.unread():
            if row.token is not None:
                self._last[row.annotator, row.token] = _said(row)

    def close(self) -> None:
        """Finish what is being written and let the file go."""
        self._writer.shutdown(wait=True)
        self._journal.close()


def _said(row: LabelledRow) -> bytes:
    """What was answered, about which text."""
    return _digest(f"{row.hostility!r} {row.off_topic!r} {row.text}")
