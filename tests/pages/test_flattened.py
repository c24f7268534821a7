"""The flattened side of the separator: real pages, pinned pages, and properties."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.pages.flat import separate_flattened
from moderation.records import Page

HERE = Path(__file__).resolve()
REPOSITORY = HERE.parents[2]
SHARED_PAGES = REPOSITORY / "../shared/pages"
PINNED = sorted((HERE.parent / "flat").glob("*.txt"))
WORD = re.compile(r"[^\W\d_]{2,}")


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


# ------------------------------------------------------------------------------ known pages


@pytest.mark.skipif(not SHARED_PAGES.is_dir(), reason="../shared/pages is not here")
def test_both_real_pages_give_all_twelve_comments_exactly() -> None:
    gold = json.loads(read(SHARED_PAGES / "gold.json"))
    assert sum(len(page["comments"]) for page in gold.values()) == 12
    for name, expected in gold.items():
        page = separate_flattened(read(SHARED_PAGES / name))
        place = {comment.id: at for at, comment in enumerate(page.comments)}
        found = [
            {
                "depth": comment.depth,
                "parent": None if comment.parent_id is None else place[comment.parent_id],
                "text": comment.text,
            }
            for comment in page.comments
        ]
        assert found == expected["comments"]
        assert {comment.source for comment in page.comments} == {"flat:resiliparse"}


def test_the_example_page_gives_nine_comments() -> None:
    page = separate_flattened(read(REPOSITORY / "examples/page.txt"))
    assert [(comment.id, comment.parent_id, comment.depth) for comment in page.comments] == [
        ("c1", None, 1),
        ("c2", None, 1),
        ("c3", "c2", 2),
        ("c4", "c2", 2),
        ("c5", None, 1),
        ("c6", None, 1),
        ("c7", None, 1),
        ("c8", "c7", 2),
        ("c9", None, 1),
    ]
    assert page.comments[4].text.split("\n")[1] == "•New engines for both boats: 4.2 million"
    assert "Signe Halvard" not in page.article.text
    assert "A public tender for the route." in page.article.text


def test_every_layout_has_a_pinned_page() -> None:
    assert len(PINNED) >= 20
    sources = {
        comment.source for path in PINNED for comment in separate_flattened(read(path)).comments
    }
    converters = ("resiliparse", "html2text", "inscriptis", "lynx", "w3m", "beautifulsoup", "text")
    assert sources == {f"flat:{name}" for name in converters} | {"unsegmented"}


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.stem)
def test_pinned_page(path: Path) -> None:
    expected = json.loads(read(path.with_suffix(".json")))
    page = separate_flattened(read(path))
    article = {
        name: value
        for name, value in msgspec.to_builtins(page.article).items()
        if value not in (None, "")
    }
    assert article == expected["article"]
    fields = ("id", "parent_id", "depth", "author", "published", "text", "source")
    found = [{name: getattr(comment, name) for name in fields} for comment in page.comments]
    assert found == expected["comments"]
    assert [comment.order for comment in page.comments] == list(range(len(found)))
    assert [msgspec.to_builtins(piece) for piece in page.left_out] == expected["left_out"]
    assert page.declared_count == expected["declared_count"]
    assert page.comments_elsewhere == expected["comments_elsewhere"]


# ------------------------------------------------------------------------------- properties


def words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text))


def everything(page: Page) -> str:
    parts = [page.article.title, page.article.text, page.article.author or ""]
    parts += [comment.text for comment in page.comments]
    parts += [piece.text for piece in page.left_out]
    return "\n".join(parts)


@pytest.mark.parametrize(
    "path", [path for path in PINNED if path.stem != "html2text"], ids=lambda path: path.stem
)
def test_nothing_of_a_page_disappears(path: Path) -> None:
    text = read(path)
    assert not words(text) - words(everything(separate_flattened(text)))


def check_shape(page: Page) -> None:
    """Whatever the text: ids in order, parents known and earlier, depths that follow them."""
    depths: dict[str, int] = {}
    for order, comment in enumerate(page.comments):
        assert comment.id == f"c{order + 1}"
        assert comment.order == order
        assert comment.text.strip()
        above = 0 if comment.parent_id is None else depths[comment.parent_id]
        assert comment.depth == above + 1
        depths[comment.id] = comment.depth


PIECES = st.sampled_from(
    [
        "  1. ", "  2. ", "  10. ", "  • ", "    • ", "      • ", "    1. ", "  * ", "    + ", "- ",
        "\n", "\n\n", "\r\n", "    ", "      ", "Mia says:", "Reply", "3 comments", "Comments",
        "Leave a Reply", "May 3, 2021 at 9:14 am", "vor 3 Tagen", "by Jo on 3 May 2021. Reply #",
        "One sentence that a person wrote.", "•glued", "1. typed", "says:", "\x00", "\ud800",
        "\u200f", "\u2028", "\x0b", "# Heading", "**bold**", "[a](b)", "![", "Pingback: x",
        "© 2020", "View this post on Instagram", "RT @a: b", "No comments yet",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=30), max_size=60))
def test_pieces_of_pages_in_any_order(pieces: list[str]) -> None:
    check_shape(separate_flattened("".join(pieces)))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_text_at_all(text: str) -> None:
    check_shape(separate_flattened(text))


MUCH = {
    "letters": "a" * 1_000_000,
    "spaces": " " * 1_000_000,
    "numbers": "1. " * 300_000,
    "verbs": "says: " * 160_000,
    "bullets": "• " * 400_000,
    "newlines": "\n" * 200_000,
    "blanks": " \n" * 100_000,
    "brackets": "[" * 500_000,
    "stars": "*" * 500_000,
    "parentheses": "(" * 500_000 + ")" * 500_000,
}


@pytest.mark.parametrize("line", MUCH.values(), ids=MUCH.keys())
def test_very_much_of_one_thing(line: str) -> None:
    check_shape(separate_flattened(line))
    check_shape(separate_flattened(f"3 comments\n\n  1. {line}\n\n  2. Second.\n\nLeave a Reply\n"))


def test_deep_nesting_is_bounded() -> None:
    nested = "\n".join("  " * depth + f"• item {depth}" for depth in range(1, 1200))
    check_shape(separate_flattened(nested))


def test_thousands_of_comments_keep_their_order() -> None:
    items = "\n\n".join(f"  {at}. I wrote number {at}, thanks." for at in range(1, 5001))
    text = f"Title\n\nText of it.\n\n5000 comments\n\n{items}\n\nLeave a Reply\n"
    page = separate_flattened(text)
    assert len(page.comments) == page.declared_count == 5000
    assert page.comments[4999].text == "I wrote number 5000, thanks."


# ------------------------------------------------------------------ threads, written and read


SENTENCE = st.lists(
    st.sampled_from("I you we saw never the old boat again thanks why because morning".split()),
    min_size=4,
    max_size=12,
).map(lambda chosen: " ".join(chosen).capitalize() + ".")
PARAGRAPHS = st.lists(SENTENCE, min_size=1, max_size=3)
THREAD = st.lists(
    st.recursive(
        st.tuples(PARAGRAPHS, st.just([])),
        lambda inner: st.tuples(PARAGRAPHS, st.lists(inner, max_size=3)),
        max_leaves=8,
    ),
    min_size=2,
    max_size=12,
)


def write(thread: list, depth: int = 1) -> list[str]:
    """Write a thread as Resiliparse does: numbers on top, bullets below, two columns a level."""
    lines: list[str] = []
    for number, (paragraphs, replies) in enumerate(thread, start=1):
        mark = f"{number}. " if depth == 1 else "• "
        lines.append("  " * depth + mark + paragraphs[0])
        for paragraph in paragraphs[1:]:
            lines += ["", "  " * (depth + 1) + paragraph]
        lines.append("")
        lines += write(replies, depth + 1)
    return lines


def flatten(thread: list, parent: int | None = None, depth: int = 1) -> list:
    rows: list = []

    def walk(items: list, parent: int | None, depth: int) -> None:
        for paragraphs, replies in items:
            place = len(rows)
            rows.append(("\n".join(paragraphs), parent, depth))
            walk(replies, place, depth + 1)

    walk(thread, parent, depth)
    return rows


@settings(max_examples=150, deadline=None)
@given(THREAD)
def test_a_written_thread_is_read_back_exactly(thread: list) -> None:
    body = "The harbour was closed on Monday. Nobody had been told, and nobody knows why."
    text = "\n".join(["The harbour is closed", "", body, "", "", *write(thread), "Leave a Reply"])
    page = separate_flattened(text)
    place = {comment.id: at for at, comment in enumerate(page.comments)}
    found = [
        (c.text, None if c.parent_id is None else place[c.parent_id], c.depth)
        for c in page.comments
    ]
    assert found == flatten(thread)
    assert page.article.text == body
