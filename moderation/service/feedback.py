"""People's answers about scored comments, stored as labelled rows for the next training.

An answer is on disk before the client receives the response. A client's token identifies one
answer. The same answer sent again (a retry) is written once. A different answer under the same
token is a change of mind: it is appended, and the last line of an annotator counts.
"""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from msgspec import UNSET

from moderation.errors import ModerationError
from moderation.labels import LabelledRow
from moderation.labels.journal import LONGEST_ROW, Journal, encoded_row
from moderation.model import Model
from moderation.records import Article, Attribute, now
from moderation.service import errors as refusals
from moderation.service.analysis import read_comment
from moderation.service.articles import ArticleIndex, Surroundings, surroundings
from moderation.service.attributes import Naming, Nearness
from moderation.service.limits import ANYBODY
from moderation.service.offsets import utf16_length
from moderation.service.wire import (
    MOST_ATTRIBUTES,
    PROBABILITY,
    SCORE_TYPES,
    SuggestCommentScoreRequest,
    SuggestCommentScoreResponse,
    SuggestedScore,
    SuggestedScores,
    type_name,
)

logger = logging.getLogger("moderation.service")

#: The source of every row that was received as feedback.
SOURCE = "suggestscore"

# Longest name of an annotator and longest token, in characters.
_LONGEST_NAME = 500


class Shown(NamedTuple):
    """A score that was sent to a client, and the model that gave it."""

    model: str
    score: float | None


