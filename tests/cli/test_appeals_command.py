"""``moderation appeals``: a file of appeals goes in, and their counts come out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from running import Command

from moderation.desk import Intake, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.model import Moderator
from moderation.records import Comment
from moderation.sources.comment_rows import Item

Lines = Callable[..., Path]


@pytest.fixture
def store(tmp_path: Path, moderator: Moderator) -> Path:
    """A store with a rejected and a waiting comment."""
    path = tmp_path / "desk.db"
    comments = [Comment(text=f"Comment {n} on the ferry", id=f"c{n}") for n in (1, 2)]
    with closing(open_database(path, create=True)) as database:
        pairs = [(Item(each, raw={"id": each.id}), moderator.score(each)) for each in comments]
        list(Intake(database).fill(pairs, "in.jsonl"))
        with database.reading() as sql:
            (item,) = sql.execute("SELECT item FROM items WHERE id = 'c1'").fetchone()
        decide(database, Decision(item, "mara", DeskStep.REJECT, reason="insult"))
    return path


def test_appeals_are_taken_once_and_counted(store: Path, lines: Lines, run: Command) -> None:
    assert run("appeals", store).out == "0 waiting, 0 upheld, 0 overturned\n"
    good = {"id": "c1", "text": "It was no insult."}
    path = lines(good, good, {"id": "c2", "text": "Why?"}, name="appeals.jsonl")
    found = run("appeals", store, path, "--by", "iven")
    assert (found.status, found.out) == (1, "1 new, 1 taken before\n")
    assert len(found.told) == 1
    assert "appeals.jsonl:3:id: the comment is not rejected" in found.err
    counts = run("appeals", store).out.splitlines()
    assert counts == [
        "1 waiting, 0 upheld, 0 overturned",
        "  rejected by mara, Insults a person: 1 waiting, 0 upheld, 0 overturned",
    ]
    records = run("decisions", store).records
    assert [(r["decision"], r["appeal"], r["moderator"]) for r in records] == [
        ("reject", None, "mara"),
        ("appeal", 1, "iven"),
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("missing.jsonl",), 3, "no such file"),
        (("notes.txt",), 3, "is no file of appeals"),
        (("a.jsonl", "--by", " "), 2, "--by"),
    ],
)
def test_a_wrong_call_is_one_line(
    store: Path, run: Command, tmp_path: Path, arguments: tuple[str, ...], status: int, told: str
) -> None:
    (tmp_path / "notes.txt").write_text("Some notes.")
    found = run("appeals", store, tmp_path / arguments[0], *arguments[1:])
    assert (found.status, len(found.told)) == (status, 1)
    assert told in found.err
