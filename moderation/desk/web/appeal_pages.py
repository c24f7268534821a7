"""The pages of appeals: the queue, the page about one, and the form that enters one."""

from __future__ import annotations

import sqlite3
from time import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.appeals.entering import NewAppeal, enter_appeal
from moderation.desk.appeals.settling import (
    LONGEST_ANSWER,
    Settlement,
    appeal_case,
    settle_appeal,
    settled_appeals,
    waiting_appeals,
)
from moderation.desk.refusals import DeskRefusal
from moderation.desk.store import queue
from moderation.desk.store.deciding import LONGEST_NOTE
from moderation.desk.web.addresses import number
from moderation.desk.web.guard import DeskSession, read_form
from moderation.desk.web.site import DeskPages

# Characters of an appeal in a form, which holds 64 KB; a file may have longer ones.
_LONGEST_ENTERED = 5_000


class AppealPages(DeskPages):
    """The queue of appeals, the page about one, and the form that enters one."""

    def routes(self) -> list[Route]:
        """Return the addresses of these pages."""
        page = self._site.page
        return [
            Route("/appeals", page(self._queue), methods=["GET"]),
            Route("/appeals", page(self._enter), methods=["POST"]),
            Route("/appeals/{appeal:int}", page(self._case), methods=["GET"]),
            Route("/appeals/{appeal:int}", page(self._settle), methods=["POST"]),
        ]

    async def _queue(self, request: Request, session: DeskSession) -> Response:
        found = {
            "view": self._site.view(request.query_params),
            "waiting": await run_in_threadpool(waiting_appeals, self._database, session.name or ""),
            "settled": await run_in_threadpool(settled_appeals, self._database),
            "reasons": self._settings.reasons,
            "about": request.query_params.get("about", "")[:500],
            "longest_appeal": _LONGEST_ENTERED,
        }
        return await self._site.filled("appeals.html", request, session, found)

    async def _enter(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        given = NewAppeal(
            id=form.get("about", "").strip(),
            text=form.get("text", "").replace("\r\n", "\n").strip(),
            author=form.get("author", "").strip() or None,
            at=form.get("at", "").strip() or None,
            item=form.get("item") or None,
        )
        line = await run_in_threadpool(enter_appeal, self._database, given, session.name or "")
        if line is None:
            hint = "The list of appeals shows it, and what became of it."
            raise DeskRefusal("This appeal has been entered already.", status=409, hint=hint)
        return RedirectResponse(f"/appeals?done={line}", 303)

    async def _case(self, request: Request, session: DeskSession) -> Response:
        appeal, who = request.path_params["appeal"], session.name or ""
        case = await run_in_threadpool(appeal_case, self._database, appeal)
        item = case.row["item"]
        is_mine = who in case.barred
        holder = who
        if case.is_open and not is_mine:
            holder = await run_in_threadpool(queue.take, self._database, item, who)
        card = await self._card_of(request, item, hidden=False)
        rejections = [line for line in card.history if line["what"] == "reject"]
        found = {
            "view": self._site.view(request.query_params),
            "case": case,
            "card": card,
            "is_mine": is_mine,
            # Who has decided may read the comment, and keeps nobody from settling.
            "holder": None if holder in {who, *case.barred} else holder,
            "reason": self._settings.reasons.find(case.row["reason"] or _reason(rejections)),
            "reasons": self._settings.reasons,
            "longest_answer": LONGEST_ANSWER,
            "longest_note": LONGEST_NOTE,
            "now": time(),
        }
        return await self._site.filled("appeal.html", request, session, found)

    async def _settle(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        settlement = Settlement(
            appeal=request.path_params["appeal"],
            who=session.name or "",
            outcome=form.get("do", ""),
            seen=number(form.get("seen")),
            answer=form.get("answer", "").strip()[:LONGEST_ANSWER] or None,
            note=form.get("note", "").strip()[:LONGEST_NOTE] or None,
        )
        seq = await run_in_threadpool(settle_appeal, self._database, settlement)
        return RedirectResponse(f"/appeals?done={seq}", 303)


def _reason(rejections: list[sqlite3.Row]) -> str | None:
    return str(rejections[-1]["reason"]) if rejections else None
