"""Requests that wait at one moment are scored together: a call costs ten times a comment in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from moderation.moderator import Moderator
from moderation.records import Comment, Verdict


class _Waiting(NamedTuple):
    moderator: Moderator
    comments: Sequence[Comment]
    verdicts: asyncio.Future[Sequence[Verdict]]


class Gathered:
    """Scores in one call what the event loop has read in one round.

    Nobody waits for company: the call comes as soon as all that has already arrived is read. Under
    load rounds are long and calls large, so that the service grows faster as it grows fuller.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    async def score(self, moderator: Moderator, comments: Sequence[Comment]) -> Sequence[Verdict]:
        """Score comments, with whatever else waits."""
        loop = asyncio.get_running_loop()
        verdicts: asyncio.Future[Sequence[Verdict]] = loop.create_future()
        self._waiting.append(_Waiting(moderator, comments, verdicts))
        if len(self._waiting) == 1:
            loop.call_soon(self._score)
        return await verdicts

    def _score(self) -> None:
        waiting, self._waiting = self._waiting, []
        # During a reload two models are in force at once.
        for moderator in {id(each.moderator): each.moderator for each in waiting}.values():
            _score_together(moderator, [each for each in waiting if each.moderator is moderator])


def _score_together(moderator: Moderator, waiting: Sequence[_Waiting]) -> None:
    comments = [comment for each in waiting for comment in each.comments]
    try:
        verdicts = list(moderator.score_many(comments))
    except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for it
        if len(waiting) > 1:  # one of them; the others shall not suffer
            for each in waiting:
                _score_together(moderator, [each])
        elif not waiting[0].verdicts.done():
            waiting[0].verdicts.set_exception(error)
        return
    start = 0
    for each in waiting:
        end = start + len(each.comments)
        if not each.verdicts.done():  # the client may have left
            each.verdicts.set_result(verdicts[start:end])
        start = end
