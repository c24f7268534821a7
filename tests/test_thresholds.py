"""Thresholds: the lowest that keep the precision asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.thresholds import choose_thresholds


def _precision(values: np.ndarray, gold: np.ndarray, threshold: float) -> float:
    return float(gold[values >= threshold].mean())


def test_thresholds_by_hand() -> None:
    # From the top: 30 true, then 10 false, then 20 true, then 100 false; each group one score.
    values = np.repeat([0.9, 0.8, 0.7, 0.1], [30, 10, 20, 100])
    gold = np.repeat([True, False, True, False], [30, 10, 20, 100])
    found = choose_thresholds(values, gold)
    assert found.hold == pytest.approx(0.9)  # 30 of 30; with the next group 30 of 40
    assert found.review == pytest.approx(0.7)  # 50 of 60; with the last group 50 of 160
    lower = choose_thresholds(values, gold, hold_precision=0.8)
    assert lower.hold == pytest.approx(0.7)  # 50 of 60, though 30 of 40 before it was too few
    assert "50 of them true" in found.chosen_for
    assert "160" in found.chosen_for


def test_rounding_for_the_reader_moves_no_comment() -> None:
    # The last ten decide: without them, as with 0.7001, a third of thirty would be true.
    values = np.repeat([0.9, 0.8, 0.70001, 0.7000099], [10, 20, 10, 50])
    gold = np.repeat([True, False, True, False], [10, 20, 10, 50])
    assert choose_thresholds(values, gold).review == 0.70001
    assert choose_thresholds(values[:40], gold[:40]).review == 0.7


def test_ties_share_a_fate() -> None:
    values = np.full(60, 0.4)
    gold = np.arange(60) < 40
    found = choose_thresholds(values, gold)
    assert found.review == pytest.approx(0.4)
    assert found.hold == 1.0


def test_too_few_flagged_say_nothing() -> None:
    values = np.concatenate([np.full(19, 0.9), np.full(100, 0.1)])
    found = choose_thresholds(values, values > 0.5)
    assert (found.review, found.hold) == (1.0, 1.0)


@pytest.mark.parametrize("n", [0, 1, 50])
@pytest.mark.parametrize("value", [True, False])
def test_one_class_only(n: int, value: bool) -> None:
    found = choose_thresholds(np.linspace(0, 1, n), np.full(n, value))
    if value and n == 50:
        assert found.review == found.hold == 0.0
    else:
        assert (found.review, found.hold) == (1.0, 1.0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([i / 20 for i in range(21)]) | st.floats(0.4, 0.4005), st.booleans()
        ),
        max_size=200,
    )
)
def test_a_threshold_keeps_its_precision(pairs: list[tuple[float, bool]]) -> None:
    values = np.array([value for value, _ in pairs], float)
    gold = np.array([true for _, true in pairs], bool)
    found = choose_thresholds(values, gold)
    assert 0 <= found.review <= found.hold <= 1
    for threshold, precision in ((found.review, 0.5), (found.hold, 0.9)):
        if threshold < 1:
            assert (values >= threshold).sum() >= 20
            assert _precision(values, gold, threshold) >= precision
            lower = values[values < threshold]
            for candidate in np.unique(lower):
                assert _precision(values, gold, candidate) < precision
