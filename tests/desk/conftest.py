"""Stores of invented comments, and a desk on a real socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from browsing import watch
from visiting import Visitor, scored

from moderation.desk.reasons import read_reasons
from moderation.desk.settings import DeskSettings
from moderation.desk.store.database import Database, open_database
from moderation.desk.store.intake import Intake
from moderation.desk.web.app import desk_app
from moderation.model import Moderator
from moderation.service import Keys, listening_socket

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Serve = Callable[..., Visitor]
Window = Callable[..., "Page"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty store."""
    opened = open_database(tmp_path / "desk.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def filled(database: Database) -> Database:
    """A store with twelve comments proposed for hold and review, under two articles."""
    pairs = [scored(n, hostility=0.95 if n % 2 else 0.55) for n in range(12)]
    list(Intake(database).fill(pairs, "in.jsonl"))
    return database


@pytest.fixture
def serve(moderator: Moderator) -> Iterator[Serve]:
    """Serve a store on a socket, and return a visitor without a session."""
    with ExitStack() as stack:

        def start(database: Database, keys: dict[str, str] | None = None, **more: Any) -> Visitor:
            settings = DeskSettings(
                database, moderator, read_reasons(), Keys(keys), "" if keys else "mara", **more
            )
            app = desk_app(settings, lambda: False)
            listening = stack.enter_context(listening_socket("127.0.0.1", 0))
            server = uvicorn.Server(
                uvicorn.Config(app, lifespan="off", log_config=None, ws="none", access_log=False)
            )
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()

            def end() -> None:
                server.should_exit = True
                thread.join()

            stack.callback(end)
            return Visitor(listening.getsockname()[1])

        yield start


@pytest.fixture
def window(chromium: Browser, complaints: list[str]) -> Iterator[Window]:
    """Open windows before a desk; at the end, none may have complained of anything."""
    with ExitStack() as stack:

        def opened(desk: Visitor, **options: object) -> Page:
            chosen = {"viewport": {"width": 1280, "height": 800}} | options
            context = chromium.new_context(base_url=f"http://127.0.0.1:{desk.port}", **chosen)  # type: ignore[arg-type]
            stack.callback(context.close)
            context.set_default_timeout(20_000)
            page = context.new_page()
            watch(page, complaints)
            return page

        yield opened
    assert complaints == []
