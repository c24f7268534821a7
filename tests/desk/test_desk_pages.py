"""The pages, over a real socket, as a browser without JavaScript uses them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from typing import Any

import msgspec
import pytest
from visiting import Visitor, key_in, scored

from moderation.desk import DeskSettings, read_reasons, serve_desk
from moderation.desk.store.database import Database
from moderation.desk.store.intake import Intake
from moderation.desk.web.card import cut
from moderation.errors import ModelError
from moderation.model import Moderator
from moderation.records import Action, Article, Attribute, Comment, Reason
from moderation.service import Keys

Serve = Any  # the fixture of conftest.py
ROWS = "SELECT who, what, reason, note, blind FROM decisions ORDER BY seq"


def written(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as sql:
        return [tuple(row) for row in sql.execute(ROWS)]


def test_a_moderator_works_through_the_queue(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    page = mara.open()
    assert page.status == 200
    assert "Waiting <b>12</b>" in page.text
    seen = [mara.next()]
    for do in ("publish", "reject:insult", "second", "skip"):
        page = mara.decide(do, note="a & b" if do == "publish" else "")
        seen.append(key_in(re.findall(r'action="(/comment/\w+)" id', page.text)[0]))
    assert len(set(seen)) == 5
    assert written(filled) == [
        ("mara", "publish", None, "a & b", 0),
        ("mara", "reject", "insult", None, 0),
        ("mara", "second", None, None, 0),
        ("mara", "skip", None, None, 0),
    ]
    page = mara.undo()
    assert "Undone." in page.text
    mara.undo()
    mara.undo()
    assert "Waiting <b>11</b>" in mara.open().text
    assert written(filled)[-1][:2] == ("mara", "undo")


def test_each_step_is_told_and_its_page_shows_what_was_done(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    item = mara.next()
    assert "Noted." in mara.decide("note", note="Is that true?").text
    assert "Is that true?" in mara.page.text
    assert 'role="status"' in mara.page.text
    assert "Rejected: Insults a person." in mara.decide("reject:insult").text
    text = mara.open(f"/comment/{item}").text
    assert ">Rejected</h1>" in text
    assert "mara</bdi> rejected it: Insults a person" in text


def test_the_last_comment_leads_to_the_queue(database: Database, serve: Serve) -> None:
    list(Intake(database).fill([scored(1)], "in"))
    mara = serve(database)
    mara.next()
    text = mara.decide("publish").text
    assert "Published." in text
    assert "No comment waits here." in text
    assert mara.next() == ""
    assert "Comment 1 on the bridge" in mara.open("/?show=decided").text


def test_filters_and_order_stay_while_one_decides(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    mara.open("/?show=review&order=need&article=1")
    place = mara.send("/next").place
    assert place.endswith("show=review&order=need&article=1")
    mara.open(place)
    mara.decide("publish")
    assert mara.fields() | {"show": "review", "order": "need", "article": "1"} == mara.fields()
    assert "Review <b>5</b>" in mara.open("/?show=review&article=1").text


def test_the_queue_shows_both_scores(database: Database, serve: Serve) -> None:
    item, verdict = scored(1, hostility=0.04)
    off_topic = msgspec.structs.replace(verdict.off_topic, value=0.92)
    judged = msgspec.structs.replace(verdict, off_topic=off_topic, action=Action.HOLD)
    list(Intake(database).fill([(item, judged)], "in.jsonl"))
    assert "hostility 0.04, off topic 0.92" in serve(database).open("/").text


@pytest.mark.parametrize(
    ("do", "status"), [("delete", 400), ("reject:", 400), ("reject:unheard", 400), ("note", 400)]
)
def test_a_step_that_is_none_writes_nothing(
    filled: Database, serve: Serve, do: str, status: int
) -> None:
    mara = serve(filled)
    mara.next()
    assert mara.decide(do).status == status
    assert written(filled) == []


def test_forms_of_others_are_refused_and_nothing_is_written(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    item = mara.next()
    path, own = f"/comment/{item}", f"http://127.0.0.1:{mara.port}"
    good = mara.fields() | {"do": "publish"}

    def sent(fields: dict[str, str], **headers: str) -> int:
        from urllib.parse import urlencode

        return int(mara.ask("POST", path, urlencode(fields), **headers).status)

    without = {name: value for name, value in good.items() if name != "token"}
    assert sent(without, Origin=own) == 403
    assert sent(good | {"token": "0" * 64}, Origin=own) == 403
    assert sent(good, Origin="https://evil.example") == 403
    assert sent(good, Origin="null") == 403
    assert sent(good, Origin=f"http://127.0.0.1:{mara.port + 1}") == 403
    assert sent(good, Sec_Fetch_Site="cross-site") == 403
    assert sent(good, Host="evil.example") == 403
    assert (
        sent(good, Host=f"evil.example:{mara.port}", Origin=f"http://evil.example:{mara.port}")
        == 403
    )
    assert sent(good, X_Forwarded_For="192.0.2.1") == 403
    assert sent(good, Origin=own, Content_Type="text/plain") == 415
    assert sent(good | {"note": "x" * 100_000}, Origin=own) == 413
    stranger = mara.another()
    stranger.open(path)
    stranger.page = mara.page
    cookie, mara.cookie = mara.cookie, stranger.cookie
    assert sent(good, Origin=own) == 403  # a token of another session
    mara.cookie = cookie[:-1] + ("0" if cookie[-1] != "0" else "1")
    assert sent(good, Origin=own) == 403  # a forged session
    assert written(filled) == []
    mara.cookie = cookie
    assert sent(good, Origin=own) == 303
    assert len(written(filled)) == 1


def test_other_names_of_this_machine_read_nothing(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    page = mara.ask("GET", "/", Host="evil.example")
    assert page.status == 403
    assert "Comment" not in page.text


def test_every_answer_has_a_strict_policy(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    item = mara.next()
    files = ("/desk.css", "/desk.js", "/desk.svg")
    for path in ("/", f"/comment/{item}", *files, "/missing", "/enter", "/undo"):
        page = mara.ask("GET", path)
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert ("no-store" in page.headers["cache-control"]) is (path not in files)
        if page.headers["content-type"].startswith("text/html"):
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", page.text)
    assert mara.ask("GET", "/missing").status == 404
    assert mara.ask("GET", "/undo").status == 405
    assert mara.open("/comment/00ff").status == 404


HOSTILE = [
    "<script>alert(1)</script>",
    "</div></section><h1>Published</h1><form action=https://evil.example>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "abc \u202edcba\u2066 \u200b \x1b[2J \x00",
    "&lt;b&gt; &amp; &#x202e;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_wherever_it_stands(
    database: Database, serve: Serve, text: str
) -> None:
    article = Article(id=text, title=text, text=text)
    more = {"author": text, "article": article, "article_id": text, "parent": text}
    pairs = [scored(n, text + str(n), published=text, **more) for n in range(2)]
    list(Intake(database).fill(pairs, "in"))
    mara = serve(database)
    pages = [mara.open().text]
    mara.next()
    pages.append(mara.decide("reject:insult", note=text).text)
    item = re.findall(r'href="/comment/(\w+)', mara.open("/?show=decided").text)[0]
    pages += [mara.page.text, mara.open(f"/comment/{item}").text]
    for page in pages:
        assert not re.search(r"<script>|<img|<h1>Published|evil.example>", page)
        assert "{{" not in text or "{{ 7 * 7 }}" in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]", unescape(page))
    assert "evil.example" not in mara.ask("GET", "/").headers["content-security-policy"]


def test_a_comment_of_a_megabyte_is_shown_and_decided(database: Database, serve: Serve) -> None:
    list(Intake(database).fill([scored(1, "<b>word</b> " * 90_000)], "in"))
    mara = serve(database)
    mara.next()
    assert "too long to mark" in mara.page.text
    assert "<b>word" not in mara.page.text
    assert "Published." in mara.decide("publish").text


def test_two_moderators_with_keys_get_different_comments(filled: Database, serve: Serve) -> None:
    keys = {"k" * 16: "mara", "i" * 16: "iven"}
    mara = serve(filled, keys)
    iven = mara.another()
    assert "Your key" in mara.open("/").text
    assert mara.send("/enter", key="wrong" * 8).status == 403
    assert "Your key" in mara.open("/comment/00ff").text
    for who, key in ((mara, "k" * 16), (iven, "i" * 16)):
        who.open("/enter")
        assert who.send("/enter", key=key).status == 303
    first, second = mara.next(), iven.next()
    assert first
    assert second not in {first, ""}
    assert "mara</bdi> has this comment" in iven.open(f"/comment/{first}").text
    assert 'id="decide"' not in iven.page.text
    iven.next()
    iven.decide("publish")
    mara.decide("publish")
    assert [row[0] for row in written(filled)] == ["iven", "mara"]


def test_a_key_that_is_withdrawn_ends_its_session(filled: Database, serve: Serve) -> None:
    mara = serve(filled, {"k" * 16: "mara", "i" * 16: "iven"})
    mara.open("/")
    mara.send("/enter", key="k" * 16)
    assert "Queue" in mara.open("/").text
    later = serve(filled, {"i" * 16: "iven"})
    later.cookie = mara.cookie
    assert "Your key" in later.open("/").text
    same = serve(filled, {"k" * 16: "mara"})  # the desk was started again
    same.cookie = mara.cookie
    assert "You are <bdi>mara</bdi>" in same.open("/").text


def test_blind_hides_the_proposal_until_the_comment_is_decided(
    filled: Database, serve: Serve
) -> None:
    mara = serve(filled, blind=True)
    assert "hostility" not in mara.open("/").text
    item = mara.next()
    for word in ("hostility", "<mark", "Proposal", "Why"):
        assert word not in mara.page.text
    mara.decide("publish")
    assert "hostility" in mara.open(f"/comment/{item}").text
    assert written(filled) == [("mara", "publish", None, None, 1)]


def test_the_sum_on_the_card_is_exact(
    database: Database, serve: Serve, moderator: Moderator
) -> None:
    comment = Comment(text="You idiot, the bridge is closed.", id="1")
    real = moderator.score(comment)
    (item, _) = scored(1, comment.text, author=None, article=None, article_id=None)
    list(Intake(database).fill([(item, real)], "in"))
    mara = serve(database)
    with database.reading() as sql:
        (key,) = sql.execute("SELECT item FROM items").fetchone()
    text = mara.open(f"/comment/{key}").text
    (table,) = re.findall(r"(?s)<table>.*?</table>", text)
    weights = [float(w) for w in re.findall(r"<td>([+-][\d.]+)</td>", table)]
    assert sum(weights[:-1]) == pytest.approx(weights[-1], abs=0.01)
    explanation = moderator.explain(comment, Attribute.HOSTILITY)
    assert explanation is not None
    assert weights[-1] == pytest.approx(explanation.log_odds, abs=0.001)
    assert "has changed since" not in text


def test_marks_cut_the_text_and_lose_none_of_it() -> None:
    text = "You fool\tand\r\nmy friend"
    reasons = tuple(
        Reason(attribute=Attribute.HOSTILITY, start=a, end=b, text=text[a:b], weight=w)
        for a, b, w in ((0, 3, 0.05), (4, 8, 2.0), (9, 12, 0.0), (14, 16, 0.0), (17, 23, -0.7))
    )
    pieces = cut(text, reasons)
    assert "".join(piece.text for piece in pieces) == "You fool and \nmy friend"
    assert [(p.text, p.mark) for p in pieces if p.mark] == [("fool", "up"), ("friend", "down")]


def test_only_words_that_matter_are_marked() -> None:
    text = "You utter fool and my friend"
    places = ((0, 3), (4, 9), (10, 14), (15, 18), (19, 21), (22, 28))

    def marked(*weights: float) -> list[str]:
        reasons = tuple(
            Reason(attribute=Attribute.HOSTILITY, start=a, end=b, text=text[a:b], weight=w)
            for (a, b), w in zip(places, weights, strict=True)
        )
        return [piece.text for piece in cut(text, reasons) if piece.mark]

    assert marked(0.3, 0.9, 2.0, 0.3, -0.3, -0.5) == ["utter", "fool", "friend"]
    assert marked(0.3, 0.2, 0.1, 0.1, -0.2, -0.3) == ["You", "friend"]
    assert marked(0.1, 0.1, 0.1, 0.1, -0.1, -0.1) == []


@pytest.mark.parametrize("over", ["off topic", "hostility"])
def test_a_comment_says_why_it_is_here_and_marks_nothing_else(
    filled: Database, serve: Serve, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    with filled.writing() as sql:
        sql.execute("UPDATE items SET text = 'You idiot.', off_topic = 0.9")
    monkeypatch.setattr("moderation.desk.web.card.Sum.is_over", property(lambda s: s.name == over))
    mara = serve(filled)
    mara.next()
    assert re.findall(r'class="over">([a-z ]+) 0\.\d+<', mara.page.text) == [over]
    assert (">idiot</mark>" in mara.page.text) is (over == "hostility")
    assert ("What speaks for off topic: <bdi>" in mara.page.text) is (over == "off topic")


def test_times_are_shown_as_people_write_them(filled: Database, serve: Serve) -> None:
    times = ("2026-11-30T06:09:00", "2026-11-30", "half past \u202esix", "")
    for at, shown in zip(
        times, ("30 Nov 2026, 06:09<", "30 Nov 2026<", "half past \ufffdsix<", ""), strict=True
    ):
        with filled.writing() as sql:
            sql.execute("UPDATE items SET published = ?", (at,))
        mara = serve(filled)
        mara.next()
        assert f">{shown}" in mara.page.text


def test_work_that_fails_ends_the_desk_with_its_error(
    database: Database, moderator: Moderator
) -> None:
    def filling() -> Iterator[int]:
        yield 1
        raise ModelError("the model's score is not a number")

    settings = DeskSettings(database, moderator, read_reasons(), Keys(), "mara")
    told: list[str] = []
    with pytest.raises(ModelError, match="not a number"):
        serve_desk(settings, "127.0.0.1", 0, filling(), told.append)
    assert told[0].startswith("http://127.0.0.1:")


def test_a_failing_store_is_told_without_a_word_of_a_comment(
    filled: Database,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("disk full at 'Comment 3 on the bridge'")

    mara = serve(filled)
    mara.next()
    monkeypatch.setattr("moderation.desk.web.card_pages.decide", broken)
    page = mara.decide("publish")
    assert page.status == 500
    assert "Nothing was decided." in page.text
    assert "bridge" not in page.text + caplog.text
    assert "OperationalError" in caplog.text


def test_controls_have_labels(filled: Database, serve: Serve) -> None:
    mara: Visitor = serve(filled)
    item = mara.next()
    for path in ("/", f"/comment/{item}"):
        text = mara.open(path).text
        named = set(re.findall(r'<label for="(\w+)"', text))
        fields = re.findall(
            r'<(?:textarea|select|input)(?![^>]*type="hidden")[^>]*id="(\w+)"', text
        )
        assert set(fields) <= named
        assert text.count("<h1") == 1
        assert 'lang="en"' in text
        for button in re.findall(r"(?s)<button[^>]*>(.*?)</button>", text):
            assert re.sub("<[^>]+>", "", button).strip()


def test_a_reason_is_asked_for_only_where_comments_have_one(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    assert 'id="reason"' not in mara.open("/").text
    assert 'id="reason"' in mara.open("/?show=rejected").text
    assert 'id="reason"' in mara.open("/?reason=insult").text


def test_what_was_done_has_neither_a_skip_nor_its_undoing(filled: Database, serve: Serve) -> None:
    mara = serve(filled)
    item = mara.next()
    mara.decide("skip")
    mara.undo()
    assert "What was done" not in mara.open(f"/comment/{item}").text
    mara.decide("publish")
    mara.undo()
    page = mara.open(f"/comment/{item}").text
    assert "mara</bdi> published it (undone)" in page
    assert page.count("undid a step") == 1


def test_lines_of_a_comment_are_one_line_of_the_queue(database: Database, serve: Serve) -> None:
    pairs = [scored(1, "You are a fool,\r\nand your father\n\twas one.\u202e")]
    list(Intake(database).fill(pairs, "in"))
    assert "You are a fool, and your father was one.\ufffd" in serve(database).open("/").text
