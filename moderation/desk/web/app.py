"""The pages of the desk: each route reads a request, calls the desk and fills in a template."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.refusals import DeskRefusal
from moderation.desk.settings import DeskSettings
from moderation.desk.store import queue
from moderation.desk.store.deciding import LONGEST_NOTE, Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.queue import PAGE_ROWS, QueueOrder, QueuePart, View
from moderation.desk.web.card import make_card, visible_lines
from moderation.desk.web.guard import (
    COOKIE,
    SESSION_SECONDS,
    DeskSession,
    Guard,
    Sessions,
    read_form,
)
from moderation.text.visibility import printable

logger = logging.getLogger("moderation.desk")

_FOLDER = Path(__file__).with_name("pages")

# Comments are untrusted text, so everything is escaped.
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["visible"] = lambda text: printable(text or "")
_PAGES.filters["lines"] = lambda text: visible_lines(text or "")

Handler = Callable[[Request, DeskSession], Awaitable[Response]]

_DONE = {
    "publish": "Published.",
    "reject": "Rejected: {reason}.",
    "second": "A colleague will look at it, too.",
    "skip": "Skipped.",
    "note": "Noted.",
}


class DeskApp:
    """The routes of one desk.

    Parameters
    ----------
    settings
        What the desk was started with.
    is_reading
        Whether comments are still being read.
    """

    def __init__(self, settings: DeskSettings, is_reading: Callable[[], bool]) -> None:
        self._settings = settings
        self._database = settings.database
        self._is_reading = is_reading
        secret = settings.database.secret()
        self._sessions = Sessions(secret, settings.keys, settings.name)

    def guarded(self) -> Guard:
        """Return the application behind its guard."""
        files = {name: _FOLDER / name for name in ("desk.css", "desk.js")}
        routes = [
            Route("/", self._page(self._queue), methods=["GET"]),
            Route("/next", self._page(self._next), methods=["POST"]),
            Route("/comment/{item}", self._page(self._card), methods=["GET"]),
            Route("/comment/{item}", self._page(self._decide), methods=["POST"]),
            Route("/undo", self._page(self._undo), methods=["POST"]),
            Route("/enter", self._page(self._enter, closed=False), methods=["GET", "POST"]),
            *(Route(f"/{name}", partial(_file, path)) for name, path in files.items()),
        ]
        app = Starlette(routes=routes, exception_handlers={HTTPException: self._wrong})
        return Guard(app, self._settings.keys)

    def _page(
        self, handler: Handler, *, closed: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a handler: it gets the session, and its refusals become pages."""

        async def answered(request: Request) -> Response:
            session = self._sessions.of(request)
            try:
                if closed and session.name is None:
                    response: Response = RedirectResponse("/enter", 303)
                else:
                    response = await handler(request, session)
            except DeskRefusal as refusal:
                response = self._refused(session, refusal)
            except Exception as error:  # noqa: BLE001 - a message could quote a comment
                logger.error("a page has failed: %s", type(error).__name__)  # noqa: TRY400
                hint = "Nothing was decided. Try it again."
                response = self._refused(
                    session, DeskRefusal("The desk has failed.", status=500, hint=hint)
                )
            if session.is_new and COOKIE not in response.headers.get("set-cookie", ""):
                _remember(response, request, session)
            return response

        return answered

    async def _queue(self, request: Request, session: DeskSession) -> Response:
        view, offset = _view(request.query_params), _number(request.query_params.get("from"))
        who = session.name or ""
        rows = await run_in_threadpool(queue.listed, self._database, view, who, offset)
        counts = await run_in_threadpool(queue.counted, self._database, view.article)
        found = {
            "rows": rows[:PAGE_ROWS],
            "more": offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
            "counts": counts,
            "articles": await run_in_threadpool(queue.articles, self._database),
            "is_reading": self._is_reading(),
            "parts_named": _PARTS,
            "blind": self._settings.blind,
            "orders": _ORDERS,
        }
        return await self._filled("queue.html", request, session, view, found)

    async def _next(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        return await self._on(session, _view(form))

    async def _on(self, session: DeskSession, view: View, done: int | None = None) -> Response:
        """Send the browser to the next comment, or to the queue if none is left."""
        item = await run_in_threadpool(queue.take_next, self._database, view, session.name or "")
        told = f"&done={done}" if done else ""
        place = f"/comment/{item}" if item else "/"
        return RedirectResponse(f"{place}?{view.query}{told}", 303)

    async def _card(self, request: Request, session: DeskSession) -> Response:
        item, view = request.path_params["item"], _view(request.query_params)
        who = session.name or ""
        holder = await run_in_threadpool(queue.take, self._database, item, who)
        card = await run_in_threadpool(
            partial(
                make_card,
                self._database,
                self._settings.moderator,
                item,
                hidden=self._settings.blind,
            )
        )
        decided = card.row["state"] in {"publish", "reject"}
        found = {
            "card": card,
            "holder": None if holder == who else holder,
            "hidden": self._settings.blind and not decided,
            "reasons": self._settings.reasons,
            "longest_note": LONGEST_NOTE,
        }
        return await self._filled("card.html", request, session, view, found)

    async def _decide(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        view, item = _view(form), request.path_params["item"]
        step, reason = self._step(form)
        note = form.get("note", "").strip()[:LONGEST_NOTE] or None
        if step is DeskStep.NOTE and note is None:
            raise DeskRefusal("The note is empty.", hint="Go back and write one.")
        decision = Decision(
            item=item,
            who=session.name or "",
            step=step,
            seen=_number(form.get("seen")),
            reason=reason,
            note=note,
            blind=self._settings.blind,
        )
        seq = await run_in_threadpool(decide, self._database, decision)
        if step is DeskStep.NOTE:
            return RedirectResponse(f"/comment/{item}?{view.query}&done={seq}", 303)
        return await self._on(session, view, seq)

    def _step(self, form: Mapping[str, str]) -> tuple[DeskStep, str | None]:
        """Return what the pressed button says: ``publish``, or ``reject:insult``."""
        word, _, reason = form.get("do", "").partition(":")
        try:
            step = DeskStep(word)
        except ValueError:
            raise DeskRefusal("There is no such decision.") from None
        if step is DeskStep.REJECT and self._settings.reasons.find(reason) is None:
            raise DeskRefusal("A rejection needs a reason.", hint="Go back and choose one.")
        return step, reason if step is DeskStep.REJECT else None

    async def _undo(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        withdrawn = _number(form.get("withdraws"))
        item = await run_in_threadpool(undo, self._database, session.name or "", withdrawn)
        return RedirectResponse(f"/comment/{item}?{_view(form).query}&undone=1", 303)

    async def _enter(self, request: Request, session: DeskSession) -> Response:
        wrong = False
        if request.method == "POST":
            form = await read_form(request, session)
            name = self._sessions.holder(form.get("key", "")) if self._settings.keys else None
            if name is not None:
                response: Response = RedirectResponse("/", 303)
                _remember(response, request, self._sessions.opened(name))
                return response
            wrong = True
        page = _PAGES.get_template("enter.html").render(session=session, wrong=wrong)
        return HTMLResponse(page, 403 if wrong else 200)

    async def _filled(
        self, name: str, request: Request, session: DeskSession, view: View, found: dict[str, Any]
    ) -> Response:
        """Fill in a template, with what stands on every page."""
        who = session.name or ""
        last = await run_in_threadpool(last_of, self._database, who)
        done = _number(request.query_params.get("done"))
        told = "Undone." if "undone" in request.query_params else ""
        if last is not None and done == last["seq"]:
            told = _DONE[last["what"]].format(reason=self._settings.reasons.name(last["reason"]))
        around = {"session": session, "view": view, "last": last, "told": told}
        page = await run_in_threadpool(_PAGES.get_template(name).render, **found, **around)
        return HTMLResponse(page)

    def _refused(self, session: DeskSession, refusal: DeskRefusal) -> Response:
        page = _PAGES.get_template("refused.html").render(
            session=session, what=refusal.what, hint=refusal.hint
        )
        return HTMLResponse(page, refusal.status)

    async def _wrong(self, request: Request, error: Exception) -> Response:
        """Answer an address or a method that the desk does not have."""
        del request
        status = error.status_code if isinstance(error, HTTPException) else 500
        page = _PAGES.get_template("refused.html").render(
            session=None, what="There is no such page.", hint="Go back to the queue."
        )
        return HTMLResponse(page, status)


_PARTS = {
    QueuePart.WAITING: "Waiting",
    QueuePart.HOLD: "Hold",
    QueuePart.REVIEW: "Review",
    QueuePart.SECOND: "Second looks",
    QueuePart.DECIDED: "Decided",
}
_ORDERS = {QueueOrder.ARTICLE: "by article", QueueOrder.NEED: "most hostile first"}


async def _file(path: Path, request: Request) -> Response:
    del request
    return FileResponse(path)


def _view(fields: Mapping[str, str]) -> View:
    """Return the view that an address or a form names; what it does not name is the default."""
    show, order = fields.get("show"), fields.get("order")
    return View(
        show=QueuePart(show) if show in set(QueuePart) else QueuePart.WAITING,
        order=QueueOrder(order) if order in set(QueueOrder) else QueueOrder.ARTICLE,
        article=_number(fields.get("article")) or None,
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def _remember(response: Response, request: Request, session: DeskSession) -> None:
    response.set_cookie(
        COOKIE,
        session.cookie,
        max_age=SESSION_SECONDS,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
