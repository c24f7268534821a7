"""From decisions to files: records, labels, and the reasons that they rest on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from visiting import scored, verdict

from moderation.desk.outputs.records import decision_records, label_rows
from moderation.desk.reasons import read_reasons
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import Intake
from moderation.errors import InputError
from moderation.labels import read_labelled
from moderation.records import Comment
from moderation.sources.comment_rows import Item

REASONS = read_reasons()


def decided(database: Database, n: int, step: DeskStep, reason: str | None = None) -> None:
    """Let a moderator decide about one of the comments."""
    with database.reading() as sql:
        item, last = sql.execute("SELECT item, last FROM items WHERE id = ?", (f"c{n}",)).fetchone()
    decide(database, Decision(item, "mara", step, last, reason, note="a note"))


def withdraw(database: Database) -> None:
    """Let the moderator undo the last step."""
    line = last_of(database, "mara")
    assert line is not None
    undo(database, "mara", line["seq"])


def test_every_step_is_a_record(filled: Database) -> None:
    decided(filled, 1, DeskStep.REJECT, "off-topic")
    decided(filled, 2, DeskStep.PUBLISH)
    withdraw(filled)
    rejected, published, undone = decision_records(filled, REASONS)
    assert (rejected["id"], rejected["decision"], rejected["reason"]) == (
        "c1",
        "reject",
        "off-topic",
    )
    assert rejected["to_reader"].startswith("Your comment is not about the article")
    assert (rejected["moderator"], rejected["proposal"], rejected["hostility"]) == (
        "mara", "hold", 0.95,
    )  # fmt: skip
    assert (published["withdrawn"], undone["withdraws"]) == (True, published["seq"])
    assert rejected["proposal_seen"]
    assert not rejected["drawn"]


def labelled(database: Database, folder: Path) -> dict[str, Any]:
    """Write labels, read them as `train` does, and return the rows by id."""
    rows = list(label_rows(database, REASONS))
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read_labelled([path])
    assert found.rejected == ()
    assert found.notices == ()
    assert len(found.rows) == len(rows)
    return {row.id: row for row in found.rows}


def test_decisions_become_labels_that_are_read_as_they_are(
    filled: Database, tmp_path: Path
) -> None:
    decided(filled, 1, DeskStep.REJECT, "insult")
    decided(filled, 2, DeskStep.REJECT, "off-topic")
    decided(filled, 3, DeskStep.REJECT, "advertising")
    decided(filled, 4, DeskStep.PUBLISH)
    decided(filled, 5, DeskStep.SECOND)
    decided(filled, 6, DeskStep.SKIP)
    decided(filled, 7, DeskStep.PUBLISH)
    withdraw(filled)
    decided(filled, 8, DeskStep.PUBLISH)
    decided(filled, 8, DeskStep.REJECT, "threat")
    rows = labelled(filled, tmp_path)
    answers = {id_: (row.hostility, row.off_topic) for id_, row in rows.items()}
    assert answers == {
        "c1": (True, None),
        "c2": (None, True),
        "c4": (False, False),
        "c8": (True, None),
    }
    row = rows["c1"]
    assert (row.annotator, row.source, row.selection) == ("mara", "desk", "hold")
    assert (row.model, row.score_seen, row.note) == ("tiny@00000000", 0.95, "a note")
    assert row.article is not None
    assert row.article.title == "The bridge, part 1"


def judged(database: Database, proposal: str, most: int, *, drawn: bool = False) -> None:
    """Publish the first comments of a proposal."""
    statement = "SELECT item FROM items WHERE proposal = ? AND drawn = ? ORDER BY place LIMIT ?"
    with database.reading() as sql:
        items = [row["item"] for row in sql.execute(statement, (proposal, drawn, most))]
    assert len(items) == most
    for item in items:
        decide(database, Decision(item, "mara", DeskStep.PUBLISH))


def chances(database: Database) -> dict[str, float | None]:
    return {row["selection"]: row["chance"] for row in label_rows(database, REASONS)}


def test_labels_say_for_how_many_comments_they_stand(database: Database, tmp_path: Path) -> None:
    pairs = [scored(n, hostility=0.95) for n in range(30)]
    pairs += [scored(n, hostility=0.6) for n in range(30, 80)]
    pairs += [scored(n, hostility=0.1) for n in range(80, 1_080)]
    list(Intake(database).fill(pairs, "in"))
    judged(database, "hold", 30)
    judged(database, "review", 25)
    judged(database, "publish", 19, drawn=True)
    # 19 are too few to stand for a thousand, and the others must not pretend to be all.
    assert chances(database) == {"hold": None, "review": None, "drawn": None}
    judged(database, "publish", 20, drawn=True)
    judged(database, "publish", 5)  # a person looked for these
    assert chances(database) == {
        "hold": 1.0,
        "review": 0.5,
        "drawn": round(20 / 995, 6),
        "publish": 1.0,
    }
    whole = sum(1 / row["chance"] for row in label_rows(database, REASONS))
    assert whole == pytest.approx(1_080, rel=1e-4)
    assert {row.selection for row in labelled(database, tmp_path).values()} == set(
        chances(database)
    )


def test_what_was_drawn_stays_drawn_when_a_later_model_holds_it(database: Database) -> None:
    list(Intake(database).fill([scored(n, hostility=0.1) for n in range(200)], "in"))
    judged(database, "publish", 1, drawn=True)
    list(Intake(database).fill([scored(n, hostility=0.95) for n in range(200)], "in"))
    assert [row["selection"] for row in label_rows(database, REASONS)] == ["drawn"]
    assert [row["drawn"] for row in decision_records(database, REASONS)] == [True]


def test_what_has_no_context_is_not_called_on_topic(database: Database, tmp_path: Path) -> None:
    comment = Comment(text="It stands alone.", id="c1")
    list(Intake(database).fill([(Item(comment, raw={"id": "c1"}), verdict(comment, 0.95))], "in"))
    decided(database, 1, DeskStep.PUBLISH)
    assert labelled(database, tmp_path)["c1"].off_topic is None


def test_an_id_of_two_texts_becomes_two_ids(database: Database, tmp_path: Path) -> None:
    pairs = [scored(1), scored(1, "Another text", author="Somebody else")]
    list(Intake(database).fill(pairs, "in"))
    with database.reading() as sql:
        items = [row["item"] for row in sql.execute("SELECT item FROM items")]
    for item in items:
        decide(database, Decision(item, "mara", DeskStep.PUBLISH))
    rows = labelled(database, tmp_path)
    assert sorted(rows) == sorted(f"c1-{item[:8]}" for item in items)


def test_a_blind_label_saw_no_score(filled: Database, tmp_path: Path) -> None:
    with filled.reading() as sql:
        (item,) = sql.execute("SELECT item FROM items WHERE id = 'c1'").fetchone()
    decide(filled, Decision(item, "mara", DeskStep.PUBLISH, blind=True))
    assert labelled(filled, tmp_path)["c1"].score_seen is None


def test_the_shipped_reasons_teach_all_three() -> None:
    assert len(REASONS.listed) == 9
    assert {reason.label for reason in REASONS.listed} == {"hostile", "off_topic", "neither"}


_GOOD = 'key = "a"\nname = "A"\nlabel = "hostile"\nto_reader = "Please."\n'


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", None),
        ("reason = 3", "reason"),
        ("[[reason]]\nkey = 3", "reason[0].key"),
        ("[[reason]]\n" + _GOOD.replace("hostile", "bad"), "reason[0].label"),
        ("[[reason]]\n" + _GOOD + 'more = "x"\n', "reason[0]"),
        ("[[reason]]\n" + _GOOD + "[[reason]]\n" + _GOOD, "reason.key"),
        (("[[reason]]\n" + _GOOD) * 10, "reason"),
        ("[[reason", None),
    ],
)
def test_a_wrong_file_of_reasons_is_refused_with_its_field(
    tmp_path: Path, text: str, field: str | None
) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_reasons(path)
    assert caught.value.path == str(path)
    assert caught.value.field == field


def test_our_own_reasons_replace_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text("[[reason]]\n" + _GOOD)
    assert [reason.name for reason in read_reasons(path).listed] == ["A"]
    with pytest.raises(InputError, match="no such file"):
        read_reasons(tmp_path / "missing.toml")
