"""The page where a moderator gives a key."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.web.attempts import Attempts
from moderation.desk.web.guard import KNOWN, DeskSession, read_form
from moderation.desk.web.site import DeskPages, Site, rendered

# Seconds for which a browser is remembered as one in which somebody has entered: 90 days.
_KNOWN_SECONDS = 90 * 24 * 3_600


class EnterPages(DeskPages):
    """The page where a moderator gives a key."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._attempts = Attempts()

    def routes(self) -> list[Route]:
        """Return the address of this page."""
        answer = self._site.page(self._enter, closed=False)
        return [Route("/enter", answer, methods=["GET", "POST"])]

    async def _enter(self, request: Request, session: DeskSession) -> Response:
        wrong = False
        if request.method == "POST":
            form = await read_form(request, session)
            sessions = self._site.sessions
            known = sessions.browser(request)
            who = known or self._address(request)
            self._attempts.check(who, is_known=known is not None)
            name = sessions.holder(form.get("key", "")) if self._settings.keys else None
            if name is not None:
                response: Response = RedirectResponse("/", 303)
                self._site.remember(response, sessions.opened(name))
                self._know(response)
                return response
            self._attempts.wrong(who, is_known=known is not None)
            wrong = True
        page = rendered("enter.html", session=session, wrong=wrong)
        return HTMLResponse(page, 403 if wrong else 200)

    def _address(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        return self._settings.front.client(peer, request.headers)

    def _know(self, response: Response) -> None:
        """Mark a browser in which somebody has entered."""
        marked = self._site.sessions.marked()
        self._site.set_cookie(response, KNOWN, marked, _KNOWN_SECONDS, "/enter")
