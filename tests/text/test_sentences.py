"""Where sentences end, and how they are compared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features.reading import TokenCache
from moderation.model.manifest import SentenceSpec
from moderation.text.sentences import closes_sentence


@pytest.mark.parametrize(
    "chunk", ["done.", "what?!", "“Never!”", "so...", "well…", "(no.)", "*out!*", "ha!😀", "No."]
)
def test_what_closes_a_sentence(chunk: str) -> None:
    assert closes_sentence(chunk)


@pytest.mark.parametrize(
    "chunk", ["done", "3.5", ":-)", "no,", "-", "a.b", "“Never”", "Dr.", "J.", "U.S.", "etc.,"]
)
def test_what_closes_none(chunk: str) -> None:
    assert not closes_sentence(chunk)


def test_sentences_part_at_their_ends_at_line_ends_and_at_those_of_texts() -> None:
    texts = ["One two. Three\nsix seven\n\neight", "", "four", "Five! six.", "Où ça?\nIci là"]
    sentences, row_of = TokenCache().read(texts).read.sentences()
    assert sentences.tolist() == [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 8]
    assert row_of.tolist() == [0, 0, 0, 0, 2, 3, 3, 4, 4]


def test_no_texts_have_no_sentences() -> None:
    assert [part.tolist() for part in TokenCache().read([]).read.sentences()] == [[], []]


def test_a_long_row_of_marks_takes_no_time() -> None:
    assert not closes_sentence("!" * 300_000 + "a)")
    assert closes_sentence("a" + "!" * 300_000 + ")")


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_longer_sentence_never_weighs_more(one: float, other: float) -> None:
    scales = SentenceSpec(share=0.2).scale(np.array(sorted([one, other])))
    assert scales[0] >= scales[1] > 0


@pytest.mark.parametrize("wrong", [{"share": 1.5}, {"share": -0.1}, {"norm": 0.0}, {"power": 0.0}])
def test_what_no_sentence_can_count(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="share from 0 to 1"):
        SentenceSpec(**wrong)
