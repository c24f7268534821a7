"""The store: what goes in, what is decided, and what can never change."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from visiting import scored

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store import database as database_module
from moderation.desk.store import tables
from moderation.desk.store.counts import counted
from moderation.desk.store.database import Database, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import DRAWN_SHARE, Intake
from moderation.desk.store.queue import listed, take, take_next
from moderation.desk.store.views import QueueOrder, QueuePart, View
from moderation.errors import InputError

_NOWHERE = Decision("00ff", "mara", DeskStep.PUBLISH)


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.reading() as sql:
        return [tuple(row) for row in sql.execute(statement)]


def settle(database: Database, who: str, step: DeskStep = DeskStep.PUBLISH) -> str:
    """Take the next comment and decide."""
    item = take_next(database, View(), who)
    assert item is not None
    reason = "insult" if step is DeskStep.REJECT else None
    decide(database, Decision(item, who, step, _last(database, item), reason))
    return item


def _last(database: Database, item: str) -> int:
    return int(rows(database, f"SELECT last FROM items WHERE item = '{item}'")[0][0])  # type: ignore[call-overload]


def test_the_file_is_durable_and_its_owners_alone(database: Database, tmp_path: Path) -> None:
    with database.reading() as sql:
        assert sql.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert sql.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert stat.S_IMODE((tmp_path / "desk.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("statement", ["UPDATE decisions SET who = 'x'", "DELETE FROM decisions"])
def test_decisions_are_append_only(filled: Database, statement: str) -> None:
    settle(filled, "mara")
    with pytest.raises(sqlite3.IntegrityError, match="never"), filled.writing() as sql:
        sql.execute(statement)
    assert rows(filled, "SELECT who FROM decisions") == [("mara",)]


def test_a_foreign_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (x)")
    connection.commit()
    connection.close()
    before = other.read_bytes()
    text = tmp_path / "notes.txt"
    text.write_text("no database at all, but some hundred bytes of text " * 20)
    for path in (other, text):
        for create in (True, False):
            with pytest.raises(InputError):
                open_database(path, create=create)
    assert other.read_bytes() == before
    with pytest.raises(InputError, match="no such file"):
        open_database(tmp_path / "missing.db")


def test_an_older_store_takes_the_steps_that_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(tmp_path / "old.db", create=True).close()
    later = (*tables._STEPS, "ALTER TABLE items ADD COLUMN extra TEXT;\nCREATE TABLE more (x);\n")
    monkeypatch.setattr(tables, "_STEPS", later)
    monkeypatch.setattr(tables, "VERSION", len(later))
    monkeypatch.setattr(database_module, "VERSION", len(later))
    for _ in range(2):
        database = open_database(tmp_path / "old.db")
        assert rows(database, "SELECT COUNT(extra) FROM items") == [(0,)]
        assert rows(database, "SELECT COUNT(*) FROM more") == [(0,)]
        database.close()


def test_a_store_of_a_later_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    open_database(path, create=True).close()
    with sqlite3.connect(path) as sql:
        sql.execute("PRAGMA user_version=999")
    with pytest.raises(InputError, match="later version"):
        open_database(path)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (999,)


def test_the_same_input_again_adds_nothing_and_keeps_decisions(filled: Database) -> None:
    settle(filled, "mara")
    again = [scored(n, hostility=0.92) for n in range(12)]
    assert list(Intake(filled).fill(again, "in.jsonl")) == [12]
    assert counted(filled, View()).parts[QueuePart.WAITING] == 11
    assert counted(filled, View()).parts[QueuePart.DECIDED] == 1
    assert rows(filled, "SELECT DISTINCT hostility FROM items") == [(0.92,)]


def test_a_changed_text_is_asked_and_the_old_one_is_not(database: Database) -> None:
    list(Intake(database).fill([scored(1)], "in"))
    list(Intake(database).fill([scored(1, "Comment 1, with other words")], "in"))
    (row,) = listed(database, View(), "mara")
    assert row["text"] == "Comment 1, with other words"
    list(Intake(database).fill([scored(1)], "in"))
    (row,) = listed(database, View(), "mara")
    assert row["text"] == "Comment 1 on the bridge"


def test_what_a_row_says_beside_the_comment_is_kept(database: Database) -> None:
    (item, verdict) = scored(1)
    raw = {"id": "c1", "revision": 3, "section": "Sport", "url": "https://paper.example/1#c1"}
    list(Intake(database).fill([(item._replace(raw=raw), verdict)], "in"))
    list(Intake(database).fill([(item._replace(raw=raw | {"section": ["a"]}), verdict)], "in"))
    found = rows(database, "SELECT revision, section, url FROM items")
    assert found == [("3", None, "https://paper.example/1#c1")]


def test_copies_without_an_id_of_their_own_are_all_kept(database: Database) -> None:
    (item, verdict) = scored(1)
    pairs = [(item._replace(raw={}, page="page.html"), verdict)] * 3
    list(Intake(database).fill(pairs, "page.html"))
    list(Intake(database).fill(pairs, "page.html"))
    assert counted(database, View()).parts[QueuePart.WAITING] == 3


def test_hold_comes_first_and_within_it_the_article_or_the_need(database: Database) -> None:
    scores = {0: 0.6, 1: 0.91, 2: 0.95, 3: 0.97, 4: 0.99}
    pairs = [scored(n, hostility=value) for n, value in scores.items()]
    list(Intake(database).fill(pairs, "in"))

    def order(view: View) -> list[str]:
        return [str(row["text"])[8] for row in listed(database, view, "mara")]

    assert order(View(order=QueueOrder.NEED)) == ["4", "3", "2", "1", "0"]
    assert order(View(order=QueueOrder.ARTICLE)) == ["2", "4", "1", "3", "0"]
    assert order(View(QueuePart.REVIEW)) == ["0"]
    assert order(View(article=2)) == ["1", "3"]
    assert counted(database, View(article=2)).parts[QueuePart.WAITING] == 2


def test_one_in_twenty_of_what_would_be_published_is_drawn(database: Database) -> None:
    n = 2_000
    list(Intake(database).fill([scored(i, hostility=0.1) for i in range(n)], "in"))
    ((waiting,),) = rows(database, "SELECT COUNT(*) FROM items WHERE drawn")
    assert waiting == counted(database, View()).parts[QueuePart.WAITING]
    assert 0.7 * DRAWN_SHARE < waiting / n < 1.3 * DRAWN_SHARE  # type: ignore[operator]
    # They stand in both parts, so that no part says what they are.
    assert (
        counted(database, View()).parts[QueuePart.HOLD]
        > 0
        < counted(database, View()).parts[QueuePart.REVIEW]
    )
    list(Intake(database).fill([scored(i, hostility=0.95) for i in range(n, n + 50)], "in"))
    hold = [row["proposal"] for row in listed(database, View(QueuePart.HOLD, QueueOrder.NEED), "")]
    assert {"publish", "hold"} == set(hold)


def test_two_moderators_get_different_comments(filled: Database) -> None:
    seen = [take_next(filled, View(), who) for who in ("mara", "iven", "mara", "iven")]
    assert seen[0] == seen[2] != seen[1] == seen[3]
    assert take(filled, str(seen[0]), "iven") == "mara"
    with pytest.raises(DeskRefusal, match="mara has this comment"):
        decide(filled, Decision(str(seen[0]), "iven", DeskStep.PUBLISH))
    assert rows(filled, "SELECT * FROM decisions") == []


def test_a_lease_ends_with_its_time(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = take_next(filled, View(), "mara")
    monkeypatch.setattr("moderation.desk.store.queue.LEASE_SECONDS", -1.0)
    take_next(filled, View(), "mara")
    assert take_next(filled, View(), "iven") == first


def test_a_decision_about_what_was_decided_meanwhile_is_refused(filled: Database) -> None:
    item = settle(filled, "mara")
    with pytest.raises(DeskRefusal, match="mara has decided"):
        decide(filled, Decision(item, "iven", DeskStep.REJECT, seen=0, reason="insult"))
    decide(filled, Decision(item, "mara", DeskStep.PUBLISH, seen=0))  # the form was sent twice
    assert len(rows(filled, "SELECT * FROM decisions")) == 1
    decide(filled, Decision(item, "iven", DeskStep.REJECT, _last(filled, item), "insult"))
    assert rows(filled, f"SELECT state FROM items WHERE item = '{item}'") == [("reject",)]


def test_who_asks_for_a_second_look_does_not_answer_it(filled: Database) -> None:
    item = settle(filled, "mara", DeskStep.SECOND)
    view = View(QueuePart.SECOND)
    assert take_next(filled, view, "mara") is None
    with pytest.raises(DeskRefusal, match="Somebody else"):
        decide(filled, Decision(item, "mara", DeskStep.PUBLISH, _last(filled, item)))
    assert take_next(filled, view, "iven") == item
    decide(filled, Decision(item, "iven", DeskStep.REJECT, _last(filled, item), "insult"))
    undo(filled, "iven", int(last_of(filled, "iven")["seq"]))  # type: ignore[index]
    assert take_next(filled, view, "mara") is None
    assert take_next(filled, view, "iven") == item


def test_what_is_skipped_comes_last_for_who_skipped_it(filled: Database) -> None:
    items = [settle(filled, "mara", DeskStep.SKIP) for _ in range(12)]
    assert len(set(items)) == 12
    assert take_next(filled, View(), "mara") == items[0]
    assert take_next(filled, View(), "iven") == items[1]


def test_undo_goes_back_without_limit_and_only_adds_lines(filled: Database) -> None:
    steps = (DeskStep.PUBLISH, DeskStep.REJECT, DeskStep.SECOND)
    items = [settle(filled, "mara", step) for step in steps]
    settle(filled, "iven")
    for item in items[::-1]:
        line = last_of(filled, "mara")
        assert line is not None
        assert undo(filled, "mara", line["seq"]) == item
        assert undo(filled, "mara", line["seq"]) == item  # sent twice
    assert last_of(filled, "mara") is None
    assert counted(filled, View()).parts[QueuePart.WAITING] == 11
    assert len(rows(filled, "SELECT * FROM decisions")) == 7


def test_nobody_undoes_for_others(filled: Database) -> None:
    settle(filled, "mara")
    with pytest.raises(DeskRefusal):
        undo(filled, "iven", 1)


@pytest.mark.parametrize("act", [lambda d: take(d, "00ff", "mara"), lambda d: decide(d, _NOWHERE)])
def test_an_unknown_comment_is_refused(filled: Database, act: Callable[[Database], object]) -> None:
    with pytest.raises(DeskRefusal, match="no such comment"):
        act(filled)


def test_two_processes_share_a_file(filled: Database, tmp_path: Path) -> None:
    other = open_database(tmp_path / "desk.db", create=True)
    mine, theirs = take_next(filled, View(), "mara"), take_next(other, View(), "iven")
    assert mine != theirs
    assert other.secret() == filled.secret()
    other.close()


def test_text_that_no_file_can_hold_is_kept_as_far_as_possible(database: Database) -> None:
    list(Intake(database).fill([scored(1, "half \ud83d of \x00 a sign")], "in"))
    assert rows(database, "SELECT text FROM items") == [("half \ufffd of \x00 a sign",)]


def test_a_store_keeps_what_the_way_back_needs(database: Database) -> None:
    item, judged = scored(1, revision="r1", source="export:coral")
    of_page = item._replace(raw={}, page="page.html")
    list(Intake(database).fill([(item, judged), (of_page, judged)], "in"))
    assert rows(database, "SELECT id = 'c1', origin, revision FROM items ORDER BY place") == [
        (1, "export:coral", "r1"),
        (0, None, "r1"),
    ]
    later = item._replace(comment=msgspec.structs.replace(item.comment, revision="r2"))
    list(Intake(database).fill([(later, judged)], "in"))
    assert rows(database, "SELECT revision FROM items WHERE origin IS NOT NULL") == [("r2",)]


def test_a_text_that_changed_while_a_moderator_read_it_is_not_decided(database: Database) -> None:
    list(Intake(database).fill([scored(1, "A fine bridge.", hostility=0.6)], "in"))
    old = take_next(database, View(), "mara")
    assert old is not None
    list(Intake(database).fill([scored(1, "A fool's bridge.", hostility=0.6)], "in"))
    with pytest.raises(DeskRefusal, match="has changed this comment"):
        decide(database, Decision(old, "mara", DeskStep.PUBLISH))
    decide(database, Decision(old, "mara", DeskStep.NOTE, note="It was harmless."))
    assert [row["text"] for row in listed(database, View(), "mara")] == ["A fool's bridge."]


def test_a_note_that_is_sent_twice_is_one_line(filled: Database) -> None:
    item = take_next(filled, View(), "mara") or ""
    note = Decision(item, "mara", DeskStep.NOTE, note="Ask the editor.")
    first = decide(filled, note)
    assert decide(filled, note) == first
    assert decide(filled, note._replace(note="She says yes.")) > first
    skip = Decision(item, "mara", DeskStep.SKIP)
    first = decide(filled, skip)
    assert decide(filled, skip) == first
    take(filled, item, "mara")
    assert decide(filled, skip) > first  # another visit


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (sqlite3.SQLITE_FULL, "free some space"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "leave to write"),
        (sqlite3.SQLITE_NOTADB, "name the file that moderation desk --store made"),
    ],
)
def test_a_store_that_fails_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, hint: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("it fails")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("moderation.desk.store.database._prepare", fail)
    with pytest.raises(InputError, match=f"it fails.*{hint}"):
        open_database(tmp_path / "desk.db", create=True)


def test_a_store_that_cannot_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("moderation.desk.store.database.os.open", refuse)
    with pytest.raises(InputError, match=r"cannot be made .Permission denied. - name a folder"):
        open_database(tmp_path / "desk.db", create=True)
