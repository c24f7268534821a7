"""The pages on which several comments are decided together: a group of copies, or an article."""

from __future__ import annotations

import sqlite3
from time import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store import queue
from moderation.desk.store.alike import AlikeGroup
from moderation.desk.store.bulk import decide_together
from moderation.desk.store.deciding import Decision, DeskStep
from moderation.desk.store.queue import LONG_EXCERPT, PAGE_ROWS
from moderation.desk.store.views import SETTLED, View
from moderation.desk.web.addresses import number
from moderation.desk.web.guard import DeskSession, read_form
from moderation.desk.web.site import DeskPages

_TICK = "on-"


class TogetherPages(DeskPages):
    """Several comments on one page, and one decision about those that are ticked."""

    def routes(self) -> list[Route]:
        """Return the addresses of these pages."""
        page = self._site.page
        return [
            Route("/alike/{group}", page(self._group), methods=["GET"]),
            Route("/together", page(self._article), methods=["GET"]),
            Route("/together", page(self._decide), methods=["POST"]),
        ]

    async def _group(self, request: Request, session: DeskSession) -> Response:
        query = request.query_params
        place = number(query.get("from")), number(request.path_params["group"])
        return await self._shown(request, session, self._site.view(query), place)

    async def _article(self, request: Request, session: DeskSession) -> Response:
        query = request.query_params
        return await self._shown(
            request, session, self._site.view(query), (number(query.get("from")), 0)
        )

    async def _shown(
        self,
        request: Request,
        session: DeskSession,
        view: View,
        place: tuple[int, int],
        wrong: tuple[int, set[str]] | None = None,
    ) -> Response:
        """Show a page of a group or of an article.

        `place` is the first row and the number of the group, and `wrong` the number that a button
        said and the comments that were ticked instead.
        """
        offset, named = place
        group, rows = await self._rows(session, view, offset, named)
        if not rows:  # decided meanwhile
            return RedirectResponse(f"/?{view.query}", 303)
        open_to_all = [
            row["item"]
            for row in rows[:PAGE_ROWS]
            if row["holder"] in {None, session.name} and (group or row["length"] <= LONG_EXCERPT)
        ]
        if wrong is not None:
            ticked = wrong[1] & set(open_to_all)
        else:  # copies are one decision, while the comments of an article are to be read first
            ticked = set(open_to_all) if group else set()
        found = {
            "view": view,
            "group": group,
            "heading": "Comments alike" if group else "Comments of one article",
            "rows": rows[:PAGE_ROWS],
            "offset": offset,
            "more": offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
            "blind": self._settings.blind,
            "reasons": self._settings.reasons,
            "longest": LONG_EXCERPT,
            "ticked": ticked,
            "n_ticked": len(ticked),
            "asked": None if wrong is None else wrong[0],
            "now": time(),
        }
        return await self._site.filled("together.html", request, session, found)

    async def _rows(
        self, session: DeskSession, view: View, offset: int, named: int
    ) -> tuple[AlikeGroup | None, list[sqlite3.Row]]:
        """Return the comments that wait, and their group; none if there is none."""
        database, who = self._database, session.name or ""
        if view.show in SETTLED:
            return None, []
        if named:
            group, rows = await run_in_threadpool(queue.members, database, view, named, offset)
            return group, rows if group else []
        if not view.article:
            return None, []
        listed = lambda: queue.listed(database, view, who, offset, apart=True)  # noqa: E731
        return None, await run_in_threadpool(listed)

    async def _decide(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        view = self._site.view(form)
        ticked = {
            name.removeprefix(_TICK): number(seen)
            for name, seen in form.items()
            if name.startswith(_TICK)
        }
        step, reason, said = self._pressed(form.get("do", ""))
        if not ticked:
            raise DeskRefusal("No comment is ticked.", hint="Go back and tick some.")
        if said != len(ticked):  # the button is of a page without a script
            place = number(form.get("from")), number(form.get("group"))
            return await self._shown(request, session, view, place, (said, set(ticked)))
        decisions = [
            Decision(item, session.name or "", step, seen, reason, blind=self._settings.blind)
            for item, seen in ticked.items()
        ]
        done = await run_in_threadpool(decide_together, self._database, decisions)
        if not done.refused:
            return RedirectResponse(f"/?{view.query}&done={done.last}", 303)
        found = {"view": view, "done": done.done, "refused": done.refused}
        return await self._site.filled("partly.html", request, session, found)

    def _pressed(self, do: str) -> tuple[DeskStep, str | None, int]:
        """Return what a button says: ``publish:12``, or ``reject:insult:12``."""
        word, _, rest = do.partition(":")
        reason, _, said = rest.rpartition(":")
        if word == DeskStep.PUBLISH and not reason:
            return DeskStep.PUBLISH, None, number(said)
        if word == DeskStep.REJECT and self._settings.reasons.find(reason) is not None:
            return DeskStep.REJECT, reason, number(said)
        raise DeskRefusal("There is no such decision.", hint="Go back and choose one.")
