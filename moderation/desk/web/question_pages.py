"""The page of questions: those that wait for a moderator, and what became of their own."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.desk.store.questions import asked_of, questions_by
from moderation.desk.store.views import QueuePart
from moderation.desk.web.guard import DeskSession
from moderation.desk.web.site import Site


class QuestionPages:
    """The questions of a moderator.

    Parameters
    ----------
    site
        What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return the address of this page."""
        return [Route("/questions", self._site.page(self._questions), methods=["GET"])]

    async def _questions(self, request: Request, session: DeskSession) -> Response:
        who, database = session.name or "", self._site.database
        view = self._site.view(request.query_params)._replace(show=QueuePart.SECOND)
        found = {
            "view": view,
            "waiting": await run_in_threadpool(asked_of, database, who),
            "mine": await run_in_threadpool(questions_by, database, who),
            "reasons": self._site.settings.reasons,
        }
        return await self._site.filled("questions.html", request, session, found)
