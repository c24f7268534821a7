"""The handlers of our own endpoint."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
from starlette.requests import Request

from moderation.context import stands_under_text
from moderation.labels.journal import LONGEST_ROW, encoded_row
from moderation.records import Action, Article, Comment, Reason, Verdict
from moderation.service import errors as refusals
from moderation.service.analysis import LONGEST_COMMENT, weight
from moderation.service.comments.deciding import labelled
from moderation.service.comments.known_articles import KnownArticles
from moderation.service.comments.reading import (
    Reading,
    Received,
    read_comments,
    read_decisions,
    refusal,
)
from moderation.service.comments.wire import (
    MOST_DECISIONS,
    CommentsResponse,
    CommentVerdict,
    DecisionsKept,
    DecisionsResponse,
    KeptDecision,
    Rejected,
    SentDecision,
    StandingDecision,
)
from moderation.service.errors import Refusal
from moderation.service.feedback import Feedback
from moderation.service.limits import read_body
from moderation.service.live import Arrival, DeskUnavailable, Origin, ReviewDesk
from moderation.service.replies import Reply, headers_of, query_of
from moderation.service.state import Snapshot, State
from moderation.text.markup import reasons_in_markup

COMMENTS = "/v1/comments"
DECISIONS = "/v1/decisions"

# Seconds for which an answer waits for the desk's disk. A platform that posts a comment waits, too.
_PATIENCE = 0.5

_DECIMALS = 6
_DECISIONS_AT_ONCE = 100


class CommentRoutes:
    """The handlers.

    Parameters
    ----------
    state
        The running service.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._articles = KnownArticles()

    async def comments(self, request: Request) -> Reply:
        """Score the comments of a request and put them into the desk's queue."""
        now = self._state.current
        client, reading = await self._reading(request, now, read_comments)
        return Reply(200, await self._answer(now, client, reading))

    async def decided(self, request: Request) -> Reply:
        """Keep what the platform's moderators decided as labelled rows."""
        state, now = self._state, self._state.current
        client, reading = await self._reading(request, now, read_decisions)
        if state.feedback is None:
            what = "Decisions are not kept here: the service runs without --feedback."
            raise Refusal(what, code=501)
        done = [await self._keep(now, client, each, state.feedback) for each in reading.received]
        kept = [each for each in done if isinstance(each, KeptDecision)]
        rejected = [*reading.rejected, *(each for each in done if isinstance(each, Rejected))]
        return Reply(200, DecisionsKept(decisions=kept, rejected=rejected))

    async def _keep(
        self, now: Snapshot, client: str, received: Received, feedback: Feedback
    ) -> KeptDecision | Rejected:
        state, sent = self._state, received.sent
        assert isinstance(sent, SentDecision)
        comment = await self._placed(now, client, received.comment)
        shown, model = state.shown.of(comment.text), now.moderator.model.version
        row = labelled(comment, sent, client, model, shown)
        if len(encoded_row(row)) > LONGEST_ROW:
            return Rejected(
                index=received.place,
                id=str(sent.id),
                field=f"decisions[{received.place}].text",
                found="a text that is too long with its article and parent",
                hint="Leave out the text of the article, or of the parent.",
            )
        written = await feedback.keep(row)
        result: Literal["kept", "known"] = "kept" if written else "known"
        state.metrics.count("moderation_feedback_total", result=result)
        return KeptDecision(id=str(sent.id), revision=received.revision, result=result)

    async def _reading(
        self, request: Request, now: Snapshot, read: Callable[[bytes], Reading]
    ) -> tuple[str, Reading]:
        """Return the client of a request and what it holds; something of it can be read."""
        state, limits = self._state, self._state.settings.limits
        headers = headers_of(request)
        client = now.keys.client(query_of(request), headers)  # a stranger's body is not even read
        body = await read_body(
            request.receive, headers, limits.body, limits.body_seconds, state.arriving
        )
        reading = await state.read(now, client, len(body), read, body)
        if not reading.received:
            raise refusal(reading.rejected)
        state.rates.take(client, len(reading.received))
        return client, reading

    async def _answer(self, now: Snapshot, client: str, reading: Reading) -> CommentsResponse:
        state = self._state
        placed = [await self._placed(now, client, each.comment) for each in reading.received]
        verdicts = await state.score(now, client, placed, sum(map(weight, placed)))
        _check(verdicts)
        for comment, verdict in zip(placed, verdicts, strict=True):
            state.told(comment.text, verdict)
        arrivals = [
            Arrival(
                comment, verdict, Origin.COMMENTS, client, each.revision, each.section, each.url
            )
            for comment, verdict, each in zip(placed, verdicts, reading.received, strict=True)
        ]
        kept, reasons = await asyncio.gather(
            state.to_desk(arrivals, _PATIENCE),
            self._reasons(now, client, placed, verdicts if reading.explain else ()),
        )
        desk = "off" if kept is None else "kept" if kept else "pending"
        found = [
            _told(each, arrival, reasons.get(i), desk)
            for i, (each, arrival) in enumerate(zip(reading.received, arrivals, strict=True))
        ]
        return CommentsResponse(
            model=now.moderator.model.version, comments=found, rejected=reading.rejected
        )

    async def _placed(self, now: Snapshot, client: str, comment: Comment) -> Comment:
        """Return a comment with its article, which is remembered or looked up by its id."""
        sent, name = comment.article, comment.article_id
        if sent is not None and (sent.title or sent.text):
            if sent.id:
                self._articles.remember(client, sent)
            return comment
        names = [name, sent.url if sent else None]
        found = self._articles.find(client, name or "") or now.shelf.find(names)
        if found is None and name and self._state.desk is not None:
            found = await self._from_desk(name)
        if found is None:
            return comment
        return msgspec.structs.replace(comment, article=found, article_id=name or found.id)

    async def _from_desk(self, name: str) -> Article | None:
        try:
            return await asyncio.to_thread(self._desk().article, name)
        except DeskUnavailable:
            return None  # the answer says that the article is unknown

    async def _reasons(
        self, now: Snapshot, client: str, comments: Sequence[Comment], verdicts: Sequence[Verdict]
    ) -> dict[int, list[Reason]]:
        """Return the reasons for the comments that are not to be published, by their place."""
        wanted = [
            i
            for i, verdict in enumerate(verdicts)
            if verdict.action is not Action.PUBLISH and len(comments[i].text) <= LONGEST_COMMENT
        ]
        if not wanted:
            return {}
        asked = [comments[i] for i in wanted]
        try:
            explained = await self._state.explain(now, client, asked, sum(map(weight, asked)))
        except Refusal:  # too busy; the verdict stands without its reasons
            return {}
        return {
            i: [reason for score in verdict.scores for reason in score.reasons]
            for i, verdict in zip(wanted, explained, strict=True)
        }

    async def decisions(self, request: Request) -> Reply:
        """Serve what stands decided about the client's comments since a number."""
        client = self._state.current.keys.client(query_of(request), headers_of(request))
        after = _number(request, "after", 0, 2**53)
        most = _number(request, "limit", _DECISIONS_AT_ONCE, MOST_DECISIONS)
        try:
            found = await asyncio.to_thread(self._desk().standing, client, after, max(1, most))
        except DeskUnavailable:
            raise refusals.busy() from None
        told = [msgspec.convert(each._asdict(), StandingDecision) for each in found]
        last = told[-1].seq if told else after
        return Reply(200, DecisionsResponse(decisions=told, next=last))

    def _desk(self) -> ReviewDesk:
        if self._state.desk is None:
            what = "Nobody decides here: the service runs without --desk. Start it with --desk."
            raise Refusal(what, code=501)
        return self._state.desk


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= most):
        raise refusals.invalid(f"{name}: no whole number from 0 to {most:,}. Send digits.")
    return int(text)


