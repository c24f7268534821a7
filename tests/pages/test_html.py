"""Invented pages, one a platform or layout, each with the records that must come out exactly."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import InputError
from moderation.pages import separate
from moderation.records import Page

PAGES = Path(__file__).parent / "html"
EXAMPLE = Path(__file__).parents[2] / "examples" / "page.html"
CASES = sorted(PAGES.glob("*.html"))


def as_expected(page: Page) -> dict[str, Any]:
    """The page in the form in which its expected records are written down."""
    fields = ("id", "parent_id", "depth", "author", "published", "source", "text")
    return {
        "title": page.article.title,
        "author": page.article.author,
        "published": page.article.published,
        "text": page.article.text.split("\n"),
        "comments": [{name: getattr(c, name) for name in fields} for c in page.comments],
        "declared_count": page.declared_count,
        "comments_elsewhere": page.comments_elsewhere,
        "left_out": [[piece.reason, piece.text[:60]] for piece in page.left_out],
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_page_gives_the_records_written_beside_it(path: Path) -> None:
    expected = msgspec.json.decode(path.with_suffix(".json").read_bytes())
    assert as_expected(separate(path.read_bytes())) == expected


def test_example_page_in_the_repository() -> None:
    page = separate(EXAMPLE.read_bytes())
    assert [(c.id, c.parent_id, c.depth) for c in page.comments] == [
        ("comment-40211", None, 1),
        ("comment-40214", "comment-40211", 2),
        ("comment-40220", "comment-40214", 3),
        ("comment-40216", None, 1),
        ("comment-40225", None, 1),
        ("comment-40227", "comment-40225", 2),
        ("comment-40231", None, 1),
        ("comment-40240", None, 1),
    ]
    assert page.article.title == "Harbour ferry to Saltmarsh Point will run at night from June"
    assert page.article.text.startswith("The small blue ferry")
    assert page.article.text.endswith("Bicycles travel free.")
    assert "Facebook" not in page.article.text
    assert "Share this" not in page.article.text
    assert [piece for piece in page.left_out if piece.reason == "pingback"]


MARKUP = st.lists(
    st.sampled_from(
        [
            "<div class='comment' id='comment-1'>", "<li id=comment-2>", "</li>", "</div>", "<ol>",
            "<p>", "</p>", "text", "Mia says:", "3 May 2021 at 9:14 am", "<table><tr><td>",
            "<script>x</script>", "<!--", "-->", "<!doctype html>", "&#0;", "&amp", "\x00",
            "\ud800", "\u202e", "<textarea>", "<a href=#>Reply</a>", "<h2>3 Comments</h2>", "<b>",
            "<ul class=children>", "<time datetime=2021-05-03>", "<article>", "<svg>", "<template>",
        ]
    )
)  # fmt: skip


@given(MARKUP)
@settings(max_examples=300, deadline=None)
def test_no_markup_stops_it(pieces: list[str]) -> None:
    page = separate("<div>" + "".join(pieces))
    known = {comment.id for comment in page.comments}
    assert len(known) == len(page.comments)
    for order, comment in enumerate(page.comments):
        assert comment.order == order
        assert comment.text.strip()
        assert comment.parent_id is None or comment.parent_id in known


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_no_string_stops_it(text: str) -> None:
    separate("<html><body>" + text)


@given(st.binary())
@settings(max_examples=200, deadline=None)
def test_no_bytes_stop_it(data: bytes) -> None:
    with contextlib.suppress(InputError):
        separate(data)


@pytest.mark.parametrize(
    ("markup", "platform"),
    [
        ("<div id='disqus_thread'></div>", "disqus"),
        ("<div class='fb-comments' data-href='/a'></div>", "facebook"),
        ("<div data-spotim-module='conversation'></div>", "openweb"),
        ("<div id='coral_talk_stream'></div>", "coral"),
        ("<div class='viafoura'><vf-conversations></vf-conversations></div>", "viafoura"),
        ("<hyvor-talk-comments page-id='1'></hyvor-talk-comments>", "hyvor"),
        ("<div id='remark42'></div>", "remark42"),
        ("<iframe id='jetpack_remote_comment'></iframe>", None),
    ],
)
def test_embed_without_text_is_named(markup: str, platform: str | None) -> None:
    page = separate(f"<html><body><p>The well is open to all.</p>{markup}</body></html>")
    assert page.comments == ()
    assert page.comments_elsewhere == platform


def test_deep_nesting_is_read_in_linear_time() -> None:
    page = separate("<div>" * 100_000 + "<p>The bottom of the page.</p>")
    assert page.article.text == "The bottom of the page."


@pytest.mark.parametrize("page", ["", "  \n", b"", b"\n ", "\ufeff", "\x00"])
def test_empty_page_is_refused(page: str | bytes) -> None:
    with pytest.raises(InputError, match="the page is empty"):
        separate(page)


def test_a_long_page_is_read_like_a_short_one() -> None:
    padding = b"<!--" + b" " * 1_000_000 + b"-->"  # as many characters as make a page a long one
    for path in CASES:
        page = path.read_bytes()
        assert separate(page + padding) == separate(page), path.name
