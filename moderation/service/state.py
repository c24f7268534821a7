"""The state of a running service: the active model, the other files it read, its metrics."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from time import thread_time
from typing import Any, Literal, NamedTuple, TypeVar, cast

import msgspec

from moderation.errors import ModerationError
from moderation.model import Moderator
from moderation.records import Action, Attribute, Comment, Verdict
from moderation.service import scorer
from moderation.service.articles import ArticleIndex, read_shelf
from moderation.service.attributes import Naming
from moderation.service.feedback import Feedback, Shown, ShownScores
from moderation.service.lanes import SHORT, Budgets, Lanes
from moderation.service.limits import Arriving, Keys, Rates, ServiceLimits, read_keys, read_secrets
from moderation.service.live import Arrival, Handover, ReviewDesk
from moderation.service.live.handover import PATIENCE
from moderation.service.metrics import Metrics
from moderation.service.micro_batching import Gathered
from moderation.service.scorer import Loaded, loaded

R = TypeVar("R")

logger = logging.getLogger("moderation.service")

# Largest body in bytes that may be parsed in the event loop.
_SHORT_BODY = 8_192

# Number of a client's characters that may be scored in one iteration of the event loop.
_ROUND = 4_000

# Seconds between two checks of the articles file.
_LOOK_EVERY = 5.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a service.

    Attributes
    ----------
    model
        A model folder, a registry or a folder of models; None means what is installed.
    articles
        The articles file.
    keys, secrets
        Files of API keys and of Coral's signing secrets.
    feedback
        The labelled file to which answers are appended; None refuses them.
    lenient
        Whether names without a model are left out instead of refusing the request.
    mapped
        Names that the newsroom has mapped to a model.
    on_failure
        The answer to Coral for a comment that could not be scored: ``withhold`` or ``publish``.
    unknown
        The action for a comment in a language that no model speaks.
    language
        The language of comments whose request names none; None identifies it.
    coral_seconds
        Time limit for an answer to Coral. Coral's own limit must be longer, because Coral publishes
        a comment without an answer when that limit ends.
    allow_origins
        Origins of web pages that may call the service from a browser.
    root_url
        Address of the service as clients see it; None means the requested address.
    limits
        The limits for clients.
    """

    model: Path | None = None
    articles: Path | None = None
    keys: Path | None = None
    secrets: Path | None = None
    feedback: Path | None = None
    lenient: bool = False
    mapped: dict[str, Attribute] = {}
    on_failure: Literal["withhold", "publish"] = "withhold"
    unknown: Action = Action.REVIEW
    language: str | None = None
    coral_seconds: float = 0.15
    allow_origins: tuple[str, ...] = ()
    root_url: str | None = None
    limits: ServiceLimits = ServiceLimits()


class Snapshot(NamedTuple):
    """Everything read from files. It is replaced as a whole, so no request sees a mixture."""

    moderator: Moderator
    shelf: ArticleIndex
    keys: Keys
    secrets: tuple[bytes, ...]
    folder: Path | None = None

    @property
    def loaded(self) -> Loaded:
        """Return the model for work in another process."""
        return Loaded(self.moderator, self.folder)


def load_snapshot(settings: Settings) -> Snapshot:
    """Read all files and score once, so that the returned snapshot is complete and warm.

    Raises
    ------
    ModerationError
        If a file cannot be used.
    """
    model = loaded(settings.model, settings.unknown, settings.language)
    return Snapshot(
        moderator=model.moderator,
        folder=model.folder,
        shelf=read_shelf(settings.articles),
        keys=read_keys(settings.keys),
        secrets=read_secrets(settings.secrets),
    )


