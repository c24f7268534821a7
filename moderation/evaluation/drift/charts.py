"""How unusual a day is, measured by how much ordinary days of the same newsroom differ.

Comments of one day resemble each other, because they stand under the same articles. A test that
takes them as independent would alarm every other day. Here the spread of the days before is the
measure: Laney's p'-chart for shares (2002, Quality Engineering 14, 531-537), and for whole
distributions of scores the population stability index, whose cube root is nearly normal (Wilson and
Hilferty 1931), because the index is nearly proportional to a chi-squared variable (Yurdakul 2018).
Each day is compared with the same weekday of other weeks, where there are enough of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from scipy import stats

from moderation._types import Array, Bools, Floats

#: The fewest days before a day from which its measure can be taken.
LEAST_DAYS = 28

# The fewest other days that are the same weekday; with fewer, all days are the reference.
_FEWEST_SAME = 3

# An index of nothing, and the least spread of its logarithm: days that are all alike.
_NOTHING, _LEAST_SPREAD = 1e-3, 0.1

# The number of bins of equal size, as is usual for the index.
_BINS = 10


class Unusual(NamedTuple):
    """How unusual a day is.

    Attributes
    ----------
    value, usual
        The share of the day and of its reference; for scores, the index and its mean.
    p
        The probability of a day as unusual as this, or more, among ordinary days.
    """

    value: float
    usual: float
    p: float

    @property
    def rises(self) -> bool:
        """Whether the day lies above its reference."""
        return self.value > self.usual


def unusual_share(k: Floats, n: Floats, days: Sequence[date]) -> Unusual | None:
    """Return how unusual the share of the last day is; None if it cannot be said.

    Parameters
    ----------
    k, n
        How many count, of how many, on each day, the day in question last; shape (n_days,).
    days
        The days.
    """
    usable = n > 0
    if not usable[-1] or usable.sum() <= LEAST_DAYS:
        return None
    k, n = k[usable], n[usable]
    k_others, n_others = _others(np.column_stack([k, n]), _weekdays(days, usable)).T
    angles = _angle(k, n) - _angle(k_others, n_others)
    deviations = angles / np.sqrt(1 / (4 * n + 2) + 1 / (4 * n_others + 2))
    # A day cannot be more regular than independent comments would be.
    scale = max(float(np.sqrt((deviations[:-1] ** 2).mean())), 1.0)
    p = 2 * float(stats.t.sf(abs(deviations[-1]) / scale, len(n) - 1))
    return Unusual(float(k[-1] / n[-1]), float(k_others[-1] / n_others[-1]), p)


def _angle(k: Floats, n: Floats) -> Floats:
    """Return the angles of shares, whose variance hardly depends on the share (Anscombe 1948)."""
    found: Floats = np.arcsin(np.sqrt((k + 0.375) / (n + 0.75)))
    return found


def unusual_scores(counts: Floats, days: Sequence[date]) -> Unusual | None:
    """Return how unusual the scores of the last day are; None if it cannot be said.

    Parameters
    ----------
    counts
        How many scores lie in each fine bin on each day, the day in question last; shape
        (n_days, n_bins).
    days
        The days.
    """
    usable = counts.sum(axis=1) > 0
    if not usable[-1] or usable.sum() <= LEAST_DAYS:
        return None
    binned = _in_tenths(counts[usable])
    others = _others(binned, _weekdays(days, usable))
    indices = stability_index(binned, others)
    moved = np.log(indices / (1 / binned.sum(axis=1) + 1 / others.sum(axis=1)) + _NOTHING)
    before = moved[:-1]
    spread = max(float(before.std(ddof=1)), _LEAST_SPREAD) * np.sqrt(1 + 1 / len(before))
    p = float(stats.t.sf((moved[-1] - before.mean()) / spread, len(before) - 1))
    return Unusual(float(indices[-1]), float(indices[:-1].mean()), p)


def stability_index(counts: Floats, reference: Floats) -> Floats:
    """Return the population stability index: the symmetric divergence of Jeffreys (1946).

    Parameters
    ----------
    counts, reference
        The number of scores in each bin, in the last dimension; an empty bin counts as half a
        score.
    """
    filled = (np.maximum(some, 0.5) for some in (counts, reference))
    p, q = (some / some.sum(axis=-1, keepdims=True) for some in filled)
    found: Floats = ((p - q) * np.log(p / q)).sum(axis=-1)
    return found


def _others(counts: Floats, weekdays: Array) -> Floats:
    """Return the sum of counts over the days that each day is compared with.

    These are the other days before the last one that are the same weekday; all other days if
    they are too few.
    """
    before = counts[:-1]
    same = (weekdays[:, None] == weekdays[:-1]).astype(float)
    every = np.ones_like(same)
    np.fill_diagonal(same, 0.0)
    np.fill_diagonal(every, 0.0)
    enough = (same.sum(axis=1) >= _FEWEST_SAME)[:, None]
    found: Floats = np.where(enough, same @ before, every @ before)
    return found


def _weekdays(days: Sequence[date], usable: Bools) -> Array:
    return np.array([day.weekday() for day in days])[usable]


def _in_tenths(counts: Floats) -> Floats:
    """Return the counts in bins that hold a tenth of the scores before the last day each."""
    cumulated = counts[:-1].sum(axis=0).cumsum()
    cuts = np.searchsorted(cumulated, cumulated[-1] * np.arange(1, _BINS) / _BINS) + 1
    starts = np.unique(np.concatenate([[0], np.minimum(cuts, counts.shape[1] - 1)]))
    found: Floats = np.add.reduceat(counts, starts, axis=1)
    return found
