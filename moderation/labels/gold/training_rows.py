"""Gold labels as rows that an attribute is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from moderation._types import Floats
from moderation.context import has_context
from moderation.labels.base_rates.rates import BASE_RATES, FEWEST_DRAWN, drawn_rows, enough_drawn
from moderation.labels.gold.computing import Gold
from moderation.records import Attribute

# Fewer than this many true or false labels, and an attribute is not trained at all.
FEWEST = FEWEST_DRAWN


class Rows(NamedTuple):
    """What one attribute learns from."""

    gold: list[Gold]
    labels: Floats  # shares, shape (n,)
    weights: Floats  # shape (n,)
    groups: np.ndarray[Any, Any]  # of strings, shape (n,)
    features: Any = None  # matrix of n rows, where a learner has prepared one

    @property
    def measured(self) -> np.ndarray[Any, Any]:
        """Which rows calibrate the scores and choose the thresholds; shape (n,).

        Those drawn as readers write, if they are enough to tell; else all.
        """
        return self.drawn if self.has_drawn() else np.ones(len(self.labels), bool)

    @property
    def drawn(self) -> np.ndarray[Any, Any]:
        """Which rows were drawn as readers write, as far as the rows tell; shape (n,)."""
        return drawn_rows([item.natural for item in self.gold], self.labels)

    def has_drawn(self, fewest: int = FEWEST) -> bool:
        """Whether so many of either kind were drawn as readers write."""
        return enough_drawn(self.drawn, self.labels, fewest)

    def base_rate(self, attribute: Attribute, asked: float | None = None) -> float | None:
        """The base rate to which the measured rows are weighted.

        That is what is asked for; else None where the rows that were drawn tell it; else the
        default.
        """
        if asked is None and self.has_drawn():
            return None
        return BASE_RATES[attribute] if asked is None else asked

    @property
    def too_few(self) -> bool:
        """Whether either kind is rare, or stands in one group: held out, it could not be learnt."""
        kinds = (self.labels > 0.5, self.labels < 0.5)
        return any(kind.sum() < FEWEST or len(set(self.groups[kind])) < 2 for kind in kinds)

    def take(self, index: np.ndarray[Any, Any]) -> Rows:
        """Some of the rows."""
        gold = [self.gold[i] for i in index]
        weights = self.weights[index] / self.weights[index].mean()
        features = None if self.features is None else self.features[index]
        return Rows(gold, self.labels[index], weights, self.groups[index], features)


def rows_of(gold: Sequence[Gold], attribute: Attribute) -> Rows:
    """Choose what has a label of `attribute` and, for off-topic, something to compare with."""
    chosen = [
        item
        for item in gold
        if item.label(attribute) is not None
        and (attribute is Attribute.HOSTILITY or has_context(item.comment))
    ]
    labels = np.array([item.label(attribute) for item in chosen], float)
    weights = np.array([item.weight for item in chosen], float)
    weights /= weights.mean() if len(weights) else 1.0  # C means the same whatever their unit
    return Rows(chosen, labels, weights, np.array([item.group for item in chosen], object))
