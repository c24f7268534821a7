"""The single keys, in a real browser under the desk's own policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, Browser

from moderation.desk.store.database import Database

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

AT_COMMENT = "document.activeElement.id === 'comment'"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser that knows nothing yet."""
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


def steps(database: Database) -> list[tuple[str, str | None]]:
    with database.reading() as sql:
        found = sql.execute("SELECT what, reason FROM decisions ORDER BY seq").fetchall()
        return [(row["what"], row["reason"]) for row in found]


def test_a_moderator_decides_by_single_keys(filled: Database, serve: Any, browser: Browser) -> None:
    def decided(n: int) -> None:
        """Wait until a line more is written, and the next card has the focus."""
        browser.wait(lambda: len(steps(filled)) == n)
        browser.ready()
        browser.wait(lambda: browser.value(AT_COMMENT) is True)

    browser.open(f"http://127.0.0.1:{serve(filled).port}/")
    browser.press("j")
    assert browser.value("document.activeElement.className") == "row"
    browser.press("o")
    browser.wait(lambda: browser.value("location.pathname").startswith("/comment/"))
    decided(0)
    browser.press("p", held=2)
    browser.press("p", held=4)
    browser.press("2")  # no reason is open
    browser.press("n")
    browser.press("p")
    assert browser.value("document.getElementById('note').value") == "p"
    browser.value("document.getElementById('note').value = ''")
    browser.value("document.getElementById('comment').focus()")
    assert steps(filled) == []
    browser.press("p")
    decided(1)
    browser.wait(
        lambda: browser.value("document.getElementById('status').textContent") == "Published."
    )
    browser.press("r")
    assert browser.value("document.activeElement.dataset.reason") == "1"
    browser.press("2")
    decided(2)
    browser.press("z")
    decided(3)
    assert steps(filled) == [("publish", None), ("reject", "group"), ("undo", None)]
    browser.value("document.getElementById('keys-switch').click()")
    browser.press("p")
    browser.press("z")
    assert "Switch single keys on" in browser.value(
        "document.getElementById('keys-switch').textContent"
    )
    assert len(steps(filled)) == 3
    assert browser.logged == []  # the policy stopped nothing of ours


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(
    filled: Database, serve: Any, browser: Browser, width: int
) -> None:
    mara = serve(filled)
    item = mara.next()
    with filled.writing() as sql:
        sql.execute("UPDATE items SET text = ?, author = ?", ("x" * 3_000, "y" * 300))
        sql.execute("UPDATE articles SET title = ?", ("z" * 500,))
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=800, deviceScaleFactor=1, mobile=width < 500,
    )  # fmt: skip
    for path in ("/", f"/comment/{item}"):
        browser.open(f"http://127.0.0.1:{mara.port}{path}")
        browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert browser.value("document.documentElement.scrollWidth") <= width
