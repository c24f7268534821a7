"""Differences of the shares of many groups at once, with their intervals."""

from __future__ import annotations

import numpy as np

from moderation._types import Floats
from moderation.evaluation.shares import wilson


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
