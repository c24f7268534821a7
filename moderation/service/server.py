"""Sockets, signals and timeouts: the service from its start to its end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette

from moderation.errors import UsageError
from moderation.service.app import make_app
from moderation.service.connections import Connections
from moderation.service.limits import is_loopback
from moderation.service.live import ReviewDesk
from moderation.service.sockets import listening_socket
from moderation.service.state import Settings, State, load_snapshot
from moderation.service.transport import Server, protocol
from moderation.service.workers import Workers, check

logger = logging.getLogger("moderation.service")

# Seconds that open requests get at shutdown, and that an idle connection may stay open: longer than
# a platform's usual pause between two comments.
_LAST_SECONDS = 10
_IDLE_SECONDS = 75

# Seconds between two checks that the first of several processes is still alive.
_LOOK_EVERY = 5.0


def serve(
    settings: Settings,
    host: str,
    port: int,
    workers: int = 1,
    open_desk: Callable[[], ReviewDesk] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reloads the model, articles, keys and secrets.

    Parameters
    ----------
    settings
        The settings of the service.
    host, port
        The address to listen on; port 0 takes a free port, which is logged.
    workers
        Number of processes that serve the address.
    open_desk
        Opens the review desk that gets what is scored; each process calls it once.

    Raises
    ------
    UsageError
        If other machines could use the service without a key, or the address is not available.
    ModerationError
        If a file cannot be used.
    """
    if not is_loopback(host) and settings.keys is None:
        hint = "--keys FILE names who may ask; 127.0.0.1 serves this machine alone"
        raise UsageError("no keys for an address that others reach", got=host, hint=hint)
    check(workers)
    with ExitStack() as opened:
        listening = [opened.enter_context(listening_socket(host, port, shared=workers > 1))]
        address = listening[0].getsockname()
        listening += [
            opened.enter_context(listening_socket(host, address[1], shared=True))
            for _ in range(workers - 1)
        ]
        snapshot = load_snapshot(settings)
        if hasattr(signal, "SIGHUP"):  # ignored until a handler is installed
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        shown = f"[{address[0]}]" if ":" in address[0] else address[0]
        version = snapshot.moderator.model.version
        logger.info("model %s on http://%s:%d", version, shown, address[1])
        gc.collect()
        gc.freeze()  # the model is permanent, so collections skip it
        if workers == 1:
            _run(State(settings, snapshot, open_desk and open_desk()), listening[0])
            return
        first = os.getpid()

        def work(each: socket.socket, replaces: bool) -> None:
            state = State(settings, None if replaces else snapshot, open_desk and open_desk())
            _run(state, each, first)

        if not Workers(listening, work).run():
            raise UsageError("the service cannot run", hint="the log tells more")


def _run(state: State, listening: socket.socket, first: int | None = None) -> None:
    """Serve in this process; `first` is the process that started it, if there are several."""
    app = make_app(state, lifespan=_lifespan(state, first))
    uvicorn.Server(_config(app, state)).run(sockets=[listening])


def _config(app: Starlette, state: State) -> uvicorn.Config:
    limits, metrics = state.settings.limits, state.metrics
    connections = Connections(limits.connections, metrics.closed)
    server = Server(connections, metrics, limits.header_seconds)
    return uvicorn.Config(
        app,
        http=cast(Any, protocol(server)),
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # addresses contain keys
        server_header=False,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )


def _lifespan(state: State, first: int | None) -> Any:
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
        state.lanes.prepare(state.current.loaded)
        watching = [loop.create_task(state.watch_articles())]
        if first is not None:
            watching.append(loop.create_task(_end_with(first)))
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            state.close()
            logger.info("ended")

    return lifespan


async def _end_with(first: int) -> None:
    """End this process when the process that started it has ended."""
    while os.getppid() == first:
        await asyncio.sleep(_LOOK_EVERY)
    signal.raise_signal(signal.SIGTERM)
