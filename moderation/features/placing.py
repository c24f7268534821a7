"""The places of features in texts, for explanations.

A token is analyzed once and cached with the place of each feature in it, so that the features of
another text with the same token need only be moved to where the token stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from moderation._types import Ints
from moderation.features.counting import UNANALYSED, Counter
from moderation.features.cutting import PlacingCutter
from moderation.features.reading.batch import Batch, TokenTable
from moderation.features.sparse.counts import run_starts
from moderation.features.sparse.growing import Growing
from moderation.features.sparse.occurrences import Occurrences

# Analysed tokens are forgotten when their features reach this number, some 16 MB.
_REMEMBERED_FEATURES = 1_000_000

# This many tokens of other texts are analysed together with those of a text, because each token
# then takes less time.
_BESIDE = 400

# The features of so many characters are placed at once; they take some 10 MB.
_AT_ONCE = 1 << 14


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
        self._placed = [Growing(np.int32, 3) for _ in self._placing]

    @property
    def _full(self) -> bool:
        return sum(pool.used for pool in self._pools) > _REMEMBERED_FEATURES

    def _analyse(self, folded: Sequence[str]) -> Ints:
        first = len(self._pools[0]) if self._pools else 0
        for cutter, pool, rows in zip(self._placing, self._pools, self._placed, strict=True):
            numbers, sizes, starts, ends = cutter.placed(folded)
            pool.extend(numbers, sizes)
            rows.extend(np.column_stack([numbers, starts, ends]))
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
        tokens = np.arange(len(chunks))
        for number, (cutter, pool, rows) in enumerate(
            zip(self._placing, self._pools, self._placed, strict=True)
        ):
            for some in _parts(begins) if cutter.chunkwise else [slice(None)]:
                places, sizes = pool.places(chunks[some])
                cut, starts, ends = rows.values.take(places, axis=0).T
                features, first, last = cutter.grams(cut)
                token = tokens[some].repeat(sizes)
                before = begins.take(token)
                placed = features, token[first], (starts + before)[first], (ends + before)[last]
                yield number, Occurrences(*(of_all.astype(np.int32) for of_all in placed))

    def _wanted(self, chunks: Ints) -> Ints:
        """Return the tokens to analyse.

        New tokens are joined by tokens of other texts, which were read and are likely to come next.
        """
        new = super()._wanted(chunks)
        if not len(new):
            return new
        waiting = np.flatnonzero(self._places.values == UNANALYSED)
        return np.union1d(new, waiting[:_BESIDE])


def _parts(begins: Ints) -> list[slice]:
    """Part the tokens of a long text."""
    first = run_starts(begins // _AT_ONCE).tolist()
    return [slice(*bounds) for bounds in pairwise([*first, len(begins)])]
