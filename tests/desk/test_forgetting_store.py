"""What a store forgets: the words and the name leave no byte, and what can be counted stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from unicodedata import normalize

import pytest
from visiting import scored

from moderation.desk.appeals.entering import NewAppeal, enter_appeal
from moderation.desk.forgetting import (
    ForgetRule,
    Traces,
    forget_in_store,
    gather_from_store,
    past_erasures,
    time_before,
)
from moderation.desk.forgetting.in_store import StoreFindings
from moderation.desk.outputs.records import decision_records, label_rows
from moderation.desk.reasons import read_reasons
from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.counts import counted
from moderation.desk.store.database import Database, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import Intake, in_sample
from moderation.desk.store.queue import listed
from moderation.desk.store.views import QueuePart, View
from moderation.errors import UsageError

NAME = "Odile Marchand-Quist"
WORDS = "The mayor has never once crossed this bridge on a bicycle."
NOTE = "Odile Marchand-Quist wrote the same about the ferry."
PAIRS = [
    scored(1, WORDS, author=NAME),
    scored(2, "Never mind.", author=NAME),
    scored(3, f"> {WORDS}\nShe has, I saw her.", parent=WORDS, parent_id="c1"),
    scored(4, "Odile Marchand-Quist is right."),
    scored(5, WORDS),  # another reader posts the same words
    scored(6, hostility=0.1),
]


@pytest.fixture
def told(database: Database) -> Database:
    """A store in which a reader has written, was answered, and was decided about."""
    list(Intake(database).fill(PAIRS, "in.jsonl"))
    settle(database, "c1", DeskStep.REJECT, "insult", note="see her other comments")
    settle(database, "c3", DeskStep.PUBLISH, note=NOTE)
    settle(database, "c4", DeskStep.NOTE, note="Fine.")
    return database


def settle(
    database: Database,
    id_: str,
    step: DeskStep,
    reason: str | None = None,
    note: str | None = None,
) -> int:
    """Let a moderator decide about the comment of an id."""
    with database.reading() as sql:
        statement = "SELECT item, last FROM items WHERE id = ?"
        item, last = sql.execute(statement, (id_,)).fetchone()
    return decide(database, Decision(item, "mara", step, last, reason, note))


def forget(database: Database, rule: ForgetRule, *, write: bool = True) -> StoreFindings:
    """Look and erase, as the command does."""
    traces = Traces(rule)
    gather_from_store(database, rule, traces)
    found = forget_in_store(database, traces, "iven", write=write)
    if write:
        assert database.clean()
    return found


def run(database: Database, *statements: str) -> None:
    """Run statements as one transaction."""
    with database.writing() as sql:
        for statement in statements:
            sql.execute(statement)


def texts(database: Database) -> dict[str, str]:
    with database.reading() as sql:
        return dict(sql.execute("SELECT id, text FROM items WHERE state != 'forgotten'").fetchall())


def waiting(database: Database) -> int:
    return counted(database, View()).parts[QueuePart.WAITING]


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("desk.db*")))


def test_words_and_name_leave_no_byte_in_any_file_of_the_store(
    told: Database, tmp_path: Path
) -> None:
    before = bytes_of(tmp_path)
    assert WORDS.encode() in before
    assert NAME.encode() in before
    found = forget(told, ForgetRule(author=NAME))
    assert found == StoreFindings(comments=2, decisions=1, notes=2, copies=1, mentions=1)
    after = bytes_of(tmp_path)
    assert b"see her other" not in after
    assert b"ferry" not in after
    # Others have written her words and her name, and these are their comments.
    assert after.count(WORDS.encode()) == 1
    assert after.count(NAME.encode()) == 1
    assert texts(told) == {
        "c3": "> […]\nShe has, I saw her.",
        "c4": "Odile Marchand-Quist is right.",
        "c5": WORDS,
        "c6": "Comment 6 on the bridge",
    }
    with told.reading() as sql:
        (reply,) = sql.execute("SELECT parent, parent_id FROM items WHERE id = 'c3'").fetchall()
        (note,) = sql.execute("SELECT note FROM decisions WHERE what = 'note'").fetchone()
    assert tuple(reply) == (None, None)
    assert note == "Fine."


def test_a_look_changes_nothing(told: Database) -> None:
    told.secret()  # the desk has made it when it was opened
    with told.reading() as sql:
        before = list(sql.iterdump())
    found = forget(told, ForgetRule(author=NAME), write=False)
    assert found == forget(told, ForgetRule(author=NAME), write=False)
    with told.reading() as sql:
        assert list(sql.iterdump()) == before
    assert past_erasures(told) == []


def test_decisions_stay_as_counted_lines(told: Database) -> None:
    forget(told, ForgetRule(author=NAME))
    records = list(decision_records(told, read_reasons()))
    first = records[0]
    assert (first["decision"], first["reason"], first["moderator"]) == ("reject", "insult", "mara")
    assert (first["proposal"], first["hostility"], first["article_id"]) == ("hold", 0.95, "a1")
    assert first["forgotten"]
    assert [first[name] for name in ("id", "author", "text", "note")] == [None] * 4
    assert [record["forgotten"] for record in records] == [True, False, False]
    assert [row["id"] for row in label_rows(told, read_reasons())] == ["c3"]


def test_the_same_comments_read_again_do_not_come_back(told: Database, tmp_path: Path) -> None:
    forget(told, ForgetRule(author=NAME))
    before = waiting(told)
    again = [
        *PAIRS,
        scored(1, WORDS, author=NAME, published="2026-03-01"),  # the platform has changed the time
        scored(1, WORDS, author="deleted"),
        scored(9, WORDS, author=NAME, article_id="a1"),
        scored(7, "He did, too.", parent=WORDS, parent_id="c1"),
        scored(11, "And how often!", parent=WORDS),
    ]
    list(Intake(told).fill(again, "in.jsonl"))
    told.clean()
    stored = bytes_of(tmp_path)
    assert stored.count(WORDS.encode()) == 1
    assert stored.count(NAME.encode()) == 1
    assert set(texts(told)) == {"c3", "c4", "c5", "c6", "c7", "c11"}
    assert waiting(told) == before + 2
    with told.reading() as sql:
        assert sql.execute("SELECT COUNT(*) FROM items WHERE parent IS NOT NULL").fetchone()[0] == 0


def test_what_is_forgotten_is_neither_shown_nor_undone(told: Database) -> None:
    line = settle(told, "c2", DeskStep.PUBLISH)
    forget(told, ForgetRule(author=NAME))
    for part in QueuePart:
        assert all(row["text"] for row in listed(told, View(part), "mara"))
    last = last_of(told, "mara")
    assert last is not None
    assert last["what"] == "note"
    with pytest.raises(DeskRefusal, match="forgotten"):
        undo(told, "mara", line)
    with told.reading() as sql:
        (item,) = sql.execute("SELECT item FROM items WHERE state = 'forgotten'").fetchone()
    with pytest.raises(DeskRefusal, match="no such comment"):
        decide(told, Decision(item, "mara", DeskStep.PUBLISH))


def test_the_record_says_when_who_and_how_many_and_never_what(told: Database) -> None:
    forget(told, ForgetRule(author=NAME))
    assert forget(told, ForgetRule(author=NAME)) == StoreFindings(mentions=1)  # nothing is left
    (record,) = past_erasures(told)
    assert (record["who"], record["rule"]) == ("iven", "author")
    assert (record["comments"], record["copies"], record["notes"]) == (2, 1, 2)
    assert set(record.keys()) == {"seq", "at", "who", "rule", "comments", "copies", "notes"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET note = NULL",
        "UPDATE decisions SET item = 'x'",
        "DELETE FROM decisions",
        "UPDATE erasures SET comments = 0",
        "DELETE FROM erasures",
    ],
)
def test_outside_an_erasure_nothing_can_be_taken_out(told: Database, statement: str) -> None:
    forget(told, ForgetRule(id="c2"))
    with pytest.raises(sqlite3.IntegrityError, match="never"), told.writing() as sql:
        sql.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE decisions SET note = 'other words'", "UPDATE decisions SET who = 'x'",
     "UPDATE decisions SET reason = NULL", "DELETE FROM decisions"],
)  # fmt: skip
def test_an_erasure_can_only_take_words_out(told: Database, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        run(told, "INSERT INTO erasing VALUES (-1)", statement)


def test_a_transaction_that_leaves_the_door_open_is_not_kept(told: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        run(told, "INSERT INTO erasing VALUES (-1)", "UPDATE decisions SET note = NULL")
    with told.reading() as sql:
        assert sql.execute("SELECT COUNT(*) FROM decisions WHERE note IS NOT NULL").fetchone()[0]


@pytest.mark.parametrize(
    ("rule", "n"),
    [
        (ForgetRule(author="Zoë"), 2),
        (ForgetRule(author=normalize("NFD", "Zoë")), 2),
        (ForgetRule(author="zoë"), 0),
        (ForgetRule(author="Zoe"), 1),
        (ForgetRule(author="Zoë "), 0),
        (ForgetRule(id="c2"), 1),
        (ForgetRule(id="c"), 0),
        (ForgetRule(author="Zoë", id="c2"), 1),
        (ForgetRule(author="Zoë", id="c3"), 0),
    ],
)
def test_a_name_is_taken_exactly_but_for_unicodes_spellings(
    database: Database, rule: ForgetRule, n: int
) -> None:
    names = ["Zoë", normalize("NFD", "Zoë"), "Zoe"]
    list(Intake(database).fill([scored(i + 1, author=each) for i, each in enumerate(names)], "in"))
    assert forget(database, rule).comments == n


def test_a_short_text_is_taken_for_everybodys(database: Database) -> None:
    pairs = [
        scored(1, "I agree.", author=NAME),
        scored(3, "I agree. But why?", parent="I agree.", parent_id="c5"),
        scored(5, "I agree.", author="Somebody else"),
    ]
    list(Intake(database).fill(pairs, "in"))
    assert forget(database, ForgetRule(author=NAME)).copies == 0
    list(Intake(database).fill(pairs, "in"))
    assert set(texts(database)) == {"c3", "c5"}


def test_old_decisions_are_forgotten_by_age(
    told: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.desk.store.lines.time_now", lambda: "2025-01-01T00:00:00+00:00")
    settle(told, "c6", DeskStep.PUBLISH)
    settle(told, "c5", DeskStep.SECOND)
    assert forget(told, ForgetRule(before=time_before("26w"))).comments == 1
    assert "c6" not in texts(told)
    assert "c5" in texts(told)
    (record,) = past_erasures(told)
    assert record["rule"] == "age"


def test_a_comment_is_kept_while_an_appeal_waits_and_no_longer(
    told: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.desk.store.lines.time_now", lambda: "2025-01-01T00:00:00+00:00")
    settle(told, "c6", DeskStep.REJECT, "insult")
    line = enter_appeal(told, NewAppeal("c6", "Nobody was meant."), "iven")
    assert line is not None
    rule = ForgetRule(before=time_before("26w"))
    assert forget(told, rule).comments == 0
    undo(told, "iven", line)  # it was entered by mistake
    assert forget(told, rule).comments == 1


@pytest.mark.parametrize("age", ["", "180", "0d", "-3d", "6m", "1.5d", "999999d"])
def test_an_age_that_is_none_is_refused(age: str) -> None:
    with pytest.raises(UsageError) as caught:
        time_before(age)
    assert caught.value.field == "--older-than"


def test_tables_of_later_versions_follow_the_new_key(told: Database) -> None:
    with told.writing() as sql:
        sql.execute("ALTER TABLE items ADD COLUMN later TEXT NOT NULL DEFAULT ''")
        sql.execute("CREATE TABLE more (item TEXT REFERENCES items (item))")
        sql.execute("UPDATE items SET later = text")
        sql.execute("INSERT INTO more SELECT item FROM items")
    forget(told, ForgetRule(id="c2"))
    with told.reading() as sql:
        statement = "SELECT later FROM items JOIN more USING (item) WHERE state = 'forgotten'"
        assert [tuple(row) for row in sql.execute(statement)] == [("",)]


def test_another_process_may_hold_the_file_open(told: Database, tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "desk.db")) as other:
        assert listed(other, View(), "mara")
        assert forget(told, ForgetRule(author=NAME)).comments == 2
        assert b"see her other" not in bytes_of(tmp_path)
        assert set(texts(other)) == {"c3", "c4", "c5", "c6"}


def test_a_name_of_another_script_and_hostile_names_are_only_data(database: Database) -> None:
    names = ["'; DROP TABLE items; --", "%", ".*", "مريم", "(", "\\"]
    pairs = [scored(n, author=name) for n, name in enumerate(names)]
    list(Intake(database).fill(pairs, "in"))
    for name in names:
        assert forget(database, ForgetRule(author=name)).comments == 1, name


def test_no_fingerprint_of_a_text_stays_and_the_sample_keeps_its_share(database: Database) -> None:
    pairs = [scored(n, f"The comment number {n} is on the bridge", author=NAME) for n in range(400)]
    list(Intake(database).fill(pairs, "in"))
    with database.reading() as sql:
        before = sum(in_sample(row["item"]) for row in sql.execute("SELECT item FROM items"))
    assert forget(database, ForgetRule(author=NAME)).comments == 400
    with database.reading() as sql:
        items = [row["item"] for row in sql.execute("SELECT item FROM items")]
        (left,) = sql.execute("SELECT COUNT(*) FROM copy_keys, copy_leads").fetchone()
    assert sum(map(in_sample, items)) == before > 0
    assert left == 0
