"""What nobody sees is no comment, wherever an empty one is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import RecordError
from moderation.pages import separate
from moderation.sources import read_comments
from moderation.sources.comment_rows import Item
from moderation.text import fold
from moderation.text.visibility import is_blank

UNSEEN = ["", " ", "\t\n", "\u200b", "\u200b\u2060\ufeff", "\xad", "\x00\x07", "\u3164", "\u2800 "]
SEEN = ["a", "\u200ba", "0", ".", "\U0001f600", "\u0438", "\u4e2d", "\ud800", "\u200b!"]


@pytest.mark.parametrize("text", [*UNSEEN, "\u202e\u200e", "\U000e0041", "\ufe0f", "\u0301"])
def test_nothing_is_seen(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", SEEN)
def test_something_is_seen(text: str) -> None:
    assert not is_blank(text)


@given(st.text(st.characters(codec=None), max_size=6))
def test_folding_leaves_something_of_letters_that_are_seen(text: str) -> None:
    if any(c.isalnum() for c in fold(text)) and not set(text) & set("\u115f\u1160\u3164\uffa0"):
        assert not is_blank(text)


def test_a_row_of_invisible_characters_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "comments.jsonl"
    rows = [{"text": text} for text in (*UNSEEN, "You are a liar.")]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = list(read_comments([path]))
    assert [item.comment.text for item in found if isinstance(item, Item)] == ["You are a liar."]
    errors = [item for item in found if isinstance(item, RecordError)]
    assert [(error.what, error.line) for error in errors] == [
        ("text is empty", line) for line in range(1, len(UNSEEN) + 1)
    ]


def test_an_item_of_a_page_that_shows_nothing_is_no_comment() -> None:
    items = "".join(
        f"<li class='comment' id='comment-{i}'><p>{text}</p></li>"
        for i, text in enumerate(("Lovely evening.", "\u200b\u2060", "We were there too."))
    )
    page = separate(f"<h1>Fair opens</h1><p>It did.</p><ol class='commentlist'>{items}</ol>")
    assert [c.text for c in page.comments] == ["Lovely evening.", "We were there too."]
