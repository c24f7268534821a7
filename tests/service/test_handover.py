"""Comments on their way to a desk whose disk is slow or full: nothing is lost in silence."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from moderation.model import Moderator
from moderation.records import Article, Comment
from moderation.service.live import Arrival, DeskUnavailable, Handover, Origin
from moderation.service.metrics import Metrics


class Desk:
    """A desk in memory.

    Parameters
    ----------
    before
        Called with what shall be kept before it is.
    """

    def __init__(self, before: Callable[[Sequence[Arrival]], object] = lambda _: None) -> None:
        self.kept: list[str] = []
        self.calls = 0
        self.closed = False
        self._before = before

    def keep(self, arrivals: Sequence[Arrival]) -> None:
        self.calls += 1
        self._before(arrivals)
        self.kept += [each.comment.id for each in arrivals]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def arrival(moderator: Moderator) -> Callable[[str], Arrival]:
    def make(name: str) -> Arrival:
        comment = Comment(text="The bridge is closed.", id=name)
        return Arrival(comment, moderator.score(comment), Origin.COMMENTS, "paper")

    return make


@pytest.fixture
def started() -> Iterator[Callable[..., tuple[Handover, Metrics]]]:
    opened: list[Handover] = []

    def start(desk: Any, **more: Any) -> tuple[Handover, Metrics]:
        metrics = Metrics()
        opened.append(Handover(desk, metrics, **more))
        return opened[-1], metrics

    yield start
    for each in opened:
        each.close()


def counted(metrics: Metrics, result: str) -> float:
    line = f'moderation_desk_total{{result="{result}"}} '
    found = [row for row in metrics.text("m").splitlines() if row.startswith(line)]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_an_answer_waits_until_its_comment_is_kept(arrival: Any, started: Any) -> None:
    desk = Desk()
    handover, metrics = started(desk)
    assert asyncio.run(handover.give([arrival("1"), arrival("2")], 5.0))
    assert desk.kept == ["1", "2"]
    assert counted(metrics, "kept") == 2


def test_a_slow_disk_does_not_hold_an_answer_and_loses_nothing(arrival: Any, started: Any) -> None:
    release = threading.Event()
    desk = Desk(lambda _: release.wait(10))
    handover, metrics = started(desk)

    async def ask() -> tuple[list[bool], float]:
        began = time.monotonic()
        found = await asyncio.gather(*(handover.give([arrival(str(i))], 0.02) for i in range(20)))
        return found, time.monotonic() - began

    found, seconds = asyncio.run(ask())
    assert not any(found)
    assert seconds < 5
    assert counted(metrics, "late") == 20
    assert "moderation_desk_waiting 20.0" in metrics.text("m")
    release.set()
    handover.close()
    assert sorted(desk.kept, key=int) == [str(i) for i in range(20)]
    assert counted(metrics, "kept") == 20
    assert desk.calls < 20  # what waited was written together
    assert desk.closed


def test_what_does_not_fit_into_memory_is_counted_and_logged(
    arrival: Any, started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()
    desk = Desk(lambda _: release.wait(10))
    handover, metrics = started(desk, most=3 * arrival("1").size)
    with caplog.at_level(logging.ERROR):
        for i in range(5):
            assert not asyncio.run(handover.give([arrival(str(i))], 0.01))
    assert counted(metrics, "dropped") == 2
    assert "not in the desk: 1 (too much waits" in caplog.text
    assert "bridge" not in caplog.text
    release.set()
    handover.close()
    assert desk.kept == ["0", "1", "2"]


def test_a_store_that_cannot_be_written_is_tried_again(
    arrival: Any, started: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("moderation.service.live.handover._RETRY", 0.01)
    left = [3]

    def locked(_: object) -> None:
        if left[0]:
            left[0] -= 1
            raise DeskUnavailable("database is locked")

    desk = Desk(locked)
    handover, metrics = started(desk)
    assert asyncio.run(handover.give([arrival("1")], 5.0))
    assert (desk.kept, counted(metrics, "kept")) == (["1"], 1)
    assert caplog.text.count("wait in memory") == 1


def test_a_comment_that_cannot_be_written_takes_no_other_along(
    arrival: Any, started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    gate = threading.Event()

    def picky(arrivals: Sequence[Arrival]) -> None:
        gate.wait(10)
        if any(each.comment.id == "bad" for each in arrivals):
            raise OverflowError("a word of the comment")

    desk = Desk(picky)
    handover, metrics = started(desk)

    async def ask() -> list[bool]:
        waiting = [
            asyncio.create_task(handover.give([arrival(name)], 5.0))
            for name in ("1", "2", "bad", "3")
        ]
        await asyncio.sleep(0.01)
        gate.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(ask()) == [True, True, False, True]
    assert sorted(desk.kept) == ["1", "2", "3"]
    assert counted(metrics, "failed") == 1
    assert "OverflowError" in caplog.text
    assert "a word" not in caplog.text


def test_the_end_does_not_wait_for_ever_and_says_what_is_lost(
    arrival: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.service.live.handover._LAST_SECONDS", 0.5)
    monkeypatch.setattr("moderation.service.live.handover._RETRY", 0.01)

    def locked(_: object) -> None:
        raise DeskUnavailable("disk full")

    handover, metrics = started(Desk(locked))
    assert not asyncio.run(handover.give([arrival("1")], 0.01))
    handover.close()
    assert counted(metrics, "dropped") == 1
    assert not asyncio.run(handover.give([arrival("2")], 5.0))
    assert counted(metrics, "dropped") == 2


def test_memory_is_counted_with_the_article(moderator: Moderator) -> None:
    comment = Comment(text="a" * 10, article=Article(title="t" * 100, text="x" * 1_000))
    arrival = Arrival(comment, moderator.score(comment), Origin.CORAL, "coral")
    assert arrival.size >= 1_110
