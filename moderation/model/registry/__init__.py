"""The registry: numbered versions of a model, and fingerprints of training comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.model.registry.fingerprinting import fingerprints, seen
    from moderation.model.registry.registry import BEFORE, Event, Registry, model_folder

__all__ = ["BEFORE", "Event", "Registry", "fingerprints", "model_folder", "seen"]

__getattr__ = open_door(
    __name__,
    {
        "BEFORE": "moderation.model.registry.registry",
        "Event": "moderation.model.registry.registry",
        "Registry": "moderation.model.registry.registry",
        "fingerprints": "moderation.model.registry.fingerprinting",
        "model_folder": "moderation.model.registry.registry",
        "seen": "moderation.model.registry.fingerprinting",
    },
)
