"""Features of texts: tokens, n-grams, TF-IDF, and the relation of a comment to its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.features.counting import Counter, batches
    from moderation.features.ngrams import Block, BlockSpec
    from moderation.features.placing import Placer
    from moderation.features.tfidf import DEFAULT_BLOCKS, NgramTfidf, transform_blocks
    from moderation.features.vocabulary import Terms, WordTerms

__all__ = [
    "DEFAULT_BLOCKS",
    "Block",
    "BlockSpec",
    "Counter",
    "NgramTfidf",
    "Placer",
    "Terms",
    "WordTerms",
    "batches",
    "transform_blocks",
]

__getattr__ = open_door(
    __name__,
    {
        "Block": "moderation.features.ngrams",
        "BlockSpec": "moderation.features.ngrams",
        "Counter": "moderation.features.counting",
        "DEFAULT_BLOCKS": "moderation.features.tfidf",
        "NgramTfidf": "moderation.features.tfidf",
        "Placer": "moderation.features.placing",
        "Terms": "moderation.features.vocabulary",
        "WordTerms": "moderation.features.vocabulary",
        "batches": "moderation.features.counting",
        "transform_blocks": "moderation.features.tfidf",
    },
)