class State:
    """A running service.

    Parameters
    ----------
    settings
        The settings of the service.
    snapshot
        A snapshot that is already loaded; None loads one.
    desk
        The review desk that gets what is scored; None for none.

    Attributes
    ----------
    current : Snapshot
        The active snapshot. A request takes it once and uses only that one.

    Raises
    ------
    ModerationError
        If a file cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        snapshot: Snapshot | None = None,
        desk: ReviewDesk | None = None,
    ) -> None:
        limits = settings.limits
        self.settings = settings
        self.naming = Naming(settings.mapped, settings.lenient)
        self._articles_seen = _modified(
            settings.articles
        )  # before it is read, so that no change is missed
        self.current = snapshot or load_snapshot(settings)
        self.metrics = Metrics()
        self.shown = ShownScores()
        self.rates = Rates(limits.per_second, limits.burst)
        self.feedback = Feedback(settings.feedback) if settings.feedback else None
        self.desk = desk
        self._handover = None if desk is None else Handover(desk, self.metrics)
        self.arriving = Arriving(limits.arriving)
        self.lanes = Lanes(limits)
        # A separate budget, because a hop costs more than parsing an ordinary request.
        self._reading = Budgets()
        self._scoring = Budgets()
        self._gathered = Gathered(self._scoring.charge)
        self._reloading = asyncio.Lock()

    async def reload(self) -> bool:
        """Reload all files and activate them at once; keep the old ones if any file is wrong."""
        async with self._reloading:
            try:
                self.current = await asyncio.to_thread(load_snapshot, self.settings)
            except Exception as error:  # noqa: BLE001 - after any error the old files stay
                self.metrics.count("moderation_reloads_total", result="failed")
                logger.error("reload failed, the old model stays: %s", _told(error))  # noqa: TRY400
                return False
            self.lanes.prepare(self.current.loaded)
        self.metrics.count("moderation_reloads_total", result="done")
        logger.info("reloaded: %s", self.version)
        return True

    async def watch_articles(self) -> None:
        """Reload the articles file whenever it changes; this never returns."""
        path = self.settings.articles
        if path is None:
            return
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            now = _modified(path)
            if now == self._articles_seen:
                continue
            self._articles_seen = now
            try:
                shelf = await asyncio.to_thread(read_shelf, path)
            except Exception as error:  # noqa: BLE001 - after any error the watch goes on
                logger.error("articles not read, the old ones stay: %s", _told(error))  # noqa: TRY400
                continue
            async with self._reloading:
                self.current = self.current._replace(shelf=shelf)
            logger.info("articles read: %d", len(shelf))

    @property
    def version(self) -> str:
        """Return the version of the active model."""
        return self.current.moderator.model.version

    async def read(
        self,
        now: Snapshot,
        client: str,
        size: int,
        work: Callable[..., R],
        *args: Any,
    ) -> R:
        """Parse a body of `size` bytes here, or in another process if that may be slow.

        Parameters
        ----------
        now
            The snapshot that the request uses.
        client
            The client that sent the request.
        size
            Size of the body in bytes.
        work, args
            A module-level function and its arguments, which can be sent to another process.
        """
        if size > _SHORT_BODY or not self._reading.allows(client):
            return cast(R, await self._elsewhere(now, client, size, work, *args))
        began = thread_time()
        try:
            return work(*args)
        finally:
            self._reading.charge(client, thread_time() - began)

    async def score(
        self, now: Snapshot, client: str, comments: Sequence[Comment], weight: int
    ) -> Sequence[Verdict]:
        """Score comments of `weight` characters here, or in another process if that may be slow.

        Raises
        ------
        Refusal
            With status 503 if too much is waiting, 504 if it takes too long. No score is sent
            instead.
        """
        here = weight <= SHORT and self._gathered.size(client) + weight <= _ROUND
        if here and self._scoring.allows(client) and now.moderator.is_quick(comments):
            return await self._gathered.score(client, weight, now.moderator, comments)
        verdicts = await self._elsewhere(now, client, weight, scorer.score, comments)
        return cast(Sequence[Verdict], verdicts)

    async def explain(
        self, now: Snapshot, client: str, comments: Sequence[Comment], weight: int
    ) -> Sequence[Verdict]:
        """Score comments with their reasons, in another process.

        Raises
        ------
        Refusal
            As :meth:`score` does.
        """
        verdicts = await self._elsewhere(now, client, weight, scorer.explained, comments)
        return cast(Sequence[Verdict], verdicts)

    async def to_desk(self, arrivals: Sequence[Arrival], seconds: float = PATIENCE) -> bool | None:
        """Hand scored comments over to the desk; wait for the disk no longer than `seconds`.

        Returns
        -------
        bool or None
            Whether they are on the disk; None if there is no desk.
        """
        return None if self._handover is None else await self._handover.give(arrivals, seconds)

    async def _elsewhere(
        self, now: Snapshot, client: str, size: int, work: Callable[..., Any], *args: Any
    ) -> Any:
        with self.metrics.waiting.track_inprogress():
            return await self.lanes.run(client, size, now.loaded, work, *args)

    def told(self, text: str, verdict: Verdict) -> None:
        """Record a verdict that was sent to a client."""
        self.metrics.scored(verdict)
        value = verdict.hostility.value
        score = None if value is None or not math.isfinite(value) else round(value, 6)
        self.shown.remember(text, Shown(verdict.model, score))

    def close(self) -> None:
        """Finish pending writes."""
        self.lanes.close()
        if self._handover is not None:
            self._handover.close()
        if self.feedback is not None:
            self.feedback.close()


def _modified(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _told(error: BaseException) -> str:
    return str(error) if isinstance(error, ModerationError) else type(error).__name__
