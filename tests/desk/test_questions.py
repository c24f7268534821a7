"""Second looks: asked of somebody or of anyone else, answered by others, and shown to who asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from visiting import Visitor

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide, last_of, undo
from moderation.desk.store.questions import asked_of, known_moderators, questions_by
from moderation.desk.store.queue import take, take_next
from moderation.desk.store.views import QueuePart, View

Serve = Any  # the fixture of conftest.py

SECOND = View(QueuePart.SECOND)
KEYS = {"m" * 16: "mara", "i" * 16: "iven", "t" * 16: "<b>tess</b>"}


def step(database: Database, who: str, item: str, what: DeskStep, asked: str | None = None) -> int:
    with database.reading() as sql:
        (last,) = sql.execute("SELECT last FROM items WHERE item = ?", (item,)).fetchone()
    reason = "insult" if what is DeskStep.REJECT else None
    return decide(database, Decision(item, who, what, last, reason, f"{who} says", asked=asked))


def ask(database: Database, who: str, asked: str | None = None) -> str:
    """Take the next comment and ask about it."""
    item = take_next(database, View(), who)
    assert item is not None
    step(database, who, item, DeskStep.SECOND, asked)
    return item


def test_a_named_question_comes_to_its_name_alone(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    anybodys = ask(filled, "mara")
    item = ask(filled, "mara", "iven")
    assert take_next(filled, SECOND, "mara") is None
    assert take_next(filled, SECOND, "tess") == anybodys
    assert take_next(filled, SECOND, "iven") == item
    assert [row["item"] for row in asked_of(filled, "iven")] == [item]
    assert asked_of(filled, "tess") == []
    # However long nobody answers, nobody else gets it.
    monkeypatch.setattr("moderation.desk.store.queue.LEASE_SECONDS", -1.0)
    assert take_next(filled, SECOND, "iven") == item
    assert take_next(filled, SECOND, "tess") == anybodys
    assert take_next(filled, SECOND, "mara") is None


def test_others_may_answer_if_the_one_who_was_asked_is_away(filled: Database) -> None:
    item = ask(filled, "mara", "iven")
    assert take(filled, item, "tess") == "tess"
    step(filled, "tess", item, DeskStep.PUBLISH)
    assert asked_of(filled, "iven") == []


def test_the_answer_is_shown_to_who_asked(filled: Database) -> None:
    first, second = ask(filled, "mara", "iven"), ask(filled, "mara")
    step(filled, "iven", first, DeskStep.REJECT)
    newest, answered = questions_by(filled, "mara")
    assert (newest["item"], newest["asked"], newest["what"]) == (second, None, None)
    assert (answered["what"], answered["who"], answered["reason"]) == ("reject", "iven", "insult")
    assert (answered["note"], answered["answer"]) == ("mara says", "iven says")
    undo(filled, "iven", int(last_of(filled, "iven")["seq"]))  # type: ignore[index]
    assert [row["what"] for row in questions_by(filled, "mara")] == [None, None]
    assert [row["item"] for row in asked_of(filled, "iven")] == [first]
    undo(filled, "mara", questions_by(filled, "mara")[1]["seq"])
    assert asked_of(filled, "iven") == []
    assert len(questions_by(filled, "mara")) == 1


def test_nobody_of_a_chain_of_askers_settles_it(filled: Database) -> None:
    item = ask(filled, "mara")
    step(filled, "iven", item, DeskStep.SECOND)
    for who in ("mara", "iven"):
        assert take_next(filled, SECOND, who) is None
        with pytest.raises(DeskRefusal, match="Somebody else"):
            step(filled, who, item, DeskStep.PUBLISH)
    step(filled, "tess", item, DeskStep.REJECT)
    # A new question after that is a new chain.
    step(filled, "iven", item, DeskStep.SECOND)
    step(filled, "mara", item, DeskStep.PUBLISH)


def test_one_asks_neither_oneself_nor_who_has_asked(filled: Database) -> None:
    item = take_next(filled, View(), "mara")
    assert item is not None
    with pytest.raises(DeskRefusal, match="yourself"):
        step(filled, "mara", item, DeskStep.SECOND, "mara")
    step(filled, "mara", item, DeskStep.SECOND, "iven")
    with pytest.raises(DeskRefusal, match="mara has asked"):
        step(filled, "iven", item, DeskStep.SECOND, "mara")
    step(filled, "iven", item, DeskStep.SECOND, "tess")
    assert [row["item"] for row in asked_of(filled, "tess")] == [item]
    assert asked_of(filled, "iven") == []


def test_the_names_are_those_of_the_keys_or_else_of_the_store(filled: Database) -> None:
    ask(filled, "mara", "Zoe")
    ask(filled, "adam")
    assert known_moderators(filled, (), "mara") == ["adam", "Zoe"]
    assert known_moderators(filled, {"mara", "iven"}, "mara") == ["iven"]


def entered(visitor: Visitor, key: str) -> Visitor:
    """Enter with a key."""
    another = visitor.another()
    another.open("/")
    another.send("/enter", key=key)
    return another


def test_a_question_goes_through_the_pages(filled: Database, serve: Serve) -> None:
    desk = serve(filled, KEYS)
    mara, iven = entered(desk, "m" * 16), entered(desk, "i" * 16)
    item = mara.next()
    assert re.findall(r'<option value="(\w*)"', mara.page.text) == ["", "iven"]
    assert "&lt;b&gt;tess&lt;/b&gt;" in mara.page.text
    assert 'name="ask_name"' not in mara.page.text
    mara.decide("second", ask="iven", note="Is <i>that</i> a threat?")
    page = iven.open("/questions")
    assert "Questions <b>1</b>" in page.text
    assert "Asked of you (1)" in page.text
    assert "Is &lt;i&gt;that&lt;/i&gt; a threat?" in page.text
    place = iven.send("/next").place
    assert place.startswith(f"/comment/{item}?show=second")
    assert "asked <bdi>iven</bdi> for a second look" in iven.open(place).text
    iven.decide("reject:threat", note="It is.")
    answer = mara.open("/questions").text
    assert re.search(r"Rejected</b>, Threat\w*.*, by <bdi>iven</bdi>", answer)
    assert "It is." in answer
    assert "Asked of you (0)" in iven.open("/questions").text


@pytest.mark.parametrize("form", [{"ask": "nobody"}, {"ask": "mara"}, {"ask": "x" * 1_000}])
def test_a_name_that_is_not_here_is_refused(
    filled: Database, serve: Serve, form: dict[str, str]
) -> None:
    mara = entered(serve(filled, KEYS), "m" * 16)
    mara.next()
    assert mara.decide("second", **form).status == 400
    with filled.reading() as sql:
        assert sql.execute("SELECT COUNT(*) FROM decisions").fetchone()[0] == 0


def test_without_keys_a_name_is_written(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    mara.next()
    mara.decide("second", ask_name=" Iven ")
    assert [row["note"] for row in asked_of(filled, "Iven")] == [None]
    assert '<option value="Iven">' in mara.page.text
    mara.decide("second")
    assert questions_by(filled, "mara")[0]["asked"] is None
    text = mara.open("/questions").text
    assert "of <bdi>Iven</bdi>" in text
    assert "asked of anyone" in text
