"""Requests that wait at one moment are scored together: a call costs ten times a comment in it."""

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
    """Scores in one call what the event loop has read of one client in one round.

    Nobody waits for company: the call comes as soon as all that has already arrived is read. Under
    load rounds are long and calls large, so that the service grows faster as it grows fuller. Each
    client's comments are a call of their own, so that what they cost can be charged to it.

    Parameters
    ----------
    charge
        Is told which client used how many seconds of the event loop.
    """

    def __init__(self, charge: Callable[[str, float], None]) -> None:
        self._charge = charge
        # By client and model: during a reload two models are in force at once.
        self._groups: dict[tuple[str, int], list[_Waiting]] = {}
        self._sizes: Counter[str] = Counter()

    def size(self, client: str) -> int:
        """Characters of a client that wait for this round."""
        return self._sizes.get(client, 0)

    async def score(
        self, client: str, size: int, moderator: Moderator, comments: Sequence[Comment]
    ) -> Sequence[Verdict]:
        """Score comments, with whatever else of the client waits."""
        loop = asyncio.get_running_loop()
        verdicts: asyncio.Future[Sequence[Verdict]] = loop.create_future()
        if not self._groups:
            loop.call_soon(self._score, loop)
        group = self._groups.setdefault((client, id(moderator)), [])
        group.append(_Waiting(moderator, comments, verdicts))
        self._sizes[client] += size
        return await verdicts

    def _score(self, loop: asyncio.AbstractEventLoop) -> None:
        """Score the first group; its answers go out before the next one's turn comes."""
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
    except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for it
        if len(waiting) > 1:  # one of them; the others shall not suffer
            for each in waiting:
                _score_together([each])
        elif not waiting[0].verdicts.done():
            waiting[0].verdicts.set_exception(error)
        return
    start = 0
    for each in waiting:
        end = start + len(each.comments)
        if not each.verdicts.done():  # the client may have left
            each.verdicts.set_result(verdicts[start:end])
        start = end
