"""What axe finds on the pages, and what hostile text can do to them: nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browsing import PHONE, WIDE, violations
from visiting import scored

from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.desk.store.intake import Intake
from moderation.records import Article

Serve = Any  # the fixtures of conftest.py
Window = Any


@pytest.fixture
def worked(filled: Database, serve: Serve) -> Any:
    """A desk at which every kind of step has been taken; the marks are those of the model."""
    with filled.writing() as sql:
        sql.execute(
            "UPDATE items SET author = 'Tove', parent = 'Is the bridge open?', published = 'today',"
            " text = 'You idiot, shut up. Thank you for the article. ' || place"
        )
    copies = [
        scored(n, "Buy the best watches at the bridge, today only.", 0.55) for n in range(50, 53)
    ]
    list(Intake(filled).fill(copies, "in"))
    mara = serve(filled)
    mara.next()
    for do in ("publish", "reject:insult", "second", "skip"):
        mara.decide(do, note="Who knows?")
    with filled.reading() as sql:
        (item,) = sql.execute("SELECT item FROM items WHERE id = 'c11'").fetchone()
    decide(filled, Decision(item, "iven", DeskStep.REJECT, reason="insult"))
    mara.open("/appeals")
    assert mara.send("/appeals", about="c11", text="Nobody was meant.").status == 303
    return mara


@pytest.mark.parametrize("options", [WIDE, PHONE], ids=["wide and light", "phone and dark"])
@pytest.mark.parametrize("page_of", ["queue", "card", "several", "people", "others"])
def test_axe_finds_nothing(
    worked: Any, filled: Database, window: Window, page_of: str, options: dict[str, Any]
) -> None:
    page = window(worked, **options)
    for path in paths_of(worked, filled)[page_of]:
        page.goto(path)
        assert violations(page, "target-size") == "", path


@pytest.mark.parametrize("page_of", ["several", "people"])
def test_the_pages_about_several_comments_fit_a_magnified_screen(
    worked: Any, filled: Database, window: Window, page_of: str
) -> None:
    with filled.writing() as sql:
        sql.execute("UPDATE items SET author = ?, text = ?", ("y" * 300, "x" * 3_000))
        sql.execute("UPDATE articles SET title = ?", ("z" * 500,))
    page = window(worked, viewport={"width": 320, "height": 256})
    for path in paths_of(worked, filled)[page_of]:
        page.goto(path)
        assert page.locator("h1").count() == 1
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def paths_of(mara: Any, database: Database) -> dict[str, list[str]]:
    """The addresses of the pages, by what they are about."""
    with database.reading() as sql:
        found = sql.execute(
            "SELECT item, state FROM items WHERE last > 0 AND id != 'c11'"
        ).fetchall()
    items = {row["state"]: row["item"] for row in found}
    alike = re.findall(r'href="(/alike/\w+)', mara.open("/").text)
    assert alike
    return {
        "queue": ["/", "/?show=decided", "/?show=second"],
        "card": [f"/comment/{items['reject']}", f"/comment/{mara.next()}"],
        "several": [alike[0], "/together?article=1"],
        "people": ["/week", "/questions", "/appeals", "/appeals/1"],
        "others": ["/enter", "/comment/00ff", "/missing", f"/comment/{items['second']}"],
    }


def test_axe_finds_what_is_wrong(worked: Any, window: Window) -> None:
    page = window(worked)
    page.goto("/")
    page.evaluate("""() => {
        document.querySelector("h1").style.color = "#eee";
        document.querySelector("label").remove();
    }""")
    assert "color-contrast" in violations(page)
    assert "select-name" in violations(page)


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>",
    "\"' autofocus onfocus=alert(4) x='</textarea></details></div><style>*{display:none}</style>",
    "</div></section><form id=decide action=https://evil.example><button name=do>Publish</button>",
    "<base href=https://evil.example><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><iframe src=javascript:alert(5)>",
    "\u202eesrever\u2066 \u200b\x1b[2J\x00 \ufeff" + "\u0301" * 3_000,
    "{{ 7 * 7 }}{% raw %} <a href='javascript:alert(6)'>here</a> <details open ontoggle=alert(7)>",
    "\U0001f5ef" * 5_000 + "\n" * 5_000,
]


# Markup of every kind stands in one text, because each text is shown on nine pages.
_MARKUP = [text for text in HOSTILE if "<" in text]
_SHOWN = [" ".join(_MARKUP), " ".join(reversed(_MARKUP)), *(t for t in HOSTILE if "<" not in t)]


@pytest.mark.parametrize("text", _SHOWN, ids=range(len(_SHOWN)))
def test_hostile_text_does_nothing_in_a_browser(
    database: Database, serve: Serve, window: Window, text: str
) -> None:
    article = Article(id=text, title=text, text=text, url=f"javascript:{text}")
    around = {"author": text, "article": article, "article_id": text, "parent": text}
    list(Intake(database).fill([scored(n, f"{text} {n}", **around) for n in range(3)], "in"))
    mara = serve(database)
    item = mara.next()
    mara.decide("reject:insult", note=text[:500])
    mara.decide("second", note=text[:500])
    mara.open("/appeals")
    assert mara.send("/appeals", about="c0", text=text[:500], author=text[:80]).status == 303
    page = window(mara)
    paths = ["/appeals", "/appeals/1", "/questions", "/together?article=1", "/week"]
    paths += ["/", "/?show=decided", f"/comment/{item}", f"/comment/{mara.next()}"]
    for path in paths:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        foreign = "main script, main style, main img, main base, main meta, main iframe"
        assert page.locator(foreign).count() == 0
        assert page.locator("main [onload], main [onerror], main a[href^=javascript]").count() == 0
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert page.url.startswith(f"http://127.0.0.1:{mara.port}{path}")
    page.keyboard.press("p")
    page.get_by_role("status").filter(has_text="Published.").wait_for()
    # The fixture of the window asserts that no script spoke and that the policy stopped nothing.


def test_a_megabyte_is_decided_by_one_key(database: Database, serve: Serve, window: Window) -> None:
    list(Intake(database).fill([scored(1, "<b>word</b> " * 90_000), scored(2)], "in"))
    mara = serve(database)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    page.keyboard.press("p")
    page.get_by_role("status").filter(has_text="Published.").wait_for()


def test_a_window_hears_of_scripts_that_the_policy_stops(
    filled: Database, serve: Serve, window: Window, complaints: list[str]
) -> None:
    page = window(serve(filled))
    page.goto("/")
    with page.expect_console_message(lambda message: message.text.startswith("policy: ")):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p onclick=a()>')")
    assert any("script-src" in complaint for complaint in complaints)
    complaints.clear()
