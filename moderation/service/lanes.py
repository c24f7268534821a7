"""Slow work, done beside the event loop, in turn by client.

What a client may do in the event loop is measured and bounded by :class:`Budgets`; the rest is done
by :class:`Lanes`, in other processes. A client may be a key's holder with a thousand readers behind
it, of whom one writes what is slow to read: its comments then take a little longer, others' do not.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from time import monotonic
from typing import Any

from moderation.service import scorer
from moderation.service.errors import busy, late
from moderation.service.limits import ServiceLimits
from moderation.service.scorer import Loaded, Scorer, Unavailable

logger = logging.getLogger("moderation.service")

#: Processes for slow work: with two, one client's work never waits for another's alone.
PROCESSES = 2

#: Characters of a comment and its context up to which it may be scored in the event loop, in
#: company: prose of this length takes half a millisecond there, and a hop to another process a
#: third (`python -m benchmarks.serving --lanes`).
SHORT = 1_000

#: Characters of a comment and its context from which it is huge. A comment may have 20,480.
HUGE = 50_000

# Characters that are taken together from one client's queue: a call costs ten times a comment.
_TOGETHER = 10_000


class Budgets:
    """How long each client's comments may hold the event loop.

    Time is charged as its square: others wait for it twice as often and twice as long when it is
    twice as long, so one stall of 10 ms costs as much as a hundred of 1 ms. Whoever has spent the
    budget is not refused: the work is done in another process.

    Parameters
    ----------
    now
        The clock, in seconds.
    """

    # Of each second, for calls of a millisecond: a tenth. Tuned with `benchmarks.serving_worst`.
    _SHARE = 0.1
    _BURST = 0.1
    _UNIT = 0.001
    _MOST_CLIENTS = 10_000

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str) -> bool:
        """Whether a client's work may be done in the event loop."""
        return self._debt(client) < self._BURST

    def charge(self, client: str, seconds: float) -> None:
        """Note that a client's work took so long there."""
        cost = seconds * max(1.0, seconds / self._UNIT)
        self._spent[client] = (self._debt(client) + cost, self._now())
        self._spent.move_to_end(client)
        if len(self._spent) > self._MOST_CLIENTS:
            self._spent.popitem(last=False)

    def _debt(self, client: str) -> float:
        spent, since = self._spent.get(client, (0.0, 0.0))
        return max(0.0, spent - (self._now() - since) * self._SHARE)


@dataclass(eq=False, repr=False)  # two are never the same, and a text is in it
class _Job:
    client: str
    size: int
    model: Loaded
    work: Callable[..., Any]
    args: Sequence[Any]
    done: asyncio.Future[Any]

    @property
    def is_huge(self) -> bool:
        return self.size > HUGE

    def goes_with(self, other: _Job) -> bool:
        """Whether two comments may be scored in one call."""
        same = self.work is other.work is scorer.score
        return same and self.model.moderator is other.model.moderator


@dataclass
class _Slot:
    """A process and what it does at the moment."""

    scorer: Scorer | None = None
    jobs: list[_Job] = field(default_factory=list)


