"""Sparse counts of n-grams with one row per text, and sums over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.features.sparse.counts import Counts, norms, row_sums, run_starts, totals, weigh
    from moderation.features.sparse.occurrences import Occurrences

__all__ = [
    "Counts",
    "Occurrences",
    "norms",
    "row_sums",
    "run_starts",
    "totals",
    "weigh",
]

__getattr__ = open_door(
    __name__,
    {
        "Counts": "moderation.features.sparse.counts",
        "Occurrences": "moderation.features.sparse.occurrences",
        "norms": "moderation.features.sparse.counts",
        "row_sums": "moderation.features.sparse.counts",
        "run_starts": "moderation.features.sparse.counts",
        "totals": "moderation.features.sparse.counts",
        "weigh": "moderation.features.sparse.counts",
    },
)
