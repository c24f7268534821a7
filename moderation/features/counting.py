"""Counting n-grams over many texts, equal to scikit-learn's counts and several times as fast.

Comments repeat each other's words. A token (a run of characters without white space) is therefore
folded, analyzed into n-grams and looked up only once, together with the other new tokens of its
batch, and cached as an array of feature numbers. A document is the concatenation of the arrays of
its tokens, and one sort counts its features. The counts equal those of ``CountVectorizer`` with
``analyzer="char_wb"`` or ``"word"`` on the folded text. Several counters can share one
:class:`TokenCache`, which reads and folds each text once.

This module is on the scoring path and imports only numpy.
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


# A cache that reaches one of these sizes is emptied. This limits the memory for a stream of any
# length to some 100 MB. In data/train, 60,000 comments hold 200,000 distinct tokens.
_REMEMBERED_CHUNKS = 200_000
_REMEMBERED_FEATURES = 8_000_000
_REMEMBERED_CHARACTERS = 16_000_000

_UNANALYSED = -1

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


class TokenCache(threading.local):
    """Reads texts for all counters that share it, and caches their tokens up to a limit.

    Each thread has a cache of its own.

    Attributes
    ----------
    written, folded
        The tokens that have a number, as written and folded.
    age
        A counter that increases whenever the cache is emptied and numbering restarts.
    """

    def __init__(self) -> None:
        self.age = 0
        self._forget()

    def __reduce__(self) -> tuple[type[TokenCache], tuple[()]]:
        """Pickle an empty cache: cached tokens are not sent to another process."""
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
        """Read texts. If they begin with all texts of the last call, only the rest is read."""
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
            self._forget()  # otherwise a numbered token might never be folded
            raise
        self._texts = texts
        return self._latest

    def sentences(self) -> tuple[Ints, Rows]:
        """Return the sentence of each token of the last call, and the row of each sentence."""
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
    """Append `other` to the `n` rows of `one`."""
    return Read(
        np.concatenate((one.rows, other.rows + np.int32(n))),
        np.concatenate((one.chunks, other.chunks)),
        np.concatenate((one.begins, other.begins)),
        [*one.closed_up, *(row + n for row in other.closed_up)],
    )


class Counter:
    """Counts the features of several blocks in texts, and caches tokens up to a limit.

    Parameters
    ----------
    cutters
        One analyzer for each block.
    weights
        For each block, arrays of one weight per feature, which :meth:`tally` adds up.
    reading
        The token cache, which other counters may share.
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
        # The place in the pools of each token of the token cache.
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
            Original texts, not folded.

        Returns
        -------
        list of Counts
            One for each block; its rows are indices into `texts`.
        """
        rows, chunks = self._read(texts)
        return self._counted(rows, rows, chunks)

    def count_sentences(self, texts: Sequence[str]) -> tuple[Rows, list[Counts]]:
        """Count all features of all sentences.

        Parameters
        ----------
        texts
            Original texts, not folded.

        Returns
        -------
        tuple
            The index of each sentence's text, and for each block the counts by sentence.
        """
        rows, chunks = self._read(texts)
        sentences, row_of = self._reading.sentences()
        return row_of, self._counted(sentences, rows, chunks)

    def _counted(self, units: Rows, rows: Rows, chunks: Ints) -> list[Counts]:
        """Count the features of each unit; `units` gives the unit of each token."""
        counted = []
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            gathered, cut = pool.gather(rows, chunks)
            places, features = cutter.features(gathered, cut)
            own = gathered if units is rows else pool.spread(units, chunks)
            counted.append(sum_up(own[places], features))
        return counted

    def tally(self, texts: Sequence[str]) -> tuple[Rows, list[Tally]]:
        """Add up the weights of all features of all texts.

        Parameters
        ----------
        texts
            Original texts, not folded.

        Returns
        -------
        tuple
            The index of each sentence's text, and a tally for each block.
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
        """Analyze all new tokens; return the row of each token and its place in the pools."""
        rows, chunks, *_ = self._reading.read(texts)
        if self._age != self._reading.age or self._full:
            self._forget()
        self._places = _with_room(self._places, len(self._reading.folded), _UNANALYSED)
        places = self._places[chunks]
        if (places == _UNANALYSED).any():
            try:
                self._analyse(np.unique(chunks[places == _UNANALYSED]))
            except BaseException:
                self._forget()  # some pools may have the tokens and others not
                raise
            places = self._places[chunks]
        return rows, places

    def _analyse(self, chunks: Ints) -> None:
        """Analyze tokens that occur for the first time, all together."""
        folded = [self._reading.folded[chunk] for chunk in chunks.tolist()]
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            pool.extend(*cut_all(cutter, folded))
        self._places[chunks] = np.arange(self._n_analysed, self._n_analysed + len(chunks))
        self._n_analysed += len(chunks)


class Pool:
    """Arrays of numbers, one for each token, end to end in one growing array.

    Parameters
    ----------
    weights
        Arrays of one weight per number. The pool keeps their sums over each token.
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
        """Append the arrays of some tokens, given end to end with the length of each."""
        end, n_chunks = self.used + len(values), self._n_chunks + len(sizes)
        self._values = _with_room(self._values, end)
        self._starts = _with_room(self._starts, n_chunks)
        self._sizes = _with_room(self._sizes, n_chunks)
        self._values[self.used : end] = values
        self._sizes[self._n_chunks : n_chunks] = sizes
        self._starts[self._n_chunks : n_chunks] = self.used + np.cumsum(sizes) - sizes
        chunk = np.repeat(np.arange(len(sizes)), sizes)
        values = values.astype(np.intp)  # indexing is three times slower with other types
        for i, weight in enumerate(self._weights):
            self._sums[i] = _with_room(self._sums[i], n_chunks)
            added = totals(chunk, weight[values], len(sizes))
            self._sums[i][self._n_chunks : n_chunks] = added
        self.used, self._n_chunks = end, n_chunks

    def sums(self) -> list[Floats]:
        """Return, for each array of weights, the sum over each token."""
        return [sums[: self._n_chunks] for sums in self._sums]

    def contents(self) -> tuple[Numbers, Ints]:
        """Return all arrays end to end, and the length of each."""
        return self._values[: self.used], self._sizes[: self._n_chunks]

    def gather(self, rows: Rows, chunks: Ints) -> tuple[Rows, Numbers]:
        """Return the row of each value, and the concatenated arrays of `chunks`."""
        sizes = self._sizes[chunks]
        ends = np.cumsum(sizes)
        where = np.repeat(self._starts[chunks] - ends + sizes, sizes)
        where += np.arange(len(where))
        return np.repeat(rows, sizes), self._values.take(where, mode="wrap")  # fastest mode

    def spread(self, numbers: Rows, chunks: Ints) -> Rows:
        """Repeat the number of each token for each value that :meth:`gather` returns."""
        spread: Rows = np.repeat(numbers, self._sizes[chunks])
        return spread


def _with_room(values: npt.NDArray[Any], length: int, empty: int = 0) -> npt.NDArray[Any]:
    """Return an array of at least `length` values; added values are `empty`."""
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
