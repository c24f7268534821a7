"""The pages of the queue."""

from __future__ import annotations

from time import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.store import counts, queue
from moderation.desk.store.queue import PAGE_ROWS
from moderation.desk.store.views import SETTLED, QueueOrder, QueuePart, View
from moderation.desk.web.addresses import number
from moderation.desk.web.guard import DeskSession, read_form
from moderation.desk.web.site import DeskPages, Site

_PARTS = {
    QueuePart.WAITING: "Waiting",
    QueuePart.HOLD: "Hold",
    QueuePart.REVIEW: "Review",
    QueuePart.SECOND: "Second looks",
    QueuePart.DECIDED: "Decided",
    QueuePart.PUBLISHED: "Published",
    QueuePart.REJECTED: "Rejected",
}
_ORDERS = {QueueOrder.ARTICLE: "by article", QueueOrder.NEED: "most hostile first"}


class QueuePages(DeskPages):
    """The queue, and the way from it to the next comment."""

    def routes(self) -> list[Route]:
        """Return the addresses of these pages."""
        page = self._site.page
        return [
            Route("/", page(self._queue), methods=["GET"]),
            Route("/next", page(self._next), methods=["POST"]),
        ]

    async def _queue(self, request: Request, session: DeskSession) -> Response:
        view, offset = (
            self._site.view(request.query_params),
            number(request.query_params.get("from")),
        )
        who, database = session.name or "", self._database
        rows = await run_in_threadpool(queue.listed, database, view, who, offset)
        found = {
            "view": view,
            "rows": rows[:PAGE_ROWS],
            "groups": await run_in_threadpool(queue.groups_on, database, view, rows[:PAGE_ROWS]),
            "more": offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
            "counts": await run_in_threadpool(counts.counted, database, view),
            "articles": await run_in_threadpool(counts.articles, database, view),
            "sections": await run_in_threadpool(counts.sections, database),
            "reasons": self._settings.reasons,
            "within": self._settings.within,
            "now": time(),
            "settled": view.show in SETTLED,
            "is_reading": self._site.is_reading(),
            "parts_named": _PARTS,
            "blind": self._settings.blind,
            "orders": _ORDERS,
        }
        return await self._site.filled("queue.html", request, session, found)

    async def _next(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        return await next_comment(self._site, session, self._site.view(form))


async def next_comment(
    site: Site, session: DeskSession, view: View, done: int | None = None
) -> Response:
    """Send the browser to the next comment, or to the queue if none is left.

    Parameters
    ----------
    site
        The desk.
    session
        Who is sent.
    view
        The part of the queue that they look at.
    done
        The line that was just written, which the page will tell.
    """
    item = await run_in_threadpool(queue.take_next, site.database, view, session.name or "")
    told = f"&done={done}" if done else ""
    place = f"/comment/{item}" if item else "/"
    return RedirectResponse(f"{place}?{view.query}{told}", 303)
