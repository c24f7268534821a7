"""Brief comments have weights of their own, which give way to the others in longer ones."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from corpus import gold
from hypothesis import given
from hypothesis import strategies as st

from moderation.features.ngrams import Block, BlockSpec
from moderation.labels.gold.training_rows import rows_of
from moderation.model.artifact.folder import Model
from moderation.model.artifact.parts import describe_text
from moderation.model.explanation import explain_text
from moderation.model.linear.brief import BriefWeights
from moderation.model.linear.models import TextModel
from moderation.model.manifest import SentenceSpec, Thresholds
from moderation.model.sklearn_pipeline import _of_texts
from moderation.records import Attribute
from moderation.training.learners import TextLearner
from moderation.training.recipe import Recipe

WORDS = ("bad", "fine", "good", "you")
SPEC = BlockSpec(analyzer="word", ngram_range=(1, 1))
BLOCK = Block(SPEC, WORDS, np.array([2.0, 1.5, 1.0, 1.2]))
LONG, BRIEF = np.array([3.0, 0.0, -1.0, 0.5]), np.array([-2.0, 1.0, 0.5, 4.0])


def mixed(share: float = 0.0, words: float = 4.0, sentences: float = 0.0) -> TextModel:
    brief = BriefWeights((BRIEF,), 2.0, words, sentences)
    return TextModel([BLOCK], [LONG], -1.0, SentenceSpec(share=share, norm=1.0), brief=brief)


def test_an_empty_text_has_the_brief_intercept_and_a_long_one_the_other() -> None:
    found = mixed().log_odds(["", " ".join(["none"] * 4000)])
    np.testing.assert_allclose(found, [2.0, -1.0], atol=1e-4)


def test_both_weights_count_half_at_the_stated_number_of_words() -> None:
    text = "bad good you none"
    long = TextModel([BLOCK], [LONG], -1.0).log_odds([text])
    brief = TextModel([BLOCK], [BRIEF], 2.0).log_odds([text])
    np.testing.assert_allclose(mixed().log_odds([text]), (long + brief) / 2)
    assert mixed().brief_shares([text, "you"]).tolist() == [0.5, 1 / (1 + 1 / 16)]


def test_without_brief_weights_nothing_changes() -> None:
    plain = TextModel([BLOCK], [LONG], -1.0)
    same = TextModel([BLOCK], [LONG], -1.0, brief=BriefWeights((LONG,), -1.0, 10.0))
    texts = ["bad bad you.", "good. bad", ""]
    np.testing.assert_allclose(plain.log_odds(texts), same.log_odds(texts))
    assert plain.brief_shares(texts).tolist() == [0, 0, 0]


@pytest.mark.parametrize("sentences", [0.0, 0.6])
@pytest.mark.parametrize("share", [0.0, 0.4])
@given(st.lists(st.sampled_from([*WORDS, "none", "bad.", "you!", "\n"]), max_size=30).map(" ".join))
def test_the_reasons_add_up_and_the_pipeline_agrees(
    share: float, sentences: float, text: str
) -> None:
    model = mixed(share, sentences=sentences)
    expected = float(model.log_odds([text])[0])
    assert explain_text(model, text, Attribute.HOSTILITY).log_odds == pytest.approx(expected)
    odds = _of_texts(model).decision_function([text])[0]
    assert odds == pytest.approx(expected, abs=1e-9)


def test_a_sentence_of_a_long_comment_is_read_by_the_weights_for_its_own_length() -> None:
    # Only the brief weights find "you" hostile, and "none" is no term.
    short = "you none none none"
    text = f"{'none ' * 60}. {short}"
    own, others = mixed(1.0, sentences=1.0), mixed(1.0, sentences=0.0)
    alone = others.unbounded([short])[0]
    np.testing.assert_allclose(own.unbounded([short, text]), alone)
    assert others.unbounded([text])[0] < alone - 1


def test_texts_score_alike_alone_and_in_company_and_in_another_process() -> None:
    model = mixed(0.4, sentences=0.5)
    texts = ["you bad", "good " * 30, "", "bad. you. fine"]
    together = model.log_odds(texts)
    np.testing.assert_allclose(together, [model.log_odds([text])[0] for text in texts])
    np.testing.assert_array_equal(copy.deepcopy(model).log_odds(texts), together)


def test_calibration_moves_both_sets_of_weights() -> None:
    model = mixed(0.4, sentences=0.5)
    assert model.brief is not None
    moved = TextModel(
        [BLOCK], [2 * LONG], 2 * -1.0 + 0.5, model.sentence, brief=model.brief.moved(2.0, 0.5)
    )
    texts = ["you bad", "good " * 30, ""]
    np.testing.assert_allclose(moved.log_odds(texts), 2 * model.log_odds(texts) + 0.5)


def test_an_artifact_holds_both_sets_of_weights() -> None:
    spec, arrays = describe_text(mixed(sentences=0.5), Thresholds(review=0.2, hold=0.8))
    assert spec.brief is not None
    assert (spec.brief.words, spec.brief.intercept, spec.brief.sentences) == (4.0, 2.0, 0.5)
    np.testing.assert_array_equal(arrays["hostility.0.coef"], LONG.astype(np.float32))
    np.testing.assert_array_equal(arrays["hostility.0.brief_coef"], BRIEF.astype(np.float32))


def test_adapting_changes_both_sets_of_weights_alike(model: Model) -> None:
    old = model.hostility
    assert old is not None
    brief = BriefWeights(tuple(0.5 * coef for coef in old.coefs), 0.3, 6.0, 0.5)
    base = Model(model.manifest, dict(model.arrays), digest="")
    drawn = TextModel(old.blocks, old.coefs, old.intercept, SentenceSpec(share=0.3), brief=brief)
    base.__dict__["hostility"] = drawn  # as if it had been read
    learner = TextLearner(Recipe(), base)
    rows = learner.prepare(rows_of(gold(), Attribute.HOSTILITY))
    texts = [item.comment.text for item in rows.gold]
    usual = learner.usual(rows)
    assert usual is not None
    np.testing.assert_allclose(usual, drawn.unbounded(texts))
    fitted = learner.fit(rows)
    assert fitted.model.brief is not None
    one_sentence = [i for i, text in enumerate(texts) if not set(".!?\n") & set(text[:-1])]
    assert len(one_sentence) > 20
    np.testing.assert_allclose(
        fitted.log_odds(rows)[one_sentence],
        fitted.model.unbounded(texts)[one_sentence],
        atol=1e-9,
    )
    (scale,) = {
        round(float(x), 9)
        for own, other, before, beside in zip(
            fitted.model.coefs[:1], fitted.model.brief.coefs[:1], old.coefs[:1], brief.coefs[:1],
            strict=True,
        )
        for x in ((own - other) / (before - beside))[np.abs(before - beside) > 1e-6]
    }  # fmt: skip
    assert 0 < scale < 3
