"""Fitted models over named signals, as plain arrays; this module imports only numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moderation._types import Floats


class SignalModel:
    """Logistic regression over named signals.

    Parameters
    ----------
    names
        The names of the signals, in the order of `coef`.
    coef
        One weight per signal, in log-odds per unit of the signal.
    usual
        The usual value of each signal, which replaces a missing one (NaN).
    intercept
        The log-odds if every signal has its usual value.
    """

    def __init__(self, names: Sequence[str], coef: Floats, usual: Floats, intercept: float) -> None:
        self.names = tuple(names)
        self.coef = np.asarray(coef, np.float64)
        self.usual = np.asarray(usual, np.float64)
        self.intercept = float(intercept)

    def contributions(self, signals: Floats) -> Floats:
        """Return what each signal adds to the log-odds, shape (n_comments, n_signals).

        Signals that the model does not know are at the end, and count nothing.
        """
        parts: Floats = (signals[:, : len(self.names)] - self.usual) * self.coef
        return np.where(np.isnan(parts), 0.0, parts)

    def log_odds(self, signals: Floats) -> Floats:
        """Return the log-odds of each row of `signals`, shape (n_comments, n_signals)."""
        odds: Floats = self.contributions(signals).sum(axis=1) + self.intercept
        return odds
