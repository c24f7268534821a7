"""Counting n-grams over many texts, equal to scikit-learn's counts and several times as fast.

Readers repeat each other's words: a chunk (what white space separates) is folded, cut into n-grams
and looked up once, together with the other new ones of its batch, and remembered as an array of
feature numbers. A document is then the concatenation of its chunks' arrays, and counting is one
sort. The counts equal those of ``CountVectorizer`` with ``analyzer="char_wb"`` or ``"word"`` on the
folded text. What several counters are asked about is read and folded once (:class:`TokenCache`).

Only numpy is imported: this is the scoring path.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features.ngrams import Cutter, cut_all
from moderation.features.packing import pieces
from moderation.features.sparse.counts import Counts, Numbers, Rows, repeated, sum_up, totals
from moderation.features.tokens import ChunkReader, Read
from moderation.text import fold_chunks

T = TypeVar("T")


# When this much is remembered, memory is emptied and begins anew: it bounds a stream of any
# length at some 100 MB. On data/train 200,000 chunks are what 60,000 comments hold.
_REMEMBERED_CHUNKS = 200_000
_REMEMBERED_FEATURES = 8_000_000
_REMEMBERED_CHARACTERS = 16_000_000

_UNANALYSED = -1

# Characters of text counted together: large enough that numpy's overhead per call is spread over
# a thousand comments, small enough that the arrays stay near the processor (tuned on data/train).
_BATCH_CHARACTERS = 200_000


class Tally(NamedTuple):
    """What a linear model needs of some documents: most features of a text occur in it once.

    Attributes
    ----------
    sums
        For each array of weights, the sum over all occurrences in each sentence; a feature belongs
        to the sentence in which it begins.
    repeated
        The features that occur more than once in a document.
    """

    sums: list[Floats]
    repeated: Counts


class TokenCache(threading.local):
    """Reads texts for all counters that stand on it, remembering chunks while memory lasts.

    Each thread has a memory of its own.

    Attributes
    ----------
    written, folded
        The chunks that have a number, as they are and folded.
    age
        Another one whenever all is forgotten and numbers begin anew.
    """

    def __init__(self) -> None:
        self.age = 0
        self._forget()

    def __reduce__(self) -> tuple[type[TokenCache], tuple[()]]:
        """Travel to another process; what is remembered stays behind."""
        return TokenCache, ()

    def _forget(self) -> None:
        self.age += 1
        self.written: list[str] = []
        self.folded: list[str] = []
        self._reader = ChunkReader()
        self._characters = 0
        self._texts: list[str] = []
        self._latest = self._reader.read([])

    @property
    def _full(self) -> bool:
        return len(self.folded) > _REMEMBERED_CHUNKS or self._characters > _REMEMBERED_CHARACTERS

    def read(self, texts: Sequence[str]) -> Read:
        """Read texts; those that were read last, if they come first, are not read again."""
        texts, n = list(texts), len(self._texts)
        again = n > 0 and texts[:n] == self._texts
        if again and len(texts) == n:
            return self._latest
        if not again and self._full:
            self._forget()
        try:
            if again:
                self._latest = _joined(self._latest, self._read(texts[n:]), n)
            else:
                self._latest = self._read(texts)
        except BaseException:
            self._forget()  # a chunk that has a number and is not folded would never be
            raise
        self._texts = texts
        return self._latest

    def sentences(self) -> tuple[Ints, Rows]:
        """Sentence of each chunk that was read last, and row of each sentence."""
        begins = self._latest.begins
        return np.cumsum(begins) - 1, self._latest.rows[begins]

    def _read(self, texts: Sequence[str]) -> Read:
        read = self._reader.read(texts)
        new = self._reader.take_new()
        if new:
            self.written += new
            for piece in pieces(new):
                self.folded += fold_chunks(piece)
            self._characters += sum(map(len, new))
        return read


def _joined(one: Read, other: Read, n: int) -> Read:
    """`other` behind the `n` rows of `one`."""
    return Read(
        np.concatenate((one.rows, other.rows + np.int32(n))),
        np.concatenate((one.chunks, other.chunks)),
        np.concatenate((one.begins, other.begins)),
        [*one.closed_up, *(row + n for row in other.closed_up)],
    )


class Counter:
    """Counts the features of several blocks over texts, remembering chunks while memory lasts.

    Parameters
    ----------
    cutters
        One a block.
    weights
        For each block, arrays of one weight a feature that :meth:`tally` adds up.
    reading
        What reads the texts, for other counters too.
    """

    def __init__(
        self,
        cutters: Sequence[Cutter],
        weights: Sequence[Sequence[Floats]] | None = None,
        reading: TokenCache | None = None,
    ) -> None:
        self._cutters = cutters
        self._weights = weights if weights is not None else [()] * len(cutters)
        self._reading = TokenCache() if reading is None else reading
        self._forget()

    def _forget(self) -> None:
        self._pools = [
            Pool(weights if cutter.chunkwise else ())
            for cutter, weights in zip(self._cutters, self._weights, strict=True)
        ]
        # Where in the pools each chunk of the reading is.
        self._places = np.full(1024, _UNANALYSED)
        self._n_analysed = 0
        self._age = self._reading.age

    @property
    def _full(self) -> bool:
        return sum(pool.used for pool in self._pools) > _REMEMBERED_FEATURES

    def count(self, texts: Sequence[str]) -> list[Counts]:
        """Count all features of all texts.

        Parameters
        ----------
        texts
            Original, not folded.

        Returns
        -------
        list of Counts
            One a block; rows are indices into `texts`.
        """
        rows, chunks = self._read(texts)
        return self._counted(rows, rows, chunks)

    def count_sentences(self, texts: Sequence[str]) -> tuple[Rows, list[Counts]]:
        """Count all features of all sentences.

        Returns
        -------
        tuple
            Index of each sentence's text, and for each block the counts, whose rows are sentences.
        """
        rows, chunks = self._read(texts)
        sentences, row_of = self._reading.sentences()
        return row_of, self._counted(sentences, rows, chunks)

    def _counted(self, units: Rows, rows: Rows, chunks: Ints) -> list[Counts]:
        """Counts of each unit, of which one stands for each chunk."""
        counted = []
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            gathered, cut = pool.gather(rows, chunks)
            places, features = cutter.features(gathered, cut)
            own = gathered if units is rows else pool.spread(units, chunks)
            counted.append(sum_up(own[places], features))
        return counted

    def tally(self, texts: Sequence[str]) -> tuple[Rows, list[Tally]]:
        """Add up the weights of all features of all texts.

        Returns
        -------
        tuple
            Index of each sentence's text, and a tally for each block.
        """
        rows, chunks = self._read(texts)
        sentences, row_of = self._reading.sentences()
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

    def _read(self, texts: Sequence[str]) -> tuple[Rows, Ints]:
        """Row of each chunk and its place in the pools, all of them analysed."""
        rows, chunks, *_ = self._reading.read(texts)
        if self._age != self._reading.age or self._full:
            self._forget()
        self._places = _with_room(self._places, len(self._reading.folded), _UNANALYSED)
        places = self._places[chunks]
        if (places == _UNANALYSED).any():
            try:
                self._analyse(np.unique(chunks[places == _UNANALYSED]))
            except BaseException:
                self._forget()  # some pools may have them, others not
                raise
            places = self._places[chunks]
        return rows, places

    def _analyse(self, chunks: Ints) -> None:
        """Cut chunks that are met for the first time, all together."""
        folded = [self._reading.folded[chunk] for chunk in chunks.tolist()]
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            pool.extend(*cut_all(cutter, folded))
        self._places[chunks] = np.arange(self._n_analysed, self._n_analysed + len(chunks))
        self._n_analysed += len(chunks)


class Pool:
    """Arrays of numbers, one a chunk, end to end in one growing array.

    Parameters
    ----------
    weights
        Arrays of one weight a number; their sums over each chunk are kept.
    """

    def __init__(self, weights: Sequence[Floats] = ()) -> None:
        self.used = 0
        self._weights = weights
        self._sums: list[Floats] = [np.empty(1024) for _ in weights]
        self._values = np.empty(4096, np.int32)
        self._starts = np.empty(1024, np.int64)
        self._sizes = np.empty(1024, np.int64)
        self._n_chunks = 0

    def extend(self, values: Numbers, sizes: Ints) -> None:
        """Take the arrays of some chunks, end to end, and the length of each."""
        end, n_chunks = self.used + len(values), self._n_chunks + len(sizes)
        self._values = _with_room(self._values, end)
        self._starts = _with_room(self._starts, n_chunks)
        self._sizes = _with_room(self._sizes, n_chunks)
        self._values[self.used : end] = values
        self._sizes[self._n_chunks : n_chunks] = sizes
        self._starts[self._n_chunks : n_chunks] = self.used + np.cumsum(sizes) - sizes
        chunk = np.repeat(np.arange(len(sizes)), sizes)
        values = values.astype(np.intp)  # numpy takes by others in thrice the time
        for i, weight in enumerate(self._weights):
            self._sums[i] = _with_room(self._sums[i], n_chunks)
            added = totals(chunk, weight[values], len(sizes))
            self._sums[i][self._n_chunks : n_chunks] = added
        self.used, self._n_chunks = end, n_chunks

    def sums(self) -> list[Floats]:
        """For each array of weights, the sum over each chunk."""
        return [sums[: self._n_chunks] for sums in self._sums]

    def contents(self) -> tuple[Numbers, Ints]:
        """What was taken: all arrays end to end, and the length of each."""
        return self._values[: self.used], self._sizes[: self._n_chunks]

    def gather(self, rows: Rows, chunks: Ints) -> tuple[Rows, Numbers]:
        """Concatenate the arrays of `chunks`; also the row of each value."""
        sizes = self._sizes[chunks]
        ends = np.cumsum(sizes)
        where = np.repeat(self._starts[chunks] - ends + sizes, sizes)
        where += np.arange(len(where))
        return np.repeat(rows, sizes), self._values.take(where, mode="wrap")  # the fastest

    def spread(self, numbers: Rows, chunks: Ints) -> Rows:
        """The number that stands for each chunk, for each value of :meth:`gather`."""
        spread: Rows = np.repeat(numbers, self._sizes[chunks])
        return spread


def _with_room(values: npt.NDArray[Any], length: int, empty: int = 0) -> npt.NDArray[Any]:
    """At least so long; what is added is `empty`."""
    if length <= len(values):
        return values
    longer = np.full(max(length, 2 * len(values)), empty, values.dtype)
    longer[: len(values)] = values
    return longer


def batches(
    items: Iterable[T],
    characters: int = _BATCH_CHARACTERS,
    *,
    length: Callable[[Any], int] = len,
    most: int | None = None,
) -> Iterator[list[T]]:
    """Group a stream so that each group holds about so many characters, and at most so many items.

    Parameters
    ----------
    items
        Texts, or what `length` gives the characters of.
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
