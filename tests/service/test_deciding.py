"""What moderators of a platform decided: kept as labelled rows, once, with who and when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from called import call
from served import Answer

from moderation.labels import read_labelled
from moderation.model import Moderator
from moderation.service.app import make_app
from moderation.service.articles import ArticleIndex
from moderation.service.limits import Keys
from moderation.service.state import Settings, Snapshot, State

PATH = "/v1/decisions"
KEY = "k" * 16
ARTICLE = {"id": "a1", "title": "The ferry is late", "text": "The ferry was late again on Monday."}


class Desk:
    """A service with one key, and the file that it appends to."""

    def __init__(self, moderator: Moderator, folder: Path) -> None:
        self.file = folder / "feedback.jsonl"
        snapshot = Snapshot(moderator, ArticleIndex(), Keys({KEY: "paper"}), ())
        self.state = State(Settings(feedback=self.file), snapshot)
        self.app = make_app(self.state)

    def post(self, *decisions: Any, path: str = PATH, key: str | None = KEY) -> Answer:
        name = "decisions" if path == PATH else "comments"
        body = json.dumps({name: list(decisions)}).encode()
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return call(self.app, "POST", path, body, headers)

    def rows(self) -> list[dict[str, Any]]:
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def desk(moderator: Moderator, tmp_path: Path) -> Any:
    found = Desk(moderator, tmp_path)
    yield found
    found.state.close()


def decided(second: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "id": "7",
        "revision": "r1",
        "text": "You <b>fool</b>.",
        "format": "html",
        "article": ARTICLE,
        "decision": "publish",
        "moderator": "mara",
        "decided_at": f"2026-11-30T09:15:0{second}.250Z",
        **fields,
    }


def test_a_decision_becomes_a_row_with_who_when_and_the_score_seen(desk: Desk) -> None:
    (seen,) = desk.post({"id": "7", "text": "You fool."}, path="/v1/comments").json["comments"]
    answer = desk.post(decided())
    assert answer.code == 200
    assert answer.json == {
        "decisions": [{"id": "7", "revision": "r1", "result": "kept"}],
        "rejected": [],
    }
    (row,) = desk.rows()
    assert (row["text"], row["hostility"], row["off_topic"]) == ("You fool.", False, False)
    assert (row["annotator"], row["source"]) == ("paper/mara", "decisions:paper")
    assert row["labelled_at"] == "2026-11-30T09:15:00.250Z"
    assert row["score_seen"] == pytest.approx(seen["hostility"], abs=1e-6)
    assert row["article"]["title"] == ARTICLE["title"]
    assert len(read_labelled([desk.file]).rows) == 1


@pytest.mark.parametrize(
    ("fields", "hostility", "off_topic"),
    [
        ({"article": None}, False, None),
        ({"decision": "reject", "reason": "hostile"}, True, None),
        ({"decision": "reject", "reason": "off_topic"}, None, True),
        ({"decision": "reject"}, "unsure", "unsure"),
        ({"decision": None}, "unsure", "unsure"),
    ],
)
def test_what_each_decision_says(
    desk: Desk, fields: dict[str, Any], hostility: Any, off_topic: Any
) -> None:
    assert desk.post(decided(**fields)).code == 200
    (row,) = desk.rows()
    assert (row.get("hostility"), row.get("off_topic")) == (hostility, off_topic)


def test_a_decision_that_is_taken_back_teaches_nothing(desk: Desk) -> None:
    desk.post(decided(0, decision="reject", reason="hostile"), decided(1, decision=None))
    first, last = desk.rows()
    assert first["id"] == last["id"]
    found = read_labelled([desk.file])
    assert [row.hostility for row in found.rows] == [True, "unsure"]


def test_what_is_sent_again_is_kept_once(desk: Desk) -> None:
    both = [decided(0), decided(1, decision="reject", reason="hostile")]
    results = [[d["result"] for d in desk.post(*both).json["decisions"]] for _ in range(2)]
    assert results == [["kept", "kept"], ["known", "known"]]
    assert [row["hostility"] for row in desk.rows()] == [False, True]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"decision": "delete"}, "decision"),
        ({"moderator": ""}, "moderator"),
        ({"decided_at": "yesterday"}, "decided_at"),
        ({"reason": "spam"}, "reason"),
        ({"text": "<br>"}, "text"),
        ({"text": "word " * 190_000, "article": {"text": "x" * 200_000}}, "text"),
    ],
)
def test_a_wrong_decision_does_not_stop_the_others(
    desk: Desk, fields: dict[str, Any], field: str
) -> None:
    answer = desk.post(decided(**fields), decided(1))
    assert answer.code == 200
    assert [d["result"] for d in answer.json["decisions"]] == ["kept"]
    (rejected,) = answer.json["rejected"]
    assert (rejected["index"], rejected["field"]) == (0, f"decisions[0].{field}")
    assert len(desk.rows()) == 1


@pytest.mark.parametrize(("key", "code"), [(None, 403), ("w" * 16, 400)])
def test_without_a_sound_key_nothing_is_written(desk: Desk, key: str | None, code: int) -> None:
    assert desk.post(decided(), key=key).code == code
    assert desk.rows() == []


def test_without_feedback_the_answer_says_so(moderator: Moderator) -> None:
    snapshot = Snapshot(moderator, ArticleIndex(), Keys({KEY: "paper"}), ())
    state = State(Settings(), snapshot)
    body = json.dumps({"decisions": [decided()]}).encode()
    answer = call(make_app(state), "POST", PATH, body, {"authorization": f"Bearer {KEY}"})
    state.close()
    assert answer.code == 501
    assert "--feedback" in answer.message
