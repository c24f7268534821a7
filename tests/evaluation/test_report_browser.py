"""The report as people see it: in a real browser, wide and narrow, light and dark, on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from browsing import PHONE, WINDOWS, collisions, sideways, violations
from reporting import findings

from moderation.evaluation.report import render
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model

if TYPE_CHECKING:
    from playwright.sync_api import Page

Shown = Callable[..., "Page"]

# The labels of a chart that cover what is drawn: only what is drawn is cut at the axes.
_COVERING = """() => [...document.querySelectorAll("svg")].flatMap((svg) => {
    const drawn = [...svg.querySelectorAll("[clip-path]")].map((p) => p.getBoundingClientRect());
    return [...svg.querySelectorAll("text")].filter((t) => {
        const a = t.getBoundingClientRect();
        return drawn.some((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1);
    }).map((t) => t.textContent);
})"""
_REGIONS = """() => [...document.querySelectorAll("main *")].filter((e) =>
    getComputedStyle(e).overflowX === "auto").map((e) => [e.tabIndex, e.ariaLabel, e.role])"""


@pytest.fixture(scope="module")
def html(model: Model, gold: Sequence[Gold]) -> str:
    """A report with everything that a report may have."""
    return render(findings(model, gold), day=date(2026, 11, 3))


@pytest.mark.parametrize("options", WINDOWS.values(), ids=WINDOWS)
def test_axe_finds_nothing_and_nothing_moves_sideways(
    html: str, shown: Shown, options: dict[str, Any]
) -> None:
    page = shown(html, **options)
    assert sideways(page) == 0
    assert violations(page, "region", "target-size") == ""
    assert sideways(page) == 0  # with all folds open


def test_no_label_of_a_chart_covers_another_or_what_is_drawn(html: str, shown: Shown) -> None:
    page = shown(html, **PHONE)
    assert page.locator("svg text").count() > 80
    assert page.locator("svg [clip-path]").count() > 20
    assert collisions(page) == []
    assert page.evaluate(_COVERING) == []


def test_what_scrolls_can_be_reached_by_key_and_has_a_name(html: str, shown: Shown) -> None:
    found = shown(html, **PHONE).evaluate(_REGIONS)
    assert len(found) > 5
    assert all(index == 0 and name and role == "region" for index, name, role in found)
    assert len({name for _, name, _ in found}) == len(found)


def test_a_box_shows_the_insults_without_a_script(html: str, shown: Shown) -> None:
    page = shown(html, java_script_enabled=False)
    box = page.get_by_label("Show insults as they were written")
    told = page.get_by_role("region", name="Harmless comments that it sends you").locator("td")
    assert told.last.inner_text() == "You i****, you m****, how kind."
    box.press("Space")
    assert told.last.inner_text() == "You idiot, you moron, how kind."


def test_paper_has_the_ink_of_paper_and_no_controls(html: str, shown: Shown) -> None:
    sheet = {"width": 720, "height": 1020}  # A4 without its margins
    page = shown(html, viewport=sheet, color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator("#words").is_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert sideways(page) == 0
