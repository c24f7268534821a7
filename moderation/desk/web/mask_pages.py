"""The switch between insults as they were written and insults behind asterisks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.web.guard import WORDS, DeskSession, read_form
from moderation.desk.web.site import DeskPages

# Seconds for which a browser keeps the choice: a year.
_KEPT_SECONDS = 365 * 24 * 3_600


class MaskPages(DeskPages):
    """The switch in the head of each page; the choice is the browser's."""

    def routes(self) -> list[Route]:
        """Return the address of the switch."""
        return [Route("/words", self._site.page(self._switch), methods=["POST"])]

    async def _switch(self, request: Request, session: DeskSession) -> Response:
        form = await read_form(request, session)
        place = form.get("place", "")
        is_own = place.startswith("/") and not place.startswith("//")
        response = RedirectResponse(place if is_own else "/", 303)
        words = "masked" if form.get("words") == "masked" else "shown"
        self._site.set_cookie(response, WORDS, words, _KEPT_SECONDS)
        return response
