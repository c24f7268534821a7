"""A service with a desk: what it scores is in the queue, and it tells what people decide."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from moderation.desk.live import LiveDesk
from moderation.desk.reasons import read_reasons
from moderation.desk.store.database import Database, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.model import Moderator
from moderation.service import Keys, Settings
from moderation.service.app import make_app
from moderation.service.articles import ArticleIndex
from moderation.service.coral import SIGNATURE, sign
from moderation.service.live import DeskUnavailable
from moderation.service.state import Snapshot, State

KEYS = {"k" * 16: "paper", "o" * 16: "other"}
SECRET = b"a secret of the test"
HOSTILE = "You idiot, shut up, you stupid moron."
BRIDGE = {"id": "12", "title": "The bridge", "text": "The bridge is closed for a week."}


class Service:
    """A service without a socket, and the store of its desk."""

    def __init__(self, app: Starlette, store: Database, state: State) -> None:
        self._app = app
        self.store = store
        self.state = state

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Ask once, as a server would."""
        route, _, query = path.partition("?")
        named = {"host": "127.0.0.1", **(headers or {})}
        scope: dict[str, Any] = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http",
            "path": route, "raw_path": route.encode(), "query_string": query.encode(),
            "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8080),
            "headers": [(k.lower().encode(), v.encode()) for k, v in named.items()],
        }  # fmt: skip
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self._app(scope, receive, send))
        return sent[0]["status"], json.loads(b"".join(m.get("body", b"") for m in sent[1:]))

    def send(self, *comments: Any, key: str = "k" * 16) -> list[Any]:
        """Send comments to our own endpoint."""
        body = json.dumps({"comments": list(comments), "explain": False}).encode()
        code, answer = self.ask("POST", f"/v1/comments?key={key}", body)
        assert code == 200, answer
        return list(answer["comments"])

    def decisions(self, after: int = 0, key: str = "k" * 16, **more: int) -> Any:
        """Ask what stands decided."""
        fields = "".join(f"&{name}={value}" for name, value in more.items())
        code, answer = self.ask("GET", f"/v1/decisions?key={key}&after={after}{fields}")
        assert code == 200
        return answer

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read the store."""
        with self.store.reading() as sql:
            return [tuple(row) for row in sql.execute(statement)]

    def decide(self, id_: str, step: DeskStep, reason: str | None = None, who: str = "mara") -> int:
        """Decide about the latest text of a comment."""
        ((item, last),) = self.rows(
            f"SELECT item, last FROM items WHERE id = '{id_}' ORDER BY place DESC LIMIT 1"
        )
        return decide(self.store, Decision(item, who, step, last, reason))


@pytest.fixture
def service(moderator: Moderator, tmp_path: Path) -> Iterator[Service]:
    """A service with two clients and a desk."""
    path = tmp_path / "desk.db"
    desk = LiveDesk(path, read_reasons(None))
    snapshot = Snapshot(moderator, ArticleIndex(), Keys(KEYS), (SECRET,))
    state = State(Settings(coral_seconds=10.0), snapshot, desk)
    store = open_database(path)
    yield Service(make_app(state), store, state)
    store.close()
    state.close()


STATES = "SELECT id, revision, state FROM items ORDER BY place"


def test_what_is_scored_is_in_the_queue_with_all_that_came(service: Service) -> None:
    (told,) = service.send(
        {
            "id": 7, "text": HOSTILE, "revision": "r1", "article": BRIDGE, "parent": "Why?",
            "parent_id": 6, "author": "Ann", "section": "Local", "url": "https://p.example/#7",
            "published": "2026-11-30T09:00:00Z",
        }
    )  # fmt: skip
    assert told["desk"] == "kept"
    names = "id, text, revision, parent, parent_id, author, section, url, published, client, source"
    assert service.rows(f"SELECT {names}, proposal, round(hostility, 6), model FROM items") == [
        ("7", HOSTILE, "r1", "Why?", "6", "Ann", "Local", "https://p.example/#7",
         "2026-11-30T09:00:00Z", "paper", "service:comments",
         told["action"], told["hostility"], told["model"])
    ]  # fmt: skip
    assert service.rows("SELECT article, title FROM articles") == [("12", "The bridge")]


def test_the_same_again_answers_the_same_and_adds_nothing(service: Service) -> None:
    comment = {"id": "7", "text": HOSTILE, "revision": "1", "article": BRIDGE}
    first = service.send(comment)
    service.decide("7", DeskStep.PUBLISH)
    assert service.send(comment) == first
    assert service.send(comment, comment) == first * 2
    assert service.rows(STATES) == [("7", "1", "publish")]


def test_another_text_is_asked_about_and_the_old_one_is_not(service: Service) -> None:
    service.send({"id": "7", "text": HOSTILE, "revision": "1"})
    service.send({"id": "7", "text": HOSTILE + " Again.", "revision": "2"})
    assert service.rows(STATES) == [("7", "1", "changed"), ("7", "2", "open")]
    service.send({"id": "7", "text": HOSTILE, "revision": "1"})  # an old request comes late
    assert service.rows(STATES) == [("7", "1", "changed"), ("7", "2", "open")]
    service.decide("7", DeskStep.PUBLISH)
    service.send({"id": "7", "text": HOSTILE + " Worse.", "revision": "2"})  # no new revision
    assert service.rows(STATES)[1:] == [("7", "2", "publish"), ("7", "2", "open")]


def test_a_restored_text_without_a_revision_is_asked_about(service: Service) -> None:
    for text in (HOSTILE, "Be kind, you fool.", HOSTILE):
        service.send({"id": "7", "text": text})
    assert {row[2] for row in service.rows(STATES)} == {"open"}


def test_clients_do_not_meet(service: Service) -> None:
    service.send({"id": "7", "text": HOSTILE})
    service.send({"id": "7", "text": HOSTILE}, key="o" * 16)
    assert service.rows("SELECT client, state FROM items ORDER BY place") == [
        ("paper", "open"), ("other", "open"),
    ]  # fmt: skip
    seq = service.decide("7", DeskStep.PUBLISH)  # the latest one, of the other client
    assert service.decisions()["decisions"] == []
    (found,) = service.decisions(key="o" * 16)["decisions"]
    assert (found["seq"], found["decision"]) == (seq, "publish")


def test_decisions_are_told_once_each_and_in_order(service: Service) -> None:
    service.send(*({"id": str(i), "text": f"{HOSTILE} {i}", "revision": i} for i in range(3)))
    assert service.decisions() == {"decisions": [], "next": 0}
    service.decide("0", DeskStep.PUBLISH)
    service.decide("1", DeskStep.REJECT, "insult")
    service.decide("2", DeskStep.SKIP)
    first = service.decisions(limit=1)
    assert [d["id"] for d in first["decisions"]] == ["0"]
    rest = service.decisions(first["next"])
    (found,) = rest["decisions"]
    assert (found["id"], found["revision"], found["decision"]) == ("1", "1", "reject")
    assert (found["reason"], found["moderator"]) == ("insult", "mara")
    assert found["to_reader"]
    line = last_of(service.store, "mara")
    assert line is not None  # the skip
    undo(service.store, "mara", line["seq"])
    undo(service.store, "mara", found["seq"])
    last = service.decisions(rest["next"])
    assert [(d["id"], d["decision"], d["reason"]) for d in last["decisions"]] == [("1", None, None)]
    assert service.decisions(last["next"]) == {"decisions": [], "next": last["next"]}
    everything = service.decisions()["decisions"]
    assert [(d["id"], d["decision"]) for d in everything] == [("0", "publish"), ("1", None)]


def test_a_question_to_a_colleague_is_no_decision(service: Service) -> None:
    service.send({"id": "1", "text": HOSTILE})
    service.decide("1", DeskStep.PUBLISH)
    service.decide("1", DeskStep.SECOND, who="iven")
    (found,) = service.decisions()["decisions"]
    assert (found["decision"], found["moderator"]) == (None, "iven")


def test_an_article_of_the_store_is_known_by_its_id(service: Service) -> None:
    service.send({"id": "1", "text": HOSTILE, "article": BRIDGE})
    again = State(Settings(), service.state.current, service.state.desk)
    later = Service(make_app(again), service.store, again)
    (found,) = later.send({"id": "2", "text": HOSTILE, "article_id": "12"})
    assert (found["article"], found["off_topic"] is None) == ("known", False)
    (found,) = later.send({"id": "3", "text": HOSTILE, "article_id": "13"})
    assert found["article"] == "unknown"


def phase(body: str) -> tuple[bytes, dict[str, str]]:
    document = {
        "action": "NEW",
        "comment": {"body": body, "parentID": "p-1"},
        "author": {"id": "a-77", "role": "COMMENTER"},
        "story": {"id": "story-1", "url": "https://p.example/ferry"},
    }
    encoded = json.dumps(document, indent=2).encode()
    return encoded, {SIGNATURE: sign(SECRET, encoded)}


def test_corals_comments_are_in_the_queue_once(service: Service) -> None:
    for _ in range(2):
        code, _answer = service.ask("POST", "/coral/moderate", *phase(f"<div>{HOSTILE}</div>"))
        assert code == 200
    names = "text, author, article, parent_id, client, source, origin"
    assert service.rows(f"SELECT {names} FROM items") == [
        (HOSTILE, "a-77", "story-1", "p-1", "coral", "service:coral", None)
    ]
    service.ask("POST", "/coral/moderate", *phase("<div> </div>"))
    assert len(service.rows(STATES)) == 1


@pytest.mark.parametrize(
    ("more", "n"),
    [
        ({}, 0),  # it could be about anything
        ({"context": {"entries": [{"text": "The bridge\nIt is closed for a week."}]}}, 1),
        ({"context": {"entries": [{"text": "The bridge."}]}, "doNotStore": True}, 0),
    ],
)
def test_analyze_with_a_context_is_in_the_queue(service: Service, more: Any, n: int) -> None:
    asked = {"comment": {"text": HOSTILE}, "requestedAttributes": {"TOXICITY": {}}, **more}
    path = f"/v1alpha1/comments:analyze?key={'k' * 16}"
    code, _ = service.ask("POST", path, json.dumps(asked).encode())
    assert code == 200
    assert len(service.rows(STATES)) == n


def test_a_locked_store_is_unavailable_and_nothing_is_half_written(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.desk.live.keeping._BUSY", 10)
    desk = LiveDesk(tmp_path / "desk.db", read_reasons(None))
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DeskUnavailable):
        desk.keep([])
    other.execute("ROLLBACK")
    desk.keep([])
    desk.close()
    other.close()


@pytest.mark.parametrize("broken", ["decisions", "comments"])
def test_keys_guard_what_the_desk_knows(service: Service, broken: str) -> None:
    body = json.dumps({"comments": [{"id": "1", "text": HOSTILE}]}).encode()
    method = "GET" if broken == "decisions" else "POST"
    for query, code in (("", 403), ("?key=" + "w" * 16, 400)):
        assert service.ask(method, f"/v1/{broken}{query}", body)[0] == code
    assert service.rows(STATES) == []


HOSTILE_FIELDS = [
    "<script>alert(1)</script>",
    "\u202e\u2066 \u200b",
    "a\x00b",
    "half \ud83d",
    "'; --",
]


@pytest.mark.parametrize("text", HOSTILE_FIELDS)
def test_hostile_fields_are_kept_as_they_are(service: Service, text: str) -> None:
    article = {"id": text, "title": text, "text": text, "url": text}
    fields = dict.fromkeys(("parent", "parent_id", "author", "section", "url", "revision"), text)
    (found,) = service.send({"id": text, "text": text + " words", "article": article, **fields})
    assert found["desk"] == "kept"
    shown = text.replace("\ud83d", "\ufffd")
    assert service.rows("SELECT id, author, section, revision, article FROM items") == [
        (shown,) * 5
    ]
