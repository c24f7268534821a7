"""Folding: text in the normal form that a model reads, one way for each language.

The manifest of a model names its folding. :func:`folding_of` gives the folding of that name, and
:func:`folding_for` the one with which a new model of a language is trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.folding.english import (
        ENGLISH,
        fold,
        fold_chunk,
        fold_chunks,
        fold_with_origins,
    )
    from moderation.text.folding.kinds import Folded, Folding
    from moderation.text.folding.named import folding_for, folding_of

__all__ = [
    "ENGLISH",
    "Folded",
    "Folding",
    "fold",
    "fold_chunk",
    "fold_chunks",
    "fold_with_origins",
    "folding_for",
    "folding_of",
]

__getattr__ = open_door(
    __name__,
    {
        "ENGLISH": "moderation.text.folding.english",
        "Folded": "moderation.text.folding.kinds",
        "Folding": "moderation.text.folding.kinds",
        "fold": "moderation.text.folding.english",
        "fold_chunk": "moderation.text.folding.english",
        "fold_chunks": "moderation.text.folding.english",
        "fold_with_origins": "moderation.text.folding.english",
        "folding_for": "moderation.text.folding.named",
        "folding_of": "moderation.text.folding.named",
    },
)
