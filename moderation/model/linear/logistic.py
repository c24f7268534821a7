"""Logistic regression on labels that are shares, as scikit-learn fits it to weighted copies.

A share stands for a weighted positive and a weighted negative copy of its row; here each row is
read once. The optimum is that of scikit-learn's ``LogisticRegression`` on the copies.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from moderation._types import Floats

# Features are rescaled while solving, by the root of their share of the Hessian where a row's
# p * (1 - p) is this: fewer steps to the same optimum. Tuned on 50,000 rows of data/train, where
# most rows are fitted well: the smallest loss after thirty steps.
_CURVATURE = 0.0002
# So many of the latest steps tell the rest of the curvature; tuned on the same rows.
_REMEMBERED = 20
_MOST_STEPS = 1000

# Progress is judged over so many steps: a single one may be small by chance.
_STEPS_TOGETHER = 5


class Logistic(NamedTuple):
    """A fitted regression: one weight a feature, and the log-odds where all features are 0."""

    coef: Floats
    intercept: float


def fit_logistic(
    X: Any,
    shares: Floats,
    weights: Floats,
    *,
    c: float,
    tol: float = 1e-7,
    offsets: Floats | None = None,
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
        Stop where five steps together lower the loss, penalty included, by less than this share.
    offsets
        Log-odds that each row has beforehand, shape (n_rows,); None: 0.
    """
    known = np.zeros(len(shares)) if offsets is None else offsets
    solution = _Problem(X, shares, weights, c, known).solve(tol)
    return Logistic(solution[:-1], float(solution[-1]))


class _Problem:
    """Mean loss and its gradient, in rescaled weights with the intercept last."""

    def __init__(self, X: Any, shares: Floats, weights: Floats, c: float, offsets: Floats) -> None:
        self._X, self._shares, self._offsets = X, shares, offsets
        self._weights = weights / weights.sum()
        self._penalty = 1.0 / (c * weights.sum())
        if hasattr(X, "indptr"):
            # Not X.power(2), which would sort a copy of all indices first.
            squares = type(X)((X.data**2, X.indices, X.indptr), shape=X.shape).T @ self._weights
        else:
            squares = self._weights @ X**2
        hessian = np.append(self._penalty + _CURVATURE * np.asarray(squares), _CURVATURE)
        self._scale = np.sqrt(hessian)

    def solve(self, tol: float) -> Floats:
        """Weights, and the intercept last."""
        losses: list[float] = []

        def enough(intermediate_result: Any) -> None:
            losses.append(float(intermediate_result.fun))
            before = losses[-1 - _STEPS_TOGETHER] if len(losses) > _STEPS_TOGETHER else np.inf
            if before - losses[-1] <= tol * losses[-1]:
                raise StopIteration

        options = {
            "maxiter": _MOST_STEPS,
            "maxfun": 2 * _MOST_STEPS,
            "maxcor": _REMEMBERED,
            "gtol": 0.0,
            "ftol": 1e-15,
        }
        minimized: Any = minimize  # its stubs know no pair of loss and gradient with options
        found = minimized(
            self._loss,
            np.zeros(len(self._scale)),
            jac=True,
            method="L-BFGS-B",
            callback=enough,
            options=options,
        )
        solution: Floats = found.x / self._scale
        return solution

    def _loss(self, rescaled: Floats) -> tuple[float, Floats]:
        solution = rescaled / self._scale
        coef = solution[:-1]
        odds = self._X @ coef + solution[-1] + self._offsets
        small = np.exp(-np.abs(odds))
        losses = np.log1p(small) + np.maximum(odds, 0) - self._shares * odds
        slopes = self._weights * (np.where(odds >= 0, 1.0, small) / (1.0 + small) - self._shares)
        gradient = np.append(self._X.T @ slopes + self._penalty * coef, slopes.sum())
        total = float(self._weights @ losses + 0.5 * self._penalty * (coef @ coef))
        return total, gradient / self._scale
