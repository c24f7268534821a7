"""The page of the week: how people and the model agree."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from moderation.desk.outputs.period import last_days
from moderation.desk.outputs.week import STYLE, Week, find_week, week_body
from moderation.desk.store.views import View
from moderation.desk.web.addresses import number
from moderation.desk.web.guard import DeskSession
from moderation.desk.web.site import DeskPages

_DAYS = 7
_MOST_WEEKS = 520


class WeekPages(DeskPages):
    """The figures of the last week, or of the last weeks."""

    def routes(self) -> list[Route]:
        """Return the addresses of these pages."""
        return [
            Route("/week", self._site.page(self._week), methods=["GET"]),
            Route("/week.css", _style, methods=["GET"]),
        ]

    async def _week(self, request: Request, session: DeskSession) -> Response:
        asked = number(request.query_params.get("weeks"))
        weeks = min(max(asked, 1), _MOST_WEEKS)
        week = await run_in_threadpool(self._found, weeks)
        body = await run_in_threadpool(week_body, week)
        found = {"view": View(), "body": body, "weeks": weeks, "most": _MOST_WEEKS}
        return await self._site.filled("week.html", request, session, found)

    def _found(self, weeks: int) -> Week:
        period = last_days(_DAYS * weeks, datetime.now(UTC))
        return find_week(self._database, self._settings.reasons, period)


async def _style(request: Request) -> Response:
    del request
    return FileResponse(STYLE)