class ShownScores:
    """The latest scores that were sent, by a digest of their comment; no text is stored.

    Parameters
    ----------
    most
        Number of comments that are remembered.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._shown: OrderedDict[bytes, Shown] = OrderedDict()

    def remember(self, text: str, shown: Shown) -> None:
        """Store the score of a comment that was sent to a client."""
        key = _digest(text)
        self._shown.pop(key, None)
        self._shown[key] = shown
        if len(self._shown) > self._most:
            self._shown.popitem(last=False)

    def of(self, text: str) -> Shown | None:
        """Return the last score sent for a comment, if it is remembered."""
        return self._shown.get(_digest(text))


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Suggestion(NamedTuple):
    """A request that has passed every check: the row to store and the response to send."""

    row: LabelledRow
    response: SuggestCommentScoreResponse


def suggestion(
    request: SuggestCommentScoreRequest,
    shelf: ArticleIndex,
    shown: ShownScores,
    *,
    model: Model,
    client: str,
    naming: Naming,
) -> Suggestion:
    """Check a request and build a labelled row from it.

    Parameters
    ----------
    request
        As it came.
    shelf
        The articles that the service knows.
    shown
        The scores that were sent before.
    model
        The active model; its version is stored if no score was sent.
    client
        The holder of the key.
    naming
        Says which names have a model and whether other names are ignored.

    Raises
    ------
    Refusal
        If the request is invalid; the error is the one that the original sends.
    """
    text = read_comment(request.comment)
    around = surroundings(request.context, shelf)
    answers = _answers(request.attribute_scores or {}, text, model.version, naming)
    told = shown.of(text)
    token = request.client_token
    if max(len(token or ""), len(request.community_id or "")) > _LONGEST_NAME:
        raise refusals.invalid("client_token and community_id may have 500 characters")
    row = LabelledRow(
        text=text,
        id=_comment_id(text, around, token),
        hostility=answers.get(Attribute.HOSTILITY),
        off_topic=answers.get(Attribute.OFF_TOPIC),
        annotator=annotator(client, request.community_id),
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


def annotator(client: str, community: str | None) -> str:
    """Return the name of the annotator: the holder of the key and the community named.

    The community is only the client's own claim. The holder's name prevents one client from
    overwriting the answers of another. Without keys there is one client, this machine.
    """
    if client == ANYBODY:
        return community or client
    holder = client.replace("%", "%25").replace("/", "%2F")
    return f"{holder}/{community}" if community else holder


def _answers(
    suggested: Mapping[str, SuggestedScores | None], text: str, model: str, naming: Naming
) -> dict[Attribute, bool | float]:
    """Return the answer for each of our attributes.

    A name that means the same as the attribute decides. Otherwise the highest answer about a kind
    of hostility counts, because a comment is at least as hostile as its worst kind. An answer about
    a proxy (rude words) says nothing about hostility and gives no label.
    """
    if not suggested:
        raise refusals.invalid("Missing attribute_scores")
    if len(suggested) > MOST_ATTRIBUTES:
        raise refusals.invalid("Too many attribute scores")
    length = utf16_length(text)
    same: dict[Attribute, bool | float] = {}
    kinds: dict[Attribute, bool | float] = {}
    for name, scores in suggested.items():
        served = naming.find(name, model)
        value = _value(name, scores or SuggestedScores(), length)
        if served is None and not naming.lenient:
            raise refusals.unknown_attribute(name)
        if served is None or value is None:
            continue
        attribute = served.attribute
        if served.nearness is Nearness.KIND:
            kinds[attribute] = max(kinds.get(attribute, value), value)
        elif served.nearness is Nearness.SAME and same.setdefault(attribute, value) != value:
            what = "Two names that mean the same have different values"
            raise refusals.invalid(f"{what}: {name}")
    answers = {**kinds, **same}
    if not answers:
        what = "Missing summary_score in attribute_scores of a name that makes a label"
        raise refusals.invalid(f"{what} (TOXICITY, OFF_TOPIC)")
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
    """Return an id that is unique to this text; an edited comment gets another id."""
    digest = _digest(text).hex()[:12]
    named = around.comment_id or token
    return f"{named[:_LONGEST_NAME]}:{digest}" if named else digest


def _article(around: Surroundings) -> Article | None:
    if around.article is not None:
        return around.article
    return Article(id=around.url, url=around.url) if around.url else None


class Tokens:
    """The digest of the last answer for each token.

    A token is valid once, so no token may be forgotten, however many there are. They are stored in
    an unnamed SQLite database. It holds up to two megabytes in memory and the rest in a temporary
    file, which vanishes with the process. It is rebuilt from the labelled file.
    """

    def __init__(self) -> None:
        # The database is opened here and used only in the writing thread.
        self._rows = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("CREATE TABLE last (token BLOB PRIMARY KEY, said BLOB) WITHOUT ROWID")

    def last(self, annotator: str, token: str) -> bytes | None:
        """Return the digest of the last answer for a token, if there is one."""
        found = self._rows.execute(
            "SELECT said FROM last WHERE token = ?", (_key(annotator, token),)
        )
        row = found.fetchone()
        return row[0] if row else None

    def note(self, answers: Iterable[tuple[str, str, bytes]]) -> None:
        """Store annotators, tokens and answers; a later answer replaces an earlier one."""
        rows = ((_key(annotator, token), said) for annotator, token, said in answers)
        self._rows.execute("BEGIN")
        try:
            self._rows.executemany("INSERT OR REPLACE INTO last VALUES (?, ?)", rows)
        finally:
            self._rows.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._rows.close()


def _key(annotator: str, token: str) -> bytes:
    return _digest(f"{len(annotator)} {annotator}{token}")


class Feedback:
    """A labelled file that grows while the service runs.

    Writing waits for the disk, so one separate thread writes the rows in order.

    Parameters
    ----------
    path
        The file, in JSON Lines; it is created if it is missing.

    Raises
    ------
    UsageError
        If the file cannot be written or has another format.
    """

    def __init__(self, path: str | Path) -> None:
        self._journal = Journal(path)
        self._tokens = Tokens()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="feedback")
        self._read()

    async def keep(self, row: LabelledRow) -> bool:
        """Write a row, unless the same answer was already stored for its token.

        Returns
        -------
        bool
            Whether the row was written now. In both cases it is on disk.

        Raises
        ------
        Refusal
            With status 503 if the row could not be written.
        """
        loop = asyncio.get_running_loop()
        writing = loop.run_in_executor(self._writer, self._keep, row)
        try:
            return await asyncio.shield(writing)
        except ModerationError as error:
            logger.error("feedback not kept: %s", error)  # noqa: TRY400 - it concerns the file, not the row
            raise refusals.Refusal("The answer could not be kept; send it again.", code=503) from (
                None
            )

    def _keep(self, row: LabelledRow) -> bool:
        def is_new() -> bool:  # called while no other process can write
            self._read()
            return row.token is None or self._tokens.last(row.annotator, row.token) != _said(row)

        return self._journal.append(row, is_new)

    def _read(self) -> None:
        """Read the tokens that an earlier run or another process wrote to the file."""
        rows = (row for row in self._journal.unread() if row.token is not None)
        self._tokens.note((_who(row), row.token or "", _said(row)) for row in rows)

    def close(self) -> None:
        """Finish pending writes and close the file."""
        self._writer.submit(self._tokens.close)
        self._writer.shutdown(wait=True)
        self._journal.close()


def _who(row: LabelledRow) -> str:
    """Return the annotator of a row, as :func:`annotator` names it.

    Rows of earlier versions name only the community; their source names the holder of the key.
    """
    client = row.source.removeprefix(f"{SOURCE}:")
    if client == row.source:
        return row.annotator
    holder = annotator(client, None)
    if row.annotator == holder or row.annotator.startswith(f"{holder}/"):
        return row.annotator
    return annotator(client, None if row.annotator == client else row.annotator)


def _said(row: LabelledRow) -> bytes:
    """Return a digest of the answer and its text."""
    return _digest(f"{row.hostility!r} {row.off_topic!r} {row.text}")
