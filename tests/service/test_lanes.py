"""Slow work: in turn by client, in processes that can be killed, and out of the event loop."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.model.moderator import Moderator
from moderation.records import Comment
from moderation.service import scorer
from moderation.service.errors import Refusal
from moderation.service.lanes import HUGE, SHORT, Budgets, Lanes
from moderation.service.limits import ServiceLimits
from moderation.service.scorer import Loaded, Scorer, Unavailable, WorkFailed


class Recorded(Lanes):
    """Lanes whose work is done here, when the test lets it go on."""

    def __init__(self, *, processes: int = 2, waiting: int = 100) -> None:
        super().__init__(ServiceLimits(waiting=waiting), processes)
        self.begun: list[Any] = []
        self.most = 0
        self._working: list[str] = []

    def prepare(self, model: Loaded) -> None:
        pass

    def _start_another(self, model: Loaded) -> None:
        pass

    def _call(self, slot: Any, job: Any) -> Any:
        self.begun.append((job.client, *job.args))
        assert job.client not in self._working  # never two pieces of one client at once
        self._working.append(job.client)
        self.most = max(self.most, len(self._working))
        time.sleep(0.01)
        self._working.remove(job.client)
        return job.args


NOBODY: Any = Loaded(None, None)  # type: ignore[arg-type]


def nothing(name: str) -> str:
    return name


async def finished(lanes: Lanes, *asked: tuple[str, int, str]) -> list[Any]:
    try:
        calls = [lanes.run(client, size, NOBODY, nothing, name) for client, size, name in asked]
        return await asyncio.gather(*calls, return_exceptions=True)
    finally:
        lanes.close()


def test_clients_take_turns() -> None:
    lanes = Recorded(processes=1)
    many = [("heavy", SHORT + 1, f"h{i}") for i in range(20)]
    asyncio.run(finished(lanes, *many, ("light", SHORT + 1, "l0"), ("other", SHORT + 1, "o0")))
    order = [name for _, name in lanes.begun]
    assert order.index("l0") <= 2
    assert order.index("o0") <= 3


def test_one_client_never_has_all_processes() -> None:
    lanes = Recorded()
    asyncio.run(finished(lanes, *(("heavy", SHORT + 1, str(i)) for i in range(10))))
    assert lanes.most == 1


def test_one_process_takes_nothing_huge() -> None:
    lanes = Recorded()
    asyncio.run(finished(lanes, *((f"c{i}", HUGE + 1, str(i)) for i in range(6))))
    assert lanes.most == 1
    lanes = Recorded()
    asyncio.run(finished(lanes, ("a", HUGE + 1, "a"), ("b", HUGE, "b")))
    assert lanes.most == 2


def test_a_full_queue_is_one_client_s() -> None:
    lanes = Recorded(waiting=3)
    heavy = [("heavy", SHORT + 1, str(i)) for i in range(9)]
    found = asyncio.run(finished(lanes, *heavy, ("light", SHORT + 1, "l")))
    refused = [each for each in found if isinstance(each, Refusal)]
    assert [each.code for each in refused] == [503] * 5
    assert found[-1] == ("l",)
    assert lanes.waiting == 0


def test_small_comments_of_one_client_are_one_call(moderator: Moderator) -> None:
    sizes: list[int] = []

    class Counted(Recorded):
        def _call(self, slot: Any, job: Any) -> Any:
            sizes.append(len(job.args[0]))
            return scorer.done(moderator, job.work, job.args)

    async def ask() -> list[Any]:
        lanes = Counted()
        model = Loaded(moderator, None)
        calls = [
            lanes.run("a", 100, model, scorer.score, [Comment(text=f"You are {i}.")] * (i + 1))
            for i in range(5)
        ]
        try:
            return await asyncio.gather(*calls)
        finally:
            lanes.close()

    found = asyncio.run(ask())
    assert [len(each) for each in found] == [1, 2, 3, 4, 5]
    assert sizes == [1, 14]


def test_time_is_charged_as_its_square_and_forgotten() -> None:
    now = [0.0]
    budgets = Budgets(lambda: now[0])
    for _ in range(50):
        budgets.charge("quick", 0.0005)
    assert budgets.allows("quick")
    budgets.charge("slow", 0.02)  # less time in all
    assert not budgets.allows("slow")
    assert budgets.allows("another")
    now[0] += 60
    assert budgets.allows("slow")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def fail(text: str) -> None:
    raise ValueError(text)


def refuse() -> None:
    raise Refusal("Not so.", code=413, headers={"Connection": "close"})


@pytest.fixture
def process(model_folder: Path, moderator: Moderator) -> Iterator[Scorer]:
    started = Scorer(model_folder, moderator.model.version)
    yield started
    started.kill()


def test_a_process_scores_as_this_one_does(process: Scorer, moderator: Moderator) -> None:
    comments = [Comment(text="You idiot."), Comment(text="Thank you, \ud83d.")]
    assert process.call(scorer.score, (comments,), 30) == scorer.score(moderator, comments)
    assert process.call(os.getpid, (), 30) != os.getpid()
    with pytest.raises(WorkFailed) as failed:
        process.call(fail, ("Zyzzyva",), 30)
    assert failed.value.kind == "ValueError"
    assert "Zyzzyva" not in str(failed.value)
    with pytest.raises(Refusal) as refused:
        process.call(refuse, (), 30)
    assert (refused.value.code, refused.value.headers) == (413, {"Connection": "close"})
    with pytest.raises(TimeoutError):
        process.call(sleep, (60.0,), 0.1)
    assert not process.is_alive


def test_a_process_with_another_model_is_not_used(model_folder: Path) -> None:
    with pytest.raises(Unavailable):
        Scorer(model_folder, "other@1").call(os.getpid, (), 30)


def test_work_goes_on_where_a_process_died(model_folder: Path, moderator: Moderator) -> None:
    async def ask() -> None:
        lanes = Lanes(ServiceLimits(answer_seconds=30), processes=1)
        model = Loaded(moderator, model_folder)
        try:
            with pytest.raises(WorkFailed):
                await lanes.run("a", 1, model, os._exit, 1)
            (verdict,) = await lanes.run("a", 1, model, scorer.score, [Comment(text="You idiot.")])
            assert verdict == moderator.score(Comment(text="You idiot."))
            gone = Loaded(moderator, model_folder / "gone")  # replaced, say, and not reloaded
            lanes._slots[0].scorer = None
            (verdict,) = await lanes.run("a", 1, gone, scorer.score, [Comment(text="You idiot.")])
            assert verdict == moderator.score(Comment(text="You idiot."))
        finally:
            lanes.close()

    asyncio.run(ask())
