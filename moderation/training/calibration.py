"""From log-odds of held-out comments to probabilities that hold for a base rate (Platt 1999)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from moderation._types import Floats
from moderation.labels.base_rates import prior_shift
from moderation.labels.gold import Rows
from moderation.model.linear import fit_logistic, sigmoid

# The base's predictions count as this many labels in the calibration of a model trained from it.
# Without them, one of eight draws of 64 balanced labels of c3 held twice as many civil comments as
# the base (benchmarks/thresholds.py). Other numbers were not tried.
_BASE_COUNTS = 200


class Calibration(NamedTuple):
    """What makes log-odds probabilities.

    Attributes
    ----------
    scale, shift
        What the log-odds of the model are multiplied with, and what is then added.
    shifts
        What is added to the scaled log-odds of each held-out row, shape (n,). It differs from
        `shift` only if whole sources were held out.
    """

    scale: float
    shift: float
    shifts: Floats

    @classmethod
    def of(cls, scale: float, shift: float, n: int) -> Calibration:
        """Return a calibration with one shift for all of `n` rows."""
        return cls(scale, shift, np.full(n, shift))


def calibration(odds: Floats, rows: Rows, rate: float | None, usual: Floats | None) -> Calibration:
    """Fit the scale and shift that calibrate log-odds to labels given as shares.

    They are fitted to the labels as they are, and then shifted to the base rate, if any.

    The targets are moved inwards by the effect of one more comment of each kind (Platt 1999).
    Otherwise the scale would grow without bound if the classes were perfectly separated. The
    base's log-odds of the rows, `usual`, count as labels too, so that few labels do not replace
    its calibration.

    Parameters
    ----------
    odds
        The log-odds of the rows, each from a model that has not seen it; shape (n,).
    rows
        The rows.
    rate
        The base rate for which the probabilities hold; None for that of the measured rows.
    usual
        The base's log-odds of the rows, shape (n,); None without a base.
    """
    measured = rows.measured
    targets = _inwards(rows.labels[measured])
    moved = 0.0 if rate is None else prior_shift(float(targets.mean()), rate)
    known, weights = odds[measured], np.ones(len(targets))
    if usual is not None:
        said = sigmoid(usual[measured] - moved)  # The base's log-odds are for the base rate, too.
        known, targets = np.tile(known, 2), np.append(targets, said)
        weights = np.append(weights, weights * (_BASE_COUNTS / len(weights)))
    fitted = fit_logistic(known[:, None], targets, weights, c=1e6)
    scale = float(fitted.coef[0])
    if scale <= 0:  # The scores are uninformative; a negative scale would be worse.
        return Calibration.of(1.0, moved, len(odds))
    return Calibration.of(scale, float(fitted.intercept) + moved, len(odds))


def calibration_by_source(
    odds: Floats, rows: Rows, rate: float, names: Collection[str]
) -> Calibration:
    """Fit the same where whole sources were held out: one scale, and a shift for each source.

    Sources have different shares of hostile comments. The model that has not seen the one with
    most of them has learnt from the others that few comments are hostile. If all shared one shift,
    the scale would be fitted to that difference, and not to comments of one source.

    Parameters
    ----------
    odds, rows, rate
        As in :func:`calibration`.
    names
        The sources that were held out as wholes.
    """
    measured = rows.measured
    targets = _inwards(rows.labels[measured])
    of_row = np.array([item.source if item.source in names else "" for item in rows.gold], object)
    sources, number = np.unique(of_row[measured].astype(str), return_inverse=True)
    counts = np.bincount(number)
    shares = np.bincount(number, targets) / counts
    columns = np.column_stack([odds[measured], np.eye(len(sources))[number]])
    fitted = fit_logistic(columns, targets, np.ones(len(targets)), c=1e6)
    scale, own = float(fitted.coef[0]), fitted.coef[1:] + fitted.intercept
    if scale <= 0:
        return calibration(odds, rows, rate, None)
    own = own + [prior_shift(float(share), rate) for share in shares]
    shifts = np.zeros(len(odds))
    shifts[measured] = own[number]
    return Calibration(scale, float(np.average(own, weights=counts)), shifts)


def _inwards(labels: Floats) -> Floats:
    low, high = 1 / ((1 - labels).sum() + 2), 1 - 1 / (labels.sum() + 2)
    targets: Floats = low + labels * (high - low)
    return targets
