"""Estimates and waiting times with their 95 % intervals; too few say nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from moderation.evaluation.shares import FEWEST, Z_95, wilson


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A number of comments and its 95 % interval; None if there is too little to estimate from."""

    value: int | None = None
    low: int | None = None
    high: int | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds from the first sight of a comment to its decision.

    Attributes
    ----------
    n
        The number of decisions whose time is known.
    median, p90
        The seconds within which half of them, and nine in ten, were made; None if there are fewer
        than 20.
    """

    n: int
    median: float | None = None
    median_low: float | None = None
    median_high: float | None = None
    p90: float | None = None
    p90_low: float | None = None
    p90_high: float | None = None


def estimate(known: int, k: int, n: int, weight: float) -> Estimate:
    """Return a number of comments: those that are known, and those that a sample stands for.

    Parameters
    ----------
    known
        Comments that were counted one by one.
    k, n
        How many of the sample count, and how large it is.
    weight
        How many comments each of the sample stands for.
    """
    if n < FEWEST:
        return Estimate()
    low, high = map(float, wilson(k, n))
    return Estimate(
        value=known + round(k * weight),
        low=known + math.floor(low * n * weight),
        high=known + math.ceil(high * n * weight),
    )


def waiting(seconds: Sequence[float]) -> Waiting:
    """Return the median and the ninth decile, with intervals from the order of the times.

    Parameters
    ----------
    seconds
        The times.
    """
    n = len(seconds)
    if n < FEWEST:
        return Waiting(n=n)
    ordered = sorted(seconds)
    found: dict[str, float] = {}
    for name, part in (("median", 0.5), ("p90", 0.9)):
        half = Z_95 * math.sqrt(n * part * (1 - part))
        places = {
            name: math.ceil(part * n) - 1,
            f"{name}_low": math.floor(part * n - half) - 1,
            f"{name}_high": math.ceil(part * n + half),
        }
        found |= {key: ordered[min(max(at, 0), n - 1)] for key, at in places.items()}
    return Waiting(n=n, **found)
