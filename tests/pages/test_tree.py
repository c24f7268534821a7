"""Pages as flat arrays: structure, text, selectors, and markup that would hold the parser up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from moderation.pages.html.guards import MAX_DEPTH, tame
from moderation.pages.html.platforms import PLATFORMS
from moderation.pages.html.selectors import plan, select
from moderation.pages.html.tree import Tree

PAGE = """<body><div id="A" class="Box wide"><p>One <b>bold</b> word.<br>Next.</p>
<script>no()</script><ul><li>a</li><li class="box">b <i>c</i></li></ul></div>tail"""


def test_lines_follow_blocks_and_not_inline_elements() -> None:
    lines = [line for _, line in Tree(PAGE).lines(0)]
    assert lines == ["One bold word.", "Next.", "a", "b c", "tail"]


def test_skipped_nodes_leave_their_neighbours_apart() -> None:
    tree = Tree("<p>one<b>two</b>three</p>")
    assert tree.text(0, {tree.tags.index("b")}) == "one\nthree"


def test_ranges_nest() -> None:
    tree = Tree(PAGE)
    for place, parent in enumerate(tree.parents):
        if parent >= 0:
            assert parent < place < tree.ends[place] <= tree.ends[parent]
    assert [tree.tags[child] for child in tree.children(0) if tree.tags[child]] == ["div"]


def test_link_share_counts_text_in_links() -> None:
    tree = Tree("<p>four<a>four</a></p>")
    assert tree.link_share(0) == pytest.approx(0.5)
    assert Tree("<p></p>").link_share(0) == 0


@pytest.mark.parametrize(
    "selector",
    [
        "li", ".box", "li.box", "div.wide", "#A", "[id^='A']", "div[id^='A']", ".box > ul",
        ".absent", "[data-absent]", "nav li", "li, p", ".wide .box", "ul > li.box",
        "div li i", "li[class]", "[class*='ox' i]", "b, i, .box",
    ],
)  # fmt: skip
def test_selectors_give_what_the_parser_gives(selector: str) -> None:
    tree = Tree(PAGE)
    parser = LexborHTMLParser(PAGE)
    # Classes are compared without case, as browsers do for such pages in their old mode.
    expected = [node.text() for node in parser.css(selector.replace(".box", "[class~='box' i]"))]
    found = [tree.text(place) for place in select(tree, selector)]
    assert ["".join(text.split()) for text in found] == [
        "".join(text.replace("no()", "").split()) for text in expected
    ]


def test_selectors_that_are_not_understood_are_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        select(Tree(PAGE), "ul > li:first-child")


def test_every_selector_of_the_platforms_is_understood() -> None:
    for platform in PLATFORMS:
        for selector in (platform.items, *platform.text, *platform.author, *platform.date):
            assert all(part.steps for part in plan(selector))


def test_phrase_is_one_line() -> None:
    tree = Tree("<h1>The <em>F</em>erry<div>leaves</div></h1>")
    assert tree.phrase(tree.tags.index("h1")) == "The Ferry leaves"
    assert tree.phrase(tree.tags.index("em")) == "F"


def test_ordinary_markup_is_left_alone() -> None:
    assert tame(PAGE) == PAGE


def test_deep_markup_is_moved_up() -> None:
    deep = "<div>" * 30_000 + "bottom" + "</div>" * 30_000 + "<p>after</p>"
    tree = Tree(deep)
    assert len(list(tree.above(tree.text_places[tree.texts.index("bottom")]))) <= MAX_DEPTH + 5
    assert [line for _, line in tree.lines(0)] == ["bottom", "after"]


def test_giant_start_tag_keeps_class_and_id() -> None:
    attributes = " ".join(f"a{n}=b" for n in range(60_000))
    tree = Tree(f'<div class="comment" id="c1" {attributes}>text</div>')
    place = select(tree, ".comment")[0]
    assert tree.attributes[place] == {"class": "comment", "id": "c1"}
    assert tree.text(place) == "text"


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "<li>", "x", "<b>", "</b>", "<table>"])))
@settings(max_examples=100, deadline=None)
def test_no_text_is_lost(pieces: list[str]) -> None:
    tree = Tree("<body>" + "".join(pieces))
    assert "".join(tree.texts).count("x") == pieces.count("x")
    assert "".join(tree.text(0).split()).count("x") == pieces.count("x")
