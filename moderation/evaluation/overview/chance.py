"""What chance alone does to shares of groups: intervals, ranks, and who stands out.

With nine thousand authors, somebody is worst by chance. Three methods say how far a rank can be
trusted:

- **Who stands out.** Each group is compared with all other comments by Fisher's exact test, and the
  probabilities are corrected for the number of groups (Holm 1979). If all groups were alike, a
  table would name any group in at most one case of twenty.
- **Ranks.** Joint intervals of all shares (Clopper and Pearson 1934, Bonferroni) give joint
  intervals of all ranks (Klein, Wright and Wieczorek 2020).
- **Shrinkage.** A beta-binomial distribution is fitted to all groups (empirical Bayes). It draws
  the shares of small groups towards the rest, and says how probably a group is among the worst
  (Laird and Louis 1989).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import optimize, special, stats

from moderation._types import Floats

#: Error of a table: how often it names a group although chance alone made the differences.
ERROR = 0.05

_DRAWS = 500
_SIMULATIONS = 999

# Numbers that are simulated at once.
_AT_ONCE = 2**18

# The fit stays where a share is no more certain than 10**7 comments make it.
_LEAST, _MOST = -1.0, 16.0


class Shrinkage(NamedTuple):
    """The beta distribution of the groups' true shares.

    Attributes
    ----------
    mean
        Its mean.
    weight
        For how many comments it counts; the larger, the more alike are the groups.
    """

    mean: float
    weight: float

    @property
    def spread(self) -> float:
        """The standard deviation of the true shares."""
        return float(np.sqrt(self.mean * (1 - self.mean) / (1 + self.weight)))

    def shrunken(self, k: Floats, n: Floats) -> Floats:
        """Return the shares, drawn towards the mean."""
        found: Floats = (k + self.mean * self.weight) / (n + self.weight)
        return found


def intraclass(k: Floats, n: Floats) -> float:
    """Return the correlation of comments in one cluster, by analysis of variance.

    The estimator is one of those recommended for shares by Ridout, Demétrio and Firth (1999).

    Parameters
    ----------
    k, n
        Comments that count, and all comments, of each cluster.
    """
    total, many = float(n.sum()), len(n)
    if many < 2 or total <= many:
        return 0.0
    within = float((k - k**2 / n).sum()) / (total - many)
    between = float((k**2 / n).sum() - k.sum() ** 2 / total) / (many - 1)
    size = (total - float((n**2).sum()) / total) / (many - 1)
    whole = between + (size - 1) * within
    return min(1.0, max(0.0, (between - within) / whole)) if whole > 0 else 0.0


def holm(chances: Floats) -> Floats:
    """Return probabilities of error that hold for all groups together (Holm 1979).

    Parameters
    ----------
    chances
        The probabilities of single groups.
    """
    order = np.argsort(chances, kind="stable")
    corrected = np.maximum.accumulate(chances[order] * np.arange(len(chances), 0, -1))
    found = np.empty(len(chances))
    found[order] = np.minimum(1.0, corrected)
    return found


def excess(k: Floats, n: Floats, rest: tuple[Floats, Floats]) -> Floats:
    """Return how probably chance alone gives a group at least its share (Fisher's exact test).

    Numbers that are no whole ones are rounded so that the probability becomes larger. It is 1 for
    groups that are clearly no finding: the binomial distribution, which takes the other comments'
    share for certain, already gives them more than the error of a table.

    Parameters
    ----------
    k, n
        Comments that count, and all comments, of each group.
    rest
        The same of all other comments.
    """
    some, of = np.floor(k + 1e-9), np.ceil(n - 1e-9)
    other, all_others = np.ceil(rest[0] - 1e-9), np.floor(rest[1] + 1e-9)
    all_others = np.maximum(all_others, other)
    found = np.ones(len(k))
    near = stats.binom.sf(some - 1, of, np.minimum(1.0, other / all_others)) <= ERROR
    drawn = (of + all_others)[near], (some + other)[near], of[near]
    found[near] = stats.hypergeom.sf(some[near] - 1, *drawn)
    return found


def ranks(k: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return joint 95 % intervals of the ranks; rank 1 has the highest share.

    Parameters
    ----------
    k, n
        Comments that count, and all comments, of each group.
    """
    each = ERROR / (2 * len(n))
    low = np.where(k > 0, special.betaincinv(np.maximum(k, 1e-12), n - k + 1, each), 0.0)
    rest = np.maximum(n - k, 1e-12)
    high = np.where(k < n, special.betaincinv(k + 1, rest, 1 - each), 1.0)
    above = len(n) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return np.asarray(1.0 + above, float), np.asarray(len(n) - below, float)


def fit(k: Floats, n: Floats) -> Shrinkage:
    """Fit a beta-binomial distribution to groups.

    For each weight, the mean is Kleinman's (1973), in which a large group counts for less than its
    comments. The weight is the one of maximum likelihood.

    Parameters
    ----------
    k, n
        Comments that count, and all comments, of each group.
    """
    pairs, times = np.unique(np.stack([k, n]), axis=1, return_counts=True)
    some, of = pairs

    def mean(weight: float) -> float:
        parts = times * of / (1 + (of - 1) / (1 + weight))
        # Half a comment keeps the mean off 0 and 1.
        return float(((parts * some / of).sum() + 0.5) / (parts.sum() + 1))

    def loss(log_weight: float) -> float:
        weight = float(np.exp(log_weight))
        share = mean(weight)
        a, b = share * weight, (1 - share) * weight
        each = special.betaln(some + a, of - some + b) - special.betaln(a, b)
        return -float((times * each).sum())

    found = optimize.minimize_scalar(loss, bounds=(_LEAST, _MOST), method="bounded")
    weight = float(np.exp(found.x))
    return Shrinkage(mean(weight), weight)


def among_worst(k: Floats, n: Floats, prior: Shrinkage, worst: int, seed: int) -> Floats:
    """Return how probably each group is among those with the highest true shares.

    Parameters
    ----------
    k, n
        Comments that count, and all comments, of each group.
    prior
        The distribution of the true shares.
    worst
        How many groups are the worst.
    seed
        Seed of the simulation.
    """
    random = np.random.default_rng(seed)
    a, b = k + prior.mean * prior.weight, n - k + (1 - prior.mean) * prior.weight
    times = np.zeros(len(n))
    for rows in _pieces(_DRAWS, len(n)):
        drawn = random.beta(a, b, (rows, len(n)))
        first = np.argpartition(drawn, len(n) - worst, axis=1)[:, -worst:]
        times += np.bincount(first.ravel(), minlength=len(n))
    found: Floats = times / _DRAWS
    return found


def _pieces(rounds: int, groups: int) -> Iterator[int]:
    """Yield how many rounds to simulate at once, so that memory stays bounded."""
    most = max(1, _AT_ONCE // groups)
    for begun in range(0, rounds, most):
        yield min(most, rounds - begun)


def alike(k: Floats, n: Floats, seed: int) -> float:
    """Return how probably groups that are all alike differ as much as these do.

    The sum of Pearson's squares is compared with simulated ones (Hope 1968), because groups with
    few expected comments spoil the distribution of the textbook.

    Parameters
    ----------
    k, n
        Comments that count, and all comments, of each group.
    seed
        Seed of the simulation.
    """
    share = float(k.sum() / n.sum())
    if not 0 < share < 1 or len(n) < 2:
        return 1.0
    random = np.random.default_rng(seed)
    whole = np.maximum(1, np.rint(n)).astype(np.int64)

    seen = _squares(k[np.newaxis], n)[0]
    exceeded = 0
    for rows in _pieces(_SIMULATIONS, len(n)):
        simulated = random.binomial(whole, share, (rows, len(n))).astype(float)
        exceeded += int((_squares(simulated, whole.astype(float)) >= seen).sum())
    return (1 + exceeded) / (1 + _SIMULATIONS)


def _squares(counts: Floats, sizes: Floats) -> Floats:
    """Return Pearson's sum of squares for each row of counts."""
    mean = counts.sum(axis=1, keepdims=True) / sizes.sum()
    sums = ((counts - sizes * mean) ** 2 / sizes).sum(axis=1)
    found: Floats = sums / np.maximum(mean * (1 - mean), 1e-12)[:, 0]
    return found
