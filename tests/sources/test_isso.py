"""isso's database, and databases that were made to do harm."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import InputError, ModerationError, RecordError
from moderation.records import Comment
from moderation.sources import read_comments
from moderation.sources.comment_rows import Item
from moderation.sources.exports.reading import ExportTally, read_export

SAMPLE = Path(__file__).parent / "exports" / "orchard.isso.db"
THREADS = "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256), title VARCHAR(256))"
COMMENTS = """
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR,
author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0,
dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0)
"""


def _database(tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "made.db"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


def _read(body: bytes) -> tuple[list[Comment], list[RecordError], ExportTally]:
    tally = ExportTally()
    found = list(read_export(io.BytesIO(body), "isso", name="isso.db", tally=tally))
    return (
        [each for each in found if isinstance(each, Comment)],
        [each for each in found if isinstance(each, RecordError)],
        tally,
    )


def test_comments_come_with_their_pages() -> None:
    comments, (error,), tally = _read(SAMPLE.read_bytes())
    assert [(c.id, c.parent_id, c.depth, c.author, c.published) for c in comments] == [
        ("1", None, 1, "Ada Quist", "2025-01-06T08:00:00Z"),
        ("2", "1", 2, None, "2025-01-06T08:05:00Z"),
        ("4", None, 1, "Cy Dahl", "2025-01-06T08:15:00Z"),
    ]
    assert comments[0].text == "Five < six,\nand it's shut again."
    assert comments[0].article is comments[1].article
    assert comments[0].article is not None
    assert (comments[0].article.title, comments[0].article.url) == ("Swing bridge shut", "/bridge/")
    assert (comments[2].article, comments[2].article_id) == (None, "/untitled/")
    assert tally.skipped == {"deleted": 1}
    assert (error.line, error.field) == (5, "text")


@pytest.mark.parametrize("name", ["comments.db", "isso"])
def test_a_database_is_an_input_like_others(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(SAMPLE.read_bytes())
    found = list(read_comments([tmp_path / name]))
    assert [item.comment.id for item in found if isinstance(item, Item)] == ["1", "2", "4"]
    shown = f"{found}{[str(each) for each in found]}"
    assert "192.0.2" not in shown
    assert "@" not in shown
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE urls (id INTEGER, url TEXT)"],
        [THREADS],
        [THREADS, "CREATE TABLE comments (id INTEGER PRIMARY KEY, body TEXT)"],
        [THREADS, "CREATE VIEW comments AS SELECT 1 tid, 2 id, 3 parent, 4 created, 5 mode, "
                  "'x' text, 'y' author"],
        [THREADS, COMMENTS.replace("text VARCHAR", "text GENERATED ALWAYS AS (hex(id)) VIRTUAL")],
        [THREADS, "CREATE VIRTUAL TABLE comments USING fts5(id, tid, parent, created, mode, text, "
                  "author)"],
    ],
    ids=["other", "one", "columns", "view", "generated", "virtual"],
)  # fmt: skip
def test_other_databases_are_refused_by_name(tmp_path: Path, statements: list[str]) -> None:
    with pytest.raises(InputError, match="without isso's table") as raised:
        _read(_database(tmp_path, *statements))
    assert "export the comments to CSV or JSON Lines" in str(raised.value)


def test_what_stands_beside_the_tables_is_not_run(tmp_path: Path) -> None:
    row = "INSERT INTO comments (tid, id, created, mode, text, voters) VALUES (1, 1, 0, 1, 'x', '')"
    body = _database(
        tmp_path, THREADS, COMMENTS, row,
        "CREATE INDEX endless ON comments (hex(zeroblob(id + 1)))",
        "CREATE TRIGGER t AFTER INSERT ON comments BEGIN DELETE FROM comments; END",
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
        "SELECT i FROM n",
    )  # fmt: skip
    comments, errors, _ = _read(body)
    assert ([comment.text for comment in comments], errors) == (["x"], [])


def test_wrong_types_and_very_long_texts_are_errors_of_their_rows(tmp_path: Path) -> None:
    insert = "INSERT INTO comments (tid, id, parent, created, mode, text, author, voters) VALUES "
    body = _database(
        tmp_path, THREADS, COMMENTS,
        insert + "(9, 1, 1, 'never', 'odd', x'ff41', 7, '')",
        insert + "('x', 2, 'y', 1e300, 1, 'so', x'00', '')",
        insert + f"(1, 3, 0, 0, 1, '{'x' * 4_000_001}', '', '')",
    )  # fmt: skip
    (comment,), errors, _ = _read(body)
    assert (comment.text, comment.author, comment.published) == ("so", None, None)
    assert [(error.line, error.field) for error in errors] == [(1, "text"), (3, "text")]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_database_that_breaks_off_gives_what_it_has(tmp_path: Path, share: float) -> None:
    insert = "INSERT INTO comments (tid, id, created, mode, text, voters) VALUES "
    text = f"Number of many. {'So. ' * 40}"
    rows = [f"{insert}(1, {n}, 0, 1, '{text}', '')" for n in range(2_000)]
    body = _database(tmp_path, THREADS, COMMENTS, *rows)
    comments, errors, _ = _read(body[: int(len(body) * share)])
    assert 100 < len(comments) < 2_000
    assert "a database that is damaged" in str(errors[-1])


def test_a_loop_in_the_pages_of_a_table_ends(tmp_path: Path) -> None:
    insert = "INSERT INTO comments (tid, id, created, mode, text, voters) VALUES "
    rows = [f"{insert}(1, {n}, 0, 1, '{'x' * 500}', '')" for n in range(2_000)]
    body = bytearray(_database(tmp_path, THREADS, COMMENTS, *rows))
    size = int.from_bytes(body[16:18], "big")
    for at in range(size, len(body), size):
        if body[at] == 5:  # an inner page of a table: all of its children become one
            body[at + 12 : at + 12 + 2 * 8] = body[at + 12 : at + 14] * 8
    with contextlib.suppress(InputError):
        assert len(_read(bytes(body))[0]) < 20_000


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_mutated_databases_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    body = bytearray(SAMPLE.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(16, len(body) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=20))
        body[start : start + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "mutated.db"
    path.write_bytes(bytes(body))
    assert all(str(each) for each in read_comments([path]) if isinstance(each, ModerationError))
