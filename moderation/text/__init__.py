"""Text processing: folding, sentences, names of groups and near duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.copy_prints import CopyPrint
    from moderation.text.folding import fold, fold_chunk, fold_chunks, fold_with_origins
    from moderation.text.masking import masked
    from moderation.text.near_duplicates import near_copies, plainly
    from moderation.text.scripts import WORD
    from moderation.text.sentences import closes_sentence

__all__ = [
    "WORD",
    "CopyPrint",
    "closes_sentence",
    "fold",
    "fold_chunk",
    "fold_chunks",
    "fold_with_origins",
    "masked",
    "near_copies",
    "plainly",
]

__getattr__ = open_door(
    __name__,
    {
        "CopyPrint": "moderation.text.copy_prints",
        "WORD": "moderation.text.scripts",
        "closes_sentence": "moderation.text.sentences",
        "fold": "moderation.text.folding",
        "fold_chunk": "moderation.text.folding",
        "fold_chunks": "moderation.text.folding",
        "fold_with_origins": "moderation.text.folding",
        "masked": "moderation.text.masking",
        "near_copies": "moderation.text.near_duplicates",
        "plainly": "moderation.text.near_duplicates",
    },
)
