"""The base rate: the share of hostile or off-topic comments for which scores are calibrated.

A labelled file is rarely a fair sample, because annotators look for hostile comments. If half of
the file is hostile, a model calibrated on it expects half of all comments to be hostile. Scores
are therefore corrected to a base rate (prior shift: King and Zeng 2001; Saerens, Latinne and
Decaestecker 2002), and so are the counts that choose a threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from moderation._types import Bools, Floats
from moderation.records import Attribute

#: Share of true comments that is assumed without a fair sample.
#:
#: Hostility: of comments drawn at random, 10 % are hostile on Reddit (reddit_incivility) and on
#: Wikipedia's talk pages (wiki_talk), and 9 % on a newspaper's site (c3, a mean level of 2 or
#: more). Off topic: 15 % of this project's own labels; there is no public sample.
BASE_RATES = {Attribute.HOSTILITY: 0.10, Attribute.OFF_TOPIC: 0.15}

#: Fewest true and false comments drawn at random from which a base rate is estimated.
FEWEST_DRAWN = 10

# Rows without a selection count as a fair sample up to this share of true ones. The fair samples
# that were examined have 1 to 10 % (cat; c3, wiki_talk, reddit_incivility). A quarter allows for a
# harsher newspaper and for few rows. Not tuned.
_PLAUSIBLE = 0.25


def drawn_rows(drawn: Sequence[bool | None], labels: Floats) -> Bools:
    """Return which rows count as a fair sample of what readers write.

    Parameters
    ----------
    drawn
        Whether each row was drawn at random; None if the row does not say.
    labels
        Shares from 0 to 1, shape (n,).

    Returns
    -------
    ndarray of bool, shape (n,)
        The rows drawn at random. The rows that do not say are included if at most a quarter of
        them are true; with a larger share they are not a fair sample, and none of them counts.
    """
    known = np.array([row is True for row in drawn], bool)
    untold = np.array([row is None for row in drawn], bool)
    n_true, n_false = ((untold & kind).sum() for kind in (labels > 0.5, labels < 0.5))
    plausible = n_true <= _PLAUSIBLE * (n_true + n_false)
    return known | untold if plausible else known


def enough_drawn(drawn: Bools, labels: Floats, fewest: int = FEWEST_DRAWN) -> bool:
    """Return whether a fair sample has at least `fewest` true and `fewest` false comments.

    Parameters
    ----------
    drawn
        The rows of the fair sample, shape (n,).
    labels
        Shares from 0 to 1, shape (n,).
    fewest
        The least number of comments of either kind.
    """
    return all((drawn & kind).sum() >= fewest for kind in (labels > 0.5, labels < 0.5))


def rate_weights(true: Bools, rate: float | None, given: Floats | None = None) -> Floats:
    """Weight comments so that the true ones have a share `rate` of the total weight.

    Parameters
    ----------
    true
        Which comments are true, shape (n,).
    rate
        The base rate. With None, or with comments of one kind only, the weights stay as given.
    given
        For how many comments each one stands, shape (n,); default: all for equally many.

    Returns
    -------
    ndarray of float64, shape (n,)
        Weights with a mean of 1.
    """
    if not len(true):
        return np.ones(0)
    weights = np.ones(len(true)) if given is None else given / given.mean()
    share = float((weights * true).mean())
    if rate is None or not 0 < share < 1:
        return weights
    return weights * np.where(true, rate / share, (1 - rate) / (1 - share))


def prior_shift(share: float, rate: float) -> float:
    """Return the shift of log-odds from a share of true comments to a base rate.

    Parameters
    ----------
    share
        Share of true comments for which the log-odds hold.
    rate
        The base rate for which they are to hold.
    """
    return math.log(rate / (1 - rate)) - math.log(share / (1 - share))
