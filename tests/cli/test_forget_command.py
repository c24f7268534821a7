"""``moderation forget``, from a dry run to the record of what was forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from running import Command

from moderation.desk import Intake, open_database
from moderation.model import Moderator
from moderation.records import Comment
from moderation.sources.comment_rows import Item

Lines = Callable[..., Path]

NAME = "Pelagia Orsolic"
WORDS = "The ferry has not once left on time since the new timetable."


@pytest.fixture
def store(tmp_path: Path, moderator: Moderator) -> Path:
    """A store with two comments, of which one is the reader's."""
    comments = [
        Comment(text=WORDS, id="c1", author=NAME),
        Comment(text="Mine was early.", id="c2", author="Ann", parent=WORDS, parent_id="c1"),
    ]
    pairs = [(Item(each, raw={"id": each.id}), moderator.score(each)) for each in comments]
    path = tmp_path / "desk.db"
    with closing(open_database(path, create=True)) as database:
        list(Intake(database).fill(pairs, "in.jsonl"))
    return path


def test_the_words_go_from_the_store_and_from_labels_that_name_no_author(
    store: Path, tmp_path: Path, lines: Lines, run: Command
) -> None:
    (tmp_path / "labels").mkdir()
    labels = lines(
        {"id": "c1", "text": WORDS, "hostility": False},
        {"id": "c2", "text": "Mine was early.", "parent": WORDS, "hostility": False},
        name="labels/mine.jsonl",
    )
    before = labels.read_bytes()
    look = run("forget", store, labels.parent, "--author", NAME)
    assert look.status == 0
    assert "mine.jsonl: 1 row, 1 other row with quotations (which go)" in look.out
    assert "desk.db: 1 comment, 1 other comment with quotations (which go)" in look.out
    assert "nothing is changed yet" in look.out
    assert WORDS not in look.out + look.err
    assert labels.read_bytes() == before
    done = run("forget", store, labels.parent, "--author", NAME, "--yes", "--by", "iven")
    assert done.out.splitlines() == look.out.splitlines()[:-1]
    for path in (store, labels, *labels.parent.iterdir()):
        assert WORDS.encode() not in path.read_bytes()
        assert NAME.encode() not in path.read_bytes()
    past = run("forget", store)
    assert "iven, by author: 1 comment, 1 other text" in past.out
    assert run("check", labels).status == 0
    again = run("forget", store, labels.parent, "--author", NAME, "--yes")
    assert "nothing found: the name has to be written exactly" in again.out


def test_nothing_is_changed_if_one_file_cannot_be_read(
    store: Path, tmp_path: Path, run: Command
) -> None:
    (tmp_path / "bad.csv").write_text('id,text\nc1,"never closed\n')
    before = store.read_bytes()
    found = run("forget", store, tmp_path / "bad.csv", "--author", NAME, "--yes")
    assert (found.status, len(found.told)) == (3, 1)
    assert "bad.csv:2" in found.err
    assert store.read_bytes() == before


def test_a_row_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, run: Command) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "c1", "te\n' + json.dumps({"id": "c1", "text": WORDS}) + "\n")
    found = run("forget", path, "--id", "c1", "--yes")
    assert found.status == 1
    assert "a.jsonl:1: not an object of JSON" in found.err
    assert "1 row" in found.out


def test_old_decisions_go_by_age(store: Path, run: Command) -> None:
    found = run("forget", store, "--older-than", "180d")
    assert (found.status, found.out) == (0, "nothing found\n")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("in.jsonl",), 2, "what is to be forgotten?"),
        (("in.jsonl", "--author", " "), 2, "--author"),
        (("in.jsonl", "--older-than", "9d"), 2, "is no store"),
        (("in.jsonl", "--older-than", "9"), 2, "--older-than"),
        (("in.jsonl", "--older-than", "9d", "--id", "c1"), 2, "goes with neither"),
        (("missing", "--id", "c1"), 3, "no such file"),
        (("notes.txt", "--id", "c1"), 3, "JSON Lines, CSV and TSV"),
        (("other.db", "--id", "c1"), 3, "is no store of a desk"),
    ],
)
def test_a_wrong_call_is_one_line(
    tmp_path: Path,
    lines: Lines,
    run: Command,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    status: int,
    told: str,
) -> None:
    import sqlite3

    lines({"id": "c1", "text": "Fine."})
    (tmp_path / "notes.txt").write_text("Some notes.")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (x)")
    monkeypatch.chdir(tmp_path)
    found = run("forget", *arguments)
    assert (found.status, len(found.told)) == (status, 1)
    assert told in found.err
