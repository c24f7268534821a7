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
from moderation.desk.web.site import FOLDER, DeskPages, Site, refused
from moderation.desk.web.together_pages import TogetherPages
from moderation.desk.web.week_pages import WeekPages

_PAGES: tuple[type[DeskPages], ...] = (
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


def desk_app(settings: DeskSettings, is_reading: Callable[[], bool]) -> Guard:
    """Return the application of one desk, behind its guard.

    Parameters
    ----------
    settings
        What the desk was started with.
    is_reading
        Whether comments are still being read.
    """
    site = Site(settings, is_reading)
    routes = [route for pages in _PAGES for route in pages(site).routes()]
    routes += [Route(f"/{name}", partial(_file, FOLDER / name)) for name in _FILES]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _wrong})
    return Guard(app, settings.keys, settings.front)


async def _file(path: Path, request: Request) -> Response:
    del request
    return FileResponse(path, headers=_KEPT)


async def _wrong(request: Request, error: Exception) -> Response:
    """Answer an address or a method that the desk does not have."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    hint = "Go back to the queue."
    return refused(None, DeskRefusal("There is no such page.", status=status, hint=hint))
