"""Out to every tool's format and in again: what the format can hold comes back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import Notice
from moderation.labels.formats import (
    TOOLS,
    ImportedTask,
    Wording,
    sniff_labels,
    unanswered,
    write_labels,
)
from moderation.labels.formats.label_studio import config
from moderation.labels.formats.wording import LABELS
from moderation.labels.labelled_files import LabelledRow, read_labelled
from moderation.records import Article

ROWS = (
    LabelledRow(
        id="1", text="You are a disgrace to the allotments.", hostility=True, off_topic=False,
        annotator="ada", guideline="2", source="desk", labelled_at="2026-05-01T09:00:00Z",
        article=Article(id="plots", title="Rents double", text="Twice the rent."), note="plain",
        selection="random", model="m@1", score_seen=0.25, token="t-1",
    ),
    LabelledRow(
        id="1", text="You are a disgrace to the allotments.", hostility=False, annotator="bo",
        source="desk", article=Article(id="plots", title="Rents double", text="Twice the rent."),
        adjudicated=True,
    ),
    LabelledRow(
        id="2", text="=SUM(A1:A9) is what they can do.\nSecond line, \"quoted\"; done.",
        hostility="unsure", off_topic="unsure", annotator="ada", source="desk",
        parent="Can they do sums?", article_id="plots",
    ),
    LabelledRow(
        id="3", text="'- apostrophes and 🙂", off_topic=True, annotator="ada", source="desk",
        parent_id="2",
    ),
)  # fmt: skip


def _back(rows: Any, tool: str) -> tuple[list[LabelledRow], list[Notice]]:
    stream = io.BytesIO()
    notices = list(write_labels(list(rows), tool, stream, name="x"))
    stream.seek(0)
    reading = ImportedTask(wording=Wording())
    found = list(TOOLS[tool].read(io.BufferedReader(stream), reading, name="x"))
    assert all(isinstance(row, LabelledRow | Notice) for row in found), found
    return [row for row in found if isinstance(row, LabelledRow)], notices


@pytest.mark.parametrize("tool", TOOLS)
def test_what_goes_out_comes_back(tool: str) -> None:
    rows, notices = _back(ROWS, tool)
    assert sorted(rows, key=lambda r: (r.id, r.annotator)) == list(ROWS)
    assert notices == []


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_written_is_recognised(tool: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{'csv' if tool == 'csv' else 'json'}"
    with path.open("wb") as stream:
        list(write_labels(ROWS, tool, stream, name="x"))
    assert sniff_labels(path) == tool


@pytest.mark.parametrize("tool", TOOLS)
def test_a_share_of_annotators_is_kept_where_it_can_be(tool: str) -> None:
    share = LabelledRow(id="s", text="t", hostility=0.4, off_topic=True, source="d", annotator="a")
    rows, notices = _back([share], tool)
    if tool == "csv":
        assert rows == [share]
        assert notices == []
    else:
        assert [(row.hostility, row.off_topic) for row in rows] == [(None, True)]
        assert [notice.what[:19] for notice in notices] == ["1 answers are share"]


@pytest.mark.parametrize("tool", TOOLS)
def test_blank_comments_come_back_without_labels(tool: str) -> None:
    blank = unanswered(ROWS)
    assert [row.id for row in blank] == ["1", "2", "3"]
    assert {row.annotator for row in blank} == {"unnamed"}
    rows, _ = _back(blank, tool)
    assert rows == []


_ANSWER = st.sampled_from([True, False, "unsure"])
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)
_ROW = st.builds(
    LabelledRow,
    text=_TEXT.filter(lambda text: text.strip() != ""),
    id=st.just("c"),
    hostility=_ANSWER,
    off_topic=_ANSWER | st.none(),
    annotator=st.just("ada"),
    source=st.just("s"),
)


@pytest.mark.parametrize("tool", TOOLS)
@given(row=_ROW)
def test_any_text_survives(tool: str, row: LabelledRow) -> None:
    assert _back([row], tool)[0] == [row]


def test_no_cell_is_a_formula() -> None:
    texts = ["=1+1", "+1", "-1", "@me", "\tx", "'=1", "''=1", "fine", "'fine"]
    texts += ["\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20me", "\n=1+1", "\r\n=1", "'\uff1d1"]
    rows = [LabelledRow(id=str(i), text=text, hostility=True) for i, text in enumerate(texts)]
    stream = io.BytesIO()
    list(write_labels(rows, "csv", stream, name="x"))
    table = list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))
    assert not any(
        row["text"].startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")) for row in table
    )
    assert [row.text for row in _back(rows, "csv")[0]] == texts


def test_the_shapes_are_those_of_the_tools() -> None:
    def written(tool: str) -> str:
        stream = io.BytesIO()
        list(write_labels(ROWS, tool, stream, name="x"))
        return stream.getvalue().decode("utf-8-sig")

    line = json.loads(written("doccano").splitlines()[0])
    assert (line["id"], line["label"]) == (1, ["hostile", "on topic"])
    task = json.loads(written("prodigy").splitlines()[0])
    assert [option["id"] for option in task["options"]] == list(LABELS)
    assert (task["accept"], task["answer"]) == (["hostile", "on topic"], "accept")
    tasks = json.loads(written("label-studio"))
    assert [len(task["annotations"]) for task in tasks] == [2, 1, 1]
    result = tasks[0]["annotations"][0]["result"][0]
    assert (result["type"], result["from_name"], result["to_name"]) == (
        "choices", "hostility", "text"
    )  # fmt: skip
    assert all(f'value="{label}"' in config() for label in LABELS)
    records = json.loads(written("argilla"))
    assert set(records[0]) == {"id", "fields", "metadata", "suggestions", "responses", "vectors"}
    assert [r["value"] for r in records[0]["responses"]["hostility"]] == ["yes", "no"]
    assert all(isinstance(value, str) for value in records[0]["metadata"].values())


def test_an_exported_table_is_a_labelled_file_too(tmp_path: Path) -> None:
    rows = [row for row in ROWS if not row.text.startswith(("=", "'"))]
    with (tmp_path / "l.csv").open("wb") as stream:
        list(write_labels(rows, "csv", stream, name="x"))
    found = read_labelled([tmp_path / "l.csv"])
    assert found.rejected == ()
    assert [msgspec.structs.astuple(row)[:5] for row in found.rows] == [
        msgspec.structs.astuple(row)[:5] for row in rows
    ]
