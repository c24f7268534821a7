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
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    precision = np.cumsum(gold[order]) / np.arange(1, len(order) + 1)
    last = np.append(ranked[1:] != ranked[:-1], True)  # ties share a fate
    large = np.arange(1, len(order) + 1) >= _FEWEST

    def lowest(wanted: float) -> float:
        reached = np.flatnonzero((precision >= wanted) & last & large)
        return _readable(ranked, int(reached[-1])) if len(reached) else 1.0

    hold = lowest(hold_precision)
    review = min(lowest(review_precision), hold)
    chosen_for = (
        f"precision of {review_precision:.0%} (review) and {hold_precision:.0%} (hold) "
        f"on {len(order):,} out-of-fold predictions, {int(gold.sum()):,} of them true"
    )
    return Thresholds(review=review, hold=hold, chosen_for=chosen_for)


def _readable(ranked: Floats, at: int) -> float:
    """The lowest score let in, in four decimals where these let in no other score."""
    value, below = float(ranked[at]), float(ranked[at + 1]) if at + 1 < len(ranked) else -1.0
    rounded = float(np.floor(value * 1e4) / 1e4)
    return rounded if rounded > below else value
