"""Labels out of other tools' files: the samples are invented, in the tools' documented shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from corpus import write_lines
from openpyxl import Workbook

from moderation.errors import InputError, Notice, RecordError, UsageError
from moderation.labels.formats import ImportedTask, Wording, read_labels, sniff_labels
from moderation.labels.labelled_files import LabelledRow
from moderation.records import Article

SAMPLES = Path(__file__).parent / "samples"


class Read:
    """A file read whole."""

    def __init__(self, path: Path, fmt: str, **said: Any) -> None:
        reading = ImportedTask(wording=Wording(said.pop("labels", None)), **said)
        found = list(read_labels(path, fmt, reading))
        self.rows = [row for row in found if isinstance(row, LabelledRow)]
        self.articles = [row for row in found if isinstance(row, Article)]
        self.errors = [row for row in found if isinstance(row, RecordError)]
        self.notices = [row.what for row in found if isinstance(row, Notice)]

    @property
    def answers(self) -> list[tuple[str, str, object, object]]:
        return [(row.id, row.annotator, row.hostility, row.off_topic) for row in self.rows]


@pytest.mark.parametrize(
    ("name", "fmt"),
    [
        ("doccano.jsonl", "doccano"),
        ("label-studio.json", "label-studio"),
        ("label-studio-min.json", "label-studio"),
        ("prodigy.jsonl", "prodigy"),
        ("argilla.json", "argilla"),
        ("argilla-flat.json", "argilla"),
        ("semikolon.csv", "csv"),
        ("coral", "coral"),
        ("../../sources/exports/harbour.wxr.xml", "wxr"),
        ("../../sources/exports/lighthouse.rest.json", "wordpress-rest"),
    ],
)
def test_what_a_file_evidently_is(name: str, fmt: str) -> None:
    assert sniff_labels(SAMPLES / name) == fmt


def test_what_is_not_evident_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"colour": "red"}')
    with pytest.raises(InputError, match="not evidently of any tool") as caught:
        sniff_labels(tmp_path / "x.json")
    assert "--from" in str(caught.value)


def test_doccano() -> None:
    read = Read(SAMPLES / "doccano.jsonl", "doccano")
    assert read.answers == [("h-1", "doccano", True, False), ("42", "doccano", False, None)]
    assert read.rows[0].note == "close call"
    assert read.rows[0].article_id == "harbour"
    assert [(e.line, e.field) for e in read.errors] == [(4, "label"), (5, "label"), (6, "text")]
    assert "'splendid' is not known" in read.errors[0].what
    assert "contradict" in read.errors[1].what
    assert read.notices == ["1 left out: no label: untouched, for all the file tells"]


def test_a_newsrooms_own_labels_and_names() -> None:
    read = Read(
        SAMPLES / "doccano.jsonl", "doccano", labels={"Splendid": "not hostile"},
        annotator="ada", guideline="7", source="desk",
    )  # fmt: skip
    assert ("44", "ada", False, None) in read.answers
    assert {(row.guideline, row.source) for row in read.rows} == {("7", "desk")}
    with pytest.raises(UsageError, match="no known meaning"):
        Wording({"x": "purple"})


def test_label_studio() -> None:
    read = Read(SAMPLES / "label-studio.json", "label-studio")
    assert read.answers == [
        ("1", "user-3", True, False), ("1", "olaf@desk.example", False, None)
    ]  # fmt: skip
    first, second = read.rows
    assert (first.note, first.labelled_at) == ("an insult", "2026-03-01T10:05:00Z")
    assert (first.adjudicated, second.adjudicated) == (False, True)
    assert read.errors == []
    assert sorted(read.notices) == [
        "1 left out: annotation cancelled: skipped by its annotator",
        "1 left out: annotation without a choice: nothing was answered",
        "1 left out: predictions: what a machine says is no label",
        "1 left out: task without annotation: untouched",
    ]


def test_label_studio_min() -> None:
    read = Read(SAMPLES / "label-studio-min.json", "label-studio")
    assert read.answers == [("7", "user-3", True, None), ("8", "user-3", False, None)]
    assert read.rows[0].labelled_at == "2026-03-02T10:00:09Z"
    assert read.notices == ["1 left out: no choice that is known: nothing was answered"]


def test_prodigy() -> None:
    read = Read(SAMPLES / "prodigy.jsonl", "prodigy")
    assert read.answers == [
        ("p-1", "labels-ada", True, False),
        ("p-1", "labels-bo", False, None),
        ("prodigy:5", "labels-ada", False, None),
    ]
    assert read.rows[0].source == "gazette"
    assert read.rows[0].labelled_at == "2026-03-01T09:00:00+00:00"
    assert [(e.line, e.what) for e in read.errors] == [(7, "label 'Rude' is not known")]
    assert sorted(read.notices) == [
        "1 left out: a choice with nothing accepted", "1 left out: ignored, or not answered"
    ]  # fmt: skip
    assert len(Read(SAMPLES / "prodigy.jsonl", "prodigy", labels={"RUDE": "hostile"}).rows) == 4


def test_argilla() -> None:
    read = Read(SAMPLES / "argilla.json", "argilla")
    one, two = (f"6b0c3a3e-0000-4000-8000-00000000000{n}" for n in (1, 2))
    assert read.answers == [("r-1", one, True, "unsure"), ("r-1", two, False, None)]
    assert read.rows[0].article_id == "circus"
    assert read.notices == [
        "1 left out: record without a response: untouched, or suggested only",
        "1 records do not tell submitted responses from drafts",
    ]


def test_argilla_flattened() -> None:
    read = Read(SAMPLES / "argilla-flat.json", "argilla")
    assert read.answers == [("f-1", "u-1", True, None)]
    assert read.notices == [
        "1 left out: response draft, not submitted",
        "1 left out: response discarded, not submitted",
    ]


def test_a_spreadsheet_from_a_german_desk() -> None:
    read = Read(SAMPLES / "semikolon.csv", "csv")
    assert read.answers == [
        ("semikolon:2", "Jo", True, 0.25),
        ("semikolon:3", "Jo", False, "unsure"),
        ("semikolon:4", "Mi", None, True),
    ]
    assert read.rows[0].text == "Ihr seid doch alle; blind."
    (error,) = read.errors
    assert (error.line, error.field, error.got) == (7, "hostility", "'vielleicht so'")
    assert read.notices == ["columns left out: Schicht", "1 left out: rows without an answer"]


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("TRUE", True), ("WAHR", True), ("ja", True), ("x", True), ("1", True), ("Vrai", True),
        ("FALSE", False), ("nein", False), ("0", False), ("FAUX", False), ("no", False),
        ("?", "unsure"), ("unsure", "unsure"), ("0,33", 0.33), ("0.33", 0.33), ("33 %", 0.33),
        ("hostile", True), ("Not hostile", False), ("1,0", 1.0),
    ],
)  # fmt: skip
def test_cells(tmp_path: Path, cell: str, answer: object) -> None:
    (tmp_path / "t.csv").write_text(f'text,hostility\nx,"{cell}"\n')
    (row,) = Read(tmp_path / "t.csv", "csv").rows
    assert row.hostility == (pytest.approx(answer) if isinstance(answer, float) else answer)


@pytest.mark.parametrize("cell", ["2", "-1", "120 %", "nan", "inf", "off-topic", "perhaps", "=1"])
def test_cells_that_answer_nothing(tmp_path: Path, cell: str) -> None:
    (tmp_path / "t.csv").write_text(f'text,hostility\nx,"{cell}"\n')
    (error,) = Read(tmp_path / "t.csv", "csv").errors
    assert error.address == f"{tmp_path / 't.csv'}:2:hostility"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("text\thostility\ngrün\tja\n".encode("utf-16"), "grün"),
        ("text;hostility\ngrün;ja\n".encode("cp1252"), "grün"),
        (b"sep=;\ntext;hostility\n'=1+1;ja\n", "=1+1"),
        (b"text|hostility\n'tis so|ja\n", "'tis so"),
        (b"id,text,hostility\n7,short row,ja\n\n,,\n", "short row"),
    ],
)
def test_what_spreadsheets_write(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    assert [row.text for row in Read(tmp_path / "t.csv", "csv").rows] == [text]


def test_a_workbook_is_a_spreadsheet(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Kommentar", "Nr.", "hostile", ""], ["Ihr seid blind.", 7, True, None], []):
        book.active.append(row)
    book.active.append(["Danke!", 8, None, "x"])
    book.save(tmp_path / "t.xlsx")
    assert sniff_labels(tmp_path / "t.xlsx") == "csv"
    read = Read(tmp_path / "t.xlsx", "csv", columns={"id": "Nr."})
    assert read.answers == [("7", "t", True, None)]
    assert read.notices == ["1 left out: rows without an answer"]


@pytest.mark.parametrize(
    ("header", "columns", "told"),
    [
        ("a,b", {}, "no column with the comments"),
        ("text,b", {}, "no column with answers"),
        ("text,b", {"hostility": "c"}, "no such column"),
        ("text,comment,hostility", {}, "two columns for text"),
    ],
)
def test_columns_that_cannot_be(
    tmp_path: Path, header: str, columns: dict[str, str], told: str
) -> None:
    (tmp_path / "t.csv").write_text(header + "\nx,y,z\n")
    with pytest.raises(InputError, match=told):
        Read(tmp_path / "t.csv", "csv", columns=columns)


def test_a_column_named_by_the_user(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text,comment,Hate?\nshort,the long one,yes\n")
    columns = {"text": "comment", "hostility": "Hate?"}
    (row,) = Read(tmp_path / "t.csv", "csv", columns=columns).rows
    assert (row.text, row.hostility) == ("the long one", True)


def test_coral_decisions() -> None:
    read = Read(SAMPLES / "coral", "coral")
    assert read.answers == [
        ("c-1/r-1a", "m-1", True, None),
        ("c-1/r-1b", "m-1", False, None),
        ("c-2/r-2", "m-2", False, None),
        ("c-3/r-3", "m-1", None, True),
    ]
    texts = {row.id: row.text for row in read.rows}
    assert texts["c-1/r-1a"] == "You pack of thieves."
    assert texts["c-1/r-1b"] == "You are all mistaken."
    reply = read.rows[2]
    assert reply.parent == "You are all mistaken."
    assert reply.labelled_at == "2026-01-05T09:20:00Z"
    assert {article.id for article in read.articles} == {"s-1", "s-2"}
    assert sorted(read.notices) == [
        "1 left out: decisions about a text that is not in the dump",
        "1 left out: decisions of a machine",
        "1 left out: decisions that answer neither question (MISINFORMATION)",
        "1 left out: rejected without a reason, which answers neither question",
    ]


def test_a_rejection_without_reason_takes_an_approval_back(tmp_path: Path) -> None:
    for name in ("comments.json", "stories.json"):
        (tmp_path / name).write_bytes((SAMPLES / "coral" / name).read_bytes())
    path = tmp_path / "commentModerationActions.json"
    action = {"commentID": "c-2", "moderatorID": "m"}

    def decided(first: str, second: str) -> list[LabelledRow]:
        when = [f"2026-01-0{day}T08:00:00Z" for day in (1, 2)]
        rows = zip((first, second), when, strict=True)
        write_lines(path, [{**action, "status": s, "createdAt": at} for s, at in rows])
        return Read(tmp_path, "coral").rows

    assert decided("APPROVED", "REJECTED") == []
    (row,) = decided("REJECTED", "APPROVED")
    assert (row.id, row.hostility) == ("c-2/r-2", False)


def test_a_newsroom_says_what_its_rejections_mean() -> None:
    read = Read(SAMPLES / "coral", "coral", decisions={"REJECTED": "hostile"})
    assert ("c-4/r-4", "m-1", True, None) in read.answers
    with pytest.raises(UsageError):
        Read(SAMPLES / "coral", "coral", decisions={"REJECTED": "purple"})


def test_a_dump_without_decisions(tmp_path: Path) -> None:
    (tmp_path / "comments.json").write_bytes((SAMPLES / "coral/comments.json").read_bytes())
    with pytest.raises(InputError, match="no decisions"):
        Read(tmp_path, "coral")


@pytest.mark.parametrize(
    ("name", "fmt"), [("harbour.wxr.xml", "wxr"), ("lighthouse.rest.json", "wordpress-rest")]
)
def test_wordpress_says_nothing_until_the_newsroom_does(name: str, fmt: str) -> None:
    path = SAMPLES / "../../sources/exports" / name
    silent = Read(path, fmt)
    assert silent.rows == []
    assert silent.notices[-1] == "no status was taken for an answer"
    approved = {"wxr": "1", "wordpress-rest": "approved"}[fmt]
    read = Read(path, fmt, decisions={approved: "not hostile"})
    assert len(read.rows) > 1
    assert all(row.hostility is False and row.off_topic is None for row in read.rows)
    assert {row.article_id for row in read.rows} - {None} <= {a.id for a in read.articles}


@pytest.mark.parametrize(
    ("fmt", "row"),
    [
        (
            "label-studio",
            {
                "id": 1,
                "data": {"comment_body": "You fool.", "mail": "a@x.example"},
                "annotations": [
                    {"result": [{"from_name": "hostility", "type": "choices",
                                 "value": {"choices": ["yes"]}}]}
                ],
            },
        ),
        ("label-studio", {"id": 1, "comment_body": "You fool.", "hostility": "yes"}),
        ("doccano", {"id": 1, "comment_body": "You fool.", "label": ["hostile"]}),
        ("argilla", {"id": "1", "fields": {"comment_body": "You fool."},
                     "responses": {"hostility": [{"value": "yes", "user_id": "u"}]}}),
    ],
)  # fmt: skip
def test_a_project_may_have_named_its_field_otherwise(
    tmp_path: Path, fmt: str, row: dict[str, Any]
) -> None:
    path = write_lines(tmp_path / "export.json", [row])
    (found,) = Read(path, fmt, columns={"text": "comment_body"}).rows
    assert (found.text, found.hostility) == ("You fool.", True)
    unnamed = Read(path, fmt)
    assert not unnamed.rows
    (error,) = unnamed.errors
    assert error.field == "text"
    assert "--column text=NAME" in str(error)
    assert "comment_body" in str(error)
    assert "a@x" not in str(error)
