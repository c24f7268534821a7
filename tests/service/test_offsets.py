"""Sentences, and places counted as the wire counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.service.offsets import MOST_SENTENCES, sentences, utf16, utf16_length
from moderation.text.folding import ENGLISH, folding_for


def cut(text: str) -> list[str]:
    return [text[begin:end] for begin, end in sentences(text, ENGLISH)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("One", ["One"]),
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ('He said "No." Then he left.', ['He said "No." ', "Then he left."]),
        ("Dr. Orme met J. Pell at 5 p.m. sharp.", ["Dr. Orme met J. Pell at 5 p.m. sharp."]),
        ("It costs 3.50 at example.org today", ["It costs 3.50 at example.org today"]),
        ("First line\nSecond line\n\nThird", ["First line\n", "Second line\n\n", "Third"]),
        ("Wait... what?! Really", ["Wait... ", "what?! ", "Really"]),
        ("  \n Lead", ["  \n Lead"]),
        ("End.  \n ", ["End.  \n "]),
        ("So did I. You did not.", ["So did I. ", "You did not."]),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert cut(text) == found


def test_a_text_of_full_stops_has_only_so_many_sentences() -> None:
    found = cut("ab. " * 2 * MOST_SENTENCES)
    assert len(found) == MOST_SENTENCES
    assert found[-1] == "ab. " * (MOST_SENTENCES + 1)


@given(st.text(st.sampled_from(" \n\t.!?a\u2026Dr\"')\U0001f600"), max_size=40))
def test_sentences_cover_the_text_without_a_gap(text: str) -> None:
    assert "".join(cut(text)) == text
    assert all(begin < end for begin, end in sentences(text, ENGLISH))


def test_sentences_without_white_space_between_them_are_cut() -> None:
    text = "今天天气很好。你这个傻瓜！ 明天见"
    found = [text[begin:end] for begin, end in sentences(text, folding_for("zh"))]
    assert found == ["今天天气很好。", "你这个傻瓜！ ", "明天见"]


def test_an_emoji_is_two_code_units() -> None:
    text = "a\U0001f600b\U0001f600"
    assert utf16(text, [0, 1, 2, 3, 4]) == [0, 1, 3, 4, 6]
    assert utf16_length(text) == 6


@given(st.text(max_size=30), st.data())
def test_places_are_those_of_utf16(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    encoded = [len(text[:p].encode("utf-16-le", "surrogatepass")) // 2 for p in places]
    assert utf16(text, places) == encoded
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
