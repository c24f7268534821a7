"""Near copies: what is one text written twice, and what only looks alike."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.near_duplicates import ALIKE, Copies, near_copies

LONG = (
    "The council has promised us a new crossing on Mill Lane for nine years now, and every spring "
    "the same two men come with the same tape measure and go away again before lunch."
)


def test_copies_but_for_case_and_space_are_exact() -> None:
    found = near_copies(["Well said, Ada!", "something else", "well  SAID,\nAda!"])
    assert found == [Copies((0, 2), exact=True)]


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("nine years", "ten years"),
        LONG + " Typical!",
        LONG.replace(",", ""),
        "Again: " + LONG,
    ],
)
def test_a_word_changed_is_a_near_copy(other: str) -> None:
    assert near_copies([LONG, "Nothing of the kind.", other]) == [Copies((0, 2), exact=False)]


@pytest.mark.parametrize(
    "other",
    [
        "The council has promised us a new crossing, and I believe them.",
        "Every spring the same two men come with the same tape measure.",
        LONG.replace("the", "a").replace("same", "other").replace("a ", "one "),
    ],
)
def test_common_phrases_make_no_copy(other: str) -> None:
    assert near_copies([LONG, other]) == []


def test_short_texts_are_copies_only_if_their_words_are_equal() -> None:
    assert near_copies(["Agreed", "Not agreed", "Agreed.", "", "!!", "Hear, hear"]) == []


def test_a_thousand_copies_are_one_group() -> None:
    texts = [f"{LONG} Call {number}." for number in range(1000)]
    (found,) = near_copies(texts)
    assert found.members == tuple(range(1000))
    assert not found.exact


def test_what_is_found_is_what_comparing_each_with_each_finds() -> None:
    def overlap(one: list[str], two: list[str]) -> float:
        a, b = ({*zip(w, w[1:], w[2:], strict=False)} for w in (one, two))
        return len(a & b) / len(a | b)

    draw = random.Random(4)
    words = [f"w{i}" for i in range(50)]
    originals = [draw.choices(words, k=40) for _ in range(60)]
    edited = [[draw.choice(words) if draw.random() < 0.03 else w for w in o] for o in originals]
    alike = sum(overlap(o, e) >= ALIKE for o, e in zip(originals, edited, strict=True))
    found = near_copies([" ".join(text) for text in originals + edited])
    pairs = {copies.members for copies in found}
    assert pairs <= {(i, i + 60) for i in range(60)}
    assert 0.9 * alike <= len(pairs) <= alike


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_text_is_taken_and_every_group_has_two(texts: list[str]) -> None:
    places = [place for copies in near_copies(texts) for place in copies.members]
    assert len(places) == len(set(places))
    assert all(len(copies.members) > 1 for copies in near_copies(texts))
    assert [c.members for c in near_copies(texts + texts)] != [] or not texts
