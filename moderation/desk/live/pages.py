"""The pages of a desk in a process of their own, beside a service."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from moderation.desk.reasons import read_reasons
from moderation.desk.settings import DeskSettings
from moderation.desk.store.database import open_database
from moderation.desk.web.server import serve_desk
from moderation.errors import ModerationError, UsageError
from moderation.model import Moderator
from moderation.service import read_keys

# Seconds within which the pages must be there, even on a busy machine, and within which they end.
_START_SECONDS = 60.0
_LAST_SECONDS = 10.0


class PagesSettings(NamedTuple):
    """What the pages beside a service need; the fields are those of the command.

    Attributes
    ----------
    store, model, keys, reasons
        The files.
    name
        The moderator's name where no keys are needed.
    port
        The port on this machine.
    """

    store: Path
    model: Path | None
    keys: Path | None
    reasons: Path | None
    name: str
    port: int


class DeskPages:
    """The pages of a desk, from the beginning of a ``with`` block to its end.

    They listen on this machine alone. They end with the process that started them, however that
    ends.

    Parameters
    ----------
    settings
        What they need.

    Attributes
    ----------
    address : str
        The address of the first page.
    """

    def __init__(self, settings: PagesSettings) -> None:
        self._settings = settings
        self.address = ""

    def __enter__(self) -> Self:
        """Start the pages and wait for their address.

        Raises
        ------
        UsageError
            If they cannot be shown.
        """
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_show, args=(theirs, self._settings), name="moderation-desk", daemon=True
        )
        self._process.start()
        theirs.close()
        address, error = "", "the pages of the desk did not start"
        with suppress(EOFError, OSError):
            if self._pipe.poll(_START_SECONDS):
                address, error = self._pipe.recv()
        if not address:
            self._end()
            hint = "--desk-port N takes another port, and --no-desk-pages shows none"
            raise UsageError(error, hint=hint)
        self.address = address
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the pages; requests in progress are answered."""
        self._end()

    def _end(self) -> None:
        self._process.terminate()
        self._process.join(_LAST_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()


def _show(pipe: Connection, settings: PagesSettings) -> None:
    """Serve the pages until the process that started this one ends them, or itself ends."""
    # A signal to the whole group is for the service, which then ends this process.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    try:
        database = open_database(settings.store, create=True)
        desk = DeskSettings(
            database,
            Moderator.load(settings.model),
            read_reasons(settings.reasons),
            read_keys(settings.keys),
            settings.name,
        )
        serve_desk(desk, "127.0.0.1", settings.port, ready=lambda place: pipe.send((place, "")))
    except ModerationError as error:
        pipe.send(("", str(error)))


def _end_with(pipe: Connection) -> None:
    """End this process as soon as the other end of the pipe is gone."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os.kill(os.getpid(), signal.SIGTERM)
