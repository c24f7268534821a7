"""A comment of few words at nobody: bounded in every face of a model, and explained as such."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from moderation.model.artifact.folder import load_model, shipped_model
from moderation.model.linear.models import sigmoid
from moderation.model.moderator import Moderator
from moderation.model.short_comments import FEW_WORDS, ShortSpec
from moderation.model.sklearn_pipeline import pipeline_of
from moderation.records import Action, Attribute, Comment

NOBODY = ("Pathetic!", "Damn good article!", "Stupid me, I forgot the date.", "What garbage.")
# The shipped model alone would give these more than the ceiling.
BOUNDED = ("Pathetic!", "Idiot!", "Scum!", "What a pile of garbage.")
SOMEBODY = ("You idiot", "you moron", "Y0u are an 1diot.", "He is a stupid moron.")
SHORT = ShortSpec(words=3, ceiling=0.5, people=("you",))


@pytest.fixture(scope="module")
def shipped() -> Moderator:
    return Moderator(load_model(shipped_model()))


@pytest.mark.parametrize("text", NOBODY)
def test_a_rude_word_at_nobody_is_not_held(shipped: Moderator, text: str) -> None:
    assert shipped.score(Comment(text=text)).action is not Action.HOLD


@pytest.mark.parametrize("text", SOMEBODY)
def test_a_short_insult_at_somebody_still_is(shipped: Moderator, text: str) -> None:
    assert shipped.score(Comment(text=text)).action is Action.HOLD


def test_an_explanation_names_the_bound_and_adds_up(shipped: Moderator) -> None:
    for text in (*BOUNDED, *SOMEBODY, "Thank you."):
        explanation = shipped.explain(Comment(text=text), Attribute.HOSTILITY)
        assert explanation is not None
        value = shipped.score(Comment(text=text)).hostility.value
        assert 1 / (1 + np.exp(-explanation.log_odds)) == pytest.approx(value)
        named = [reason for reason in explanation.reasons if reason.text == FEW_WORDS]
        assert [reason.weight < 0 for reason in named] == [True] * (text in BOUNDED)


def test_the_pipeline_of_scikit_learn_agrees(shipped: Moderator) -> None:
    texts = [*BOUNDED, *SOMEBODY, "Thank you for this."]
    assert shipped.model.hostility is not None
    expected = shipped.model.hostility.probability(texts)
    found = pipeline_of(shipped.model).predict_proba(texts)[:, 1]
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "bounded"),
    [
        ("Rude!", True),
        ("a b c", True),
        ("a b c d", False),
        ("rude YOU", False),
        ("rude yo\u200bu", False),
        ("you're rude", False),
        ("r u d e", True),
        ("", True),
        ("a" * 121, False),
    ],
)
def test_what_is_short_and_at_nobody(text: str, bounded: bool) -> None:
    assert SHORT.bounds(text) is bounded


def test_only_what_is_above_the_ceiling_changes(shipped: Moderator) -> None:
    old = shipped.model.hostility
    assert old is not None
    texts = [*BOUNDED, *SOMEBODY, "Thanks.", "A fine day."]
    before, after = sigmoid(old.unbounded(texts)), old.probability(texts)
    assert old.short is not None
    changed = before != after
    assert changed[: len(BOUNDED)].all()
    assert not changed[len(BOUNDED) :].any()
    np.testing.assert_allclose(after[changed], old.short.ceiling)


def test_the_ceiling_stays_below_hold() -> None:
    assert SHORT.below(0.6) is SHORT
    assert SHORT.below(0.4).ceiling < 0.4


@pytest.mark.parametrize(
    "change", [{"words": -1}, {"words": 101}, {"ceiling": 0.0}, {"ceiling": 1}]
)
def test_a_bound_that_makes_no_sense_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        ShortSpec(**{**msgspec.structs.asdict(SHORT), **change})
