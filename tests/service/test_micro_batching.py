"""What waits together is scored together, and fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from moderation.model.moderator import Moderator
from moderation.records import Comment, Verdict
from moderation.service.micro_batching import Gathered

TEXTS = ("You idiot.", "Thank you.", "A sound idea.")


class Counting:
    """A moderator that counts its calls, and cannot bear one text."""

    def __init__(self, moderator: Moderator) -> None:
        self._moderator = moderator
        self.calls: list[int] = []

    def score_many(self, comments: Iterable[Comment]) -> Iterator[Verdict]:
        comments = list(comments)
        self.calls.append(len(comments))
        if any(comment.text == "unbearable" for comment in comments):
            raise ArithmeticError
        return self._moderator.score_many(comments)


def gathered(*asked: tuple[Any, Sequence[str]], client: str = "desk") -> list[Any]:
    async def ask() -> list[Any]:
        together = Gathered(lambda client, seconds: None)
        calls = [
            together.score(client, 9, m, [Comment(text=t) for t in texts]) for m, texts in asked
        ]
        return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(ask())


def values(verdicts: Iterable[Verdict]) -> list[float | None]:
    return [verdict.hostility.value for verdict in verdicts]


def test_what_waits_is_one_call_and_each_gets_its_own(moderator: Moderator) -> None:
    counting = Counting(moderator)
    found = gathered((counting, TEXTS[:1]), (counting, TEXTS[1:]), (counting, []))
    assert counting.calls == [3]
    alone = values(moderator.score_many(Comment(text=text) for text in TEXTS))
    together = [value for each in found for value in values(each)]
    assert together == pytest.approx(alone)
    assert [len(each) for each in found] == [1, 2, 0]


def test_a_failure_is_of_the_one_who_asked_for_it(moderator: Moderator) -> None:
    counting = Counting(moderator)
    one, two, three = gathered(
        (counting, TEXTS[:1]), (counting, ["unbearable"]), (counting, TEXTS[2:])
    )
    assert isinstance(two, ArithmeticError)
    assert len(one) == len(three) == 1


def test_two_models_in_force_keep_apart(moderator: Moderator) -> None:
    old, new = Counting(moderator), Counting(moderator)
    found = gathered((old, TEXTS[:1]), (new, TEXTS[:2]), (old, TEXTS[:1]))
    assert (old.calls, new.calls) == ([2], [2])
    assert [len(each) for each in found] == [1, 2, 1]


def test_a_client_that_leaves_hinders_nobody(moderator: Moderator) -> None:
    async def ask() -> int:
        together = Gathered(lambda client, seconds: None)
        left = asyncio.ensure_future(together.score("a", 1, moderator, [Comment(text="a")]))
        stays = asyncio.ensure_future(together.score("a", 1, moderator, [Comment(text="b")]))
        await asyncio.sleep(0)
        left.cancel()
        return len(await stays)

    assert asyncio.run(ask()) == 1


def test_each_client_is_charged_what_its_own_comments_cost(moderator: Moderator) -> None:
    charged: list[str] = []
    counting = Counting(moderator)

    async def ask() -> None:
        together = Gathered(lambda client, seconds: charged.append(client))
        calls = [
            together.score(client, 9, counting, [Comment(text="a")])  # type: ignore[arg-type]
            for client in ("desk", "forum", "desk")
        ]
        assert together.size("desk") == 0
        await asyncio.gather(*calls)

    asyncio.run(ask())
    assert charged == ["desk", "forum"]
    assert counting.calls == [2, 1]
