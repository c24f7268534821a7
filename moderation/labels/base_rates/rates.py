"""The share of comments that are hostile, or off topic: what scores and thresholds are meant for.

A file of labels is seldom a fair sample: whoever labels looks for hostile comments, and half of the
file is hostile. A model that is calibrated on such a file takes every comment for one of that half.
The scores are therefore corrected to a base rate (prior shift: King and Zeng 2001; Saerens,
Latinne and Decaestecker 2002), and so is whatever is counted to choose a threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from moderation._types import Bools, Floats
from moderation.records import Attribute

#: Share of true comments that is assumed where no fair sample tells it.
#:
#: Hostility: of the comments that were drawn at random, 10 % are hostile on Reddit
#: (reddit_incivility) and Wikipedia's talk pages (wiki_talk), 9 % under a newspaper (c3, a mean
#: level of 2 or more). Off topic: 15 % of this project's own labels; no public sample tells it.
BASE_RATES = {Attribute.HOSTILITY: 0.10, Attribute.OFF_TOPIC: 0.15}

#: Fewer true or false comments than this, drawn as readers write, do not tell a base rate.
FEWEST_DRAWN = 10

# Rows that do not say how they were chosen are taken for a fair sample up to this share of true
# ones. The fair samples of comments that were looked at hold 1 to 10 % (cat; c3, wiki_talk,
# reddit_incivility); a quarter leaves room for a harsher paper and for few rows. Not tuned.
_PLAUSIBLE = 0.25


def drawn_rows(drawn: Sequence[bool | None], labels: Floats) -> Bools:
    """Tell which rows are taken for a fair sample of what readers write.

    Parameters
    ----------
    drawn
        For each row: whether it was drawn at random; None where the row does not say.
    labels
        Shares from 0 to 1, shape (n,).

    Returns
    -------
    ndarray of bool, shape (n,)
        Rows that were drawn at random; and those that do not say, where at most a quarter of all
        such rows are true. A larger share is no fair sample, so that none of them counts.
    """
    known = np.array([row is True for row in drawn], bool)
    untold = np.array([row is None for row in drawn], bool)
    n_true, n_false = ((untold & kind).sum() for kind in (labels > 0.5, labels < 0.5))
    plausible = n_true <= _PLAUSIBLE * (n_true + n_false)
    return known | untold if plausible else known


def enough_drawn(drawn: Bools, labels: Floats, fewest: int = FEWEST_DRAWN) -> bool:
    """Tell whether a fair sample holds enough comments of either kind."""
    return all((drawn & kind).sum() >= fewest for kind in (labels > 0.5, labels < 0.5))


def rate_weights(true: Bools, rate: float | None) -> Floats:
    """Weigh comments so that a share `rate` of all weight is on the true ones.

    Parameters
    ----------
    true
        Shape (n,).
    rate
        None, or comments of one kind only, leave every weight at 1.

    Returns
    -------
    ndarray of float64, shape (n,)
        Weights with a mean of 1.
    """
    share = float(true.mean()) if len(true) else 0.0
    if rate is None or not 0 < share < 1:
        return np.ones(len(true))
    return np.where(true, rate / share, (1 - rate) / (1 - share))


def prior_shift(share: float, rate: float) -> float:
    """What is added to log-odds that hold for a `share` of true comments, to hold for `rate`."""
    return math.log(rate / (1 - rate)) - math.log(share / (1 - share))
