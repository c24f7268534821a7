"""The page of an overview: what it shows, and what a browser and axe make of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from browsing import WINDOWS, collisions, sideways, violations

from moderation.evaluation.overview.correction import Correction, Estimated, StratumRead
from moderation.evaluation.overview.counting import Counting
from moderation.evaluation.overview.finding import Overview, find_overview
from moderation.evaluation.overview.inputs.placing import TABLES, Placing
from moderation.evaluation.overview.inputs.reading import ScoredComment
from moderation.evaluation.overview.lines import overview_lines
from moderation.evaluation.overview.page import overview_page

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"' onmouseover=alert(3) x='</table></main><style>*{display:none}</style>",
    "\u202eesrever\u2066 \x1b[2J\x00 \ufeff" + "\u0301" * 80,
    "{{ 7 * 7 }}{% raw %}",
    "y" * 5_000,
)

SAMPLE = Correction(
    strata=[StratumRead(action="publish", n=3_000, read=100, hostile=2, unfounded=98)],
    n_unmatched=1,
    n_undecided=3,
    shares={
        "hostility": Estimated(value=0.06, low=0.04, high=0.09, n=4_000),
        "off_topic": Estimated(value=0.1, low=0.05, high=0.2, n=4_000),
    },
    missed=Estimated(value=0.02, low=0.005, high=0.05, n=3_000),
    wrongly=Estimated(value=0.5, low=0.4, high=0.6, n=1_000),
    found=Estimated(value=0.7, low=0.4, high=0.9, n=240),
)


def named(number: int) -> str:
    """A name, which is hostile for some numbers."""
    return HOSTILE[number] if number < len(HOSTILE) else f"the one with number {number}"


@pytest.fixture(scope="module")
def overview() -> Overview:
    """Four thousand invented comments of half a year, with hostile names of everything."""
    random = np.random.default_rng(1)
    counting = Counting(Placing())
    begin = datetime(2026, 1, 1)
    counting.count(
        ScoredComment(
            str(random.choice(["publish", "review", "hold"], p=[0.8, 0.15, 0.05])),
            True,
            "comments-en-4@587f5ab6",
            {
                "article": {"id": f"a{at % 60}", "title": named(at % 60)},
                "section": HOSTILE[at % 4],
                "author": named(at % 40),
                "published": (begin + timedelta(hours=float(random.random() * 4_300))).isoformat(),
            },
        )
        for at in range(4_000)
    )  # fmt: skip
    return msgspec.structs.replace(find_overview(counting, TABLES), correction=SAMPLE)


@pytest.mark.parametrize("name", WINDOWS)
def test_axe_finds_nothing_and_everything_fits(
    overview: Overview, shown: Callable[..., Any], name: str
) -> None:
    page = shown(overview_page(overview, 10), **WINDOWS[name])
    scrolled = ["scrollable-region-focusable"] if "phone" in name else []
    assert violations(page, "region", "svg-img-alt", *scrolled) == ""
    assert sideways(page) <= 0
    assert collisions(page) == []
    assert page.locator("main script, main style, main img, main [onerror]").count() == 0
    assert page.locator("h1").count() == 1
    assert page.locator("svg[role=img]").count() >= 7


def test_the_page_has_every_table_and_the_paragraph(overview: Overview) -> None:
    page = overview_page(overview, 3)
    assert re.findall(r"<h2>By (\w+)</h2>", page) == [t for t in TABLES if t != "language"]
    assert "How we counted: 4,000 reader comments" in page
    assert "Hostile as a person reads" in page
    assert "<script" not in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert overview_page(overview, 3) == page


def test_lines_fit_the_terminal_and_control_nothing(overview: Overview) -> None:
    for width in (20, 80, 200):
        lines = [*overview_lines(overview, 5, width)]
        assert max(map(len, lines)) <= max(78, min(110, width))
    assert any("Missed, of those it would publish: 2.0 %" in line for line in lines)


def test_an_overview_of_next_to_nothing_is_a_page() -> None:
    counting = Counting(Placing())
    counting.count([ScoredComment("hold", True, "m", {})])
    page = overview_page(find_overview(counting, TABLES), 10)
    assert "too few days to say" in page
    assert "No comment says anything about: articles" in page
