"""Tables in memory give what files give, row by row."""

from __future__ import annotations

import threading
from typing import Any

import pyarrow as pa
import pytest

from moderation.batch import score_table
from moderation.errors import InputError, UsageError
from moderation.model.moderator import Moderator
from moderation.records import Article, Comment
from moderation.sources.comment_rows.reading import RowContext

ARTICLE = {"id": "f", "title": "Ferry to close", "text": "The council closes the ferry in March."}
ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": "You are an idiot.", "article": None, "parent_id": None},
    {"id": "b", "text": "The ferry should stay open.", "article": ARTICLE, "parent_id": None},
    {"id": None, "text": None, "article": None, "parent_id": None},
    {"id": "d", "text": "It should.", "article": None, "parent_id": "b"},
    {"id": None, "text": " ", "article": None, "parent_id": None},
]


def test_an_arrow_table_row_by_row(moderator: Moderator) -> None:
    found = score_table(moderator, pa.Table.from_pylist(ROWS)).to_pylist()
    assert [row["id"] for row in found] == ["a", "b", "3", "d", "5"]
    assert [row["off_topic"] is None for row in found] == [True, False, True, False, True]
    assert [row["action"] is None for row in found] == [False, False, True, False, True]
    assert found[2]["null_reason"].startswith("text: ")  # the field is named
    assert found[4]["null_reason"] == "text is empty"
    one = moderator.score(Comment(text=ROWS[0]["text"]))
    assert found[0]["hostility"] == one.hostility.value


def test_articles_by_id_come_from_the_caller(moderator: Moderator) -> None:
    table = pa.table({"text": ["The ferry!"], "article_id": ["f"]})
    (bare,) = score_table(moderator, table).to_pylist()
    context = RowContext(articles={"f": Article(**ARTICLE)})
    (placed,) = score_table(moderator, table, context).to_pylist()
    assert bare["off_topic"] is None
    assert placed["off_topic"] is not None


class _Frame:
    """Any data frame that speaks Arrow's C stream."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def test_any_frame_that_speaks_arrow(moderator: Moderator) -> None:
    table = pa.Table.from_pylist(ROWS)
    assert score_table(moderator, _Frame(table)).equals(score_table(moderator, table))


def test_what_is_no_table_is_refused(moderator: Moderator) -> None:
    with pytest.raises(UsageError, match="no table"):
        score_table(moderator, ["x"])
    with pytest.raises(InputError, match="no column text"):
        score_table(moderator, pa.table({"txt": ["x"]}))


def test_an_empty_table_gives_an_empty_one(moderator: Moderator) -> None:
    assert score_table(moderator, pa.table({"text": pa.array([], pa.string())})).num_rows == 0


def test_threads_share_a_moderator(model_folder: Any) -> None:
    shared = Moderator.load(model_folder)
    said = ("You are an idiot", "The ferry should stay open", "Buy watches at example.com")
    comments = [
        Comment(id=str(n), text=f"{said[n % 3]} {n} {chr(97 + n % 26)}", article=Article(**ARTICLE))
        for n in range(600)
    ]
    expected = list(Moderator.load(model_folder).score_many(comments))
    found: dict[int, object] = {}

    def work(number: int) -> None:
        found[number] = list(shared.score_many(comments))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n] == expected for n in range(6)] == [True] * 6
