"""What the tests of pages ask of a browser is found where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from browsing import collisions, sideways, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>A page</title><main><h1>A page</h1>{}</main>"""


def test_labels_that_collide_or_leave_their_drawing_are_named(shown: Callable[..., Page]) -> None:
    labels = ((10, "review"), (30, "hold"), (190, "the last of all"))
    texts = "".join(f'<text x="{x}" y="40">{name}</text>' for x, name in labels)
    page = shown(_PAGE.format(f'<svg width="200" height="80" role="img">{texts}</svg>'))
    assert collisions(page) == ["the last of all leaves the drawing", "review and hold"]


def test_a_page_that_is_too_wide_or_hard_to_read_is_found(shown: Callable[..., Page]) -> None:
    page = shown(_PAGE.format('<p style="width: 2000px; color: #ddd">wide</p>'))
    assert sideways(page) > 700
    assert "color-contrast" in violations(page)
