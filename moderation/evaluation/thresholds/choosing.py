"""Where review and hold begin: chosen for a stated precision, never guessed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from moderation._types import Floats
from moderation.labels.base_rates import rate_weights
from moderation.model.artifact import Thresholds

# Of what goes to review, at least half should deserve it; of what is held, nine in ten.
REVIEW_PRECISION = 0.5
HOLD_PRECISION = 0.9

# Fewer flagged comments than this say nothing about a precision, even with one false one more.
_FEWEST = 10

# Sums of weights that stand for one share may differ by so much.
_ROUNDING = 1e-12


def choose_thresholds(
    probabilities: Floats,
    gold: npt.NDArray[np.bool_],
    review_precision: float = REVIEW_PRECISION,
    hold_precision: float = HOLD_PRECISION,
    base_rate: float | None = None,
) -> Thresholds:
    """Choose the lowest thresholds whose precision, from there up, reaches what is asked.

    Each lies in the middle of the gap between the lowest score that it lets in and the next. None
    is so low that it would surprise: a comment goes to review only if it is more likely true than
    any comment is, and is held only if it is more likely true than not.

    Parameters
    ----------
    probabilities
        Out-of-fold, shape (n,).
    gold
        True where the comment has the attribute, shape (n,).
    review_precision, hold_precision
        Share of true ones among all comments at or above the threshold.
    base_rate
        Share of true ones among all comments to which the labels are weighted; None counts them
        as they are.

    Returns
    -------
    Thresholds
        1.0 where no threshold reaches the precision over at least ten comments, or where all
        comments are of one kind: nothing is held rather than guessed.
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
    """Scored comments from the highest down, to look for thresholds in.

    Parameters
    ----------
    probabilities
        Shape (n,).
    gold
        True where the comment has the attribute, shape (n,).
    base_rate
        Share of true ones to which the comments are weighted; None counts each as one.
    """

    def __init__(
        self, probabilities: Floats, gold: npt.NDArray[np.bool_], base_rate: float | None = None
    ) -> None:
        order = np.argsort(-probabilities, kind="stable")
        weights = rate_weights(gold, base_rate)[order]
        self._scores = probabilities[order]
        self._flagged = np.arange(1, len(order) + 1)
        n = max(1, len(order))
        self._share = np.cumsum(weights) / n
        # One false comment more than those seen is counted, for the next may be one: twenty true
        # ones and no false one of a few do not promise a precision of 1 (the correction of
        # conformal risk control, Angelopoulos et al. 2022).
        self._false = weights[~gold[order]]
        more = self._false[:1].sum() / n
        self._precision = np.cumsum(weights * gold[order]) / n / (self._share + more)
        self._last = np.append(self._scores[1:] != self._scores[:-1], True)  # ties share a fate

    def for_precision(self, wanted: float, least: float = 0.0) -> float:
        """The lowest threshold that reaches a precision over at least ten comments; else 1.0.

        It is not below `least`.
        """
        if not len(self._false):  # all are true: nothing tells where the others would lie
            return 1.0
        reached = (self._precision >= wanted) & self._last & (self._flagged >= _FEWEST)
        return max(self._lowest(reached & (self._scores >= least)), least)

    def for_share(self, wanted: float) -> float:
        """The lowest threshold at or above which at most a share of all comments lies; else 1.0."""
        return self._lowest((self._share <= wanted + _ROUNDING) & self._last)

    def _lowest(self, reached: npt.NDArray[np.bool_]) -> float:
        found = np.flatnonzero(reached[: len(self._scores)])
        return _middle(self._scores, int(found[-1])) if len(found) else 1.0


def _middle(ranked: Floats, at: int) -> float:
    """The middle between the lowest score let in and the next one.

    It has four decimals where these still tell the two apart. Where every score is let in, it is
    the lowest of them, for nothing tells what lies below.
    """
    value = float(ranked[at])
    if at + 1 == len(ranked):
        return value
    below = float(ranked[at + 1])
    return next(
        (m for m in (round((value + below) / 2, 4), (value + below) / 2) if below < m <= value),
        value,
    )
