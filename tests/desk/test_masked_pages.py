"""Masked insults on the pages of the desk, and the switch in their head."""

from __future__ import annotations

import re
from typing import Any

import pytest
from visiting import Visitor, scored

from moderation.desk.appeals.entering import NewAppeal, enter_appeal
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.desk.store.intake import Intake
from moderation.desk.web.card import cut, make_card
from moderation.model import Moderator
from moderation.records import Attribute, Reason
from moderation.text import masked

Serve = Any  # the fixture of conftest.py

TEXT = "You 1d10t of Scunthorpe, what an idiot you are"


@pytest.fixture
def insulting(database: Database) -> Database:
    """A thread of insults by one author, of which one is rejected, appealed and one is asked."""
    texts = [TEXT, TEXT, TEXT, f"{TEXT} indeed, and a fucking moron besides", "Nothing but idiots"]
    more = {"author": "Reader", "parent": f"{TEXT}, dear", "parent_id": "c0"}
    first = {"author": "Reader"}
    pairs = [scored(2 * n, text, **(more if n else first)) for n, text in enumerate(texts)]
    list(Intake(database).fill(pairs, "in"))
    items = dict(rows(database))
    decide(database, Decision(items["c8"], "iven", DeskStep.REJECT, 0, "insult", "an idiot"))
    enter_appeal(database, NewAppeal("c8", "You idiots, look again", None, None), "iven")
    asked = Decision(items["c6"], "iven", DeskStep.SECOND, 0, None, "idiot?", asked="mara")
    decide(database, asked)
    return database


def rows(database: Database) -> list[tuple[str, str]]:
    with database.reading() as sql:
        return [(r["id"], r["item"]) for r in sql.execute("SELECT id, item FROM items")]


def pages(desk: Visitor, database: Database) -> list[str]:
    """Return every page that shows what readers write."""
    desk.open("/")
    found = re.findall(r'href="(/alike/[^"?]*)', desk.page.text)
    assert found
    places = ["/", "/?show=decided", "/questions", "/appeals", "/appeals/1", *found]
    places += [f"/comment/{item}" for _, item in rows(database)]
    places += ["/together?article=1"]
    return [desk.open(place).text for place in places]


PLAIN = re.compile(r"1d10t|idiot|moron|fucking", re.IGNORECASE)


def test_every_page_masks_the_words(insulting: Database, serve: Serve) -> None:
    for text in pages(serve(insulting, mask=True), insulting):
        assert not PLAIN.search(text)
        assert "i****" in text
        assert "Show the words" in text
    for text in pages(serve(insulting), insulting):
        assert PLAIN.search(text)
        assert "Mask the words" in text


def test_the_switch_is_of_one_browser_and_comes_back(insulting: Database, serve: Serve) -> None:
    mara = serve(insulting, mask=True)
    place = f"/comment/{rows(insulting)[0][1]}?order=need"
    mara.open(place)
    assert "1d10t" not in mara.page.text
    answer = mara.send("/words", words="shown")
    assert answer.place == place
    (cookie,) = answer.cookies
    assert "samesite=strict" in cookie.lower()
    assert "httponly" in cookie.lower()
    mara.extra = cookie.partition(";")[0]
    assert "1d10t" in mara.open(place).text
    other = mara.another()
    assert "1d10t" not in other.open(place).text
    mara.extra = mara.send("/words", words="masked").cookies[0].partition(";")[0]
    assert "1d10t" not in mara.open(place).text


def test_the_switch_needs_the_token_and_leads_nowhere_else(
    insulting: Database, serve: Serve
) -> None:
    mara = serve(insulting)
    mara.open("/")
    assert mara.send("/words", words="masked", place="//evil.example").place == "/"
    mara.open("/")
    assert mara.send("/words", words="masked", place="https://evil.example").place == "/"
    mara.open("/")
    refused = mara.send("/words", words="masked", token="wrong")
    assert refused.status == 403
    assert not refused.cookies


def test_marks_stay_in_their_places() -> None:
    reason = Reason(attribute=Attribute.HOSTILITY, start=4, end=9, text="1d10t", weight=2.0)
    marks = [(piece.text, piece.mark) for piece in cut(masked(TEXT), (reason,))]
    assert marks[:2] == [("You ", ""), ("1****", "up")]
    assert len("".join(text for text, _ in marks)) == len(TEXT)


def test_the_sum_is_masked_and_the_score_is_not(insulting: Database, moderator: Moderator) -> None:
    item = rows(insulting)[0][1]
    plain = make_card(insulting, moderator, item, hidden=False)
    behind = make_card(insulting, moderator, item, hidden=False, mask=masked)
    assert [s.score for s in plain.sums] == [s.score for s in behind.sums]
    for one, other in zip(plain.sums, behind.sums, strict=True):
        assert [weight for weight, _ in one.parts] == [weight for weight, _ in other.parts]
        assert [masked(text) for _, text in one.parts] == [text for _, text in other.parts]
    assert any("1****" in text for _, text in behind.sums[0].parts)
