"""The page of a group of comments with nearly the same text."""

from __future__ import annotations

from time import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.store import queue
from moderation.desk.store.queue import PAGE_ROWS
from moderation.desk.web.addresses import number
from moderation.desk.web.guard import DeskSession
from moderation.desk.web.site import Site


class AlikePages:
    """The members of a group.

    Parameters
    ----------
    site
        What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return the address of this page."""
        return [Route("/alike/{group}", self._site.page(self._group), methods=["GET"])]

    async def _group(self, request: Request, session: DeskSession) -> Response:
        query = request.query_params
        view, offset = self._site.view(query), number(query.get("from"))
        named = number(request.path_params["group"])
        database = self._site.database
        group, rows = await run_in_threadpool(queue.members, database, view, named, offset)
        if group is None or not rows:  # decided meanwhile
            return RedirectResponse(f"/?{view.query}", 303)
        found = {
            "view": view,
            "group": group,
            "rows": rows[:PAGE_ROWS],
            "offset": offset,
            "more": offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
            "blind": self._site.settings.blind,
            "now": time(),
        }
        return await self._site.filled("alike.html", request, session, found)
