"""Figures, against scikit-learn and against examples worked by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from moderation.evaluation.metrics import Report, evaluate, report_on
from moderation.labels.gold.computing import Gold
from moderation.model.manifest import Thresholds
from moderation.model.moderator import Moderator
from moderation.records import Attribute, Comment

HALF = Thresholds(review=0.5, hold=0.8)


pytestmark = pytest.mark.usefixtures("few_rounds")


def _gold(labels: Sequence[float | None], groups: list[str] | None = None) -> list[Gold]:
    return [
        Gold(
            comment=Comment(text="t", id=str(number)),
            group=groups[number] if groups else str(number),
            hostility=label,
        )
        for number, label in enumerate(labels)
    ]


def _report(
    labels: Sequence[float | None],
    scores: list[float],
    groups: list[str] | None = None,
    thresholds: Thresholds | None = HALF,
) -> Report:
    return report_on(
        Attribute.HOSTILITY, _gold(labels, groups), np.array(scores, float), thresholds
    )


def _values(found: Report) -> dict[str, float | None]:
    return {name: figure.value for name, figure in found.figures.items()}


def test_figures_by_hand() -> None:
    found = _report([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.4, 0.3, 0.1])
    values = _values(found)
    assert values["roc_auc"] == pytest.approx(8 / 9, abs=1e-4)
    assert values["average_precision"] == pytest.approx((1 + 1 + 3 / 4) / 3, abs=1e-4)
    assert values["precision_at_review"] == pytest.approx(2 / 3, abs=1e-4)
    assert values["recall_at_review"] == pytest.approx(2 / 3, abs=1e-4)
    assert values["share_at_review"] == 0.5
    assert values["precision_at_hold"] == 1.0  # a score at the threshold is held
    assert values["share_at_hold"] == pytest.approx(1 / 3, abs=1e-4)
    assert values["brier"] == pytest.approx((0.01 + 0.04 + 0.49 + 0.36 + 0.09 + 0.01) / 6, abs=1e-4)
    assert (found.n, found.n_true, found.n_groups) == (6, 3, 6)


def test_calibration_by_hand() -> None:
    labels: list[float | None] = [0.0, 1.0] * 10
    found = _report(labels, [0.5] * 20)
    assert found.figures["calibration_error"].value == pytest.approx(0.0)
    assert found.figures["calibration_error"].low == 0.0
    assert [b.n for b in found.bins] == [2] * 10
    off = _report([0.0] * 10 + [1.0] * 10, [0.3] * 10 + [0.9] * 10)
    assert off.figures["calibration_error"].value == pytest.approx((0.3 + 0.1) / 2)
    assert off.bins[0].mean_score == pytest.approx(0.3)
    assert off.bins[0].share_true == 0.0


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([i / 10 for i in range(11)]), st.integers(0, 5)),
        min_size=2,
        max_size=40,
    ).filter(lambda rows: len({true for true, _, _ in rows}) == 2)
)
def test_figures_equal_those_of_scikit_learn_and_lie_in_their_intervals(
    rows: list[tuple[bool, float, int]],
) -> None:
    true = np.array([t for t, _, _ in rows])
    scores = np.array([s for _, s, _ in rows])
    found = _report([float(t) for t in true], scores.tolist(), [str(group) for _, _, group in rows])
    values = _values(found)
    flagged = scores >= HALF.review
    expected = {
        "roc_auc": roc_auc_score(true, scores),
        "average_precision": average_precision_score(true, scores),
        "brier": brier_score_loss(true, scores),
        "precision_at_review": precision_score(true, flagged) if flagged.any() else None,
        "recall_at_review": recall_score(true, flagged),
        "share_at_review": flagged.mean(),
    }
    for name, value in expected.items():
        assert values[name] == (None if value is None else pytest.approx(value, abs=1e-4))
    for figure in found.figures.values():
        if figure.value is not None and figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high


def test_an_interval_narrows_with_more_groups() -> None:
    random = np.random.default_rng(0)

    def width(n: int) -> float:
        true = random.random(n) < 0.4
        scores = np.clip(0.3 * true + random.random(n) * 0.7, 0, 1)
        figure = _report([float(t) for t in true], scores.tolist()).figures["roc_auc"]
        assert figure.low is not None
        assert figure.high is not None
        return figure.high - figure.low

    assert width(1000) < width(60)


def test_equal_input_gives_equal_intervals() -> None:
    labels: list[float | None] = [1.0, 0.0, 1.0, 0.0, 0.0]
    scores = [0.9, 0.8, 0.3, 0.2, 0.1]
    assert _report(labels, scores) == _report(labels, scores)


def test_what_is_left_out_is_counted() -> None:
    found = _report([1, 0, 0.5, None, 1], [0.9, 0.1, 0.5, 0.5, float("nan")])
    assert (found.n, found.n_contested, found.n_unscored) == (2, 1, 1)
    assert _report([0.6, 0.4], [0.9, 0.1]).n_true == 1


@pytest.mark.parametrize(
    ("labels", "scores"),
    [([], []), ([None], [0.5]), ([1, 1], [0.5, 0.6]), ([0], [0.5]), ([0.5], [0.1])],
)
def test_what_cannot_be_measured_is_none(labels: list[float | None], scores: list[float]) -> None:
    found = _report(labels, scores)
    assert set(_values(found).values()) == {None}
    assert found.n_true in {0, found.n}


def test_one_group_has_figures_but_no_interval() -> None:
    figure = _report([1, 0, 0], [0.9, 0.5, 0.1], ["a", "a", "a"]).figures["roc_auc"]
    assert figure.value == 1.0
    assert (figure.low, figure.high) == (None, None)


def test_no_thresholds_no_figures_at_them() -> None:
    found = _report([1, 0], [0.9, 0.1], thresholds=None)
    assert not [name for name in found.figures if "_at_" in name]


def test_a_model_is_evaluated_on_gold(moderator: Moderator, gold: list[Gold]) -> None:
    hostility, off_topic = evaluate(moderator, gold)
    assert (hostility.attribute, off_topic.attribute) == tuple(Attribute)
    assert hostility.n == off_topic.n == len(gold)
    assert hostility.n_groups == 6
    assert hostility.figures["roc_auc"].value == 1.0
    loose = [Gold(comment=Comment(text="t"), group="g", off_topic=1.0)]
    assert evaluate(moderator, loose)[1].n_unscored == 1
    assert [each.n for each in evaluate(moderator, [])] == [0, 0]
