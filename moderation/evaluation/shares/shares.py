"""Shares with their 95 % intervals; a share of too few says nothing."""

from __future__ import annotations

import math

import msgspec

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


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of `k` in `n` (Wilson 1927).

    Parameters
    ----------
    k, n
        How many count, of how many; at least one.
    """
    share, spread = k / n, Z_95 * Z_95 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return (0.0 if k == 0 else middle - half), (1.0 if k == n else middle + half)


def share(k: int, n: int) -> Share:
    """Return a share with its interval, or only its counts if they are too few."""
    if n < FEWEST:
        return Share(n=n, k=k)
    low, high = wilson(k, n)
    return Share(n=n, k=k, value=round(k / n, 4), low=round(low, 4), high=round(high, 4))
