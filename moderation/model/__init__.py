"""Fitted models: their folders, arithmetic, verdicts and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.model.artifact.card import model_card
    from moderation.model.artifact.folder import (
        Model,
        load_model,
        refuse_folder,
        shipped_model,
        write_model,
    )
    from moderation.model.explanation import Explanation
    from moderation.model.moderator import Moderator
    from moderation.model.multilingual import at_hand
    from moderation.model.sklearn_pipeline import write_pipeline

__all__ = [
    "Explanation",
    "Model",
    "Moderator",
    "at_hand",
    "load_model",
    "model_card",
    "refuse_folder",
    "shipped_model",
    "write_model",
    "write_pipeline",
]

__getattr__ = open_door(
    __name__,
    {
        "Explanation": "moderation.model.explanation",
        "Model": "moderation.model.artifact.folder",
        "Moderator": "moderation.model.moderator",
        "at_hand": "moderation.model.multilingual",
        "load_model": "moderation.model.artifact.folder",
        "model_card": "moderation.model.artifact.card",
        "refuse_folder": "moderation.model.artifact.folder",
        "shipped_model": "moderation.model.artifact.folder",
        "write_model": "moderation.model.artifact.folder",
        "write_pipeline": "moderation.model.sklearn_pipeline",
    },
)
