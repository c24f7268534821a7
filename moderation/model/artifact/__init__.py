"""The model folder: manifest, arrays, checksums and model card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.model.artifact.folder import HeldOut
    from moderation.model.artifact.parts import describe_text, signal_arrays
    from moderation.model.manifest import (
        Manifest,
        SentenceSpec,
        SignalSpec,
        Source,
        TextSpec,
        Thresholds,
    )
    from moderation.model.short_comments import ShortSpec

__all__ = [
    "HeldOut",
    "Manifest",
    "SentenceSpec",
    "ShortSpec",
    "SignalSpec",
    "Source",
    "TextSpec",
    "Thresholds",
    "describe_text",
    "signal_arrays",
]

__getattr__ = open_door(
    __name__,
    {
        "HeldOut": "moderation.model.artifact.folder",
        "Manifest": "moderation.model.manifest",
        "SentenceSpec": "moderation.model.manifest",
        "ShortSpec": "moderation.model.short_comments",
        "SignalSpec": "moderation.model.manifest",
        "Source": "moderation.model.manifest",
        "TextSpec": "moderation.model.manifest",
        "Thresholds": "moderation.model.manifest",
        "describe_text": "moderation.model.artifact.parts",
        "signal_arrays": "moderation.model.artifact.parts",
    },
)
