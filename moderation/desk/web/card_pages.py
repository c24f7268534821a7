"""The page about one comment, and what is decided there."""

from __future__ import annotations

from collections.abc import Mapping
from time import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store import queue
from moderation.desk.store.deciding import LONGEST_NOTE, Decision, DeskStep, decide, undo
from moderation.desk.store.questions import LONGEST_NAME, known_moderators
from moderation.desk.web.addresses import number
from moderation.desk.web.guard import DeskSession, read_form
from moderation.desk.web.queue_pages import next_comment
from moderation.desk.web.site import DeskPages


class CardPages(DeskPages):
    """The card of a comment, the decision and its undo."""

    def routes(self) -> list[Route]:
        """Return the addresses of these pages."""
        page = self._site.page
        return [
            Route("/comment/{item}", page(self._card), methods=["GET"]),
            Route("/comment/{item}", page(self._decide), methods=["POST"]),
            Route("/undo", page(self._undo), methods=["POST"]),
        ]

    async def _card(self, request: Request, session: DeskSession) -> Response:
        item, view = request.path_params["item"], self._site.view(request.query_params)
        who = session.name or ""
        holder = await run_in_threadpool(queue.take, self._database, item, who)
        card = await self._card_of(request, item, hidden=self._settings.blind)
        decided = card.row["state"] in {"publish", "reject"}
        found = {
            "view": view,
            "card": card,
            "holder": None if holder == who else holder,
            "hidden": self._settings.blind and not decided,
            "reasons": self._settings.reasons,
            "longest_note": LONGEST_NOTE,
            "now": time(),
            **await run_in_threadpool(self._whom_to_ask, who),
        }
        return await self._site.filled("card.html", request, session, found)

    async def _decide(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        view, item = self._site.view(form), request.path_params["item"]
        step, reason = self._step(form)
        note = form.get("note", "").strip()[:LONGEST_NOTE] or None
        if step is DeskStep.NOTE and note is None:
            raise DeskRefusal("The note is empty.", hint="Go back and write one.")
        decision = Decision(
            item=item,
            who=session.name or "",
            step=step,
            seen=number(form.get("seen")),
            reason=reason,
            note=note,
            blind=self._settings.blind,
            asked=self._asked(form) if step is DeskStep.SECOND else None,
        )
        seq = await run_in_threadpool(decide, self._database, decision)
        if step is DeskStep.NOTE:
            return RedirectResponse(f"/comment/{item}?{view.query}&done={seq}", 303)
        return await next_comment(self._site, session, view, seq)

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

    def _whom_to_ask(self, who: str) -> dict[str, object]:
        holders = self._settings.keys.holders
        return {
            "colleagues": known_moderators(self._database, holders, who),
            "names_are_free": not holders,
            "longest_name": LONGEST_NAME,
        }

    def _asked(self, form: Mapping[str, str]) -> str | None:
        """Return the name of who is asked for a second look; None for anybody else."""
        holders = self._settings.keys.holders
        name = form.get("ask", "").strip()
        if not holders:
            name = form.get("ask_name", "").strip() or name
        if not name:
            return None
        if len(name) > LONGEST_NAME or (holders and name not in holders):
            raise DeskRefusal("Nobody here has this name.", hint="Go back and choose one.")
        return name

    async def _undo(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        withdrawn = number(form.get("withdraws"))
        item = await run_in_threadpool(undo, self._database, session.name or "", withdrawn)
        place = "/" if form.get("several") else f"/comment/{item}"
        return RedirectResponse(f"{place}?{self._site.view(form).query}&undone=1", 303)
