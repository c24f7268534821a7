"""Counting n-grams over many texts, equal to scikit-learn's counts and several times as fast.

Readers repeat each other's words: a chunk (what white space separates) is folded, cut into n-grams
and looked up once, and remembered as an array of feature numbers. A document is then the
concatenation of its chunks' arrays, and counting is one sort. The counts equal those of
``CountVectorizer`` with ``analyzer="char_wb"`` or ``"word"`` on the folded text.

Only numpy is imported: this is the scoring path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.disguise import FEWEST_SPACED, join_spaced
from moderation.ngrams import Cutter, Floats, Ints
from moderation.text import fold_chunk

# When this much is remembered, memory is emptied and begins anew: it bounds a stream of any
# length at some 60 MB. On data/train 100,000 chunks are what 40,000 comments hold.
_REMEMBERED_CHUNKS = 100_000
_REMEMBERED_FEATURES = 4_000_000
_REMEMBERED_CHARACTERS = 8_000_000

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


class Counter:
    """Counts the features of several blocks over texts, remembering chunks.

    Parameters
    ----------
    cutters
        One a block.
    bounded
        True: empty the memory of chunks when it is full; False: never (fitting, whose numbers
        of features must stay).
    """

    def __init__(self, cutters: Sequence[Cutter], *, bounded: bool = True) -> None:
        self._cutters = cutters
        self._bounded = bounded
        self._forget()

    def _forget(self) -> None:
        self._pools = [_Pool() for _ in self._cutters]
        self._chunks = _ChunkNumbers(self._cutters, self._pools)

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
        if self._bounded and self._chunks.full:
            self._forget()
        number = self._chunks.__getitem__
        numbers = [list(map(number, text.split())) for text in texts]
        rows, flat = _flattened(numbers)
        spaced = _rows_with_runs(rows, self._chunks.single(flat))
        for row in spaced:
            numbers[row] = list(map(number, join_spaced(texts[row]).split()))
        if spaced:
            rows, flat = _flattened(numbers)
        counted = []
        for cutter, pool in zip(self._cutters, self._pools, strict=True):
            counted.append(_sum_up(*cutter.features(*pool.gather(rows, flat))))
        return counted


def _flattened(numbers: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Row of each number, and the numbers, of all rows end to end."""
    lengths = np.fromiter(map(len, numbers), np.int64, len(numbers))
    flat = np.fromiter(chain.from_iterable(numbers), np.int64, int(lengths.sum()))
    return np.repeat(np.arange(len(numbers)), lengths), flat


def _rows_with_runs(rows: Ints, single: npt.NDArray[np.bool_]) -> list[int]:
    """Rows in which enough single characters follow each other to spell a word."""
    n = FEWEST_SPACED
    if len(rows) < n:
        return []
    run = rows[n - 1 :] == rows[: len(rows) - n + 1]
    for shift in range(n):
        run &= single[shift : len(rows) - n + 1 + shift]
    found: list[int] = np.unique(rows[: len(run)][run]).tolist()
    return found


class _ChunkNumbers(dict[str, int]):
    """Numbers chunks as they are met, and has each cut by every block on first sight."""

    def __init__(self, cutters: Sequence[Cutter], pools: Sequence[_Pool]) -> None:
        super().__init__()
        self._work = list(zip(cutters, pools, strict=True))
        self._characters = 0
        self._single = bytearray()

    def single(self, numbers: Ints) -> npt.NDArray[np.bool_]:
        """Whether each chunk is a single character."""
        return np.frombuffer(self._single, np.bool_)[numbers]

    def __missing__(self, chunk: str) -> int:
        folded = _folded(chunk) if len(chunk) <= _LONGEST_SHARED else fold_chunk(chunk)
        for cutter, pool in self._work:
            pool.append(cutter.cut(folded))
        self._single.append(len(chunk) == 1)
        number = self[chunk] = len(self)
        self._characters += len(chunk)
        return number

    @property
    def full(self) -> bool:
        return (
            len(self) > _REMEMBERED_CHUNKS
            or sum(pool.used for _, pool in self._work) > _REMEMBERED_FEATURES
            or self._characters > _REMEMBERED_CHARACTERS
        )


# Hostility and topicality count the same comments, each with its own counter: what one has folded
# the other need not fold again. Chunks of ordinary length only, so that memory stays bounded.
_LONGEST_SHARED = 40
_folded = lru_cache(maxsize=1 << 15)(fold_chunk)


class _Pool:
    """Arrays of numbers, one a chunk, end to end in one growing array."""

    def __init__(self) -> None:
        self.used = 0
        self._values = np.empty(4096, np.int32)
        self._bounds = np.empty((1024, 2), np.int64)  # start and length of each chunk's array
        self._n_chunks = 0

    def append(self, values: Sequence[int]) -> None:
        end = self.used + len(values)
        if end > len(self._values):
            self._values = np.resize(self._values, max(end, 2 * len(self._values)))
        if self._n_chunks == len(self._bounds):
            self._bounds = np.resize(self._bounds, (2 * self._n_chunks, 2))
        self._values[self.used : end] = values
        self._bounds[self._n_chunks] = self.used, len(values)
        self._n_chunks += 1
        self.used = end

    def gather(self, rows: Ints, chunks: Ints) -> tuple[Ints, Ints]:
        """Concatenate the arrays of `chunks`; also the row of each value."""
        starts, sizes = self._bounds[chunks].T
        ends = np.cumsum(sizes)
        where = np.repeat(starts - ends + sizes, sizes)
        where += np.arange(len(where))
        return np.repeat(rows, sizes), self._values[where].astype(np.int64)


def _sum_up(rows: Ints, features: Ints) -> Counts:
    """Count equal (row, feature) pairs by one sort."""
    if not len(rows):
        return Counts(rows, features, features)
    width = int(features.max()) + 1
    keys = rows * width + features
    keys.sort()
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    rows, features = np.divmod(keys[first], width)
    return Counts(rows, features, np.diff(first, append=len(keys)))


def batches(texts: Iterable[str], characters: int = _BATCH_CHARACTERS) -> Iterator[list[str]]:
    """Group a stream of texts so that each group holds about so many characters."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= characters:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def weigh(counts: Counts, idf: Floats) -> Floats:
    """Sublinear TF-IDF of each count, before normalisation: ``(1 + ln tf) * idf``."""
    return (1.0 + np.log(counts.counts)) * idf[counts.features]


def norms(rows: Ints, weights: Floats, n_rows: int) -> Floats:
    """L2 norm of each row's weights; 1 for a row without any, as in scikit-learn."""
    squares = np.bincount(rows, weights * weights, n_rows)
    return np.sqrt(np.where(squares > 0, squares, 1.0))
