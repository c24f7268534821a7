"""The routes: each reads a request, calls the service and writes the HTTP response."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic, perf_counter
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.service import coral, origins
from moderation.service import multipart as batching
from moderation.service.analysis import answer, arrival, in_language, pieces, question, weight
from moderation.service.comments import COMMENTS, DECISIONS, CommentRoutes
from moderation.service.discovery import API_VERSION, NAME, PATH, discovery_document
from moderation.service.errors import Refusal
from moderation.service.feedback import suggestion
from moderation.service.front import front_page
from moderation.service.limits import read_body
from moderation.service.live import Arrival, Origin
from moderation.service.live.handover import PATIENCE
from moderation.service.openapi import openapi_document
from moderation.service.replies import (
    Reply,
    encoded,
    headers_of,
    pretty,
    query_of,
    response,
    shaped,
)
from moderation.service.scorer import WorkFailed, place_of
from moderation.service.state import Snapshot, State
from moderation.service.transport import JSON
from moderation.service.wire import AnalyzeCommentRequest, SuggestCommentScoreRequest, read_request

logger = logging.getLogger("moderation.service")

ANALYZE = f"/{API_VERSION}/comments:analyze"
SUGGEST = f"/{API_VERSION}/comments:suggestscore"
PHASE = "/coral/moderate"

_HOST = re.compile(r"[A-Za-z0-9._~-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
# Parts of a batch that are answered concurrently. The number is below the queue limit, so that one
# batch cannot fill a queue.
_TOGETHER = 32
# All requests of Coral share one budget and one queue under this client name.
_CORAL = "coral"


class Api:
    """The handlers of the routes.

    Parameters
    ----------
    state
        The running service.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._limits = state.settings.limits
        self.methods: dict[str, Callable[[Snapshot, bytes, str], Awaitable[Any]]] = {
            ANALYZE: self.analyze,
            SUGGEST: self.suggest,
        }

    async def analyze(self, now: Snapshot, body: bytes, client: str) -> Any:
        """Answer ``comments:analyze``."""
        state = self.state
        request = await state.read(
            now, client, len(body), read_request, body, AnalyzeCommentRequest
        )
        asked = question(request, now.shelf, now.moderator, state.naming)
        comment = asked.comment
        (verdict,) = await state.score(now, client, [comment], weight(comment))
        state.told(comment.text, verdict)
        if (coming := arrival(asked, verdict, client)) is not None:
            await state.to_desk([coming])
        places, parts = pieces(asked, verdict.language)
        if verdict.unspoken or not parts:
            return answer(asked, places, [verdict])
        read_again = weight(comment, times=2)
        verdicts = await state.score(now, client, in_language(verdict, parts), read_again)
        return answer(asked, places, [verdict, *verdicts])

    async def suggest(self, now: Snapshot, body: bytes, client: str) -> Any:
        """Answer ``comments:suggestscore`` after the feedback is on disk."""
        state = self.state
        if state.feedback is None:
            what = "Feedback is not kept here: the service runs without --feedback."
            raise Refusal(what, code=501)
        request = await state.read(
            now, client, len(body), read_request, body, SuggestCommentScoreRequest
        )
        found = suggestion(
            request,
            now.shelf,
            state.shown,
            model=now.moderator.model,
            client=client,
            naming=state.naming,
        )
        written = await state.feedback.keep(found.row)
        state.metrics.count("moderation_feedback_total", result="kept" if written else "known")
        return found.response

    async def called(
        self,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        now: Snapshot | None = None,
    ) -> Reply:
        """Answer one method call whose client is not yet known."""
        now = now or self.state.current
        try:
            client = now.keys.client(query, headers)
        except Refusal as refusal:
            return self.failed(refusal, query)
        return await self._answered(now, path, query, client, body)

    async def _answered(
        self, now: Snapshot, path: str, query: str, client: str, body: bytes
    ) -> Reply:
        """Answer a client's call; every failure becomes an error response."""
        try:
            self.state.rates.take(client)
            document = await self.methods[path](now, body, client)
            return Reply(200, shaped(document, query))
        except Exception as error:  # noqa: BLE001 - whatever it is, the client hears of it
            return self.failed(error, query)

    def failed(self, error: Exception, query: str = "") -> Reply:
        """Return the answer to a failed request; an internal error shows only its type and place.

        The text of an exception may quote a comment, so it is neither sent nor logged.
        """
        if not isinstance(error, Refusal):
            kind, place = type(error).__name__, place_of(error)
            if isinstance(error, WorkFailed):
                kind, place = error.kind, error.place
            self.state.metrics.count("moderation_errors_total", kind=kind)
            logger.error("internal error: %s at %s", kind, place)
            error = Refusal("Internal error.", code=500)
        try:
            return Reply(error.code, pretty(error.document(), query), error.headers)
        except Refusal:
            return Reply(error.code, error.document(), error.headers)

    async def method(self, request: Request) -> Reply:
        """Serve one method call."""
        headers, query = headers_of(request), query_of(request)
        now = self.state.current
        client = now.keys.client(query, headers)  # a stranger's body is not even read
        body = await self._body(request, headers, self._limits.body)
        return await self._answered(now, request.scope["path"], query, client, body)

    async def batch(self, request: Request) -> Reply:
        """Serve a batch of calls; each is answered separately, in the order of the request."""
        headers, outer = headers_of(request), query_of(request)
        now, limits = self.state.current, self._limits
        content_type = headers.get("content-type", "")
        asking = batching.Asking(now.keys, outer, headers)
        body = await self._body(request, headers, limits.batch_body, asking.look)
        parts = await self.state.read(
            now,
            asking.client,
            len(body),
            batching.read_batch,
            content_type,
            body,
            limits.batch_parts,
        )
        del body  # the parts hold all of it, and they may have to wait
        until = monotonic() + limits.answer_seconds
        answers: list[batching.Answer] = []
        for start in range(0, len(parts), _TOGETHER):
            some = parts[start : start + _TOGETHER]
            replies = await asyncio.gather(
                *(self._part(now, part, outer, headers, until) for part in some)
            )
            for part, reply in zip(some, replies, strict=True):
                told = {"Content-Type": JSON, **reply.headers}
                content = encoded(reply.document)
                answers.append(batching.Answer(part.id, reply.code, told, content))
        content_type, content = batching.write_batch(answers)
        return Reply(200, Response(content, media_type=content_type))

    async def _part(
        self,
        now: Snapshot,
        part: batching.BatchPart,
        outer: str,
        headers: Mapping[str, str],
        until: float,
    ) -> Reply:
        if part.path not in self.methods or part.method != "POST":
            code = 404 if part.path not in self.methods else 405
            return self.failed(Refusal("Method not found.", code=code))
        if len(part.body) > self._limits.body:
            return self.failed(Refusal("Request payload size exceeds the limit.", code=413))
        query, own = batching.asked_with(part, outer, headers)
        while True:
            reply = await self.called(part.path, query, own, part.body, now)
            wait = float(reply.headers.get("Retry-After", 1))
            if reply.code != 429 or monotonic() + wait > until:
                return reply
            # A batch may hold more parts than its rate limit allows at once, so the rest wait.
            await asyncio.sleep(wait)

    async def phase(self, request: Request) -> Reply:
        """Serve Coral's external moderation phase.

        Coral publishes a comment if the answer is missing, late or an error. Every failure with a
        signed comment is therefore answered in Coral's own format.
        """
        state = self.state
        now = state.current
        if not now.secrets:
            raise Refusal("Coral's phase is not served: no signing secrets are known.", code=404)
        headers = headers_of(request)
        if coral.SIGNATURE not in headers:  # a stranger's body is not even read
            raise coral.Unsigned
        try:
            body = await self._body(request, headers, self._limits.body)
            coral.verify(headers[coral.SIGNATURE], body, now.secrets)
            until = monotonic() + state.settings.coral_seconds
            async with asyncio.timeout(state.settings.coral_seconds):
                found, coming = await self._opinion(body, now)
            await state.to_desk(coming, min(PATIENCE, until - monotonic()))
            return Reply(200, found)
        except coral.Unsigned:
            raise
        except Exception as error:  # noqa: BLE001 - no failure may publish the comment
            return self._unscored(error)

    async def _opinion(self, body: bytes, now: Snapshot) -> tuple[dict[str, Any], list[Arrival]]:
        """Return the answer to Coral about the comment in a verified body, and what is scored."""
        state = self.state
        state.rates.take(_CORAL)
        sent = await state.read(now, _CORAL, len(body), coral.read_comment, body)
        comment = coral.comment_of(sent, now.shelf)
        if comment is None:
            return {}, []
        (verdict,) = await state.score(now, _CORAL, [comment], weight(comment))
        found = coral.opinion(verdict)
        state.metrics.scored(verdict)
        return found, [Arrival(comment, verdict, Origin.CORAL, _CORAL)]

    def _unscored(self, error: Exception) -> Reply:
        """Return the answer to Coral for an unscored comment; count and log the cause."""
        late = isinstance(error, TimeoutError)
        failed = Reply(504, None) if late else self.failed(error)
        kind = "late" if late else str(failed.code)
        told = self.state.settings.on_failure
        self.state.metrics.count("moderation_coral_failures_total", kind=kind, told=told)
        logger.warning("Coral's phase: a comment without a score (%s), answer: %s", kind, told)
        return Reply(200, coral.UNSCORED[told], failed.headers)

    async def _body(
        self,
        request: Request,
        headers: Mapping[str, str],
        most: int,
        look: Callable[[bytes], None] | None = None,
    ) -> bytes:
        seconds = self._limits.body_seconds
        return await read_body(request.receive, headers, most, seconds, self.state.arriving, look)

    async def discovery(self, request: Request) -> Reply:
        """Serve the discovery document."""
        version = request.query_params.get("version", API_VERSION)
        if version != API_VERSION:
            raise Refusal(f"The version is {API_VERSION}.", code=404)
        # Some clients fetch this document to check their key.
        self.state.current.keys.check(query_of(request), headers_of(request))
        root, model = self._root(request), self.state.version
        languages = self.state.current.moderator.languages
        return Reply(200, discovery_document(root, model, languages, self.state.naming))

    async def openapi(self, request: Request) -> Reply:
        """Serve the OpenAPI description."""
        return Reply(200, openapi_document(self._root(request), self.state.naming))

    async def health(self, request: Request) -> Reply:
        """Report that the service runs, and with which model."""
        del request
        return Reply(200, {"status": "ok", "api": NAME, "model": self.state.version})

    async def front(self, request: Request) -> Reply:
        """Show a person what this address is."""
        del request
        return Reply(200, front_page(self.state.version))

    async def metrics(self, request: Request) -> Reply:
        """Serve the metrics to permitted clients."""
        state = self.state
        state.current.keys.client(query_of(request), headers_of(request))
        text = state.metrics.text(state.version)
        return Reply(200, Response(text, media_type="text/plain; version=0.0.4"))

    def _root(self, request: Request) -> str:
        """Return the address of the service as the client sees it, with a trailing slash."""
        if self.state.settings.root_url:
            return self.state.settings.root_url.rstrip("/") + "/"
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            raise Refusal("The Host header names no host.")
        return f"{request.scope['scheme']}://{host}/"

    def serving(
        self, handler: Callable[[Request], Awaitable[Reply]], route: str
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return a handler that answers every failure; it is counted and timed under `route`."""

        async def endpoint(request: Request) -> Response:
            began = perf_counter()
            try:
                reply = await handler(request)
            except Exception as error:  # noqa: BLE001 - whatever it is, the client hears of it
                reply = self.failed(error)
            self.state.metrics.answered(route, reply.code, perf_counter() - began)
            return response(reply)

        return endpoint

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer a request that no route serves."""
        del request
        code = error.status_code if isinstance(error, HTTPException) else 500
        what = {404: "Not found.", 405: "This address serves another method."}.get(code, "Refused.")
        headers = dict(getattr(error, "headers", None) or {})
        self.state.metrics.refused("none", code)
        return response(self.failed(Refusal(what, code=code, headers=headers)))


def make_app(state: State, lifespan: Any = None) -> Starlette:
    """Make the ASGI application of a running service.

    Parameters
    ----------
    state
        The running service.
    lifespan
        Starlette's lifespan handler; None for none.
    """
    api, own = Api(state), CommentRoutes(state)
    routes = [
        Route(path, api.serving(handler, name), methods=[method])
        for path, method, name, handler in (
            (ANALYZE, "POST", "analyze", api.method),
            (SUGGEST, "POST", "suggestscore", api.method),
            ("/batch", "POST", "batch", api.batch),
            (f"/batch/{NAME}/{API_VERSION}", "POST", "batch", api.batch),
            (PHASE, "POST", "coral", api.phase),
            (COMMENTS, "POST", "comments", own.comments),
            (DECISIONS, "GET", "decisions", own.decisions),
            (DECISIONS, "POST", "decided", own.decided),
            (PATH, "GET", "discovery", api.discovery),
            ("/openapi.json", "GET", "openapi", api.openapi),
            ("/", "GET", "front", api.front),
            ("/docs", "GET", "front", api.front),
            ("/healthz", "GET", "health", api.health),
            ("/metrics", "GET", "metrics", api.metrics),
        )
    ]
    app = Starlette(
        routes=routes, lifespan=lifespan, exception_handlers={HTTPException: api.refused}
    )
    app.router.redirect_slashes = False
    origins.allow(app, state.settings.allow_origins)
    return app
