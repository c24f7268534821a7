"""What all pages of the desk share: their templates, the session, and how a refusal looks."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from moderation.desk.appeals.settling import n_waiting_appeals
from moderation.desk.refusals import DeskRefusal
from moderation.desk.settings import DeskSettings
from moderation.desk.store.bulk import n_together
from moderation.desk.store.deciding import last_of
from moderation.desk.store.questions import n_asked_of
from moderation.desk.store.views import View
from moderation.desk.web.addresses import number, view_in
from moderation.desk.web.card import CommentCard, make_card, visible_lines
from moderation.desk.web.durations import duration
from moderation.desk.web.guard import COOKIE, SESSION_SECONDS, WORDS, DeskSession, Sessions
from moderation.desk.web.moments import moment
from moderation.files.templates import templates_in
from moderation.text import masked
from moderation.text.visibility import printable

logger = logging.getLogger("moderation.desk")

#: The folder of templates, of the style sheet and of the script.
FOLDER = Path(__file__).with_name("pages")

# Comments are untrusted text, so everything is escaped.
_PAGES = templates_in(FOLDER)
_PAGES.globals["version"] = {
    path.name: sha256(path.read_bytes()).hexdigest()[:12] for path in FOLDER.glob("desk.*")
}
_PAGES.filters["moment"] = moment
# A line of a list has no line ends: they become spaces, and all else that is invisible is shown.
_PAGES.filters["visible"] = lambda text: printable(" ".join((text or "").split()))
_PAGES.filters["duration"] = duration
_PAGES.filters["lines"] = lambda text: visible_lines(text or "")


@pass_context
def _masked(context: Context, text: str | None) -> str:
    """Return a text as this moderator wants to see it."""
    return masked(text or "") if context.get("is_masked") else text or ""


_PAGES.filters["masked"] = _masked

# Characters up to which an address is kept for the way back.
_LONGEST_PLACE = 2_000

Handler = Callable[[Request, DeskSession], Awaitable[Response]]

_DONE = {
    "publish": "Published.",
    "reject": "Rejected: {reason}.",
    "second": "A colleague will look at it, too.",
    "skip": "Skipped.",
    "note": "Noted.",
    "appeal": "The appeal is entered.",
    "uphold": "The rejection is upheld.",
    "overturn": "The rejection is overturned; the comment is published.",
}


class Site:
    """What the pages of one desk share.

    Parameters
    ----------
    settings
        What the desk was started with.
    is_reading
        Whether comments are still being read.
    """

    def __init__(self, settings: DeskSettings, is_reading: Callable[[], bool]) -> None:
        self.settings = settings
        self.database = settings.database
        self.is_reading = is_reading
        self.sessions = Sessions(settings.database.secret(), settings.keys, settings.name)

    def page(
        self, handler: Handler, *, closed: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a handler: it gets the session, and its refusals become pages.

        Parameters
        ----------
        handler
            What answers the request.
        closed
            Whether a moderator has to have entered.
        """

        async def answered(request: Request) -> Response:
            session = self.sessions.of(request)
            try:
                if closed and session.name is None:
                    response: Response = RedirectResponse("/enter", 303)
                else:
                    response = await handler(request, session)
            except DeskRefusal as refusal:
                response = refused(session, refusal)
            except Exception as error:  # noqa: BLE001 - a message could quote a comment
                logger.error("a page has failed: %s", type(error).__name__)  # noqa: TRY400
                hint = "Nothing was decided. Try it again."
                failure = DeskRefusal("The desk has failed.", status=500, hint=hint)
                response = refused(session, failure)
            if session.is_new and COOKIE not in response.headers.get("set-cookie", ""):
                self.remember(response, session)
            return response

        return answered

    def remember(self, response: Response, session: DeskSession) -> None:
        """Give a browser the cookie of its session."""
        self.set_cookie(response, COOKIE, session.cookie, SESSION_SECONDS)

    def set_cookie(
        self, response: Response, name: str, value: str, seconds: int, path: str = "/"
    ) -> None:
        """Give a browser a cookie that no script reads and no other site sends along."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=path,
            secure=self.settings.front.is_https,
            httponly=True,
            samesite="strict",
        )

    def view(self, fields: Mapping[str, str]) -> View:
        """Return the view that an address or a form names, with the desk's target time."""
        within = self.settings.within
        late = None if within is None else time() - within
        return view_in(fields)._replace(late=late)

    def is_masked(self, request: Request) -> bool:
        """Return whether insults are masked: as this browser wants it, or else as the desk does."""
        wanted = request.cookies.get(WORDS)
        return wanted == "masked" if wanted in {"masked", "shown"} else self.settings.mask

    def mask(self, request: Request) -> Callable[[str], str]:
        """Return what a text goes through before this browser sees it."""
        return masked if self.is_masked(request) else str

    async def filled(
        self, name: str, request: Request, session: DeskSession, found: dict[str, Any]
    ) -> Response:
        """Fill in a template, with what stands on every page.

        Parameters
        ----------
        name
            The template.
        request
            Its query says which step was just done.
        session
            Whose page it is.
        found
            What the template shows; `view` is the part of the queue to go back to.
        """
        who = session.name or ""
        last = await run_in_threadpool(last_of, self.database, who)
        done = number(request.query_params.get("done"))
        told = "Undone." if "undone" in request.query_params else ""
        n_last = await run_in_threadpool(n_together, self.database, last)
        if last is not None and done == last["seq"]:
            told = _DONE[last["what"]].format(reason=self.settings.reasons.name(last["reason"]))
            told += f" {n_last} comments." if n_last > 1 else ""
        asked = await run_in_threadpool(n_asked_of, self.database, who)
        appeals = await run_in_threadpool(n_waiting_appeals, self.database, who)
        around: dict[str, Any] = {"session": session, "last": last, "told": told}
        around |= {"n_asked": asked, "n_appeals": appeals, "n_last": n_last}
        around |= {"is_masked": self.is_masked(request), "place": _place(request)}
        page = await run_in_threadpool(_PAGES.get_template(name).render, **around, **found)
        return HTMLResponse(page)


class DeskPages(ABC):
    """Some of the pages of a desk.

    Parameters
    ----------
    site
        What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._database = site.database
        self._settings = site.settings

    @abstractmethod
    def routes(self) -> list[Route]:
        """Return the addresses of these pages."""

    async def _card_of(self, request: Request, item: str, *, hidden: bool) -> CommentCard:
        """Return what is shown about a comment, as this browser wants to see it."""
        mask = self._site.mask(request)
        return await run_in_threadpool(
            lambda: make_card(self._database, self._settings.model, item, hidden=hidden, mask=mask)
        )


def rendered(name: str, **found: object) -> str:
    """Fill in a template that needs nothing of what stands on every page."""
    return _PAGES.get_template(name).render(n_asked=0, n_appeals=0, place="", **found)


def _place(request: Request) -> str:
    """Return the address of a page, to come back to it; the queue's if it answers a form."""
    place = f"{request.url.path}?{request.url.query}"
    return place if request.method == "GET" and len(place) <= _LONGEST_PLACE else "/"


def refused(session: DeskSession | None, refusal: DeskRefusal) -> Response:
    """Return the page that says what was not done."""
    page = rendered("refused.html", session=session, what=refusal.what, hint=refusal.hint)
    retry = refusal.retry_after
    headers = None if retry is None else {"Retry-After": str(retry)}
    return HTMLResponse(page, refusal.status, headers)
