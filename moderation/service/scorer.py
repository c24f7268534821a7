"""A process of its own for slow work, so that nothing in it ever holds up the event loop.

A thread would not do: a regular expression that runs for a second keeps the interpreter's lock for
that second, and a thread that never ends cannot be stopped. A process can be killed.
"""

from __future__ import annotations

import gc
import signal
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from moderation.model import Moderator
from moderation.model.registry import model_folder
from moderation.records import Article, Comment, Verdict
from moderation.service.errors import Refusal

# Seconds in which a process must have loaded its model, on a machine that has much else to do.
_START_SECONDS = 60.0


class WorkFailed(Exception):  # noqa: N818 - what failed is told by its parts
    """Work that failed in another process: the kind and the place of the error, no text."""

    def __init__(self, kind: str, place: str) -> None:
        super().__init__(kind, place)
        self.kind = kind
        self.place = place


class Unavailable(Exception):  # noqa: N818 - a state, not an error of the request
    """No process could be started that has the model asked for."""


def place_of(error: BaseException) -> str:
    """Where an exception was raised, as file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"


class Loaded(NamedTuple):
    """A model in memory, and the folder from which other processes load the same.

    Attributes
    ----------
    moderator
        With the model.
    folder
        Where it was found; None: the shipped model.
    """

    moderator: Moderator
    folder: Path | None


def loaded(folder: Path | None) -> Loaded:
    """Load a model and score once, so that the first comment need not wait."""
    found = None if folder is None else model_folder(folder).resolve()
    moderator = Moderator.load(found)
    article = Article(title="A first article", text="It is compared with a first comment.")
    moderator.score(Comment(text="A first comment.", article=article))
    return Loaded(moderator, found)


def score(moderator: Moderator, comments: Sequence[Comment]) -> list[Verdict]:
    """Score comments; this is the work that a process is given most often."""
    return list(moderator.score_many(comments))


class Scorer:
    """A process with a model. It is started at once and loads while others go on.

    It ends when this object is let go, or when the service dies.

    Parameters
    ----------
    folder
        Of the model; None: the shipped model.
    version
        Which model has to be there.
    """

    def __init__(self, folder: Path | None, version: str) -> None:
        self.version = version
        self._ready = False
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(theirs, folder), name="moderation-scorer", daemon=True
        )
        self._process.start()
        theirs.close()  # so that the end of either process is heard of

    def call(self, work: Callable[..., Any], args: Sequence[Any], seconds: float) -> Any:
        """Do `work` there, as :func:`done` does it.

        Raises
        ------
        Unavailable
            If the process has not the model asked for.
        TimeoutError
            If it takes longer; the process is then killed.
        Refusal, WorkFailed
            As the work ended.
        """
        self._await_start()
        try:
            self._pipe.send((work, args))
            if not self._pipe.poll(seconds):
                raise TimeoutError
            sound, result = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.kill()
            if isinstance(error, TimeoutError):
                raise
            raise WorkFailed("ProcessDied", "moderation.service.scorer") from None
        if not sound:
            raise result
        return result

    def _await_start(self) -> None:
        if self._ready:
            return
        try:
            found = self._pipe.recv() if self._pipe.poll(_START_SECONDS) else "nothing"
        except (EOFError, OSError):
            found = "nothing"
        if found != self.version:
            self.kill()
            raise Unavailable(found)
        self._ready = True

    @property
    def is_alive(self) -> bool:
        """Whether it can be given work."""
        return not self._pipe.closed and self._process.is_alive()

    def kill(self) -> None:
        """End the process now, whatever it does."""
        with suppress(OSError):
            self._pipe.close()
        self._process.kill()
        self._process.join()


def _work(pipe: Connection, folder: Path | None) -> None:
    """Do what the pipe brings, until it ends."""
    # A signal to the whole group is for the service, which then lets this process go.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    moderator = loaded(folder).moderator
    gc.collect()
    gc.freeze()
    with suppress(EOFError, OSError):
        pipe.send(moderator.model.version)
        while True:
            work, args = pipe.recv()
            pipe.send(_answer(moderator, work, args))


def done(moderator: Moderator, work: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Do one piece of work; the moderator is given to :func:`score` alone."""
    return score(moderator, *args) if work is score else work(*args)


def _answer(moderator: Moderator, work: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Whether the work was done, and its result or the error that it ended with."""
    try:
        return True, done(moderator, work, args)
    except Refusal as refusal:
        return False, refusal
    except Exception as error:  # noqa: BLE001 - whatever it is, the client hears of it
        return False, WorkFailed(type(error).__name__, place_of(error))
