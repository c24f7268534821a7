"""The bridge between a Discourse and the service: the real service, a Discourse from its source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from decided import settle
from discourse import APPROVED, KEY, PENDING, REJECTED, USER, FakeDiscourse, fake_discourse
from running import SERVICE_KEY

from deploy.discourse import bridge

HOSTILE = "You are a liar and an idiot."
CIVIL = "Thank you for the report about the bridge, it was very clear."


@pytest.fixture
def forum() -> Iterator[FakeDiscourse]:
    with fake_discourse() as running:
        yield running


class Rounds:
    """The script as cron runs it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self._capsys, self._arguments = capsys, arguments

    def __call__(self, *more: str) -> list[tuple[Any, ...]]:
        """Do a round and return what was logged: the post, the action, by whom, the result."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["bridge.py", *self._arguments, *more])
            bridge.main()
        lines = [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]
        return [(x["reviewable"], x["action"], x["by"], x["result"]) for x in lines]


@pytest.fixture
def rounds(
    forum: FakeDiscourse,
    served_desk: tuple[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Rounds:
    monkeypatch.setenv("DISCOURSE_KEY", KEY)
    monkeypatch.setenv("MODERATION_KEY", SERVICE_KEY)
    named = ("--discourse", forum.url, "--user", USER, "--service", served_desk[0])
    return Rounds(capsys, *named, "--state", str(tmp_path / "bridge.json"))


def test_posts_go_to_the_desk_and_decisions_come_back(
    forum: FakeDiscourse, rounds: Rounds, served_desk: tuple[str, Path]
) -> None:
    store = served_desk[1]
    for n in range(11):  # two pages
        forum.queue(f"{HOSTILE} Number {n}.", reply_to_post_number=2)
    assert rounds() == []
    assert forum.read == ["1", *["2"] * 11]
    settle(store, {"700": "insult", "701": None})
    forum.edit(701, "I disagree.")
    forum.claimed.add(702)
    settle(store, {"702": "insult", "703": "insult"})
    forum.find(703)["status"] = REJECTED  # a moderator of the forum was faster
    assert rounds() == [
        ("700", "reject_post", "mara", "applied"),
        ("701", "approve_post", "mara", bridge.REFUSED[409]),
        ("702", "reject_post", "mara", bridge.REFUSED[422]),
        ("703", "reject_post", "mara", bridge.REFUSED[403]),
    ]
    assert forum.statuses()[:4] == [REJECTED, PENDING, PENDING, REJECTED]
    assert forum.read[12:] == ["1", "2"]  # the edited post alone was sent again
    assert rounds() == []
    settle(store, {"701": None})  # the edited text, which was sent again
    assert rounds()[-1:] == [("701", "approve_post", "mara", "applied")]


def test_the_model_approves_only_if_it_may(forum: FakeDiscourse, rounds: Rounds) -> None:
    civil = str(forum.queue(CIVIL))
    forum.queue(HOSTILE)
    forum.queue("\u200b \u2060")  # nothing to score
    assert rounds() == [("702", "none", "model", "not scored")]
    assert forum.statuses() == [PENDING, PENDING, PENDING]
    third = str(forum.queue(f"{CIVIL} Twice."))
    assert rounds("--approve") == [(third, "approve_post", "model", "applied")]
    assert forum.find(int(civil))["status"] == PENDING  # it was proposed before, and stays
    assert forum.find(int(third))["status"] == APPROVED


def test_a_round_that_fails_says_so_without_a_key(
    forum: FakeDiscourse, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum.queue(HOSTILE)
    with pytest.raises(SystemExit, match="begin the address with https"):
        rounds("--discourse", "http://forum.example")
    with pytest.raises(SystemExit, match="no usable answer"):
        rounds("--service", "http://127.0.0.1:1")
    monkeypatch.setenv("DISCOURSE_KEY", "wrong")
    with pytest.raises(SystemExit, match=r"/review\.json: status 403"):
        rounds()
    monkeypatch.setenv("DISCOURSE_KEY", " ")
    with pytest.raises(SystemExit, match="DISCOURSE_KEY is not set"):
        rounds()
    monkeypatch.setenv("DISCOURSE_KEY", KEY)
    assert rounds() == []
    assert forum.statuses() == [PENDING]
