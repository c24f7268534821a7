"""Sockets, signals and patience: the service from its start to its end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from asyncio.events import TimerHandle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from moderation.errors import UsageError
from moderation.service.app import make_app
from moderation.service.limits import is_loopback
from moderation.service.state import Settings, State

logger = logging.getLogger("moderation.service")

# Seconds that open requests get when the service is told to end, and that an idle connection may
# stay open: longer than a platform's usual pause between two comments.
_LAST_SECONDS = 10
_IDLE_SECONDS = 75

# Bytes of a request's head, its address among them.
_LONGEST_HEAD = 64 * 1024


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads model, articles, keys and secrets anew.

    Parameters
    ----------
    settings
        How to run.
    host, port
        Address to listen at; port 0 takes a free one, which the log tells.

    Raises
    ------
    UsageError
        If anybody could ask without a key, or the address cannot be listened at.
    ModerationError
        If a file cannot be used.
    """
    if not is_loopback(host) and settings.keys is None:
        hint = "--keys FILE names who may ask; 127.0.0.1 serves this machine alone"
        raise UsageError("no keys for an address that others reach", got=host, hint=hint)
    listening = _listening(host, port)
    with listening:
        state = State(settings)
        app = make_app(state, lifespan=_lifespan(state))
        if hasattr(signal, "SIGHUP"):  # until it is listened to, it shall not end the service
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        address = listening.getsockname()
        shown = f"[{address[0]}]" if ":" in address[0] else address[0]
        logger.info("model %s on http://%s:%d", state.version, shown, address[1])
        gc.collect()
        gc.freeze()  # the model stays: no collection need look at it
        uvicorn.Server(_config(app, settings)).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sends small packets at once only where it is: without,
    # every answer would wait 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        what = f"cannot listen at {host}:{port} ({_reason(error)})"
        raise UsageError(what, hint="is something else there? --port N") from None
    return listening


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(error)


def _config(app: Starlette, settings: Settings) -> uvicorn.Config:
    limits = settings.limits

    class Patient(_Patient):
        patience = limits.header_seconds

    return uvicorn.Config(
        app,
        http=cast(Any, Patient),
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # addresses hold keys
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )


class _Patient(HttpToolsProtocol):
    """uvicorn's protocol, which waits for the head of a request only so long.

    A client that connects and sends nothing, or one byte a minute, would keep its connection for
    ever; one whose headers never end would fill the memory.
    """

    patience = 10.0
    _waiting: TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._head = 0 if self._waiting is None else self._head + len(data)
        if self._head > _LONGEST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._wait_no_more()
        self._waiting = self.loop.call_later(self.patience, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def _lifespan(state: State) -> Any:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[bool]] = set()

        def reload() -> None:
            task = loop.create_task(state.reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        if hasattr(signal, "SIGHUP"):  # not on Windows
            loop.add_signal_handler(signal.SIGHUP, reload)
        watching = loop.create_task(state.watch_articles())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            state.close()
            logger.info("ended")

    return lifespan
