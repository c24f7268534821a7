"""Whether a share rises or falls over time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec.structs import replace
from scipy import stats

from moderation._types import Floats
from moderation.evaluation.shares import Z_95

#: Fewest periods from which a trend is estimated; Mann's test is close to exact from there on.
FEWEST_PERIODS = 10

#: The most periods that are compared, each with each other: ten years of weeks.
MOST_PERIODS = 520


class PeriodShare(msgspec.Struct, frozen=True, kw_only=True):
    """The share of one period, its place in time counted in units, and its 95 % interval."""

    name: str
    at: float
    value: float
    low: float
    high: float


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """The trend of a share.

    Attributes
    ----------
    unit
        ``week`` or ``day``.
    periods
        The periods with enough comments, in order.
    slope, low, high
        The change of the share from one period to the next, with its 95 % interval; None if there
        are too few periods.
    chance
        How probably a share without a trend gives at least such a one.
    """

    unit: str
    periods: tuple[PeriodShare, ...] = ()
    slope: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None

    @property
    def span(self) -> int:
        """How many units lie between the first and the last period."""
        return round(self.periods[-1].at - self.periods[0].at) if self.periods else 0


def find_trend(unit: str, periods: Sequence[PeriodShare]) -> Trend:
    """Estimate a trend.

    The slope is the median of the slopes between all pairs of periods (Theil 1950; Sen 1968),
    which a few odd weeks do not move. The test is Mann and Kendall's (Mann 1945). A week resembles
    the week before it, which makes chance look like a trend; the variance is therefore that of the
    number of independent periods (Yue and Wang 2004).

    Parameters
    ----------
    unit
        ``week`` or ``day``.
    periods
        The periods with enough comments, in order.
    """
    periods = tuple(periods[-MOST_PERIODS:])
    at = np.array([period.at for period in periods])
    shares = np.array([period.value for period in periods])
    n = len(at)
    found = Trend(unit=unit, periods=periods)
    if n < FEWEST_PERIODS:
        return found
    one, other = np.triu_indices(n, 1)
    rises = shares[other] - shares[one]
    slopes = np.sort(rises / (at[other] - at[one]))
    slope = float(np.median(slopes))
    score = float(np.sign(rises).sum())
    _, ties = np.unique(shares, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    variance *= _correction(shares - slope * at)
    if variance <= 0:  # All shares are equal.
        return replace(found, slope=0.0, low=0.0, high=0.0, chance=1.0)
    spread = float(np.sqrt(variance))
    z = max(0.0, abs(score) - 1) / spread
    width = Z_95 * spread
    low = max(0, round((len(slopes) - width) / 2) - 1)
    high = min(len(slopes) - 1, round((len(slopes) + width) / 2))
    return replace(
        found,
        slope=slope,
        low=float(slopes[low]),
        high=float(slopes[high]),
        chance=float(2 * stats.norm.sf(z)),
    )


def _correction(detrended: Floats) -> float:
    """Return how much larger the likeness of neighbouring periods makes the variance of the test.

    The correlation of neighbours is estimated from what the slope leaves over, freed from the bias
    that the estimated mean and slope give it (van Giersbergen 2005). Negative correlation would
    make intervals narrower, and is not relied on.
    """
    n = len(detrended)
    rest = detrended - detrended.mean()
    square = float((rest**2).sum())
    if square == 0:
        return 1.0
    plain = float((rest[:-1] * rest[1:]).sum()) / square
    likeness = min(0.95, max(0.0, (n * plain + 2) / (n - 4)))
    lags = np.arange(1, n)
    return float(1 + 2 * ((1 - lags / n) * likeness**lags).sum())
