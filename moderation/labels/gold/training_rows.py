"""Gold labels as the training rows of an attribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from moderation._types import Floats
from moderation.context import has_context
from moderation.labels.base_rates.rates import BASE_RATES, FEWEST_DRAWN, drawn_rows, enough_drawn
from moderation.labels.gold.computing import Gold
from moderation.records import Attribute

# An attribute is not trained with fewer true or false labels than this.
FEWEST = FEWEST_DRAWN


class Rows(NamedTuple):
    """The training rows of one attribute."""

    gold: list[Gold]
    labels: Floats  # shares, shape (n,)
    weights: Floats  # shape (n,)
    groups: np.ndarray[Any, Any]  # of strings, shape (n,)
    features: Any = None  # a matrix of n rows, if a learner has prepared one

    @property
    def measured(self) -> np.ndarray[Any, Any]:
        """Which rows calibrate the scores and choose the thresholds; shape (n,).

        These are the rows drawn at random, if there are enough of them, or else those with a known
        chance, or else all rows.
        """
        if self.has_drawn():
            return self.drawn
        return self.sampled if self.has_sampled else np.ones(len(self.labels), bool)

    @property
    def sampled(self) -> np.ndarray[Any, Any]:
        """Which rows were chosen with a known chance; shape (n,)."""
        return np.array([item.chance is not None for item in self.gold], bool)

    @property
    def has_sampled(self) -> bool:
        """Whether rows with a known chance stand for all comments: there are none drawn at random.

        There are enough rows of either kind.
        """
        return not self.has_drawn() and enough_drawn(self.sampled, self.labels)

    @property
    def drawn(self) -> np.ndarray[Any, Any]:
        """Which rows count as drawn at random; shape (n,)."""
        return drawn_rows([item.natural for item in self.gold], self.labels)

    def has_drawn(self, fewest: int = FEWEST) -> bool:
        """Return whether at least `fewest` rows of either kind were drawn at random."""
        return enough_drawn(self.drawn, self.labels, fewest)

    def base_rate(self, attribute: Attribute, asked: float | None = None) -> float | None:
        """Return the base rate to which the measured rows are weighted.

        This is the requested rate if there is one. Otherwise it is None if enough rows were drawn
        at random, the rate among the comments for which rows with a known chance stand, or the
        default.
        """
        if asked is not None:
            return asked
        if self.has_drawn():
            return None
        if not self.has_sampled:
            return BASE_RATES[attribute]
        judged = self.sampled & (self.labels != 0.5)
        weights = chance_weights([self.gold[i] for i in np.flatnonzero(judged)])
        return float(np.average(self.labels[judged] > 0.5, weights=weights))

    @property
    def too_few(self) -> bool:
        """Whether either kind is too rare, or is in one group only, to be learnt when held out."""
        kinds = (self.labels > 0.5, self.labels < 0.5)
        return any(kind.sum() < FEWEST or len(set(self.groups[kind])) < 2 for kind in kinds)

    def take(self, index: np.ndarray[Any, Any]) -> Rows:
        """Return the rows at `index`."""
        gold = [self.gold[i] for i in index]
        weights = self.weights[index] / self.weights[index].mean()
        features = None if self.features is None else self.features[index]
        return Rows(gold, self.labels[index], weights, self.groups[index], features)


def chance_weights(gold: Sequence[Gold]) -> Floats:
    """Return for how many comments each row stands; a row without a chance stands for itself.

    Parameters
    ----------
    gold
        Labelled comments.
    """
    return np.array([1 / (item.chance or 1.0) for item in gold], float)


def rows_of(gold: Sequence[Gold], attribute: Attribute) -> Rows:
    """Choose the comments with a label of `attribute` and, for off-topic, with context.

    Parameters
    ----------
    gold
        Labelled comments.
    attribute
        The attribute to train.
    """
    chosen = [
        item
        for item in gold
        if item.label(attribute) is not None
        and (attribute is Attribute.HOSTILITY or has_context(item.comment))
    ]
    labels = np.array([item.label(attribute) for item in chosen], float)
    weights = np.array([item.weight for item in chosen], float)
    weights /= weights.mean() if len(weights) else 1.0  # C then has the same meaning in any unit.
    return Rows(chosen, labels, weights, np.array([item.group for item in chosen], object))
