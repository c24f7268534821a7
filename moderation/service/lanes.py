"""Slow work, done outside the event loop, with a fair turn for each client.

:class:`Budgets` measures and bounds a client's work in the event loop. :class:`Lanes` does the rest
in other processes. A client may be a key holder with a thousand readers, one of whom writes text
that is slow to read. That client's comments then take a little longer; other clients' do not.
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

#: Number of processes for slow work. With two, a client never waits for one other client alone.
PROCESSES = 2

#: Largest number of characters of a comment and its context that may be scored in the event loop,
#: together with others. Prose of this length takes half a millisecond there, and a hop to another
#: process a third of one (`python -m benchmarks.serving --lanes`).
SHORT = 1_000

#: Number of characters from which a comment with its context is huge. A comment may have 20,480.
HUGE = 50_000

# Characters taken together from one client's queue, because a call costs as much as ten comments.
_TOGETHER = 10_000


class Budgets:
    """The time that each client's comments may occupy the event loop.

    The square of the time is charged. A call that is twice as long makes others wait twice as often
    and twice as long, so one stall of 10 ms costs as much as a hundred of 1 ms. A client that has
    spent its budget is not refused; its work is done in another process.

    Parameters
    ----------
    now
        The clock, in seconds.
    """

    # The share of each second for calls of a millisecond. Tuned with `benchmarks.serving_worst`.
    _SHARE = 0.1
    _BURST = 0.1
    _UNIT = 0.001
    _MOST_CLIENTS = 10_000

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str) -> bool:
        """Return whether a client's work may be done in the event loop."""
        return self._debt(client) < self._BURST

    def charge(self, client: str, seconds: float) -> None:
        """Charge a client for time in the event loop."""
        cost = seconds * max(1.0, seconds / self._UNIT)
        self._spent[client] = (self._debt(client) + cost, self._now())
        self._spent.move_to_end(client)
        if len(self._spent) > self._MOST_CLIENTS:
            self._spent.popitem(last=False)

    def _debt(self, client: str) -> float:
        spent, since = self._spent.get(client, (0.0, 0.0))
        return max(0.0, spent - (self._now() - since) * self._SHARE)


@dataclass(eq=False, repr=False)  # jobs are never equal, and a repr would show the text
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
        """Return whether two comments may be scored in one call."""
        same = self.work is other.work is scorer.score
        return same and self.model.moderator is other.model.moderator


@dataclass
class _Slot:
    """A process and its current work."""

    scorer: Scorer | None = None
    jobs: list[_Job] = field(default_factory=list)


class Lanes:
    """A queue for each client, and a few processes that serve the queues in turn.

    Two processes never work for one client at once, and one process never takes huge work. So a
    client delays another by at most one piece of work, and a comment does not wait for a huge
    article.

    Parameters
    ----------
    limits
        The limits on queued work and on its time.
    processes
        Largest number of processes. :meth:`prepare` starts the first; the first work starts the
        others.
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
        """Return the number of jobs that wait or run."""
        queued = sum(len(queue) for queue in self._queues.values())
        return queued + sum(len(slot.jobs) for slot in self._slots)

    def prepare(self, model: Loaded) -> None:
        """Start a process with a model before it is needed."""
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
            With status 503 if the client has too much work waiting, 504 if the work takes too long.
        """
        queue = self._queues.setdefault(client, deque())
        # Short comments are not counted, because the connections already limit their number.
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
            if job in queue:  # it was cancelled before its turn came
                queue.remove(job)

    def _dispatch(self) -> None:
        """Give work to each idle process."""
        for slot in self._slots:
            if not slot.jobs and not self._closed:
                slot.jobs = self._next()
                if slot.jobs:
                    task = asyncio.get_running_loop().create_task(self._serve(slot))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                    self._start_another(slot.jobs[0].model)

    def _start_another(self, model: Loaded) -> None:
        """Start a process before another client needs it, because it takes a second to load."""
        for slot in self._slots:
            if not slot.jobs and slot.scorer is None:
                self._started(slot, model)
                break

    def _next(self) -> list[_Job]:
        """Return the next work: one piece from the client whose turn it is."""
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
        """Score comments in one call; return False if one fails, so that each is retried alone."""
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
        except Exception as error:  # noqa: BLE001 - the error is passed to the caller
            if not job.done.done():
                job.done.set_exception(error)
        else:
            if not job.done.done():
                job.done.set_result(result)

    def _call(self, slot: _Slot, job: _Job) -> Any:
        """Do one piece of work in the slot's process, or here if no process can be started."""
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
        asked = model.moderator.unknown, model.moderator.language
        slot.scorer = Scorer(model.folder, version, *asked)
        return slot.scorer

    def close(self) -> None:
        """End all processes."""
        self._closed = True
        for slot in self._slots:
            if slot.scorer is not None:
                slot.scorer.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _piece(queue: deque[_Job]) -> list[_Job]:
    """Take the jobs of one call from a queue: small comments together, other work alone."""
    jobs = [queue.popleft()]
    size = jobs[0].size
    while queue and jobs[0].goes_with(queue[0]) and size + queue[0].size <= _TOGETHER:
        jobs.append(queue.popleft())
        size += jobs[-1].size
    return jobs
