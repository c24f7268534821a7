"""Features of texts: tokens, n-grams, TF-IDF, and the relation of a comment to its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.features.counting import Counter, batches
    from moderation.features.ngrams import Block, BlockSpec
    from moderation.features.placing import Placer
    from moderation.features.tfidf import NgramTfidf, blocks_for, transform_blocks
    from moderation.features.vocabulary import Terms, WordTerms

__all__ = [
    "Block",
    "BlockSpec",
    "Counter",
    "NgramTfidf",
    "Placer",
    "Terms",
    "WordTerms",
    "batches",
    "blocks_for",
    "transform_blocks",
]

__getattr__ = open_door(
    __name__,
    {
        "Block": "moderation.features.ngrams",
        "BlockSpec": "moderation.features.ngrams",
        "Counter": "moderation.features.counting",
        "NgramTfidf": "moderation.features.tfidf",
        "Placer": "moderation.features.placing",
        "Terms": "moderation.features.vocabulary",
        "WordTerms": "moderation.features.vocabulary",
        "batches": "moderation.features.counting",
        "blocks_for": "moderation.features.tfidf",
        "transform_blocks": "moderation.features.tfidf",
    },
)
