"""The page of questions: those that wait for a moderator, and what became of their own."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.desk.store.questions import asked_of, questions_by
from moderation.desk.store.views import QueuePart
from moderation.desk.web.guard import DeskSession
from moderation.desk.web.site import DeskPages


class QuestionPages(DeskPages):
    """The questions of a moderator."""

    def routes(self) -> list[Route]:
        """Return the address of this page."""
        return [Route("/questions", self._site.page(self._questions), methods=["GET"])]

    async def _questions(self, request: Request, session: DeskSession) -> Response:
        who, database = session.name or "", self._database
        view = self._site.view(request.query_params)._replace(show=QueuePart.SECOND)
        found = {
            "view": view,
            "waiting": await run_in_threadpool(asked_of, database, who),
            "mine": await run_in_threadpool(questions_by, database, who),
            "reasons": self._settings.reasons,
        }
        return await self._site.filled("questions.html", request, session, found)
