"""Gold labels computed from several answers, and the rows that an attribute is trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.gold.computing import (
        Gold,
        GoldRule,
        Reliability,
        gold_labels,
        reliabilities,
    )
    from moderation.labels.gold.training_rows import FEWEST, Rows, chance_weights, rows_of

__all__ = [
    "FEWEST",
    "Gold",
    "GoldRule",
    "Reliability",
    "Rows",
    "chance_weights",
    "gold_labels",
    "reliabilities",
    "rows_of",
]

__getattr__ = open_door(
    __name__,
    {
        "FEWEST": "moderation.labels.gold.training_rows",
        "Gold": "moderation.labels.gold.computing",
        "GoldRule": "moderation.labels.gold.computing",
        "Reliability": "moderation.labels.gold.computing",
        "Rows": "moderation.labels.gold.training_rows",
        "chance_weights": "moderation.labels.gold.training_rows",
        "gold_labels": "moderation.labels.gold.computing",
        "reliabilities": "moderation.labels.gold.computing",
        "rows_of": "moderation.labels.gold.training_rows",
    },
)
