"""The thread around a comment, and the sum that does not need it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from visiting import scored

from moderation.context import in_threads
from moderation.desk.store.database import Database
from moderation.desk.store.intake import Intake
from moderation.desk.store.threads import ThreadAround, thread_around
from moderation.desk.web.card import make_card
from moderation.model import Moderator
from moderation.records import Article, Attribute, Comment
from moderation.sources.comment_rows import Item


def fill(database: Database, replies: dict[int, int | None]) -> None:
    """Store comments under one article, each with the number of what it answers."""
    pairs = [
        scored(2 * n, parent_id=None if to is None else f"c{2 * to}") for n, to in replies.items()
    ]
    list(Intake(database).fill(pairs, "in"))


def around(database: Database, n: int) -> ThreadAround:
    with database.reading() as sql:
        row = sql.execute("SELECT item FROM items WHERE id = ?", (f"c{2 * n}",)).fetchone()
        return thread_around(sql, row["item"])


def shape(found: ThreadAround) -> list[tuple[int, int]]:
    return [(int(line.row["named"][1:]) // 2, line.depth) for line in found.lines]


def test_the_thread_has_what_stands_above_beside_and_below(database: Database) -> None:
    fill(database, {0: None, 1: 0, 2: 1, 3: 0, 4: 2, 5: 1, 6: None})
    assert shape(around(database, 1)) == [(0, 0), (1, 1), (2, 2), (4, 3), (5, 2), (3, 1)]
    assert shape(around(database, 4)) == [(0, 0), (1, 1), (2, 2), (4, 3)]
    assert shape(around(database, 6)) == [(0, 0), (6, 0)]


def test_comments_that_answer_each_other_end(database: Database) -> None:
    fill(database, {0: 1, 1: 0, 2: 2})
    assert shape(around(database, 0)) == [(1, 0), (0, 1)]
    assert shape(around(database, 2)) == [(2, 0)]


def test_deep_and_broad_threads_are_bounded(database: Database) -> None:
    fill(database, {n: n - 1 if n else None for n in range(300)})
    deep = around(database, 150)
    assert shape(deep)[0] == (145, 0)
    assert len(deep.lines) == 5 + 1 + 30
    assert deep.more_above
    assert deep.more_below


def test_many_answers_to_one_comment_are_bounded(database: Database) -> None:
    fill(database, {n: 0 if n else None for n in range(300)})
    assert len(around(database, 0).lines) == 31
    assert [n for n, _ in shape(around(database, 150))] == [0, *range(146, 155)]


def test_every_step_reads_an_index(database: Database) -> None:
    fill(database, {0: None, 1: 0, 2: 0})
    seen: list[str] = []
    with database.reading() as sql:
        sql.set_trace_callback(seen.append)
        for key in [row["item"] for row in sql.execute("SELECT item FROM items")]:
            thread_around(sql, key)
        sql.set_trace_callback(None)
        asked = {statement for statement in seen if "named" in statement}
        plans = [
            row["detail"] for each in asked for row in sql.execute(f"EXPLAIN QUERY PLAN {each}")
        ]
    assert len(plans) > 5
    assert not [plan for plan in plans if "SCAN" in plan or "TEMP" in plan]


def test_a_page_numbers_its_comments_for_itself(database: Database) -> None:
    article = Article(id="a", title="The bridge")
    for page in ("one.html", "two.html"):
        pairs = []
        for n in range(2):
            _, verdict = scored(n)
            comment = Comment(
                text=f"{n} on {page}", id=str(n), parent_id="0" if n else None,
                article=article, article_id="a",
            )  # fmt: skip
            pairs.append((Item(comment, page=page), verdict))
        list(Intake(database).fill(pairs, page))
    with database.reading() as sql:
        for row in sql.execute("SELECT item, text FROM items").fetchall():
            texts = [line.row["text"] for line in thread_around(sql, row["item"]).lines]
            page = row["text"].partition(" on ")[2]
            assert texts == [f"0 on {page}", f"1 on {page}"]


def _pairs(moderator: Moderator, texts: list[str], article: Article) -> list[tuple[Item, Any]]:
    comments = in_threads(
        Comment(text=text, id=f"c{n}", article=article, article_id=article.id)
        for n, text in enumerate(texts)
    )
    verdicts = moderator.score_many(comments)
    return [
        (Item(c, raw={"id": c.id}), verdict) for c, verdict in zip(comments, verdicts, strict=True)
    ]


@pytest.fixture(scope="module")
def shipped() -> Moderator:
    return Moderator.load()


TEXTS = [
    "The old bridge should have been repaired years ago.",
    "Who pays for a new bridge over the river?",
    "My cat has three kittens, and they are all grey.",
    "The ferry was slower, but nobody complained about the ferry.",
    "The engineers warned of rust in the bridge, and the council did nothing.",
    "Buy cheap watches at www.watches.example today!",
]


def test_the_sum_of_a_card_is_the_score_of_the_queue(
    database: Database, shipped: Moderator
) -> None:
    """The part of the thread is exact although the card does not read the thread."""
    article = Article(id="a", title="A bridge is closed", text="The bridge over the river is shut.")
    pairs = _pairs(shipped, TEXTS, article)
    list(Intake(database).fill(pairs, "in"))
    for item, verdict in pairs:
        with database.reading() as sql:
            key = sql.execute("SELECT item FROM items WHERE id = ?", (item.comment.id,)).fetchone()
        card = make_card(database, shipped, key["item"], hidden=False)
        for sum_, score in zip(card.sums, verdict.scores, strict=True):
            assert score.value is not None
            assert sum_.score.value == pytest.approx(score.value, abs=1e-9)
            assert not sum_.differs
        whole = shipped.explain(item.comment, Attribute.OFF_TOPIC)
        assert whole is not None
        assert card.sums[1].explanation is not None
        weights = {reason.text: reason.weight for reason in card.sums[1].explanation.reasons}
        assert weights == pytest.approx({r.text: r.weight for r in whole.reasons}, abs=1e-9)
        assert any("other comments" in text for text in weights)


def test_a_changed_article_is_said_and_not_blamed_on_the_thread(
    database: Database, shipped: Moderator
) -> None:
    article = Article(id="a", title="A bridge is closed", text="The bridge over the river is shut.")
    pairs = _pairs(shipped, TEXTS, article)
    list(Intake(database).fill(pairs, "in"))
    other = Article(id="a", title="Kittens", text="A cat has kittens in the town hall.")
    list(Intake(database).fill(_pairs(shipped, ["Kittens!"], other), "in"))
    with database.reading() as sql:
        key = sql.execute("SELECT item FROM items WHERE text = ?", (TEXTS[2],)).fetchone()["item"]
    off_topic = make_card(database, shipped, key, hidden=False).sums[1]
    assert off_topic.differs
    assert off_topic.explanation is not None
    assert not [r for r in off_topic.explanation.reasons if "other comments" in r.text]
    # Reading the comment again beside the new article makes it the score of the queue.
    list(Intake(database).fill(_pairs(shipped, TEXTS, other), "in"))
    assert not make_card(database, shipped, key, hidden=False).sums[1].differs


def test_the_past_of_an_author_is_on_the_card(database: Database, serve: Any) -> None:
    list(Intake(database).fill([scored(n, author="Reader") for n in range(14)], "in"))
    mara = serve(database)
    for n in range(13):
        mara.next()
        mara.decide("reject:insult" if n < 2 else "publish")
    mara.next()
    text = mara.page.text
    assert "This author before: 11 published, 2 rejected" in text
    assert text.count("<b>published</b>") == 10
    assert "show=decided&amp;author=Reader" in text


def test_cards_name_the_thread_in_order(database: Database, serve: Any) -> None:
    fill(database, {0: None, 1: 0, 2: 1})
    mara = serve(database)
    mara.next()
    places = [mara.page.text.index(mark) for mark in ("This comment", 'class="d1"', 'class="d2"')]
    assert all(one < other for one, other in pairwise(places))
