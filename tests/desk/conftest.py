"""Stores of invented comments, and a desk on a real socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn
from visiting import Visitor, scored

from moderation.desk.reasons import read_reasons
from moderation.desk.settings import DeskSettings
from moderation.desk.store.database import Database, open_database
from moderation.desk.store.intake import Intake
from moderation.desk.web.app import DeskApp
from moderation.model import Moderator
from moderation.service import Keys, listening_socket

Serve = Callable[..., Visitor]


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

        def start(
            database: Database, keys: dict[str, str] | None = None, *, blind: bool = False
        ) -> Visitor:
            settings = DeskSettings(
                database, moderator, read_reasons(), Keys(keys), "" if keys else "mara", blind
            )
            app = DeskApp(settings, lambda: False).guarded()
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
