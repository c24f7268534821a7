"""The places of features in texts, for explanations.

A token is analyzed once and cached with the place of each feature in it, so that the features of
another text with the same token need only be moved to where the token stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from moderation._types import Ints
from moderation.features.counting import Counter
from moderation.features.cutting import PlacingCutter
from moderation.features.reading.batch import Batch, TokenTable
from moderation.features.sparse.counts import run_starts
from moderation.features.sparse.growing import Growing
from moderation.features.sparse.occurrences import Occurrences

# Analysed tokens are forgotten when their features reach this number, some 12 MB.
_REMEMBERED_FEATURES = 1_000_000

# About so many occurrences are placed at once; they take some 10 MB.
_AT_ONCE = 1 << 16


class Placer(Counter):
    """Finds the features of several blocks in a text with their places.

    Parameters
    ----------
    cutters
        One analyzer for each block.
    """

    def __init__(self, cutters: Sequence[PlacingCutter]) -> None:
        self._placing = cutters
        super().__init__(cutters)

    def _forget(self, table: TokenTable | None) -> None:
        super()._forget(table)
        self._bounds = [Growing(np.int32, 2) for _ in self._placing]

    @property
    def _full(self) -> bool:
        return sum(pool.used for pool in self._pools) > _REMEMBERED_FEATURES

    def _analyse(self, folded: Sequence[str]) -> Ints:
        first = len(self._pools[0]) if self._pools else 0
        for cutter, pool, bounds in zip(self._placing, self._pools, self._bounds, strict=True):
            numbers, sizes, *places = cutter.placed(folded)
            pool.extend(numbers, sizes)
            bounds.extend(np.stack(places, axis=1))
        return np.arange(first, first + len(folded))

    def occurrences(self, batch: Batch, begins: Ints) -> Iterator[tuple[int, Occurrences]]:
        """Yield the number of each block with some of its occurrences, block by block.

        Parameters
        ----------
        batch
            One text.
        begins
            Where each token begins in the folded text.
        """
        chunks = self._analysed(batch)
        for number, (cutter, pool, bounds) in enumerate(
            zip(self._placing, self._pools, self._bounds, strict=True)
        ):
            for some in _parts(pool.sizes(chunks)) if cutter.chunkwise else [slice(None)]:
                places, sizes = pool.places(chunks[some])
                features, first, last = cutter.grams(pool.contents()[0].take(places, mode="wrap"))
                bound = bounds.values.take(places, axis=0)
                bound += np.repeat(begins[some], sizes)[:, None].astype(np.int32)
                found = features.astype(np.int32, copy=False)
                yield number, Occurrences(found, bound[first, 0], bound[last, 1])


def _parts(sizes: Ints) -> Iterator[slice]:
    """Part tokens with so many features each."""
    first = run_starts(np.cumsum(sizes) // _AT_ONCE).tolist()
    return (slice(*bounds) for bounds in pairwise([*first, len(sizes)]))
