"""Words that are denied, reported or said of oneself count less in brief comments."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from corpus import gold

from moderation.features.ngrams import Block, BlockSpec
from moderation.labels.gold.training_rows import rows_of
from moderation.model.artifact.folder import Model
from moderation.model.artifact.parts import describe_text
from moderation.model.explanation import explain_text
from moderation.model.linear.brief import BriefWeights
from moderation.model.linear.models import TextModel
from moderation.model.manifest import SentenceSpec, Thresholds
from moderation.model.mentioned import MENTIONED, MentionSpec
from moderation.model.sklearn_pipeline import _of_texts
from moderation.records import Attribute
from moderation.training.learners import TextLearner
from moderation.training.recipe import Recipe

BLOCK = Block(BlockSpec(analyzer="word", ngram_range=(1, 1)), ("fool", "kind"), np.ones(2))
COEFS = np.array([4.0, -3.0])
SPEC = MentionSpec(share=0.25, least=0.1)
DENIED, SAID, KIND = "He is not a fool.", "He is a fool.", "He is not kind, the fool."


def drawn(spec: MentionSpec | None = SPEC, share: float = 0.0) -> TextModel:
    brief = BriefWeights((COEFS,), -1.0, 1000.0, 0.0, spec)
    return TextModel([BLOCK], [COEFS], -1.0, SentenceSpec(share=share, norm=1.0), brief=brief)


def test_a_part_of_what_mentioned_words_add_is_taken_away() -> None:
    said, denied = drawn().log_odds([SAID, DENIED])
    assert said == pytest.approx(3.0)
    assert denied == pytest.approx(-1.0 + 0.25 * 4.0, abs=1e-3)
    assert drawn(None).log_odds([DENIED])[0] == pytest.approx(3.0)


def test_mentioned_words_that_lower_a_score_keep_their_weight() -> None:
    assert drawn().deductions([KIND])[0] == 0


def test_a_comment_that_goes_to_nobody_is_not_examined() -> None:
    low = drawn(MentionSpec(share=0.25, least=0.99))
    assert low.deductions([DENIED])[0] == 0


def test_the_deduction_shrinks_with_the_length() -> None:
    assert drawn().brief is not None
    brief = BriefWeights((COEFS,), -1.0, 5.0, 0.0, SPEC)
    model = TextModel([BLOCK], [COEFS], -1.0, brief=brief)
    assert model.deductions([DENIED])[0] == pytest.approx(-0.75 * 4.0 / 2)


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_explanations_the_pipeline_and_copies_agree(share: float) -> None:
    model = drawn(share=share)
    texts = [DENIED, SAID, KIND, "", 'She was told: "you are a fool". Why?']
    odds = model.log_odds(texts)
    np.testing.assert_allclose(_of_texts(model).decision_function(texts), odds, atol=1e-9)
    np.testing.assert_array_equal(copy.deepcopy(model).log_odds(texts), odds)
    np.testing.assert_allclose([model.log_odds([text])[0] for text in texts], odds)
    for text, expected in zip(texts, odds, strict=True):
        explanation = explain_text(model, text, Attribute.HOSTILITY)
        assert explanation.log_odds == pytest.approx(float(expected))
        named = [reason.weight for reason in explanation.reasons if reason.text == MENTIONED]
        assert [weight < 0 for weight in named] == [True] * (text in (texts[0], texts[4]))


def test_an_artifact_holds_the_spec_and_calibration_keeps_it() -> None:
    spec, _ = describe_text(drawn(), Thresholds(review=0.2, hold=0.8))
    assert spec.brief is not None
    assert spec.brief.mentioned == SPEC
    brief = drawn().brief
    assert brief is not None
    assert brief.moved(2.0, 0.5).mentioned == SPEC


def test_an_adapted_model_deducts_too(model: Model) -> None:
    old = model.hostility
    assert old is not None
    brief = BriefWeights(old.coefs, old.intercept, 50.0, 0.0, MentionSpec(share=0.0, least=0.01))
    base = Model(model.manifest, dict(model.arrays), digest="")
    base.__dict__["hostility"] = TextModel(old.blocks, old.coefs, old.intercept, brief=brief)
    learner = TextLearner(Recipe(), base)
    rows = learner.prepare(rows_of(gold(), Attribute.HOSTILITY))
    fitted = learner.fit(rows).model
    insult = max((item.comment.text for item in rows.gold), key=lambda t: fitted.log_odds([t])[0])
    text = f"She was told '{insult[:150]}' by a man"
    assert fitted.deductions([text])[0] < 0


@pytest.mark.parametrize(
    "change", [{"share": -0.1}, {"share": 1.1}, {"least": 0.0}, {"least": 1.0}]
)
def test_a_spec_that_makes_no_sense_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        MentionSpec(**{"share": 0.5, "least": 0.1, **change})
