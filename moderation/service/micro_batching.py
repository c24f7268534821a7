"""Micro-batching: waiting requests share one call, which costs as much as ten comments."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from time import thread_time
from typing import NamedTuple

from moderation.model import Moderator
from moderation.records import Comment, Verdict


class _Waiting(NamedTuple):
    moderator: Moderator
    comments: Sequence[Comment]
    verdicts: asyncio.Future[Sequence[Verdict]]


class Gathered:
    """A micro-batcher: it scores in one call all comments of a client from one loop iteration.

    No request waits for others to arrive. The call is made as soon as everything that has arrived
    is read. Under load the iterations are long and the batches large, so the throughput grows with
    the load. Each client's comments are a separate call, so that their cost can be charged to the
    client.

    Parameters
    ----------
    charge
        Called with a client and the seconds of the event loop that it used.
    """

    def __init__(self, charge: Callable[[str, float], None]) -> None:
        self._charge = charge
        # By client and model, because two models are active during a reload.
        self._groups: dict[tuple[str, int], list[_Waiting]] = {}
        self._sizes: Counter[str] = Counter()

    def size(self, client: str) -> int:
        """Return the number of a client's characters that wait for this iteration."""
        return self._sizes.get(client, 0)

    async def score(
        self, client: str, size: int, moderator: Moderator, comments: Sequence[Comment]
    ) -> Sequence[Verdict]:
        """Score comments together with the client's other waiting comments."""
        loop = asyncio.get_running_loop()
        verdicts: asyncio.Future[Sequence[Verdict]] = loop.create_future()
        if not self._groups:
            loop.call_soon(self._score, loop)
        group = self._groups.setdefault((client, id(moderator)), [])
        group.append(_Waiting(moderator, comments, verdicts))
        self._sizes[client] += size
        return await verdicts

    def _score(self, loop: asyncio.AbstractEventLoop) -> None:
        """Score the first group; its answers are sent before the next group is scored."""
        key = next(iter(self._groups))
        group = self._groups.pop(key)
        client, _ = key
        self._sizes.pop(client, None)
        if self._groups:
            loop.call_soon(self._score, loop)
        began = thread_time()
        _score_together(group)
        self._charge(client, thread_time() - began)


def _score_together(waiting: Sequence[_Waiting]) -> None:
    comments = [comment for each in waiting for comment in each.comments]
    try:
        verdicts = list(waiting[0].moderator.score_many(comments))
    except Exception as error:  # noqa: BLE001 - the error is passed to the caller
        if len(waiting) > 1:  # one comment failed, so each request is scored alone
            for each in waiting:
                _score_together([each])
        elif not waiting[0].verdicts.done():
            waiting[0].verdicts.set_exception(error)
        return
    start = 0
    for each in waiting:
        end = start + len(each.comments)
        if not each.verdicts.done():  # the client may have disconnected
            each.verdicts.set_result(verdicts[start:end])
        start = end
