"""Fitted models: scores, and contributions that add up to them."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from corpus import gold
from hypothesis import given
from hypothesis import strategies as st

from moderation.features.ngrams import Block, BlockSpec
from moderation.model.artifact.folder import Model
from moderation.model.linear.explaining import Explainer
from moderation.model.linear.models import TextModel, sigmoid
from moderation.model.linear.signal_models import SignalModel
from moderation.model.manifest import SentenceSpec
from moderation.text.folding import fold

TEXTS = [item.comment.text for item in gold()]
ANY_TEXT = st.text(st.characters(codec=None), max_size=40) | st.lists(
    st.sampled_from(
        [
            "you",
            "\n",
            "idiot.",
            "i d i o t.",
            "i. d. i. o. t",
            "1d10t",
            "bridge!",
            "\x00",
            "so\x00so",
            "¨",
            "ıİ",
        ]
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


def test_the_worst_sentence_draws_the_score() -> None:
    plain = _one_word(3.0)
    spec = SentenceSpec(share=0.5, norm=1.0, power=1.0)
    drawn = TextModel(plain.blocks, plain.coefs, plain.intercept, spec)
    texts = ["bad. good.", "good bad", "good. Good! bad", "", "bad\ngood"]
    whole = plain.log_odds(texts) - plain.intercept
    worst = [3.0, 6.0 / np.hypot(1, 2), 3.0, 0.0, 3.0]
    np.testing.assert_allclose(drawn.worst_sentences(texts), worst)
    np.testing.assert_allclose(drawn.log_odds(texts), (whole + worst) / 2 + plain.intercept)


def test_a_copy_for_another_process_scores_alike(model: Model) -> None:
    old = model.hostility
    assert old is not None
    drawn = TextModel(old.blocks, old.coefs, old.intercept, SentenceSpec(share=0.3, norm=5.0))
    again = copy.deepcopy(drawn)  # asks what pickle asks
    np.testing.assert_array_equal(again.log_odds(TEXTS), drawn.log_odds(TEXTS))


def test_long_sentences_weigh_less_and_short_ones_no_more() -> None:
    plain = _one_word(3.0)
    spec = SentenceSpec(share=1.0, norm=2.5, power=2.0)
    drawn = TextModel(plain.blocks, plain.coefs, 0.0, spec)
    # n is 2, and the root of 8; below `norm` it counts as if it were.
    np.testing.assert_allclose(drawn.log_odds(["bad", "bad bad"]), [6 / 2.5, 12 * 2.5 / 8])


@pytest.mark.parametrize("share", [0.0, 0.3])
@given(text=ANY_TEXT)
def test_contributions_and_intercept_add_up_to_the_log_odds(
    model: Model, share: float, text: str
) -> None:
    assert model.hostility is not None
    old = model.hostility
    drawn = TextModel(old.blocks, old.coefs, old.intercept, SentenceSpec(share=share))
    found = [*Explainer(drawn).explained(drawn.read([text])).contributions]
    total = drawn.intercept + sum(part.weights.sum() for part in found)
    assert total == pytest.approx(float(drawn.log_odds([text])[0]), abs=1e-6)
    for _, _, starts, ends in (part.places for part in found):
        assert ((starts >= 0) & (starts < ends) & (ends <= len(fold(text)))).all()


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
