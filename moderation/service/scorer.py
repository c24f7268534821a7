"""A separate process for slow work, so that slow work never blocks the event loop.

A thread would not be enough: a regular expression that runs for a second holds the interpreter's
lock for that second, and a thread that never ends cannot be stopped. A process can be killed.
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
from moderation.records import Action, Article, Comment, Verdict
from moderation.service.errors import Refusal
from moderation.text.languages import identify

# A sentence whose language is not told at once.
_ANOTHER = "Dat kunt u beter vragen aan de gemeente"

# Seconds within which a process must load its model, even on a busy machine.
_START_SECONDS = 60.0


class WorkFailed(Exception):  # noqa: N818 - its fields name the failure
    """Work that failed in another process: the type and place of the error, not its text."""

    def __init__(self, kind: str, place: str) -> None:
        super().__init__(kind, place)
        self.kind = kind
        self.place = place


class Unavailable(Exception):  # noqa: N818 - a state, not an error of the request
    """No process could be started with the requested model."""


def place_of(error: BaseException) -> str:
    """Return the file and line where an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"


class Loaded(NamedTuple):
    """A model in memory, and the folder from which other processes load the same model.

    Attributes
    ----------
    moderator
        The moderator that holds the model.
    folder
        The folder of the model; None means the shipped model.
    """

    moderator: Moderator
    folder: Path | None


def loaded(
    folder: Path | None, unknown: Action = Action.REVIEW, language: str | None = None
) -> Loaded:
    """Load a model and score once, so that the first comment does not wait."""
    found = None if folder is None else model_folder(folder).resolve()
    moderator = Moderator.load(found, unknown, language)
    article = Article(title="A first article", text="It is compared with a first comment.")
    moderator.score(Comment(text="A first comment.", article=article))
    return Loaded(moderator, found)


def score(moderator: Moderator, comments: Sequence[Comment]) -> list[Verdict]:
    """Score comments; this is the most frequent work of a process."""
    return list(moderator.score_many(comments))


def explained(moderator: Moderator, comments: Sequence[Comment]) -> list[Verdict]:
    """Score comments with the reasons; it takes some ten times as long."""
    return list(moderator.score_many(comments, explain=True))


# The work that receives the moderator.
_WITH_MODERATOR = (score, explained)


class Scorer:
    """A process with a model. It starts at once and loads in the background.

    It ends when this object is deleted, or when the service dies.

    Parameters
    ----------
    folder
        The folder of the model; None means the shipped model.
    version
        The version that the loaded model must have.
    unknown, language
        As for :meth:`~moderation.model.Moderator.load`.
    """

    def __init__(
        self,
        folder: Path | None,
        version: str,
        unknown: Action = Action.REVIEW,
        language: str | None = None,
    ) -> None:
        self.version = version
        self._ready = False
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_work,
            args=(theirs, folder, unknown, language),
            name="moderation-scorer",
            daemon=True,
        )
        self._process.start()
        theirs.close()  # so that each process notices the end of the other

    def call(self, work: Callable[..., Any], args: Sequence[Any], seconds: float) -> Any:
        """Do `work` in the process, as :func:`done` does it.

        Raises
        ------
        Unavailable
            If the process does not have the requested model.
        TimeoutError
            If the work takes longer; the process is then killed.
        Refusal, WorkFailed
            If the work raised one of them.
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
        """Return whether the process can take work."""
        return not self._pipe.closed and self._process.is_alive()

    def kill(self) -> None:
        """Kill the process now, even while it works."""
        with suppress(OSError):
            self._pipe.close()
        self._process.kill()
        self._process.join()


def _work(pipe: Connection, folder: Path | None, unknown: Action, language: str | None) -> None:
    """Do the work that arrives through the pipe, until the pipe closes."""
    # A signal to the whole group is for the service, which then ends this process.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    moderator = loaded(folder, unknown, language).moderator
    identify(_ANOTHER)  # its library takes long to load, and a comment has a time limit
    gc.collect()
    gc.freeze()
    with suppress(EOFError, OSError):
        pipe.send(moderator.model.version)
        while True:
            work, args = pipe.recv()
            pipe.send(_answer(moderator, work, args))


def done(moderator: Moderator, work: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Do one piece of work; :func:`score` and :func:`explained` receive the moderator."""
    return work(moderator, *args) if work in _WITH_MODERATOR else work(*args)


def _answer(moderator: Moderator, work: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Return whether the work succeeded, and its result or its error."""
    try:
        return True, done(moderator, work, args)
    except Refusal as refusal:
        return False, refusal
    except Exception as error:  # noqa: BLE001 - every error is sent to the client
        return False, WorkFailed(type(error).__name__, place_of(error))
