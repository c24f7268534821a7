"""The regression against scikit-learn's, fitted to weighted copies."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from moderation.model.linear.logistic import fit_logistic

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(300, 8)) * np.array([1, 1, 0.01, 30, 1, 0, 1, 5])
ODDS = X @ np.array([1, -2, 9, 0.1, 0, 1, 0.5, 0]) - 1
WEIGHTS = RANDOM.uniform(0.1, 3, 300)
HARD = (RANDOM.uniform(size=300) < 1 / (1 + np.exp(-ODDS))).astype(float)


def _copies(shares: np.ndarray, c: float) -> LogisticRegression:
    y = np.repeat([True, False], len(shares))
    weights = np.concatenate([shares * WEIGHTS, (1 - shares) * WEIGHTS])
    kept = weights > 0
    model = LogisticRegression(C=c, tol=1e-9, max_iter=10_000)
    return model.fit(np.vstack([X, X])[kept], y[kept], weights[kept])


@pytest.mark.parametrize("c", [0.1, 1.0, 100.0])
@pytest.mark.parametrize("shares", [HARD, 0.05 + 0.9 * HARD, np.round(HARD * 0.7 + 0.1, 1)])
def test_equal_to_scikit_learn_on_weighted_copies(shares: np.ndarray, c: float) -> None:
    theirs = _copies(shares, c)
    for form in (X, sp.csr_matrix(X)):
        ours = fit_logistic(form, shares, WEIGHTS, c=c, tol=1e-9)
        np.testing.assert_allclose(ours.coef, theirs.coef_[0], rtol=1e-4, atol=1e-4)
        assert ours.intercept == pytest.approx(theirs.intercept_[0], abs=1e-4)


def test_weights_count_as_copies() -> None:
    counts = np.arange(300) % 3 + 1
    whole = fit_logistic(X, HARD, counts.astype(float), c=1.0, tol=1e-9)
    rows = np.repeat(np.arange(300), counts)
    again = fit_logistic(X[rows], HARD[rows], np.ones(len(rows)), c=1.0, tol=1e-9)
    np.testing.assert_allclose(whole.coef, again.coef, rtol=1e-5, atol=1e-6)


def test_without_features_the_intercept_is_the_share() -> None:
    fitted = fit_logistic(np.empty((4, 0)), np.array([1, 0, 0, 0.2]), np.ones(4), c=1.0, tol=1e-9)
    assert 1 / (1 + np.exp(-fitted.intercept)) == pytest.approx(0.3)


def test_what_the_offsets_say_already_is_not_learnt_again() -> None:
    known = np.array([0.5, -1, 3, 0, 0, 0, 0.2, 0])
    free = fit_logistic(X, HARD, WEIGHTS, c=1e6, tol=1e-12)
    beside = fit_logistic(X, HARD, WEIGHTS, c=1e6, tol=1e-12, offsets=X @ known)
    np.testing.assert_allclose(beside.coef, free.coef - known, rtol=1e-2, atol=1e-2)
    assert beside.intercept == pytest.approx(free.intercept, abs=1e-2)
