"""A real browser for tests of pages: the system's Chromium, what axe finds, and what must fit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The system's browser: nothing is downloaded.
_NAMES = ("chromium", "chromium-browser", "google-chrome")

WIDE = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
#: Every window in which a page that is sent or printed must be in order, by name.
WINDOWS: dict[str, dict[str, Any]] = {
    "wide and light": WIDE,
    "wide and dark": WIDE | {"color_scheme": "dark"},
    "phone and light": PHONE | {"color_scheme": "light"},
    "phone and dark": PHONE,
}

# What the guidelines ask for up to WCAG 2.2 AA, and what axe's authors advise beyond them.
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# What a policy of the page stops is told on its console.
_TOLD = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


def launched() -> Iterator[Browser]:
    """Launch the system's Chromium; a machine without one skips the test."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"this machine has none of {', '.join(_NAMES)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def watch(page: Page, complaints: list[str]) -> None:
    """Collect what a page complains of: errors of scripts, dialogs, and what its policy stops."""
    page.on("console", lambda message: _complain(complaints, message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.add_init_script(_TOLD)


def _complain(complaints: list[str], kind: str, text: str) -> None:
    # A refusal of the desk is a page of its own, with a status that Chromium mentions.
    refused = text.startswith("Failed to load resource: the server responded with a status of 4")
    if kind in {"error", "warning"} and not refused:
        complaints.append(text)


def violations(page: Page, *needed: str) -> str:
    """What axe finds on a page with all its folds open; some rules must have had work."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _RULES}})
    worked = {rule["id"] for kind in ("passes", "violations") for rule in found.response[kind]}
    assert {"color-contrast", "html-has-lang", *needed} <= worked
    return str(found.generate_report()) if found.violations_count else ""


def sideways(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def collisions(page: Page) -> list[str]:
    """The labels of charts (SVG) that cover each other or leave their drawing, on a page."""
    return page.evaluate(_COLLISIONS)


_COLLISIONS = """() => [...document.querySelectorAll("svg")].flatMap((svg) => {
    const edge = svg.getBoundingClientRect();
    const labels = [...svg.querySelectorAll("text")].filter((t) => t.checkVisibility());
    const boxes = labels.map((t) => [t.textContent.trim(), t.getBoundingClientRect()]);
    const outside = boxes.filter(([, b]) => b.left < edge.left - 1 || b.right > edge.right + 1
        || b.top < edge.top - 1 || b.bottom > edge.bottom + 1);
    const covered = boxes.flatMap(([name, a], i) => boxes.slice(i + 1)
        .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        .map(([other]) => `${name} and ${other}`));
    return [...outside.map(([name]) => `${name} leaves the drawing`), ...covered];
})"""
