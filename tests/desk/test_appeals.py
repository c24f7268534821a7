"""Appeals: who may enter and settle them, what they change, and how they are counted."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from visiting import Visitor, scored

from moderation.desk.appeals import appeal_counts, appeal_outcomes, take_appeals
from moderation.desk.appeals.entering import NewAppeal, UnfitAppeal, enter_appeal
from moderation.desk.appeals.settling import (
    Settlement,
    appeal_case,
    n_waiting_appeals,
    settle_appeal,
    waiting_appeals,
)
from moderation.desk.forgetting import ForgetRule, Traces, forget_in_store
from moderation.desk.outputs.period import EVER
from moderation.desk.outputs.records import decision_records, label_rows
from moderation.desk.outputs.standing import standing_decisions
from moderation.desk.reasons import read_reasons
from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import Intake
from moderation.errors import RecordError

Serve = Any  # the fixture of conftest.py

TEXT = "I named a council's decision, not a person. Please look again."
KEYS = {"m" * 16: "mara", "i" * 16: "iven", "t" * 16: "tess"}


def item_of(database: Database, id_: str) -> sqlite3.Row:
    with database.reading() as sql:
        row: sqlite3.Row = sql.execute("SELECT * FROM items WHERE id = ?", (id_,)).fetchone()
        return row


def step(database: Database, who: str, id_: str, what: DeskStep, reason: str | None = None) -> int:
    row = item_of(database, id_)
    return decide(database, Decision(row["item"], who, what, row["last"], reason))


@pytest.fixture
def rejected(filled: Database) -> Database:
    """A store in which mara has rejected two comments and published one."""
    step(filled, "mara", "c1", DeskStep.REJECT, "insult")
    step(filled, "mara", "c2", DeskStep.REJECT, "off-topic")
    step(filled, "mara", "c3", DeskStep.PUBLISH)
    return filled


def appeal(database: Database, id_: str = "c1", text: str = TEXT) -> int:
    """Enter an appeal and return its number."""
    assert enter_appeal(database, NewAppeal(id_, text), "desk") is not None
    return int(waiting_appeals(database, "")[-1]["appeal"])


def settle(database: Database, who: str, number: int, outcome: str) -> int:
    case = appeal_case(database, number)
    seen = case.row["last"]
    return settle_appeal(database, Settlement(number, who, outcome, seen, "We have looked again."))


def withdraw(database: Database, who: str) -> None:
    line = last_of(database, who)
    assert line is not None
    undo(database, who, line["seq"])


@pytest.mark.parametrize(("outcome", "state"), [("uphold", "reject"), ("overturn", "publish")])
def test_somebody_else_settles_an_appeal(rejected: Database, outcome: str, state: str) -> None:
    number = appeal(rejected)
    assert (n_waiting_appeals(rejected, "mara"), n_waiting_appeals(rejected, "iven")) == (0, 1)
    with pytest.raises(DeskRefusal, match="not decided"):
        settle(rejected, "mara", number, outcome)
    seq = settle(rejected, "iven", number, outcome)
    assert item_of(rejected, "c1")["state"] == state
    assert settle(rejected, "iven", number, outcome) == seq  # the form was sent twice
    with pytest.raises(DeskRefusal, match="iven has settled"):
        settle(rejected, "tess", number, outcome)
    assert waiting_appeals(rejected, "iven") == []


def test_who_settled_an_earlier_appeal_does_not_settle_the_next(rejected: Database) -> None:
    settle(rejected, "iven", appeal(rejected), "uphold")
    number = appeal(rejected, text="Once more: it was about the council.")
    case = appeal_case(rejected, number)
    assert case.barred == {"mara", "iven"}
    assert [(each["text"], each["answer"]) for each in case.earlier] == [
        (TEXT, "We have looked again.")
    ]
    with pytest.raises(DeskRefusal, match="not decided"):
        settle(rejected, "iven", number, "uphold")
    settle(rejected, "tess", number, "overturn")


def test_while_an_appeal_waits_nobody_decides_otherwise(rejected: Database) -> None:
    appeal(rejected)
    for who in ("mara", "iven"):
        with pytest.raises(DeskRefusal, match="appeal"):
            step(rejected, who, "c1", DeskStep.PUBLISH)
    step(rejected, "iven", "c1", DeskStep.NOTE)
    for _ in range(2):
        withdraw(rejected, "mara")  # what has no appeal
    assert last_of(rejected, "mara") is None
    with pytest.raises(DeskRefusal, match="appeal"):
        undo(rejected, "mara", 1)
    assert item_of(rejected, "c1")["state"] == "reject"


def test_every_step_is_undone_by_a_line(rejected: Database) -> None:
    number = appeal(rejected)
    entered_as = int(last_of(rejected, "desk")["seq"])  # type: ignore[index]
    settle(rejected, "iven", number, "overturn")
    assert last_of(rejected, "desk") is None
    with pytest.raises(DeskRefusal, match="settled"):
        undo(rejected, "desk", entered_as)
    withdraw(rejected, "iven")
    row = item_of(rejected, "c1")
    assert (row["state"], row["reason"]) == ("reject", "insult")
    assert [each["appeal"] for each in waiting_appeals(rejected, "tess")] == [number]
    withdraw(rejected, "desk")  # entered by mistake
    assert waiting_appeals(rejected, "tess") == []
    with pytest.raises(DeskRefusal, match="withdrawn"):
        settle(rejected, "iven", number, "uphold")
    assert appeal(rejected) == number + 1  # and entered again
    with pytest.raises(sqlite3.IntegrityError, match="never"), rejected.writing() as sql:
        sql.execute("UPDATE appeals SET text = 'x'")


def test_a_second_moderator_sees_what_the_first_has_done(rejected: Database) -> None:
    number = appeal(rejected)
    with pytest.raises(DeskRefusal, match="meanwhile"):
        settle_appeal(rejected, Settlement(number, "iven", "overturn", seen=0))
    with pytest.raises(DeskRefusal, match="answer"):
        settle_appeal(rejected, Settlement(number, "iven", "uphold", seen=0))
    with pytest.raises(DeskRefusal, match="no such decision"):
        settle_appeal(rejected, Settlement(number, "iven", "publish", seen=0))


@pytest.mark.parametrize(
    ("given", "field", "what"),
    [
        (NewAppeal("c3", TEXT), "id", "not rejected"),
        (NewAppeal("c4", TEXT), "id", "not rejected"),
        (NewAppeal("c99", TEXT), "id", "no such comment"),
        (NewAppeal("c1", TEXT, article="a0"), "id", "no such comment"),
        (NewAppeal("c1", " \u200b\n"), "text", "empty"),
        (NewAppeal("c1", "x" * 20_001), "text", "20,001 characters"),
        (NewAppeal("c1", TEXT, at="yesterday"), "appealed_at", "time"),
        (NewAppeal("c1", TEXT, author="x" * 501), "author", "500"),
    ],
)
def test_an_unfit_appeal_is_refused(
    rejected: Database, given: NewAppeal, field: str, what: str
) -> None:
    with pytest.raises(UnfitAppeal, match=what) as caught:
        enter_appeal(rejected, given, "desk")
    assert caught.value.field == field
    assert waiting_appeals(rejected, "") == []


def test_the_same_appeal_is_taken_once_and_another_waits_its_turn(rejected: Database) -> None:
    number = appeal(rejected)
    assert enter_appeal(rejected, NewAppeal("c1", f"  {TEXT}\n"), "desk") is None
    with pytest.raises(UnfitAppeal, match="Another appeal"):
        enter_appeal(rejected, NewAppeal("c1", "And hurry!"), "desk")
    settle(rejected, "iven", number, "overturn")
    assert enter_appeal(rejected, NewAppeal("c1", TEXT), "desk") is None


def test_an_id_of_two_comments_needs_the_author_or_the_article(database: Database) -> None:
    pairs = [scored(1), scored(1, "Another text", author="Somebody else", article_id="a1")]
    list(Intake(database).fill(pairs, "in"))
    with database.reading() as sql:
        items = [row["item"] for row in sql.execute("SELECT item FROM items")]
    for item in items:
        decide(database, Decision(item, "mara", DeskStep.REJECT, reason="insult"))
    with pytest.raises(UnfitAppeal, match="2 rejected comments"):
        enter_appeal(database, NewAppeal("c1", TEXT), "desk")
    assert enter_appeal(database, NewAppeal("c1", TEXT, author="Somebody else"), "desk")
    assert waiting_appeals(database, "")[0]["comment"] == "Another text"


def test_reversals_are_counted_and_exported(rejected: Database) -> None:
    reasons = read_reasons()
    settle(rejected, "iven", appeal(rejected), "overturn")
    settle(rejected, "iven", appeal(rejected, "c2"), "uphold")
    first, second = appeal_counts(appeal_outcomes(rejected))
    assert first == ("insult", "mara", 0, 0, 1)
    assert second == ("off-topic", "mara", 0, 1, 0)
    records = {r["seq"]: r for r in decision_records(rejected, reasons) if r["appeal"]}
    assert [(r["decision"], r["appeal"], r["answer"]) for r in records.values()] == [
        ("appeal", 1, None),
        ("overturn", 1, "We have looked again."),
        ("appeal", 2, None),
        ("uphold", 2, "We have looked again."),
    ]
    standing = standing_decisions(rejected, EVER)
    assert [(each.row["id"], each.row["what"], each.row["reason"]) for each in standing] == [
        ("c3", "publish", None),
        ("c1", "publish", None),
        ("c2", "reject", "off-topic"),
    ]
    labels = {(row["id"], row["annotator"]): row for row in label_rows(rejected, reasons)}
    assert labels["c1", "iven"]["hostility"] is False
    assert labels["c1", "iven"]["adjudicated"]
    assert not labels["c1", "mara"]["adjudicated"]
    assert labels["c2", "iven"]["off_topic"] is True


def test_what_is_forgotten_takes_its_appeal_along(rejected: Database, tmp_path: Path) -> None:
    appeal(rejected)
    found = forget_in_store(rejected, Traces(ForgetRule(id="c1")), "iven", write=True)
    assert (found.comments, found.appeals) == (1, 1)
    assert rejected.clean()
    data = b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))
    assert TEXT.encode() not in data
    assert waiting_appeals(rejected, "iven") == []
    with pytest.raises(DeskRefusal, match="no such appeal"):
        appeal_case(rejected, 1)
    assert [each.outcome for each in appeal_outcomes(rejected)] == [None]


def test_a_file_of_appeals_is_taken_with_its_errors(rejected: Database, tmp_path: Path) -> None:
    path = tmp_path / "appeals.jsonl"
    rows: list[object] = [
        {"id": "c1", "text": TEXT, "appealed_at": "2026-11-30T14:05:00Z", "author": "Reader 1"},
        {"id": "c3", "text": TEXT},
        {"id": "c2"},
        {"id": "c2", "text": "  "},
        {"id": "c2", "text": TEXT, "appealed_at": "soon"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = list(take_appeals(rejected, path, "iven"))
    errors = [each for each in found if isinstance(each, RecordError)]
    assert [(error.line, error.field) for error in errors] == [
        (2, "id"),
        (3, "text"),
        (4, "text"),
        (5, "appealed_at"),
    ]
    assert [each.is_new for each in found if not isinstance(each, RecordError)] == [True]
    table = tmp_path / "appeals.csv"
    table.write_text(f'id,text,more\nc1,"{TEXT}",x\nc2,Please.,y\n')
    assert [each.is_new for each in take_appeals(rejected, table, "iven")] == [False, True]  # type: ignore[union-attr]


def entered(visitor: Visitor, key: str) -> Visitor:
    """Enter with a key."""
    another = visitor.another()
    another.open("/")
    another.send("/enter", key=key)
    return another


def test_an_appeal_goes_through_the_pages(rejected: Database, serve: Serve) -> None:
    desk = serve(rejected, KEYS)
    mara, iven = entered(desk, "m" * 16), entered(desk, "i" * 16)
    hostile = '<script>alert(1)</script> "\u202eevil\u202c'
    card = mara.open(f"/comment/{item_of(rejected, 'c1')['item']}").text
    assert 'href="/appeals?about=c1"' in card
    assert 'value="c1"' in mara.open("/appeals?about=c1").text
    place = mara.send("/appeals", about="c1", text=hostile, author="A <b>friend</b>", at="").place
    text = mara.open(place).text
    assert "The appeal is entered." in text
    assert "you have decided" in text
    assert "<script>alert" not in text
    assert "\u202e" not in text
    page = mara.open("/appeals/1").text
    assert "a colleague settles" in page
    assert 'id="settle"' not in page
    page = iven.open("/appeals/1").text
    assert "Appeals <b>1</b>" in page
    assert "not the comment&#39;s author" in page or "not the comment's author" in page
    assert "A &lt;b&gt;friend&lt;/b&gt;" in page
    assert "Your comment insults a person" in page
    assert "mara</bdi> rejected it: " in page
    assert iven.send("/appeals/1", do="uphold").status == 400
    iven.open("/appeals/1")
    page = iven.open(iven.send("/appeals/1", do="overturn", answer="Sorry.", note="ok").place)
    assert "The rejection is overturned" in page.text
    assert "Overturned</b> by <bdi>iven</bdi>" in page.text
    assert item_of(rejected, "c1")["state"] == "publish"
    iven.undo()
    assert item_of(rejected, "c1")["state"] == "reject"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"about": "c3", "text": "Please."}, 409),
        ({"about": "c99", "text": "Please."}, 404),
        ({"about": "c1", "text": " "}, 400),
        ({"about": "c1", "text": "x" * 70_000}, 413),
        ({"about": "c1", "text": "Please.", "token": "0"}, 403),
    ],
)
def test_a_wrong_form_enters_nothing(
    rejected: Database, serve: Serve, fields: dict[str, str], status: int
) -> None:
    mara = serve(rejected)
    mara.open("/appeals")
    assert mara.send("/appeals", **fields).status == status
    assert waiting_appeals(rejected, "") == []
    assert mara.open("/appeals/7").status == 404
