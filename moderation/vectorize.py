"""Counting n-grams over many texts, equal to scikit-learn's counts and several times as fast.

Readers repeat each other's words: a chunk (what white space separates) is folded, cut into n-grams
and looked up once, together with the other new ones of its batch, and remembered as an array of
feature numbers. A document is then the concatenation of its chunks' arrays, and counting is one
sort. The counts equal those of ``CountVectorizer`` with ``analyzer="char_wb"`` or ``"word"`` on the
folded text.

Only numpy is imported: this is the scoring path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from moderation.disguise import FEWEST_SPACED, join_spaced, may_be_spaced
from moderation.ngrams import Cutter, Floats, Ints, cut_all
from moderation.text import fold_chunk

T = TypeVar("T")

# Whole numbers; rows and features are kept short while that is possible.
Rows = npt.NDArray[Any]
Numbers = npt.NDArray[Any]

# When this much is remembered, memory is emptied and begins anew: it bounds a stream of any
# length at some 100 MB. On data/train 200,000 chunks are what 60,000 comments hold.
_REMEMBERED_CHUNKS = 200_000
_REMEMBERED_FEATURES = 8_000_000
_REMEMBERED_CHARACTERS = 16_000_000

# Characters of text counted together: large enough that numpy's overhead per call is spread over
# hundreds of comments, small enough that the arrays stay near the processor (tuned on c3).
_BATCH_CHARACTERS = 100_000


class Counts(NamedTuple):
    """Counted features of some documents, in coordinate form.

    Attributes
    ----------
    rows, features, counts
        Arrays of one length: feature ``features[i]`` occurs ``counts[i]`` times in document
        ``rows[i]``. Sorted by row, then by feature; no pair occurs twice.
    """

    rows: Ints
    features: Ints
    counts: Ints


class ChunkReader:
    """Reads texts as numbers of distinct chunks, in the order in which they are first met."""

    def __init__(self) -> None:
        self._numbers = _ChunkNumbers()

    def read(self, texts: Sequence[str]) -> tuple[Rows, Ints]:
        """Row and number of each chunk of each text, single letters that spell a word closed up.

        Parameters
        ----------
        texts
            Original, not folded.
        """
        split = [text.split() for text in texts]
        rows, numbers = self._numbered(split)
        joined = False
        for row in _rows_with_runs(rows, np.frombuffer(self._numbers.single, np.bool_)[numbers]):
            text = join_spaced(texts[row])
            joined = joined or text != texts[row]
            split[row] = text.split()
        return self._numbered(split) if joined else (rows, numbers)

    def _numbered(self, split: Sequence[Sequence[str]]) -> tuple[Rows, Ints]:
        """Row and number of each chunk."""
        sizes = np.fromiter(map(len, split), np.int64, len(split))
        number = map(self._numbers.__getitem__, chain.from_iterable(split))
        numbers = np.fromiter(number, np.int64, int(sizes.sum()))
        return np.repeat(np.arange(len(split), dtype=np.int32), sizes), numbers

    def take_new(self) -> list[str]:
        """The chunks met since the last time, in the order of their numbers."""
        new, self._numbers.new = self._numbers.new, []
        return new

    def __len__(self) -> int:
        return len(self._numbers)


class _ChunkNumbers(dict[str, int]):
    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []
        self.single = bytearray()  # 1 for a chunk that may be one letter of a spaced word

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self)
        self.new.append(chunk)
        self.single.append(may_be_spaced(chunk))
        return number


class Counter:
    """Counts the features of several blocks over texts, remembering chunks while memory lasts.

    Parameters
    ----------
    cutters
        One a block.
    """

    def __init__(self, cutters: Sequence[Cutter]) -> None:
        self._cutters = cutters
        self._forget()

    def _forget(self) -> None:
        self._reader = ChunkReader()
        self._pools = [Pool() for _ in self._cutters]
        self._characters = 0

    @property
    def _full(self) -> bool:
        return (
            len(self._reader) > _REMEMBERED_CHUNKS
            or sum(pool.used for pool in self._pools) > _REMEMBERED_FEATURES
            or self._characters > _REMEMBERED_CHARACTERS
        )

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
        if self._full:
            self._forget()
        try:
            rows, chunks = self._reader.read(texts)
            self._analyse(self._reader.take_new())
        except BaseException:
            self._forget()  # a chunk that has a number and no analysis would never get one
            raise
        counted = []
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            counted.append(sum_up(*cutter.features(*pool.gather(rows, chunks))))
        return counted

    def _analyse(self, chunks: Sequence[str]) -> None:
        """Fold and cut chunks that are met for the first time, all together."""
        if not chunks:
            return
        folded = [fold_chunk(chunk) for chunk in chunks]
        self._characters += sum(map(len, chunks))
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            pool.extend(*cut_all(cutter, folded))


def _rows_with_runs(rows: Rows, single: npt.NDArray[np.bool_]) -> list[int]:
    """Rows in which enough single characters follow each other to spell a word."""
    n = FEWEST_SPACED
    if len(rows) < n:
        return []
    run = rows[n - 1 :] == rows[: len(rows) - n + 1]
    for shift in range(n):
        run &= single[shift : len(rows) - n + 1 + shift]
    found: list[int] = np.unique(rows[: len(run)][run]).tolist()
    return found


class Pool:
    """Arrays of numbers, one a chunk, end to end in one growing array."""

    def __init__(self) -> None:
        self.used = 0
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
        self.used, self._n_chunks = end, n_chunks

    def contents(self) -> tuple[Numbers, Ints]:
        """What was taken: all arrays end to end, and the length of each."""
        return self._values[: self.used], self._sizes[: self._n_chunks]

    def gather(self, rows: Rows, chunks: Ints) -> tuple[Rows, Numbers]:
        """Concatenate the arrays of `chunks`; also the row of each value."""
        sizes = self._sizes[chunks]
        ends = np.cumsum(sizes)
        where = np.repeat(self._starts[chunks] - ends + sizes, sizes)
        where += np.arange(len(where))
        return np.repeat(rows, sizes), self._values[where]


def _with_room(values: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """At least so long; what is added is not yet filled."""
    if length <= len(values):
        return values
    longer = np.empty(max(length, 2 * len(values)), values.dtype)
    longer[: len(values)] = values
    return longer


def run_starts(values: npt.NDArray[Any]) -> Ints:
    """Where the runs of equal values begin."""
    starts = np.ones(len(values), np.bool_)
    starts[1:] = values[1:] != values[:-1]
    return np.flatnonzero(starts)


def sum_up(rows: Rows, features: Numbers) -> Counts:
    """Count equal (row, feature) pairs by one sort, of numbers as short as will do."""
    if not len(rows):
        nothing = np.empty(0, np.int64)
        return Counts(nothing, nothing, nothing)
    bits = int(features.max()).bit_length()
    narrow = int(rows.max()) >> (32 - bits) == 0
    keys: npt.NDArray[Any] = rows.astype(np.uint32 if narrow else np.int64)
    keys <<= bits
    keys |= features.astype(keys.dtype)
    keys.sort()
    first = run_starts(keys)
    keys = keys[first].astype(np.int64)
    counts = np.diff(first, append=len(rows))
    return Counts(keys >> bits, keys & ((1 << bits) - 1), counts)


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


def weigh(counts: Counts, idf: Floats) -> Floats:
    """Sublinear TF-IDF of each count, before normalisation: ``(1 + ln tf) * idf``."""
    return (1.0 + np.log(counts.counts)) * idf[counts.features]


def row_sums(rows: Ints, values: Floats, n_rows: int) -> Floats:
    """Sum of the values of each row; `rows` ascend."""
    sums = np.zeros(n_rows)
    if len(rows):
        first = run_starts(rows)
        sums[rows[first]] = np.add.reduceat(values, first)
    return sums


def norms(rows: Ints, weights: Floats, n_rows: int) -> Floats:
    """L2 norm of each row's weights; 1 for a row without any, as in scikit-learn. `rows` ascend."""
    squares = row_sums(rows, weights * weights, n_rows)
    return np.sqrt(np.where(squares > 0, squares, 1.0))
