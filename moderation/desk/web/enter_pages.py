"""The page where a moderator gives a key."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.web.guard import DeskSession, read_form
from moderation.desk.web.site import Site, remember, rendered


class EnterPages:
    """The page where a moderator gives a key.

    Parameters
    ----------
    site
        What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return the address of this page."""
        answer = self._site.page(self._enter, closed=False)
        return [Route("/enter", answer, methods=["GET", "POST"])]

    async def _enter(self, request: Request, session: DeskSession) -> Response:
        wrong = False
        if request.method == "POST":
            form = await read_form(request, session)
            sessions = self._site.sessions
            name = sessions.holder(form.get("key", "")) if self._site.settings.keys else None
            if name is not None:
                response: Response = RedirectResponse("/", 303)
                remember(response, request, sessions.opened(name))
                return response
            wrong = True
        page = rendered("enter.html", session=session, wrong=wrong)
        return HTMLResponse(page, 403 if wrong else 200)
