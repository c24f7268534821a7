"""Shares with their 95 % intervals; a share of too few says nothing."""

from __future__ import annotations

import msgspec
import numpy as np

from moderation._types import Floats

#: With fewer than this, a share says nothing: its interval is more than 40 points wide
#: in the middle.
FEWEST = 20

#: 95 % of a normal distribution lie within as many standard deviations.
Z_95 = 1.959964


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share of decisions or comments.

    Attributes
    ----------
    n, k
        The number of them, and of those that count.
    value, low, high
        The share and its 95 % interval (Wilson 1927); None if there are fewer than 20.
    """

    n: int
    k: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def wilson(k: Floats | float, n: Floats | float) -> tuple[Floats, Floats]:
    """Return 95 % intervals of shares (Wilson 1927).

    For dependent comments, `k` and `n` are numbers of independent ones that say as much (Korn and
    Graubard 1998; Franco, Little, Louis and Slud 2019), and need not be whole.

    Parameters
    ----------
    k, n
        How many count, of how many; `n` above 0. Numbers, or arrays of one shape.

    Returns
    -------
    tuple of ndarray of float64
        The lower and the upper ends, of the same shape.
    """
    share, spread = k / n, Z_95 * Z_95 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * np.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return np.where(k <= 0, 0.0, middle - half), np.where(k >= n, 1.0, middle + half)


def share(k: int, n: int) -> Share:
    """Return a share with its interval, or only its counts if they are too few."""
    if n < FEWEST:
        return Share(n=n, k=k)
    low, high = map(float, wilson(k, n))
    return Share(n=n, k=k, value=round(k / n, 4), low=round(low, 4), high=round(high, 4))
