"""The socket of the desk, and the thread that reads comments while people decide already."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

import uvicorn

from moderation.desk.settings import DeskSettings
from moderation.desk.web.app import desk_app
from moderation.errors import UsageError
from moderation.service import is_loopback, listening_socket

# Seconds that open requests get at the end.
_LAST_SECONDS = 5


def serve_desk(
    settings: DeskSettings,
    host: str,
    port: int,
    filling: Iterable[int] = (),
    ready: Callable[[str], None] | None = None,
) -> None:
    """Show the desk until SIGTERM or SIGINT.

    Parameters
    ----------
    settings
        What the pages need.
    host, port
        The address to listen at; port 0 takes a free one.
    filling
        Work that is done meanwhile, such as reading and scoring comments. If it fails, the desk
        ends with its error.
    ready
        A function that is told the address of the first page.

    Raises
    ------
    UsageError
        If other machines could use the desk without a key, or the address is not available.
    """
    if not is_loopback(host) and not settings.keys:
        hint = "--keys FILE names who may decide; 127.0.0.1 serves this machine alone"
        raise UsageError("no keys for an address that others reach", got=host, hint=hint)
    with listening_socket(host, port) as listening:
        work = _Filling(filling)
        app = desk_app(settings, work.is_alive)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_LAST_SECONDS,
            )
        )
        work.failed = server
        address = listening.getsockname()
        if ready is not None:
            shown = f"[{address[0]}]" if ":" in address[0] else address[0]
            ready(f"http://{shown}:{address[1]}/")
        work.start()
        try:
            with suppress(KeyboardInterrupt):  # the usual way to end the desk
                server.run(sockets=[listening])
        finally:
            work.end()
    if work.error is not None:
        raise work.error


class _Filling(threading.Thread):
    """The thread that does the work beside the pages.

    Parameters
    ----------
    steps
        The work, in steps between which it can end.
    """

    def __init__(self, steps: Iterable[int]) -> None:
        super().__init__(daemon=True)
        self._steps = steps
        self._ending = threading.Event()
        self.failed: uvicorn.Server | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Do the work; an error ends the server."""
        try:
            for _ in self._steps:
                if self._ending.is_set():
                    break
        except Exception as error:  # noqa: BLE001 - the thread that serves raises it again
            self.error = error
            if self.failed is not None:
                self.failed.should_exit = True

    def end(self) -> None:
        """Let the present step end, and do no other; do not wait for an input that is silent."""
        self._ending.set()
        self.join(_LAST_SECONDS)
