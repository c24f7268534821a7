"""The desk as an application: the routes of its pages behind the guard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from moderation.desk.refusals import DeskRefusal
from moderation.desk.settings import DeskSettings
from moderation.desk.web.appeal_pages import AppealPages
from moderation.desk.web.card_pages import CardPages
from moderation.desk.web.enter_pages import EnterPages
from moderation.desk.web.guard import Guard
from moderation.desk.web.mask_pages import MaskPages
from moderation.desk.web.question_pages import QuestionPages
from moderation.desk.web.queue_pages import QueuePages
from moderation.desk.web.site import FOLDER, Site, refused
from moderation.desk.web.together_pages import TogetherPages
from moderation.desk.web.week_pages import WeekPages

# Each of them takes the site and has `routes`.
_PAGES = (
    QueuePages,
    TogetherPages,
    CardPages,
    EnterPages,
    WeekPages,
    QuestionPages,
    AppealPages,
    MaskPages,
)

_FILES = ("desk.css", "desk.js", "desk.svg")

# Pages name these files with their version, so that a browser need not ask for them again.
_KEPT = {"Cache-Control": "max-age=31536000, immutable"}


class DeskApp:
    """The routes of one desk.

    Parameters
    ----------
    settings
        What the desk was started with.
    is_reading
        Whether comments are still being read.
    """

    def __init__(self, settings: DeskSettings, is_reading: Callable[[], bool]) -> None:
        self._site = Site(settings, is_reading)

    def guarded(self) -> Guard:
        """Return the application behind its guard."""
        routes = [route for pages in _PAGES for route in pages(self._site).routes()]
        routes += [Route(f"/{name}", partial(_file, FOLDER / name)) for name in _FILES]
        app = Starlette(routes=routes, exception_handlers={HTTPException: _wrong})
        return Guard(app, self._site.settings.keys, self._site.settings.front)


async def _file(path: Path, request: Request) -> Response:
    del request
    return FileResponse(path, headers=_KEPT)


async def _wrong(request: Request, error: Exception) -> Response:
    """Answer an address or a method that the desk does not have."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    hint = "Go back to the queue."
    return refused(None, DeskRefusal("There is no such page.", status=status, hint=hint))
