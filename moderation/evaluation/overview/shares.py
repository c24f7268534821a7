"""Shares of many groups at once, with intervals that allow for dependent comments."""

from __future__ import annotations

import numpy as np

from moderation._types import Floats
from moderation.evaluation.shares import Z_95


def wilson(k: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return 95 % intervals of shares (Wilson 1927).

    For dependent comments, `k` and `n` are numbers of independent ones that say as much (Korn and
    Graubard 1998; Franco, Little, Louis and Slud 2019), and need not be whole.

    Parameters
    ----------
    k, n
        How many count, of how many; `n` above 0.
    """
    share, spread = k / n, Z_95 * Z_95 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * np.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return np.where(k <= 0, 0.0, middle - half), np.where(k >= n, 1.0, middle + half)


def differences(
    group: tuple[Floats, Floats], rest: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Return differences of shares with 95 % intervals (Newcombe 1998, method 10).

    Parameters
    ----------
    group, rest
        How many count and of how many, in the groups and in what they are compared with.
    """
    one, other = group[0] / group[1], rest[0] / rest[1]
    low, high = wilson(*group)
    other_low, other_high = wilson(*rest)
    apart = one - other
    down = np.sqrt((one - low) ** 2 + (other_high - other) ** 2)
    up = np.sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return apart, apart - down, apart + up
