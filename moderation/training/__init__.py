"""Training: labelled rows become a model version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.training.fitting import Trained, train
    from moderation.training.recipe import Recipe, recipe_for
    from moderation.training.shipped import OwnData, build, off_topic_gold

__all__ = ["OwnData", "Recipe", "Trained", "build", "off_topic_gold", "recipe_for", "train"]

__getattr__ = open_door(
    __name__,
    {
        "OwnData": "moderation.training.shipped",
        "Recipe": "moderation.training.recipe",
        "Trained": "moderation.training.fitting",
        "build": "moderation.training.shipped",
        "off_topic_gold": "moderation.training.shipped",
        "recipe_for": "moderation.training.recipe",
        "train": "moderation.training.fitting",
    },
)
