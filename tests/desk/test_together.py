"""Several comments are decided together, and taken back together."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from visiting import Page, Visitor, scored

from moderation.desk.appeals.entering import NewAppeal, enter_appeal
from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.bulk import decide_together, n_together
from moderation.desk.store.counts import counted
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.intake import Intake
from moderation.desk.store.queue import take
from moderation.desk.store.views import QueuePart, View

TEXT = "They sold the bridge to their friends and nobody in this town was ever asked, vote them out"
Serve = Any  # the fixture of conftest.py


def keys(database: Database) -> list[str]:
    with database.reading() as sql:
        return [row["item"] for row in sql.execute("SELECT item FROM items ORDER BY place")]


def lines(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as sql:
        rows = sql.execute("SELECT seq, what, reason, withdraws, bulk FROM decisions ORDER BY seq")
        return [tuple(row) for row in rows]


def waiting(database: Database) -> int:
    return counted(database, View()).parts[QueuePart.WAITING]


@pytest.fixture
def copies(database: Database) -> Database:
    """A store with six copies and two other comments."""
    pairs = [scored(n, TEXT) for n in range(6)] + [scored(n) for n in range(6, 8)]
    list(Intake(database).fill(pairs, "in"))
    return database


def test_each_comment_gets_a_line_and_one_undo_takes_all_back(copies: Database) -> None:
    publish = [Decision(item, "mara", DeskStep.PUBLISH) for item in keys(copies)[:6]]
    decide(copies, Decision(keys(copies)[7], "mara", DeskStep.PUBLISH))
    found = decide_together(copies, publish)
    assert (found.last, found.done, found.refused) == (7, 6, [])
    assert [line[4] for line in lines(copies)] == [None, *[2] * 6]
    assert waiting(copies) == 1
    assert n_together(copies, last_of(copies, "mara")) == 6

    assert decide_together(copies, publish).done == 6  # the form was sent twice
    assert len(lines(copies)) == 7
    undo(copies, "mara", 7)
    undo(copies, "mara", 7)
    assert [line[3] for line in lines(copies)[7:]] == [2, 3, 4, 5, 6, 7]
    assert waiting(copies) == 7
    assert n_together(copies, last_of(copies, "mara")) == 1


def test_what_changed_meanwhile_is_refused_and_named(copies: Database) -> None:
    first, second, third, *_ = keys(copies)
    decide(copies, Decision(first, "iven", DeskStep.REJECT, reason="insult"))
    take(copies, second, "iven")
    decide(copies, Decision(third, "mara", DeskStep.SECOND))
    with copies.reading() as sql:
        seen = sql.execute("SELECT last FROM items WHERE item = ?", (third,)).fetchone()[0]
    found = decide_together(
        copies,
        [
            Decision(item, "mara", DeskStep.REJECT, seen if item == third else 0, "insult")
            for item in keys(copies)[:6]
        ],
    )
    assert found.done == 3
    assert [(each.item, each.why) for each in found.refused] == [
        (first, "iven has decided about this comment meanwhile."),
        (second, "iven has this comment."),
        (third, "Somebody else has to answer your question."),
    ]
    assert [each.name for each in found.refused] == [TEXT[:80]] * 3
    # A later decision of somebody else outlives the undo.
    item = keys(copies)[3]
    with copies.reading() as sql:
        last = sql.execute("SELECT last FROM items WHERE item = ?", (item,)).fetchone()[0]
    decide(copies, Decision(item, "iven", DeskStep.PUBLISH, last))
    undo(copies, "mara", found.last)
    with copies.reading() as sql:
        (state,) = sql.execute("SELECT state FROM items WHERE item = ?", (item,)).fetchone()
    assert state == "publish"


def test_only_a_group_or_an_article_is_decided_together(copies: Database) -> None:
    items = keys(copies)
    of_two_articles = [items[6], items[7]]
    with_a_stranger = [items[0], items[1], items[7]]
    for some in (of_two_articles, with_a_stranger, [], [items[0]] * 51):
        with pytest.raises(DeskRefusal):
            decide_together(copies, [Decision(i, "mara", DeskStep.PUBLISH) for i in some])
    of_one_article = [items[0], items[6]]
    assert decide_together(
        copies, [Decision(i, "mara", DeskStep.PUBLISH) for i in of_one_article]
    ).done == 2  # fmt: skip


def send(visitor: Visitor, do: str, leave_out: int = 0, every: bool = False, **more: str) -> Page:
    """Press a button of the page with the boxes that are ticked, or all, but the first ones."""
    from urllib.parse import urlencode

    (form,) = re.findall(r'(?s)<form method="post" action="/together".*?</form>', visitor.page.text)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    ticked = "" if every else "[^>]*checked"
    ticks = re.findall(rf'type="checkbox" name="([\w-]+)" value="(\d+)"{ticked}', form)
    body = urlencode(
        {name: unescape(value) for name, value in fields.items()}
        | dict(ticks[leave_out:])
        | {"do": do}
        | more
    )
    page = visitor.ask("POST", "/together", body, Origin=f"http://127.0.0.1:{visitor.port}")
    return visitor.open(page.place) if page.status == 303 else page


def test_a_group_is_opened_decided_and_undone_without_a_script(
    copies: Database, serve: Serve
) -> None:
    mara = serve(copies)
    text = mara.open().text
    assert "6 comments alike" in text
    mara.open(re.findall(r'href="(/alike/\d+\?[^"]*)"', text)[0].replace("&amp;", "&"))
    assert 'Publish the <span class="n">6</span> ticked' in mara.page.text
    page = send(mara, "reject:insult:6")
    assert "Rejected: " in page.text
    assert "6 comments." in page.text
    assert "Undo my last 6 decisions" in page.text
    assert waiting(copies) == 2
    assert "Undone." in mara.undo().text
    assert waiting(copies) == 8


def test_without_a_script_a_wrong_count_is_asked_about(copies: Database, serve: Serve) -> None:
    mara = serve(copies)
    mara.open("/together?article=1")
    assert 'Publish the <span class="n">0</span> ticked' in mara.page.text
    page = send(mara, "publish:0", leave_out=1, every=True)
    assert page.status == 200
    assert "The button said 0, and 3 are ticked. Nothing was decided." in page.text
    assert lines(copies) == []
    assert "Published. 3 comments." in send(mara, "publish:3").text
    assert len(lines(copies)) == 3


def test_what_was_refused_is_on_the_page(copies: Database, serve: Serve) -> None:
    mara = serve(copies)
    mara.open("/together?article=1")
    decide(copies, Decision(keys(copies)[6], "iven", DeskStep.PUBLISH))
    text = send(mara, "publish:4", every=True).text
    assert "3 decided, 1 not" in text
    assert "Comment 6 on the bridge" in text
    assert "iven has decided about this comment meanwhile." in text


@pytest.mark.parametrize("do", ["", "second:4", "reject:4", "reject:unheard:4", "publish:x:4"])
def test_a_button_that_is_none_writes_nothing(copies: Database, serve: Serve, do: str) -> None:
    mara = serve(copies)
    mara.open("/together?article=1")
    assert send(mara, do, every=True).status == 400
    mara.open("/together?article=1")
    assert send(mara, "publish:4", every=True, token="x").status == 403
    assert lines(copies) == []


def test_a_text_that_the_page_does_not_show_whole_has_no_box(
    database: Database, serve: Serve
) -> None:
    list(Intake(database).fill([scored(0), scored(2, "word " * 500)], "in"))
    text = serve(database).open("/together?article=1").text
    assert text.count('type="checkbox"') == 1
    assert "too long to be decided here" in text


def test_fifty_comments_fit_one_form(database: Database, serve: Serve) -> None:
    list(Intake(database).fill([scored(2 * n) for n in range(60)], "in"))
    mara = serve(database)
    mara.open("/together?article=1&author=&section=&reason=")
    assert "Published. 50 comments." in send(mara, "publish:50", every=True).text
    assert waiting(database) == 10


def test_the_undo_counts_only_what_it_takes_back(copies: Database) -> None:
    some = keys(copies)[:3]
    decide_together(
        copies, [Decision(item, "mara", DeskStep.REJECT, reason="spam") for item in some]
    )
    enter_appeal(copies, NewAppeal(None, "I am no robot.", item=some[0]), "olu")
    last = last_of(copies, "mara")
    assert last is not None
    assert n_together(copies, last) == 2
    undo(copies, "mara", last["seq"])
    assert [line[1] for line in lines(copies)].count("undo") == 2
