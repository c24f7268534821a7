"""Counting n-grams over many texts, equal to scikit-learn's counts and several times as fast.

Comments repeat each other's words. A token (a run of characters without white space) is therefore
folded, analyzed into n-grams and looked up only once, together with the other new tokens of its
batch, and cached as an array of feature numbers. A document is the concatenation of the arrays of
its tokens, and one sort counts its features. The counts equal those of ``CountVectorizer`` with
``analyzer="char_wb"`` or ``"word"`` on the folded text. Several counters can count one
:class:`~moderation.features.reading.batch.Batch`, whose texts are read and folded once.

This module is on the scoring path and imports only numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from moderation._types import Floats, Ints
from moderation.features.cutting import Cutter, cut_all
from moderation.features.reading.batch import Batch, TokenTable
from moderation.features.sparse.counts import Counts, Numbers, Rows, repeated, sum_up, totals
from moderation.features.sparse.growing import Growing

T = TypeVar("T")


# Analysed tokens are forgotten when their features reach this number, some 30 MB.
_REMEMBERED_FEATURES = 8_000_000

#: Stands for the place of a token that has none yet.
UNANALYSED = -1

# The number of characters of text that are counted together. It is large enough to spread numpy's
# overhead per call over a thousand comments, and small enough for the arrays to stay in the
# processor's cache (tuned on data/train).
_BATCH_CHARACTERS = 200_000


class Tally(NamedTuple):
    """The sums and counts from which a linear model scores documents.

    Most features of a text occur in it only once, so the others are corrected separately.

    Attributes
    ----------
    sums
        For each array of weights, the sum over all occurrences in each sentence. A feature belongs
        to the sentence in which it begins.
    repeated
        The features that occur more than once in a document, with their counts.
    """

    sums: list[Floats]
    repeated: Counts


class Counter:
    """Counts the features of several blocks in texts, and caches tokens up to a limit.

    Parameters
    ----------
    cutters
        One analyzer for each block.
    weights
        For each block, arrays of one weight per feature, which :meth:`tally` adds up.
    """

    def __init__(
        self, cutters: Sequence[Cutter], weights: Sequence[Sequence[Floats]] | None = None
    ) -> None:
        self._cutters = cutters
        self._weights = weights if weights is not None else [()] * len(cutters)
        self._forget(None)

    def _forget(self, table: TokenTable | None) -> None:
        """Begin anew, with the tokens of a table."""
        self._table = table
        self._pools = [
            Pool(weights if cutter.chunkwise else ())
            for cutter, weights in zip(self._cutters, self._weights, strict=True)
        ]
        self._places = Growing(np.intp)  # of each token of the table, in the pools

    @property
    def _full(self) -> bool:
        return sum(pool.used for pool in self._pools) > _REMEMBERED_FEATURES

    def count(self, batch: Batch) -> list[Counts]:
        """Count all features of all texts.

        Returns
        -------
        list of Counts
            One for each block; its rows are indices into the texts of the batch.
        """
        rows = batch.read.rows
        return self._counted(rows, rows, self._analysed(batch))

    def count_sentences(self, batch: Batch) -> tuple[Rows, list[Counts]]:
        """Count all features of all sentences.

        Returns
        -------
        tuple
            The index of each sentence's text, and for each block the counts by sentence.
        """
        sentences, row_of = batch.read.sentences()
        return row_of, self._counted(sentences, batch.read.rows, self._analysed(batch))

    def _counted(self, units: Rows, rows: Rows, chunks: Ints) -> list[Counts]:
        """Count the features of each unit; `units` gives the unit of each token."""
        counted = []
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            gathered, cut = pool.gather(rows, chunks)
            places, features = cutter.features(gathered, cut)
            own = gathered if units is rows else pool.spread(units, chunks)
            counted.append(sum_up(own[places], features))
        return counted

    def tally(self, batch: Batch) -> tuple[Rows, list[Tally]]:
        """Add up the weights of all features of all texts.

        Returns
        -------
        tuple
            The index of each sentence's text, and a tally for each block.
        """
        rows, chunks = batch.read.rows, self._analysed(batch)
        sentences, row_of = batch.read.sentences()
        n, tallies = len(row_of), []
        for cutter, pool, weights in zip(self._cutters, self._pools, self._weights, strict=True):
            gathered, cut = pool.gather(rows, chunks)
            places, features = cutter.features(gathered, cut)
            if cutter.chunkwise:
                sums = [totals(sentences, own[chunks], n) for own in pool.sums()]
            else:
                within = pool.spread(sentences, chunks)[places]
                sums = [totals(within, own[features], n) for own in weights]
            tallies.append(Tally(sums, repeated(gathered[places], features)))
        return row_of, tallies

    def _analysed(self, batch: Batch) -> Ints:
        """Analyze all new tokens; return the place of each token in the pools."""
        if self._table is not batch.table or self._full:
            self._forget(batch.table)
        chunks, places = batch.read.chunks, self._places
        places.extend(np.full(len(batch.table.folded) - len(places), UNANALYSED))
        new = self._wanted(chunks)
        if len(new):
            try:
                places.values[new] = self._analyse([batch.table.folded[i] for i in new.tolist()])
            except BaseException:
                self._forget(None)  # some pools may have the tokens and others not
                raise
        return places.values[chunks]

    def _wanted(self, chunks: Ints) -> Ints:
        """Return the tokens to analyse for these tokens."""
        return np.unique(chunks[self._places.values[chunks] == UNANALYSED])

    def _analyse(self, folded: Sequence[str]) -> Ints:
        """Analyze new tokens, all together, and return their places in the pools."""
        first = len(self._pools[0]) if self._pools else 0
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            pool.extend(*cut_all(cutter, folded))
        return np.arange(first, first + len(folded))


class Pool:
    """Arrays of numbers, end to end in one growing array: one array for each token, or each text.

    Parameters
    ----------
    weights
        Arrays of one weight per number. The pool keeps their sums over each of its arrays.
    """

    def __init__(self, weights: Sequence[Floats] = ()) -> None:
        self._weights = weights
        self._sums = [Growing(np.float64) for _ in weights]
        self._values, self._starts, self._sizes = map(Growing, (np.int32, np.int64, np.int64))

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def used(self) -> int:
        """The number of values in all arrays."""
        return len(self._values)

    def extend(self, values: Numbers, sizes: Ints) -> None:
        """Append some arrays, given end to end with the length of each."""
        self._starts.extend(self.used + np.cumsum(sizes) - sizes)
        self._sizes.extend(sizes)
        self._values.extend(values)
        if not self._weights:
            return
        array = np.repeat(np.arange(len(sizes)), sizes)
        values = values.astype(np.intp)  # indexing is three times slower with other types
        for sums, weight in zip(self._sums, self._weights, strict=True):
            sums.extend(totals(array, weight[values], len(sizes)))

    def drop(self, n: int) -> None:
        """Forget the first `n` arrays of a pool without weights."""
        used = int(self._sizes.values[:n].sum())
        self._values.drop(used)
        self._sizes.drop(n)
        self._starts.drop(n)
        self._starts.values[:] -= used

    def sums(self) -> list[Floats]:
        """Return, for each array of weights, the sum over each array."""
        return [sums.values for sums in self._sums]

    def contents(self) -> tuple[Numbers, Ints]:
        """Return all arrays end to end, and the length of each."""
        return self._values.values, self._sizes.values

    def sizes(self, which: Ints) -> Ints:
        """Return the lengths of some arrays."""
        sizes: Ints = self._sizes.values[which]
        return sizes

    def places(self, which: Ints) -> tuple[Ints, Ints]:
        """Return the place of each value of some arrays, and the length of each array."""
        sizes = self._sizes.values[which]
        places = np.repeat(self._starts.values[which] - np.cumsum(sizes) + sizes, sizes)
        places += np.arange(len(places))
        return places, sizes

    def gather(self, rows: Rows, which: Ints) -> tuple[Rows, Numbers]:
        """Return the row of each value, and the concatenated arrays."""
        places, sizes = self.places(which)
        # This mode is the fastest.
        return np.repeat(rows, sizes), self._values.values.take(places, mode="wrap")

    def spread(self, numbers: Rows, which: Ints) -> Rows:
        """Repeat the number of each array for each value that :meth:`gather` returns."""
        spread: Rows = np.repeat(numbers, self._sizes.values[which])
        return spread


def batches(
    items: Iterable[T],
    characters: int = _BATCH_CHARACTERS,
    *,
    length: Callable[[Any], int] = len,
    most: int | None = None,
) -> Iterator[list[T]]:
    """Group the items of a stream into batches of limited size.

    Parameters
    ----------
    items
        Texts, or other items whose number of characters `length` returns.
    characters
        The number of characters at which a batch is complete.
    length
        Returns the number of characters of an item.
    most
        The most items in a batch; None for no limit.

    Yields
    ------
    list
        The next batch, in the order of the stream.
    """
    batch: list[T] = []
    size = 0
    for item in items:
        batch.append(item)
        size += length(item)
        if size >= characters or len(batch) == most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
