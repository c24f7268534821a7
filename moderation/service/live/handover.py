"""Hands scored comments over to a review desk without letting an answer wait for a slow disk.

One thread writes. What arrives while it waits for the disk is written together, in one transaction.
An answer waits for the disk only for a moment; after that, its comment waits in memory. The memory
is bounded, and what does not fit is counted and logged, never dropped in silence.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import chain
from time import monotonic, sleep
from typing import NamedTuple

from moderation.service.live.arrivals import Arrival, DeskUnavailable, ReviewDesk
from moderation.service.metrics import Metrics

logger = logging.getLogger("moderation.service")

#: Seconds for which the answer to a platform waits for the disk.
PATIENCE = 0.05

#: Characters that may wait in memory: some hundred thousand short comments.
MOST_WAITING = 64 * 2**20

# Comments of one transaction, so that the desk's pages do not wait long for their turn to write.
_AT_ONCE = 256

# Seconds before a store that cannot be written is tried again, between two lines of the log about
# it, and for which the end of the service waits for it.
_RETRY = 0.2
_TELL_EVERY = 60.0
_LAST_SECONDS = 5.0


class _Parcel(NamedTuple):
    arrivals: tuple[Arrival, ...]
    size: int
    done: Future[bool]


class Handover:
    """The queue before a desk, and the thread that empties it.

    Parameters
    ----------
    desk
        The desk.
    metrics
        They count what becomes of each comment.
    most
        Characters that may wait in memory.
    """

    def __init__(self, desk: ReviewDesk, metrics: Metrics, most: int = MOST_WAITING) -> None:
        self._desk = desk
        self._metrics = metrics
        self._most = most
        self._waiting: deque[_Parcel] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._until: float | None = None  # when the service ends
        self._told = -_TELL_EVERY
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self._thread.start()

    async def give(self, arrivals: Sequence[Arrival], seconds: float) -> bool:
        """Hand comments over; return whether they are on the disk within `seconds`."""
        parcel = _Parcel(tuple(arrivals), sum(each.size for each in arrivals), Future())
        if not self._put(parcel):
            self._lose(parcel, "dropped", "too much waits for the desk")
            return False
        written = asyncio.wrap_future(parcel.done)
        await asyncio.wait([written], timeout=max(0.0, seconds))
        if not written.done():
            self._count("late", len(arrivals))
            return False
        return written.result()

    def close(self) -> None:
        """Write what waits, for a few seconds at most, and close the desk."""
        with self._changed:
            self._until = monotonic() + _LAST_SECONDS
            self._changed.notify()
        self._thread.join(2 * _LAST_SECONDS)
        if self._thread.is_alive():  # the disk does not answer at all
            logger.error("the desk did not end; comments that waited for it are lost")
        else:
            self._desk.close()

    def _put(self, parcel: _Parcel) -> bool:
        with self._changed:
            if self._until is not None or self._size + parcel.size > self._most:
                return False
            self._size += parcel.size
            self._waiting.append(parcel)
            self._metrics.desk_waiting.inc(len(parcel.arrivals))
            self._changed.notify()
            return True

    def _work(self) -> None:
        while parcels := self._take():
            self._keep(parcels)
            with self._changed:
                self._size -= sum(parcel.size for parcel in parcels)
            self._metrics.desk_waiting.dec(sum(len(parcel.arrivals) for parcel in parcels))

    def _take(self) -> list[_Parcel]:
        """Wait for parcels and return those of one transaction; none at the end of the service."""
        with self._changed:
            while not self._waiting and self._until is None:
                self._changed.wait()
            taken: list[_Parcel] = []
            n = 0
            while self._waiting and n < _AT_ONCE:
                taken.append(self._waiting.popleft())
                n += len(taken[-1].arrivals)
            return taken

    def _keep(self, parcels: list[_Parcel]) -> None:
        """Write parcels; one that can never be written takes no other along."""
        while True:
            try:
                self._desk.keep([*chain.from_iterable(each.arrivals for each in parcels)])
                break
            except DeskUnavailable as error:
                if self._until is not None and monotonic() > self._until:
                    for parcel in parcels:
                        self._lose(parcel, "dropped", "the service ends")
                    return
                self._tell(error)
                sleep(_RETRY)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are written
                if len(parcels) == 1:
                    self._lose(parcels[0], "failed", type(error).__name__)
                else:
                    for parcel in parcels:
                        self._keep([parcel])
                return
        for parcel in parcels:
            self._count("kept", len(parcel.arrivals))
            parcel.done.set_result(True)

    def _lose(self, parcel: _Parcel, result: str, why: str) -> None:
        n = len(parcel.arrivals)
        self._count(result, n)
        logger.error("comments that are not in the desk: %d (%s)", n, why)
        if not parcel.done.done():
            parcel.done.set_result(False)

    def _tell(self, error: DeskUnavailable) -> None:
        if monotonic() - self._told > _TELL_EVERY:
            self._told = monotonic()
            logger.warning("the desk cannot be written, its comments wait in memory: %s", error)

    def _count(self, result: str, n: int) -> None:
        self._metrics.count("moderation_desk_total", n, result=result)
