"""Where review and hold begin: chosen for a stated precision, never guessed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from moderation.manifest import Thresholds
from moderation.ngrams import Floats

# Of what goes to review, at least half should deserve it; of what is held, nine in ten.
REVIEW_PRECISION = 0.5
HOLD_PRECISION = 0.9

# Fewer flagged comments than this say nothing about a precision.
_FEWEST = 20


def choose_thresholds(
    probabilities: Floats,
    gold: npt.NDArray[np.bool_],
    review_precision: float = REVIEW_PRECISION,
    hold_precision: float = HOLD_PRECISION,
) -> Thresholds:
    """Choose the lowest thresholds whose precision, from there up, reaches what is asked.

    Parameters
    ----------
    probabilities
        Out-of-fold, shape (n,).
    gold
        True where the comment has the attribute, shape (n,).
    review_precision, hold_precision
        Share of true ones among all comments at or above the threshold.

    Returns
    -------
    Thresholds
        1.0 where no threshold reaches the precision over at least 20 comments: nothing is held
        rather than guessed.
    """
    ranked = Ranked(probabilities, gold)
    hold = ranked.for_precision(hold_precision)
    review = min(ranked.for_precision(review_precision), hold)
    chosen_for = (
        f"precision of {review_precision:.0%} (review) and {hold_precision:.0%} (hold) "
        f"on {len(gold):,} out-of-fold predictions, {int(gold.sum()):,} of them true"
    )
    return Thresholds(review=review, hold=hold, chosen_for=chosen_for)


class Ranked:
    """Scored comments from the highest down, to look for thresholds in.

    Parameters
    ----------
    probabilities
        Shape (n,).
    gold
        True where the comment has the attribute, shape (n,).
    """

    def __init__(self, probabilities: Floats, gold: npt.NDArray[np.bool_]) -> None:
        order = np.argsort(-probabilities, kind="stable")
        self._scores = probabilities[order]
        self._flagged = np.arange(1, len(order) + 1)
        self._precision = np.cumsum(gold[order]) / self._flagged
        self._last = np.append(self._scores[1:] != self._scores[:-1], True)  # ties share a fate

    def for_precision(self, wanted: float) -> float:
        """The lowest threshold that reaches a precision over at least 20 comments; else 1.0."""
        reached = (self._precision >= wanted) & self._last & (self._flagged >= _FEWEST)
        return self._lowest(reached)

    def for_share(self, wanted: float) -> float:
        """The lowest threshold at or above which at most a share of all comments lies; else 1.0."""
        return self._lowest((self._flagged <= wanted * len(self._scores)) & self._last)

    def _lowest(self, reached: npt.NDArray[np.bool_]) -> float:
        found = np.flatnonzero(reached[: len(self._scores)])
        return _readable(self._scores, int(found[-1])) if len(found) else 1.0


def _readable(ranked: Floats, at: int) -> float:
    """The lowest score let in, in four decimals where these let in no other score."""
    value, below = float(ranked[at]), float(ranked[at + 1]) if at + 1 < len(ranked) else -1.0
    rounded = float(np.floor(value * 1e4) / 1e4)
    return rounded if rounded > below else value
