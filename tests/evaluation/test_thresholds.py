"""Thresholds: the lowest that keep the precision asked for, in the middle of a gap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.evaluation.thresholds.choosing import Ranked, choose_thresholds


def test_thresholds_by_hand() -> None:
    # From the top: 30 true, then 10 false, then 20 true, then 100 false; each group one score.
    values = np.repeat([0.9, 0.8, 0.7, 0.1], [30, 10, 20, 100])
    gold = np.repeat([True, False, True, False], [30, 10, 20, 100])
    found = choose_thresholds(values, gold)
    assert found.hold == pytest.approx(0.85)  # 30 of 30 and one more; with the next 30 of 41
    assert found.review == pytest.approx(0.4)  # 50 of 61; with the last group 50 of 161
    lower = choose_thresholds(values, gold, hold_precision=0.8)
    assert lower.hold == pytest.approx(0.5)  # 50 of 61, though 30 of 41 before it was too few
    assert "50 of them true" in found.chosen_for
    assert "160" in found.chosen_for
    assert found.base_rate is None


def test_a_threshold_lies_in_the_middle_of_a_gap() -> None:
    values = np.repeat([0.95, 0.05], [32, 32])
    found = choose_thresholds(values, values > 0.5)
    assert found.review == found.hold == pytest.approx(0.5)


def test_rounding_for_the_reader_moves_no_comment() -> None:
    # The last ten decide: without them, as with 0.7001, a third of thirty would be true.
    values = np.repeat([0.9, 0.8, 0.70001, 0.7000099], [10, 20, 10, 50])
    gold = np.repeat([True, False, True, False], [12, 18, 12, 48])
    assert 0.7000099 < choose_thresholds(values, gold).review <= 0.70001
    assert Ranked(values, gold).for_share(0.2) == 0.85


def test_balanced_labels_are_weighted_to_the_base_rate() -> None:
    """As they come 40 of 44 flagged are true; of a stream with one hostile in ten, 40 of 76."""
    values = np.repeat([0.9, 0.8, 0.1], [40, 4, 36])
    gold = np.repeat([True, False, False], [40, 4, 36])
    assert choose_thresholds(values, gold, hold_precision=0.8).hold < 0.8
    found = choose_thresholds(values, gold, hold_precision=0.8, base_rate=0.1)
    assert found.hold == pytest.approx(0.85)  # 40 true weigh 8; one more false one 1.8
    assert found.base_rate == 0.1
    assert "base rate of 0.1" in found.chosen_for
    share = Ranked(values, gold, 0.1)
    assert share.for_share(0.1) == pytest.approx(0.85)  # 40 of 80 labels, one comment in ten
    assert share.for_share(0.09) == 1.0


def test_a_few_labels_told_apart_do_not_promise_a_precision() -> None:
    """Thirty-two true ones above thirty-two false ones: of a stream, many false may lie there."""
    values = np.linspace(0.99, 0.01, 64)
    gold = np.arange(64) < 32
    assert choose_thresholds(values, gold, base_rate=0.1).hold == 1.0
    # Two false ones, and one more, weigh 5.4 against 6.4 of the true ones.
    review = choose_thresholds(values, gold, base_rate=0.1).review
    assert values[34] < review < values[33]


def test_no_threshold_is_below_what_any_comment_is_likely() -> None:
    """Far above all others, the true ones would let some of the least likely ones in, too."""
    values = np.concatenate([np.full(60, 0.7), np.linspace(0.01, 0.001, 60)])
    found = choose_thresholds(values, values > 0.5, base_rate=0.1)
    assert found.review == pytest.approx(0.355, abs=1e-3)
    assert choose_thresholds(values / 2, values > 0.5).hold == 1.0  # more likely false than true


def test_ties_share_a_fate() -> None:
    values = np.repeat([0.5, 0.2], 60)
    gold = np.arange(120) < 40
    found = choose_thresholds(values, gold)
    assert found.review == pytest.approx(0.35)
    assert found.hold == 1.0


def test_too_few_flagged_say_nothing() -> None:
    values = np.concatenate([np.full(9, 0.9), np.full(100, 0.1)])
    found = choose_thresholds(values, values > 0.5)
    assert (found.review, found.hold) == (1.0, 1.0)


@pytest.mark.parametrize("rate", [None, 0.1])
@pytest.mark.parametrize("n", [0, 1, 50])
@pytest.mark.parametrize("value", [True, False])
def test_one_kind_of_comments_tells_no_threshold(n: int, value: bool, rate: float | None) -> None:
    found = choose_thresholds(np.linspace(0, 1, n), np.full(n, value), base_rate=rate)
    assert (found.review, found.hold) == (1.0, 1.0)


def _precision(values: np.ndarray, gold: np.ndarray, threshold: float) -> float:
    """Share of true ones among those flagged and one more, which is false."""
    flagged = values >= threshold
    return float(gold[flagged].sum() / (flagged.sum() + 1))


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
    assert found.hold >= 0.5
    for threshold, precision in ((found.review, 0.5), (found.hold, 0.9)):
        if threshold < 1:
            assert (values >= threshold).sum() >= 10
            assert _precision(values, gold, threshold) >= precision
            least = max(gold.mean(), 0.5 if precision == 0.9 else 0.0)
            for candidate in np.unique(values[(values < threshold) & (values >= least)]):
                assert _precision(values, gold, candidate) < precision
