"""Workload: what each threshold costs, and that it keeps what it promises."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from moderation.errors import InputError
from moderation.evaluation.workload.workload import (
    Target,
    choices,
    evidence_rate,
    scored_gold,
    threshold,
    with_thresholds,
)
from moderation.labels.gold.computing import Gold
from moderation.labels.gold.training_rows import rows_of
from moderation.model.artifact.folder import HeldOut, Model
from moderation.model.manifest import Thresholds
from moderation.records import Attribute

pytestmark = pytest.mark.usefixtures("few_rounds")


@pytest.fixture
def evidence() -> HeldOut:
    """A thousand comments whose score is the share of true ones among such comments."""
    rng = np.random.default_rng(0)
    score = rng.uniform(size=1000)
    gold = (rng.uniform(size=1000) < score).astype(float)
    return HeldOut(score, gold, np.arange(1000) // 10)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5, 1.0])
def test_a_share_is_never_exceeded_and_no_lower_threshold_keeps_it(
    evidence: HeldOut, share: float
) -> None:
    at = threshold(Target(share=share), evidence)
    assert (evidence.score >= at).mean() <= share
    below = evidence.score[evidence.score < at]
    if len(below):
        assert (evidence.score >= below.max()).mean() > share


def test_a_share_is_measured_on_the_comments_given(evidence: HeldOut) -> None:
    calm = np.linspace(0, 0.1, 1000)
    assert threshold(Target(share=0.05), evidence, calm) < 0.1
    assert threshold(Target(share=0.05), evidence) > 0.9


def test_contested_comments_count_in_no_precision(evidence: HeldOut) -> None:
    contested = evidence._replace(gold=np.where(evidence.score > 0.95, 0.5, evidence.gold))
    judged = contested.gold != 0.5
    at = threshold(Target(precision=0.7), contested)
    flagged = judged & (contested.score >= at)
    assert (contested.gold[flagged] > 0.5).mean() >= 0.7


def test_what_a_choice_costs(evidence: HeldOut) -> None:
    (found,) = choices(evidence, {"half": 0.5})
    flagged = evidence.score >= 0.5
    assert found.share.value == pytest.approx(flagged.mean(), abs=1e-4)
    assert found.precision.value == pytest.approx(evidence.gold[flagged].mean(), abs=1e-4)
    assert found.precision.low is not None
    assert found.precision.high is not None
    assert found.precision.low < 0.75 < found.precision.high + 0.05


def test_the_comment_that_a_threshold_was_read_from_counts(evidence: HeldOut) -> None:
    kept = evidence._replace(score=evidence.score.astype(np.float32))
    lower = np.flatnonzero(kept.score < evidence.score)
    exact = {str(i): float(evidence.score[i]) for i in lower[:5]}
    for before, after in zip(choices(evidence, exact), choices(kept, exact), strict=True):
        assert after == before


def test_a_share_is_of_all_comments_contested_ones_too(evidence: HeldOut) -> None:
    contested = evidence._replace(gold=np.where(evidence.score < 0.4, 0.5, evidence.gold))
    (found,) = choices(contested, {"a tenth": threshold(Target(share=0.1), contested)})
    assert found.share.value == pytest.approx(0.1, abs=1e-3)


def test_shares_of_the_comments_given_stand_in_the_table(evidence: HeldOut) -> None:
    calm = np.linspace(0, 0.1, 1000)
    (found,) = choices(evidence, {"half": 0.05}, calm)
    assert found.share.value == 0.5
    assert found.precision == choices(evidence, {"half": 0.05})[0].precision


def test_nothing_to_tell_apart_is_told(evidence: HeldOut) -> None:
    with pytest.raises(InputError, match="nothing to tell apart"):
        choices(evidence._replace(gold=np.zeros(1000)), {"half": 0.5})


@pytest.mark.parametrize("wrong", [{}, {"share": 0.1, "precision": 0.5}, {"share": 0.0}])
def test_a_target_is_one_thing(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="one of share and precision"):
        Target(**wrong)


def test_comments_that_trained_the_model_are_no_evidence(
    model: Model, gold: Sequence[Gold]
) -> None:
    assert len(scored_gold(model, Attribute.HOSTILITY, gold).score) == 0
    kept = model.held_out(Attribute.HOSTILITY)
    assert kept is not None
    assert len(kept.score) == len([g for g in gold if g.hostility is not None])
    assert len(np.unique(kept.group)) == 6


def test_without_a_label_of_the_attribute_there_is_no_evidence(
    model: Model, gold: Sequence[Gold]
) -> None:
    none = [msgspec.structs.replace(item, hostility=None) for item in gold]
    assert len(scored_gold(model, Attribute.HOSTILITY, none).score) == 0


def test_other_thresholds_are_another_model_that_says_where_it_comes_from(model: Model) -> None:
    chosen = Thresholds(review=0.3, hold=0.7, chosen_for="a test")
    manifest = with_thresholds(model, {Attribute.HOSTILITY: chosen}, "other")
    assert manifest.hostility is not None
    assert manifest.hostility.thresholds == chosen
    assert manifest.off_topic == model.manifest.off_topic
    assert manifest.training["thresholds_of"] == model.version


def test_a_weight_counts_like_so_many_copies(evidence: HeldOut) -> None:
    weight = np.where(evidence.score > 0.6, 1.0, 5.0)
    weighed = evidence._replace(weight=weight)
    copies = np.repeat(np.arange(1000), weight.astype(int))
    repeated = HeldOut(evidence.score[copies], evidence.gold[copies], evidence.group[copies])
    for share in (0.05, 0.3, 0.7):
        at = threshold(Target(share=share), weighed)
        assert at == threshold(Target(share=share), repeated)
    at = threshold(Target(precision=0.6), weighed)
    assert abs(at - threshold(Target(precision=0.6), repeated)) < 0.02
    named = {"low": 0.3, "high": 0.8}
    for ours, theirs in zip(choices(weighed, named), choices(repeated, named), strict=True):
        for figure in ("share", "precision", "recall"):
            assert getattr(ours, figure).value == pytest.approx(getattr(theirs, figure).value)


def test_rows_with_a_known_chance_stand_for_all_comments(
    model: Model, gold: Sequence[Gold]
) -> None:
    items = [
        msgspec.structs.replace(
            item,
            comment=msgspec.structs.replace(item.comment, text=f"{item.comment.text} {n}"),
            natural=False,
            chance=1.0 if item.hostility else 0.05,
        )
        for n, item in enumerate(gold)
        if item.hostility is not None
    ]
    found = scored_gold(model, Attribute.HOSTILITY, items)
    assert found.weight is not None
    assert sorted(set(found.weight.tolist())) == [1.0, 20.0]
    n_true = sum(item.hostility == 1 for item in items)
    rate = n_true / (n_true + 20 * (len(items) - n_true))
    rows = rows_of(items, Attribute.HOSTILITY)
    assert rows.base_rate(Attribute.HOSTILITY) == pytest.approx(rate)
    assert evidence_rate(model, Attribute.HOSTILITY, items) is None
    (choice,) = choices(found, {"all": 0.0})
    assert choice.precision.value == pytest.approx(rate, abs=1e-4)
    # Comments drawn at random say it more directly.
    drawn = [msgspec.structs.replace(item, natural=True, chance=None) for item in items]
    assert scored_gold(model, Attribute.HOSTILITY, [*drawn, *items]).weight is None
