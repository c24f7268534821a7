"""Choosing the thresholds of review and hold for a stated precision."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from moderation._types import Floats
from moderation.labels.base_rates import rate_weights
from moderation.model.artifact import Thresholds

# At least half of the comments for review, and nine in ten of those held, should be true.
REVIEW_PRECISION = 0.5
HOLD_PRECISION = 0.9

# A precision over fewer flagged comments than this means nothing, even with one added false one.
_FEWEST = 10

# Tolerance between sums of weights that represent the same share.
_ROUNDING = 1e-12


def choose_thresholds(
    probabilities: Floats,
    gold: npt.NDArray[np.bool_],
    review_precision: float = REVIEW_PRECISION,
    hold_precision: float = HOLD_PRECISION,
    base_rate: float | None = None,
) -> Thresholds:
    """Choose the lowest thresholds that reach the requested precisions.

    A threshold lies halfway between the lowest score at or above it and the next lower score. The
    review threshold is never below the base rate, and the hold threshold never below 0.5: a
    comment is held only if it is more likely true than not.

    Parameters
    ----------
    probabilities
        Out-of-fold predictions, shape (n,).
    gold
        True where the comment has the attribute, shape (n,).
    review_precision, hold_precision
        Share of true comments among all comments at or above the threshold.
    base_rate
        Share of true comments to which the labels are weighted; None counts them unweighted.

    Returns
    -------
    Thresholds
        A threshold is 1.0, and so flags nothing, if none reaches the precision over at least ten
        comments, or if all comments are of one kind.
    """
    ranked = Ranked(probabilities, gold, base_rate)
    usual = base_rate if base_rate is not None else float(gold.mean()) if len(gold) else 0.0
    hold = ranked.for_precision(hold_precision, max(usual, 0.5))
    review = min(ranked.for_precision(review_precision, usual), hold)
    chosen_for = (
        f"precision of {review_precision:.0%} (review) and {hold_precision:.0%} (hold) "
        f"on {len(gold):,} out-of-fold predictions, {int(gold.sum()):,} of them true"
    )
    if base_rate is not None:
        chosen_for += f", weighted to a base rate of {base_rate:.3g}"
    return Thresholds(review=review, hold=hold, chosen_for=chosen_for, base_rate=base_rate)


class Ranked:
    """Comments sorted by score, highest first, for the search for thresholds.

    Parameters
    ----------
    probabilities
        Shape (n,).
    gold
        True where the comment has the attribute, shape (n,).
    base_rate
        Share of true comments to which they are weighted; None counts each comment as one.
    given
        For how many comments each one stands, shape (n,); default: all for equally many.
    """

    def __init__(
        self,
        probabilities: Floats,
        gold: npt.NDArray[np.bool_],
        base_rate: float | None = None,
        given: Floats | None = None,
    ) -> None:
        order = np.argsort(-probabilities, kind="stable")
        weights = rate_weights(gold, base_rate, given)[order]
        self._scores = probabilities[order]
        self._flagged = np.arange(1, len(order) + 1)
        n = max(1, len(order))
        self._share = np.cumsum(weights) / n
        # One more false comment than was seen is counted, because the next one may be false. Twenty
        # true comments and no false one do not guarantee a precision of 1 (the correction of
        # conformal risk control, Angelopoulos et al. 2022).
        self._false = weights[~gold[order]]
        more = self._false[:1].sum() / n
        if given is not None:  # it stands for as many as those above it do on average
            more = np.cumsum(weights) / self._flagged / n
        self._precision = np.cumsum(weights * gold[order]) / n / (self._share + more)
        self._last = np.append(self._scores[1:] != self._scores[:-1], True)  # Ties stay together.

    def for_precision(self, wanted: float, least: float = 0.0) -> float:
        """Return the lowest threshold that reaches a precision over at least ten comments.

        Parameters
        ----------
        wanted
            The precision to reach.
        least
            The lowest threshold to return.

        Returns
        -------
        float
            The threshold, or 1.0 if none reaches the precision.
        """
        if not len(self._false):  # All are true, so nothing shows where false ones would score.
            return 1.0
        reached = (self._precision >= wanted) & self._last & (self._flagged >= _FEWEST)
        return max(self._lowest(reached & (self._scores >= least)), least)

    def for_share(self, wanted: float) -> float:
        """Return the lowest threshold that at most a share of all comments reaches, or 1.0."""
        return self._lowest((self._share <= wanted + _ROUNDING) & self._last)

    def _lowest(self, reached: npt.NDArray[np.bool_]) -> float:
        found = np.flatnonzero(reached[: len(self._scores)])
        return _middle(self._scores, int(found[-1])) if len(found) else 1.0


def _middle(ranked: Floats, at: int) -> float:
    """Return the midpoint between the score at place `at` and the next lower one.

    It is rounded to four decimals if it still separates the two scores. If there is no lower
    score, the score itself is returned, because nothing is known about lower scores.
    """
    value = float(ranked[at])
    if at + 1 == len(ranked):
        return value
    below = float(ranked[at + 1])
    return next(
        (m for m in (round((value + below) / 2, 4), (value + below) / 2) if below < m <= value),
        value,
    )
