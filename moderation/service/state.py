"""What a running service holds: the model in force, what was read beside it, and its counts."""

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
from moderation.records import Attribute, Comment, Verdict
from moderation.service import scorer
from moderation.service.articles import ArticleIndex, read_shelf
from moderation.service.attributes import Naming
from moderation.service.feedback import Feedback, Shown, ShownScores
from moderation.service.lanes import SHORT, Budgets, Lanes
from moderation.service.limits import Arriving, Keys, Rates, ServiceLimits, read_keys, read_secrets
from moderation.service.metrics import Metrics
from moderation.service.micro_batching import Gathered
from moderation.service.scorer import Loaded, loaded

R = TypeVar("R")

logger = logging.getLogger("moderation.service")

# Bytes of a body up to which it may be read in the event loop.
_SHORT_BODY = 8_192

# Characters of one client that may be scored in one round of the event loop.
_ROUND = 4_000

# Seconds between two looks at the articles file.
_LOOK_EVERY = 5.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a service is to run.

    Attributes
    ----------
    model
        Model folder, or a shelf of models; None: the shipped model.
    articles
        Articles by id and address.
    keys, secrets
        Files of API keys and of Coral's signing secrets.
    feedback
        Labelled file to which answers are appended; None: they are refused.
    lenient
        Leave out names without a model instead of refusing the request.
    mapped
        Names that the newsroom has given a model.
    on_failure
        What Coral is told about a comment that could not be scored: ``withhold`` or ``publish``.
    coral_seconds
        In which Coral is told something. Coral's own limit must be longer: it publishes what it
        has not heard about by then.
    allow_origins
        Origins of web pages that may ask from a browser.
    root_url
        Address of the service as clients see it; None: the one they ask.
    limits
        What clients may use.
    """

    model: Path | None = None
    articles: Path | None = None
    keys: Path | None = None
    secrets: Path | None = None
    feedback: Path | None = None
    lenient: bool = False
    mapped: dict[str, Attribute] = {}
    on_failure: Literal["withhold", "publish"] = "withhold"
    coral_seconds: float = 0.15
    allow_origins: tuple[str, ...] = ()
    root_url: str | None = None
    limits: ServiceLimits = ServiceLimits()


class Snapshot(NamedTuple):
    """All that was read from files; it is replaced whole, so that no request sees half of it."""

    moderator: Moderator
    shelf: ArticleIndex
    keys: Keys
    secrets: tuple[bytes, ...]
    folder: Path | None = None

    @property
    def loaded(self) -> Loaded:
        """The model, for work that another process does."""
        return Loaded(self.moderator, self.folder)


def load_snapshot(settings: Settings) -> Snapshot:
    """Read everything, and score once, so that what is handed over is complete and warm.

    Raises
    ------
    ModerationError
        If any of it cannot be used.
    """
    model = loaded(settings.model)
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
        How it is to run.
    snapshot
        What was read already; None: it is read.

    Attributes
    ----------
    current : Snapshot
        In force; a request takes it once and keeps to it.

    Raises
    ------
    ModerationError
        If a file cannot be used.
    """

    def __init__(self, settings: Settings, snapshot: Snapshot | None = None) -> None:
        limits = settings.limits
        self.settings = settings
        self.naming = Naming(settings.mapped, settings.lenient)
        self._articles_seen = _modified(settings.articles)  # before it is read, lest a change hide
        self.current = snapshot or load_snapshot(settings)
        self.metrics = Metrics()
        self.shown = ShownScores()
        self.rates = Rates(limits.per_second, limits.burst)
        self.feedback = Feedback(settings.feedback) if settings.feedback else None
        self.arriving = Arriving(limits.arriving)
        self.lanes = Lanes(limits)
        # Apart, because a hop costs more than reading a request that is not slow to read.
        self._reading = Budgets()
        self._scoring = Budgets()
        self._gathered = Gathered(self._scoring.charge)
        self._reloading = asyncio.Lock()

    async def reload(self) -> bool:
        """Read everything anew and put it in force at once; keep the old if any of it is wrong."""
        async with self._reloading:
            try:
                self.current = await asyncio.to_thread(load_snapshot, self.settings)
            except Exception as error:  # noqa: BLE001 - whatever it is, the old stays
                self.metrics.count("moderation_reloads_total", result="failed")
                logger.error("reload failed, the old model stays: %s", _told(error))  # noqa: TRY400
                return False
            self.lanes.prepare(self.current.loaded)
        self.metrics.count("moderation_reloads_total", result="done")
        logger.info("reloaded: %s", self.version)
        return True

    async def watch_articles(self) -> None:
        """Read the articles file again whenever it has changed, for ever."""
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
            except Exception as error:  # noqa: BLE001 - whatever it is, the next change is seen
                logger.error("articles not read, the old ones stay: %s", _told(error))  # noqa: TRY400
                continue
            async with self._reloading:
                self.current = self.current._replace(shelf=shelf)
            logger.info("articles read: %d", len(shelf))

    @property
    def version(self) -> str:
        """Version of the model in force."""
        return self.current.moderator.model.version

    async def read(
        self,
        now: Snapshot,
        client: str,
        size: int,
        work: Callable[..., R],
        *args: Any,
    ) -> R:
        """Do the reading of a body of `size` bytes, here or, if it may be slow, elsewhere.

        Parameters
        ----------
        now
            What is in force for the request.
        client
            Whose request it is.
        size
            Bytes of the body.
        work, args
            A function of a module, and what it is given: both may have to go to another process.
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
        """Score comments of `weight` characters, here or, if it may be slow, elsewhere.

        Raises
        ------
        Refusal
            503 if too much is waiting, 504 if it takes too long. Never a score in its stead.
        """
        here = weight <= SHORT and self._gathered.size(client) + weight <= _ROUND
        if here and self._scoring.allows(client):
            return await self._gathered.score(client, weight, now.moderator, comments)
        verdicts = await self._elsewhere(now, client, weight, scorer.score, comments)
        return cast(Sequence[Verdict], verdicts)

    async def _elsewhere(
        self, now: Snapshot, client: str, size: int, work: Callable[..., Any], *args: Any
    ) -> Any:
        with self.metrics.waiting.track_inprogress():
            return await self.lanes.run(client, size, now.loaded, work, *args)

    def told(self, text: str, verdict: Verdict) -> None:
        """Note what a client was told."""
        self.metrics.scored(verdict)
        value = verdict.hostility.value
        score = None if value is None or not math.isfinite(value) else round(value, 6)
        self.shown.remember(text, Shown(verdict.model, score))

    def close(self) -> None:
        """Finish what is being written."""
        self.lanes.close()
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
