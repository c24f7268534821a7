"""Logistic regression on labels that are shares, as scikit-learn fits it to weighted copies.

A share stands for a weighted positive and a weighted negative copy of its row; here each row is
read once. The optimum is that of scikit-learn's ``LogisticRegression`` on the copies.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from moderation.ngrams import Floats

# Features are rescaled while solving, by the root of their share of the Hessian where a row's
# p * (1 - p) is this: fewer steps to the same optimum (tuned on 50,000 rows of data/train, where
# most rows are fitted well).
_CURVATURE = 0.02
_MOST_STEPS = 1000


class Logistic(NamedTuple):
    """A fitted regression: one weight a feature, and the log-odds where all features are 0."""

    coef: Floats
    intercept: float


def fit_logistic(
    X: Any, shares: Floats, weights: Floats, *, c: float, tol: float = 1e-5
) -> Logistic:
    """Fit weights and an intercept by L-BFGS.

    Parameters
    ----------
    X
        Array or sparse matrix, shape (n_rows, n_features).
    shares
        Labels from 0 to 1, shape (n_rows,).
    weights
        Of the rows, shape (n_rows,).
    c
        Inverse strength of the L2 penalty on the weights, scikit-learn's ``C``.
    tol
        Stop where no component of the gradient of the mean loss is larger.
    """
    problem = _Problem(X, shares, weights / weights.sum(), 1.0 / (c * weights.sum()))

    def close_enough(_: Floats) -> None:
        if problem.steepest <= tol:
            raise StopIteration

    start = np.zeros(X.shape[1] + 1)
    options: Any = {"maxiter": _MOST_STEPS, "maxfun": 2 * _MOST_STEPS, "gtol": 0.0, "ftol": 1e-15}
    minimized: Any = minimize  # its stubs know no pair of loss and gradient with options
    found = minimized(
        problem.loss, start, jac=True, method="L-BFGS-B", callback=close_enough, options=options
    )
    solution = found.x / problem.scale
    return Logistic(solution[:-1], float(solution[-1]))


class _Problem:
    """Mean loss and its gradient, in rescaled weights with the intercept last."""

    def __init__(self, X: Any, shares: Floats, weights: Floats, penalty: float) -> None:
        self._X, self._shares, self._weights, self._penalty = X, shares, weights, penalty
        squares = np.asarray(
            X.multiply(X).T @ weights if hasattr(X, "multiply") else weights @ X**2
        )
        self.scale = np.sqrt(np.append(penalty + _CURVATURE * squares, _CURVATURE))
        self.steepest = np.inf

    def loss(self, rescaled: Floats) -> tuple[float, Floats]:
        """Loss and gradient; remembers the largest component of the gradient as it was."""
        solution = rescaled / self.scale
        coef = solution[:-1]
        odds = self._X @ coef + solution[-1]
        small = np.exp(-np.abs(odds))
        losses = np.log1p(small) + np.maximum(odds, 0) - self._shares * odds
        slopes = self._weights * (np.where(odds >= 0, 1.0, small) / (1.0 + small) - self._shares)
        gradient = np.append(self._X.T @ slopes + self._penalty * coef, slopes.sum())
        self.steepest = float(np.abs(gradient).max())
        total = float(self._weights @ losses + 0.5 * self._penalty * (coef @ coef))
        return total, gradient / self.scale