def _check(verdicts: Sequence[Verdict]) -> None:
    """Refuse to answer with a score that is no number."""
    values = [score.value for verdict in verdicts for score in verdict.scores]
    if not all(value is None or math.isfinite(value) for value in values):
        raise Refusal("A comment could not be scored.", code=500)


def _told(
    received: Received, arrival: Arrival, reasons: list[Reason] | None, desk: str
) -> CommentVerdict:
    comment, verdict = arrival.comment, arrival.verdict
    named = comment.article_id is not None or received.comment.article is not None
    known = "known" if comment.article and _is_told(comment) else "unknown"
    values = [score.value for score in verdict.scores]
    hostility, off_topic = (None if v is None else round(v, _DECIMALS) for v in values)
    return CommentVerdict(
        id=comment.id,
        revision=received.revision,
        hostility=hostility,
        off_topic=off_topic,
        action=verdict.action.value,
        model=verdict.model,
        null_reason=verdict.null_reason,
        reasons=None if reasons is None else reasons_in_markup(_brief(reasons), received.written),
        article=known if named else None,  # type: ignore[arg-type]
        desk=desk,  # type: ignore[arg-type]
    )


def _is_told(comment: Comment) -> bool:
    """Return whether the article has words to compare with."""
    return stands_under_text(msgspec.structs.replace(comment, parent=None))


def _brief(reasons: list[Reason]) -> list[Reason]:
    return [
        msgspec.structs.replace(reason, weight=round(reason.weight, _DECIMALS))
        for reason in reasons
    ]
