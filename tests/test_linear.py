"""Fitted models: scores, and contributions that add up to them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from corpus import gold
from hypothesis import given
from hypothesis import strategies as st

from moderation.artifact import Model
from moderation.linear import SignalModel, TextModel, sigmoid
from moderation.ngrams import Block, BlockSpec
from moderation.text import fold

TEXTS = [item.comment.text for item in gold()]
ANY_TEXT = st.text(st.characters(codec=None), max_size=40) | st.lists(
    st.sampled_from(
        ["you", "idiot", "i d i o t", "1d10t", "bridge", "\x00", "so\x00so", "¨", "ıİ"]
    ),
    max_size=10,
).map(" ".join)


def test_sigmoid_neither_overflows_nor_leaves_its_range() -> None:
    odds = np.array([-1e308, -800.0, -1.0, 0.0, 1.0, 800.0, 1e308])
    values = sigmoid(odds)
    assert values[[0, 1, 3, 5, 6]].tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert values[2] == pytest.approx(1 / (1 + np.e))
    np.testing.assert_allclose(values, 1 - values[::-1])


def _one_word(coef: float) -> TextModel:
    spec = BlockSpec(analyzer="word", ngram_range=(1, 1))
    return TextModel(
        [Block(spec, ("bad", "good"), np.array([2.0, 1.0]))], [np.array([coef, 0])], -1
    )


def test_log_odds_by_hand() -> None:
    odds = _one_word(3.0).log_odds(["bad", "good", "", "bad good", "bad bad"])
    mixed = 3.0 * 2.0 / np.hypot(2.0, 1.0)
    np.testing.assert_allclose(odds, [2.0, -1.0, -1.0, mixed - 1.0, 2.0])


def test_no_texts_have_no_odds() -> None:
    assert _one_word(1.0).log_odds([]).shape == (0,)


@given(ANY_TEXT)
def test_contributions_and_intercept_add_up_to_the_log_odds(model: Model, text: str) -> None:
    assert model.hostility is not None
    found = model.hostility.contributions(text)
    total = model.hostility.intercept + sum(weight for _, weight in found)
    assert total == pytest.approx(float(model.hostility.log_odds([text])[0]), abs=1e-6)
    length = len(fold(text))
    assert all(0 <= place.start < place.end <= length for place, _ in found)


@given(st.lists(ANY_TEXT, max_size=6))
def test_a_text_scores_the_same_alone_and_in_company(model: Model, texts: list[str]) -> None:
    assert model.hostility is not None
    together = model.hostility.probability(texts)
    alone = [model.hostility.probability([text])[0] for text in texts]
    np.testing.assert_allclose(together, alone, atol=1e-12)
    assert ((together >= 0) & (together <= 1)).all()


def test_several_threads_get_the_same_scores(model: Model) -> None:
    assert model.hostility is not None
    expected = model.hostility.log_odds(TEXTS)
    fresh = TextModel(model.hostility.blocks, model.hostility.coefs, model.hostility.intercept)
    with ThreadPoolExecutor(4) as pool:
        for odds in pool.map(fresh.log_odds, [TEXTS] * 16):
            np.testing.assert_array_equal(odds, expected)


def test_signals_by_hand() -> None:
    usual = np.array([1.0, 2.0])
    model = SignalModel(("a", "b"), np.array([2.0, -1.0]), usual, 0.5)
    odds = model.log_odds(np.array([[1, 1], [0, 3], [np.nan, 3], [np.nan, np.nan]]))
    assert odds.tolist() == [1.5, -2.5, -0.5, 0.5]  # what is missing counts as usual