class Lanes:
    """A queue for each client, and a few processes that take from them in turn.

    A client's work is never done by two processes at once, and one process never takes what is
    huge: so one client delays another's work by at most one piece of its own, and a comment does
    not wait for a huge article.

    Parameters
    ----------
    limits
        How much may wait, and how long.
    processes
        At most so many. The first is started by :meth:`prepare`, the others with the first work.
    """

    def __init__(self, limits: ServiceLimits, processes: int = PROCESSES) -> None:
        self._limits = limits
        self._queues: OrderedDict[str, deque[_Job]] = OrderedDict()
        self._slots = [_Slot() for _ in range(processes)]
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="lane")
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def waiting(self) -> int:
        """Pieces of work that wait or are being done."""
        queued = sum(len(queue) for queue in self._queues.values())
        return queued + sum(len(slot.jobs) for slot in self._slots)

    def prepare(self, model: Loaded) -> None:
        """Start a process for a model before it is needed."""
        if not self._slots[0].jobs:
            self._started(self._slots[0], model)

    async def run(
        self,
        client: str,
        size: int,
        model: Loaded,
        work: Callable[..., Any],
        *args: Any,
    ) -> Any:
        """Do work of `size` characters when it is the client's turn.

        Raises
        ------
        Refusal
            503 if the client has too much waiting, 504 if it takes too long.
        """
        queue = self._queues.setdefault(client, deque())
        # Short comments are not counted: there are as many as connections, at most.
        if size > SHORT and sum(job.size > SHORT for job in queue) >= self._limits.waiting:
            raise busy()
        loop = asyncio.get_running_loop()
        job = _Job(client, size, model, work, args, loop.create_future())
        queue.append(job)
        self._dispatch()
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                return await job.done
        except TimeoutError:
            raise late(self._limits.answer_seconds) from None
        finally:
            if job in queue:  # it was given up before its turn came
                queue.remove(job)

    def _dispatch(self) -> None:
        """Give work to each process that has none."""
        for slot in self._slots:
            if not slot.jobs and not self._closed:
                slot.jobs = self._next()
                if slot.jobs:
                    task = asyncio.get_running_loop().create_task(self._serve(slot))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                    self._start_another(slot.jobs[0].model)

    def _start_another(self, model: Loaded) -> None:
        """Start a process before another client needs it, for it takes a second to load."""
        for slot in self._slots:
            if not slot.jobs and slot.scorer is None:
                self._started(slot, model)
                break

    def _next(self) -> list[_Job]:
        """What is to be done next: a client whose turn it is, and one piece of its work."""
        working = [slot.jobs[0] for slot in self._slots if slot.jobs]
        busy_clients = {job.client for job in working}
        no_more_huge = sum(job.is_huge for job in working) >= max(1, len(self._slots) - 1)
        for client, queue in list(self._queues.items()):
            if not queue:
                del self._queues[client]
                continue
            if client in busy_clients or (no_more_huge and queue[0].is_huge):
                continue
            self._queues.move_to_end(client)
            return _piece(queue)
        return []

    async def _serve(self, slot: _Slot) -> None:
        try:
            if len(slot.jobs) > 1 and await self._done_together(slot):
                return
            for job in slot.jobs:
                await self._do(slot, job)
        finally:
            slot.jobs = []
            self._dispatch()

    async def _done_together(self, slot: _Slot) -> bool:
        """Score comments in one call; False if one of them fails, which the others shall not."""
        first = slot.jobs[0]
        comments = [comment for job in slot.jobs for comment in job.args[0]]
        whole = replace(first, args=(comments,), done=asyncio.get_running_loop().create_future())
        await self._do(slot, whole)
        if whole.done.exception() is not None:
            return False
        verdicts = iter(whole.done.result())
        for job in slot.jobs:
            own = list(islice(verdicts, len(job.args[0])))
            if not job.done.done():
                job.done.set_result(own)
        return True

    async def _do(self, slot: _Slot, job: _Job) -> None:
        if job.done.done():  # it was given up
            return
        loop = asyncio.get_running_loop()
        try:
            result = await loop.run_in_executor(self._threads, self._call, slot, job)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for it
            if not job.done.done():
                job.done.set_exception(error)
        else:
            if not job.done.done():
                job.done.set_result(result)

    def _call(self, slot: _Slot, job: _Job) -> Any:
        """Do one piece of work in the slot's process, or here if there can be none."""
        try:
            running = self._started(slot, job.model)
            return running.call(job.work, job.args, self._limits.answer_seconds)
        except TimeoutError:
            raise late(self._limits.answer_seconds) from None
        except Unavailable as found:
            told = "no process with model %s could be started, but one with %s: working here"
            logger.warning(told, job.model.moderator.model.version, found)
            return scorer.done(job.model.moderator, job.work, job.args)

    def _started(self, slot: _Slot, model: Loaded) -> Scorer:
        version = model.moderator.model.version
        if slot.scorer is not None and slot.scorer.is_alive and slot.scorer.version == version:
            return slot.scorer
        if slot.scorer is not None:
            slot.scorer.kill()
        slot.scorer = Scorer(model.folder, version)
        return slot.scorer

    def close(self) -> None:
        """End all processes."""
        self._closed = True
        for slot in self._slots:
            if slot.scorer is not None:
                slot.scorer.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _piece(queue: deque[_Job]) -> list[_Job]:
    """Take from a queue what is done in one call: small comments together, all else alone."""
    jobs = [queue.popleft()]
    size = jobs[0].size
    while queue and jobs[0].goes_with(queue[0]) and size + queue[0].size <= _TOGETHER:
        jobs.append(queue.popleft())
        size += jobs[-1].size
    return jobs
