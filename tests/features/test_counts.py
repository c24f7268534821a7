"""Counts in coordinate form, and sums over their rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moderation.features.sparse.counts import norms, repeated, row_sums, sum_up, totals, weigh


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=20))
def test_repeated_pairs_are_those_counted_more_than_once(pairs: list[tuple[int, int]]) -> None:
    rows, features = np.array(pairs, np.int32).reshape(-1, 2).T
    counts, found = sum_up(rows, features), repeated(rows, features)
    several = counts.counts > 1
    for column, expected in zip(found, counts, strict=True):
        assert column.tolist() == expected[several].tolist()


def test_weights_and_norms_by_hand() -> None:
    counts = sum_up(np.array([0, 0, 0]), np.array([0, 2, 0]))
    weights = weigh(counts, np.array([2.0, 1.0, 3.0, 1.0]))
    assert weights.tolist() == [2.0 * (1 + np.log(2)), 3.0]
    assert norms(counts.rows, weights, 2).tolist() == [np.hypot(*weights), 1.0]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-9, 9)), max_size=20))
def test_sums_of_rows_are_the_same_sorted_or_not(pairs: list[tuple[int, int]]) -> None:
    expected = [sum(value for row, value in pairs if row == each) for each in range(6)]
    rows, values = np.array(pairs, np.int64).reshape(-1, 2).T
    assert totals(rows, values.astype(float), 6).tolist() == expected
    rows, values = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    assert row_sums(rows, values.astype(float), 6).tolist() == expected
