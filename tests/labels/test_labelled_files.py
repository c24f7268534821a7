"""Labelled files: the schema to the letter, gold labels, groups."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import corpus
import msgspec
import pytest
from corpus import write_lines
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InputError
from moderation.labels.gold.computing import gold_labels
from moderation.labels.labelled_files import (
    LabelledRow,
    LabelledSet,
    read_articles,
    read_labelled,
    schema_markdown,
)
from moderation.records import Article, Attribute

LABELLED = Path(__file__).parents[2] / "labelled"


def _read(tmp_path: Path, *rows: dict[str, Any]) -> LabelledSet:
    return read_labelled([write_lines(tmp_path / "l.jsonl", rows)])


@pytest.mark.parametrize(
    ("row", "field", "told"),
    [
        ({"text": "x", "hostilty": True}, "hostilty", "did you mean hostility?"),
        ({"text": "x", "off-topic": True, "hostility": True}, "off-topic", "off_topic?"),
        ({"text": "x", "hostility": True, "colour": 1}, "colour", "known: text, id"),
        ({"hostility": True}, "text", "fields in this row: hostility"),
        ({"text": "", "hostility": True}, "text", "length >= 1"),
        ({"text": " \n\t", "hostility": True}, "text", "nothing but white space"),
        ({"text": "x", "hostility": True, "id": True}, "id", "got bool"),
        ({"text": "x", "hostility": True, "id": 1.5}, "id", "got float"),
        ({"text": 5, "hostility": True}, "text", "Expected str"),
        ({"text": "x", "hostility": "maybe"}, "hostility", "maybe"),
        ({"text": "x", "hostility": 1.5}, "hostility", "<= 1.0"),
        ({"text": "x", "hostility": -0.1}, "hostility", ">= 0.0"),
        ({"text": "x", "hostility": [True]}, "hostility", "got array"),
        ({"text": "x"}, "hostility", "needs hostility or off_topic"),
        ({"text": "x", "hostility": True, "annotator": 7}, "annotator", "Expected str"),
        ({"text": "x", "hostility": True, "article": {"title": 7}}, "article.title", "Expected"),
        ({"text": "x", "hostility": True, "article": "a"}, "article", "Expected object"),
        ({"text": "x", "off_topic": True, "article_id": "none"}, "article_id", "no article 'none'"),
    ],
)
def test_a_schema_error_names_file_line_and_field(
    tmp_path: Path, row: dict[str, Any], field: str, told: str
) -> None:
    found = _read(tmp_path, {"text": "fine", "hostility": False}, row)
    assert len(found.rows) == 1
    (error,) = found.rejected
    assert error.address == f"{tmp_path / 'l.jsonl'}:2:{field}"
    assert told in str(error)
    assert error.exit_status == 1


def test_a_label_of_hostility_needs_no_article(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        {"text": "x", "hostility": True, "article_id": "none"},
        {"text": "y", "hostility": False, "off_topic": True, "article_id": "none"},
    )
    assert [row.article_id for row in found.rows] == ["none", "none"]
    (notice,) = found.notices
    assert (notice.line, notice.field) == (1, "article_id")
    assert "2 rows" in notice.what
    assert found.rejected == ()


def test_one_id_stands_for_one_text(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        {"id": "a", "text": "one", "hostility": True, "annotator": "x"},
        {"id": "a", "text": "one", "hostility": False, "annotator": "y"},
        {"id": "a", "text": "two", "hostility": False},
    )
    assert len(found.rows) == 2
    (error,) = found.rejected
    assert (error.line, error.field) == (3, "id")
    assert "'a'" in error.what


def test_ids_may_be_numbers(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text('{"id": 7, "title": "T"}\n')
    found = _read(
        tmp_path,
        {"id": 1, "text": "one", "hostility": True, "article_id": 7},
        {"id": 2, "text": "two", "hostility": True, "parent_id": 1},
    )
    assert found.rejected == ()
    assert [(row.id, row.article_id, row.parent_id) for row in found.rows] == [
        ("1", "7", None), ("2", None, "1")
    ]  # fmt: skip
    (tmp_path / "l.csv").write_text("id,text,hostility\n007,x,true\n")
    assert read_labelled([tmp_path / "l.csv"]).rows[0].id == "007"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("articles.csv", "id,title,text\na,The quay,Closed.\n"),
        ("articles.tsv", "id\ttitle\ttext\na\tThe quay\tClosed.\n"),
        ("articles.coral.jsonl", '{"id": "a", "title": "The quay", "text": "Closed."}\n'),
    ],
)
def test_articles_of_any_record_format_stand_beside(tmp_path: Path, name: str, data: str) -> None:
    (tmp_path / name).write_text(data)
    found = _read(tmp_path, {"text": "x", "off_topic": False, "article_id": "a"})
    assert found.rejected == ()
    (item,) = gold_labels(found)
    assert item.comment.article == Article(id="a", title="The quay", text="Closed.")
    assert read_labelled([tmp_path]).rows == found.rows


def test_a_reply_may_stand_before_its_parent(tmp_path: Path) -> None:
    rows = [
        {"id": "reply", "text": "No.", "hostility": False, "parent_id": "top"},
        {"id": "top", "text": "Is it so?", "hostility": False, "article": {"title": "T"}},
    ]
    found = _read(tmp_path, *rows)
    reply, top = gold_labels(found)
    assert reply.comment.parent == "Is it so?"
    assert reply.group == top.group
    assert found.notices == ()


def test_a_parent_that_is_in_none_of_the_files_is_told_once_a_file(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "text": "a", "hostility": False, "parent_id": "gone"},
        {"id": "2", "text": "b", "hostility": False, "parent_id": "lost"},
        {"id": "3", "text": "c", "hostility": False, "parent_id": "lost", "parent": "known"},
    ]
    found = _read(tmp_path, *rows)
    assert len(found.rows) == 3
    assert found.rejected == ()
    (notice,) = found.notices
    assert notice.address == f"{tmp_path / 'l.jsonl'}:1:parent_id"
    assert notice.what.startswith("2 rows reply")


def test_the_same_in_csv(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "text": "a, b", "hostility": True, "off_topic": "unsure", "annotator": "x"},
        {"id": "2", "text": "c\nd", "hostility": 0.25, "off_topic": None},
        {"id": "3", "text": "e", "hostility": False, "article": {"title": "T", "text": "U"}},
    ]
    out = io.StringIO(newline="")
    columns = ["id", "text", "hostility", "off_topic", "annotator", "article.title", "article.text"]
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerow(["1", "a, b", "true", "unsure", "x", "", ""])
    writer.writerow(["2", "c\nd", "0.25", "", "", "", ""])
    writer.writerow(["3", "e", "False", "", "", "T", "U"])
    (tmp_path / "l.csv").write_text(out.getvalue(), newline="")
    assert read_labelled([tmp_path / "l.csv"]).rows == _read(tmp_path, *rows).rows


def test_a_spreadsheet_may_have_changed_separators_and_letters(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes("text;hostility\nGrün, ihr Deppen;true\nSchön;false\n".encode("cp1252"))
    found = read_labelled([path])
    assert [row.text for row in found.rows] == ["Grün, ihr Deppen", "Schön"]
    assert not found.rejected


def test_a_misspelt_column_is_an_error_of_each_row(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("text,hostilty\nx,true\ny,false\n")
    found = read_labelled([tmp_path / "l.csv"])
    assert [error.line for error in found.rejected] == [2, 3]
    assert found.rejected[0].hint == "did you mean hostility?"


@pytest.mark.parametrize("answer", [True, False, 0.3, 1, 0, "unsure", None])
def test_every_answer_is_kept_as_given(tmp_path: Path, answer: object) -> None:
    (row,) = _read(tmp_path, {"text": "x", "hostility": answer}).rows
    assert row.hostility == answer
    assert row.answer(Attribute.HOSTILITY) == answer
    assert row.answer(Attribute.OFF_TOPIC) is None


def test_an_id_is_file_and_line_unless_given(tmp_path: Path) -> None:
    found = _read(tmp_path, {"text": "x", "hostility": True}, {"text": "y", "hostility": True})
    assert [row.id for row in found.rows] == ["l:1", "l:2"]


@pytest.mark.parametrize(
    ("answers", "gold"),
    [
        ([True], 1.0),
        ([False, False], 0.0),
        ([True, False], 0.5),
        ([True, True, False], 2 / 3),
        (["unsure", True], 1.0),
        (["unsure"], None),
        ([None], None),
        ([0.2, True], 0.6),
        ([None, "unsure", False], 0.0),
    ],
)
def test_gold_is_the_mean_and_unsure_abstains(
    tmp_path: Path, answers: list[Any], gold: float | None
) -> None:
    rows = [
        {"id": "c", "text": "x", "hostility": answer, "annotator": f"a{who}"}
        for who, answer in enumerate(answers)
    ]
    (item,) = gold_labels(_read(tmp_path, *rows))
    assert item.hostility == (None if gold is None else pytest.approx(gold))
    assert item.label(Attribute.HOSTILITY) == item.hostility
    assert item.off_topic is None


def test_articles_and_parents_are_found(labelled_folder: Path) -> None:
    rows = [
        {"id": "r", "text": "reply", "off_topic": False, "article_id": "bridge",
         "parent_id": "bridge-0"},
        {"id": "own", "text": "x", "off_topic": True, "article": {"title": "Own", "text": "T"}},
    ]  # fmt: skip
    write_lines(labelled_folder / "more.jsonl", rows)
    found = read_labelled([labelled_folder])
    assert found.rejected == ()
    gold = {item.comment.id: item for item in gold_labels(found)}
    assert len(gold) == len(corpus.rows()) + 2
    reply = gold["r"].comment
    assert reply.article is not None
    assert reply.article.title == corpus.ARTICLES[0].title
    assert reply.parent == corpus.rows()[0]["text"]
    own = gold["own"].comment
    assert own.article is not None
    assert own.article.text == "T"


def test_what_must_not_be_split_is_one_group(tmp_path: Path) -> None:
    rows = [
        {"id": "top", "text": "1", "hostility": False},
        {"id": "reply", "text": "2", "hostility": False, "parent_id": "top"},
        {"id": "deeper", "text": "3", "hostility": False, "parent_id": "reply"},
        {"id": "alone", "text": "4", "hostility": False},
        {"id": "titled", "text": "5", "hostility": False, "article": {"title": "T"}},
        {"id": "titled2", "text": "6", "hostility": False, "article": {"title": "T"}},
        {"id": "said", "text": "7", "hostility": False, "parent": "the same words"},
        {"id": "said2", "text": "8", "hostility": False, "parent": "the same words"},
        {"id": "untitled", "text": "9", "hostility": False, "article": {"text": "A story"}},
        {"id": "untitled2", "text": "10", "hostility": False, "article": {"text": "A story"}},
        {"id": "above", "text": "13", "hostility": False, "article": {"title": "T"}},
        {"id": "below", "text": "14", "hostility": False, "parent_id": "above"},
        {"id": "circle", "text": "11", "hostility": False, "parent_id": "circle2"},
        {"id": "circle2", "text": "12", "hostility": False, "parent_id": "circle"},
    ]
    group = {item.comment.id: item.group for item in gold_labels(_read(tmp_path, *rows))}
    assert group["top"] == group["reply"] == group["deeper"]
    assert group["titled"] == group["titled2"] == group["above"] == group["below"]
    assert group["said"] == group["said2"]
    assert group["untitled"] == group["untitled2"]
    assert group["circle"] == group["circle2"]
    assert len(set(group.values())) == 6


def test_a_reply_under_an_article_belongs_to_the_article(labelled_folder: Path) -> None:
    for item in gold_labels(read_labelled([labelled_folder])):
        assert item.group == item.comment.article_id


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        (None, b"", "no such file"),
        ("l.jsonl", b"", "is empty"),
        ("l.txt", b"A page of prose.\n", "not a labelled file"),
        ("l.bin", b"\x00\x01\x02", "not a labelled file"),
        ("l.jsonl.gz", b"\x1f\x8b\x08\x00broken", "damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_input_error(
    tmp_path: Path, name: str | None, data: bytes, what: str
) -> None:
    path = tmp_path / (name or "none")
    if name:
        path.write_bytes(data)
    with pytest.raises(InputError, match=what) as caught:
        read_labelled([path])
    assert caught.value.path == str(path)


def test_a_folder_without_labelled_files_is_an_input_error(tmp_path: Path) -> None:
    write_lines(tmp_path / "articles.jsonl", [{"id": "a"}])
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(InputError, match="no labelled file in it"):
        read_labelled([tmp_path])


def test_articles_need_ids_which_may_be_numbers(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl", [{"id": 7, "title": "T"}, {"title": "none"}, {"id": "b", "text": 1}]
    )
    found, rejected = read_articles(path)
    assert found["7"].title == "T"
    assert [(error.line, error.field) for error in rejected] == [(2, "id"), (3, "text")]


_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
_ANSWER = st.sampled_from([None, "unsure"]) | st.booleans() | st.floats(0, 1)
_ROW = st.builds(
    LabelledRow,
    text=_TEXT.filter(bool),
    id=_TEXT.filter(bool),
    hostility=_ANSWER,
    off_topic=_ANSWER,
    annotator=_TEXT,
    note=_TEXT | st.none(),
    parent=_TEXT | st.none(),
)


@given(_ROW)
def test_a_row_written_as_json_reads_back(tmp_path: Path, row: LabelledRow) -> None:
    line = msgspec.json.encode(row)
    given_fields = json.loads(line)
    given_fields.setdefault("hostility", None)
    found = _read(tmp_path, given_fields)
    assert found.rejected == ()
    assert found.rows == (row,)


def test_the_readme_shows_the_schema_that_the_code_has() -> None:
    readme = (LABELLED / "README.md").read_text(encoding="utf-8")
    assert f"<!-- schema -->\n{schema_markdown()}<!-- /schema -->" in readme
    assert all(f"`{field.name}`" in readme for field in msgspec.structs.fields(LabelledRow))


def test_the_corpus_of_the_repository_is_valid() -> None:
    found = read_labelled([LABELLED])
    assert found.rejected == ()
    gold = gold_labels(found)
    for attribute in Attribute:
        labels = [item.label(attribute) for item in gold]
        assert sum(label is not None and label > 0.5 for label in labels) > 50
        assert sum(label is not None and label < 0.5 for label in labels) > 50
    assert all(item.comment.article for item in gold)


def test_what_an_import_rejected_is_no_labelled_file(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"text": "You idiot", "hostility": true}\n')
    (tmp_path / "x.jsonl.rejected.jsonl").write_text('{"file": "t.csv", "reason": "no text"}\n')
    found = read_labelled([tmp_path])
    assert len(found.rows) == 1
    assert not found.rejected
