"""When scoring fails, takes too long, or too much waits: an error, and never a score."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.model.moderator import Moderator
from moderation.records import Comment, Verdict
from moderation.service.app import ANALYZE, Api
from moderation.service.errors import Refusal
from moderation.service.lanes import SHORT, Lanes
from moderation.service.limits import ServiceLimits
from moderation.service.replies import Reply
from moderation.service.scorer import done
from moderation.service.state import Settings, State

SECRET_WORD = "Zyzzyva"
HOST = {"host": "localhost"}


class Slow:
    """A moderator that takes its time, or fails with the comment in its message."""

    def __init__(self, moderator: Moderator, *, seconds: float = 0.0, fails: bool = False) -> None:
        self.model = moderator.model
        self._moderator = moderator
        self._seconds = seconds
        self._fails = fails
        self.unknown, self.language = moderator.unknown, moderator.language
        self.is_quick = moderator.is_quick

    def score_many(self, comments: Iterable[Comment]) -> Iterator[Verdict]:
        comments = list(comments)
        time.sleep(self._seconds)
        if self._fails:
            raise ValueError(comments[0].text)
        return self._moderator.score_many(comments)


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long work is done in a thread, with whatever moderator is in force."""

    def call(self: Lanes, slot: Any, job: Any) -> Any:
        return done(job.model.moderator, job.work, job.args)

    monkeypatch.setattr(Lanes, "_call", call)


@pytest.fixture
def settings(model_folder: Path) -> Settings:
    return Settings(model=model_folder, limits=ServiceLimits(waiting=1, answer_seconds=0.4))


def asked(state: State, text: str) -> Reply:
    body = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}}
    return asyncio.run(Api(state).called(ANALYZE, "", HOST, json.dumps(body).encode()))


@pytest.mark.parametrize("text", [SECRET_WORD, f"{SECRET_WORD} " * SHORT], ids=["short", "long"])
def test_a_failure_is_an_error_that_tells_nothing_of_the_comment(
    settings: Settings, moderator: Moderator, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    state = State(settings)
    broken: Any = Slow(moderator, fails=True)
    state.current = state.current._replace(moderator=broken)
    with caplog.at_level(logging.DEBUG):
        reply = asked(state, text)
    state.close()
    assert reply.code == 500
    assert reply.document == {
        "error": {"code": 500, "message": "Internal error.", "status": "INTERNAL"}
    }
    assert "ValueError" in caplog.text
    assert SECRET_WORD not in caplog.text
    assert 'moderation_errors_total{kind="ValueError"} 1' in state.metrics.text("m")


def test_what_takes_too_long_is_given_up(settings: Settings, moderator: Moderator) -> None:
    state = State(settings)
    slow: Any = Slow(moderator, seconds=0.6)
    state.current = state.current._replace(moderator=slow)
    reply = asked(state, "a b " * SHORT)
    assert (reply.code, reply.document["error"]["status"]) == (504, "DEADLINE_EXCEEDED")
    assert state.lanes.waiting == 0
    state.close()


def test_what_finds_a_full_queue_is_sent_away(model_folder: Path, moderator: Moderator) -> None:
    state = State(Settings(model=model_folder, limits=ServiceLimits(waiting=1)))
    slow: Any = Slow(moderator, seconds=0.1)

    async def ask() -> list[Any]:
        comments = [Comment(text="You idiot.")]
        now = state.current._replace(moderator=slow)
        calls = [state.score(now, "desk", comments, SHORT + 1) for _ in range(3)]
        others = [state.score(now, "forum", comments, SHORT + 1)]
        return await asyncio.gather(*calls, *others, return_exceptions=True)

    first, second, third, other = asyncio.run(ask())
    assert len(first) == len(second) == len(other) == 1  # one is done, one waits: for each client
    assert isinstance(third, Refusal)
    assert (third.code, third.headers["Retry-After"]) == (503, "1")
    state.close()


def test_short_and_long_ways_give_one_score(settings: Settings) -> None:
    state = State(settings)

    async def ask(weight: int) -> float | None:
        comments = [Comment(text="You idiot.")]
        (verdict,) = await state.score(state.current, "desk", comments, weight)
        return verdict.hostility.value

    assert asyncio.run(ask(0)) == pytest.approx(asyncio.run(ask(SHORT + 1)))
    state.close()


def test_a_reload_that_fails_unforeseen_keeps_the_old(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state = State(settings)
    before = state.current

    def broken(settings: Settings) -> None:
        raise ValueError(SECRET_WORD)

    monkeypatch.setattr("moderation.service.state.load_snapshot", broken)
    assert not asyncio.run(state.reload())
    state.close()
    assert state.current is before
    assert "reload failed, the old model stays: ValueError" in caplog.text
    assert SECRET_WORD not in caplog.text


def test_a_broken_articles_file_is_told_at_the_start(
    settings: Settings, tmp_path: Path, model_folder: Path
) -> None:
    from moderation.errors import InputError

    path = tmp_path / "articles.jsonl"
    path.write_text('{"id": "one", "title": 5}\n')
    with pytest.raises(InputError, match="articles"):
        State(Settings(model=model_folder, articles=path))
