"""Character n-grams packed into whole numbers, to extract, compare and look up many at once.

The characters of a vocabulary are numbered in order with twelve bits each, so that five fit into
one 64-bit number. The first character is in the highest bits, and so numbers sort as the n-grams
do. Nothing is hashed: equal numbers are equal n-grams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from moderation._types import Ints
from moderation.features.sparse.counts import run_starts

Codes = npt.NDArray[np.uint32]

_BITS = 12
#: The longest n-gram that fits into one number.
LONGEST = 5
_PLACES = range(_BITS * (LONGEST - 1), -1, -_BITS)
# Stands for every character outside the alphabet; 0 pads a short n-gram at its end.
_OTHER = (1 << _BITS) - 1

# Constants of the hash table. The multiplier is odd and its bits have no pattern (golden ratio).
# The high bits are folded into the low ones, so that all bits influence the slot.
_EMPTY = -1
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(32)
# Building a table of n keys takes about as long as n / 2 bisections.
_BISECTED = 2
# Up to so many n-grams, bisection takes less time than the many steps of a table.
_FEW = 256
# The most n-grams that are looked up at once; the temporary arrays take some 10 MB.
_AT_ONCE = 1 << 18

# The number of characters that are analyzed at once; the arrays take some 10 MB.
_PIECE = 1 << 16

#: The most characters in an alphabet.
MOST_CHARACTERS = _OTHER - 1


def code_points(text: str) -> Codes:
    """Return the code point of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Alphabet:
    """Numbers characters.

    Parameters
    ----------
    codes
        Ascending code points, at most `MOST_CHARACTERS`.
    """

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self._number = np.full(int(codes[-1]) + 2 if len(codes) else 1, _OTHER, np.int64)
        self._number[codes] = np.arange(1, len(codes) + 1)

    def numbers(self, codes: Codes) -> Ints:
        """Return the number of each code point."""
        return self._number.take(codes, mode="clip")

    def texts(self, packed: Ints) -> list[str]:
        """Return the n-grams of packed numbers, whose characters are all in the alphabet."""
        character = np.concatenate((np.zeros(1, np.uint32), self.codes))
        codes = np.stack([character[packed >> place & _OTHER] for place in _PLACES], axis=1)
        texts: list[str] = codes.view(f"<U{LONGEST}").ravel().tolist()
        return texts

    def lacks(self, packed: Ints) -> npt.NDArray[np.bool_]:
        """Return whether each n-gram has a character that is not in the alphabet."""
        lacking = np.zeros(len(packed), np.bool_)
        for place in _PLACES:
            lacking |= packed >> place & _OTHER == _OTHER
        return lacking


def windows(numbers: Ints, lengths: Ints, low: int, high: int) -> tuple[Ints, Ints]:
    """Return all n-grams inside padded words, as scikit-learn's ``char_wb`` extracts them.

    Parameters
    ----------
    numbers
        The numbers of the characters of all words end to end, each word padded with a space on
        either side.
    lengths
        The lengths of the padded words.
    low, high
        The smallest and largest n, at most `LONGEST`. A word shorter than `low` counts as a whole.

    Returns
    -------
    packed : ndarray of int64, shape (n_ngrams,)
        The n-grams, word by word.
    counts : ndarray of int64, shape (n_words,)
        The number of n-grams of each word.
    """
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths) - np.arange(len(numbers))  # characters to the end of the word
    behind = np.append(numbers, np.zeros(high - 1, np.int64))
    packed = np.empty((len(numbers), high - low + 1), np.int64)
    inside = np.empty(packed.shape, np.bool_)
    counts = np.zeros(len(lengths), np.int64)
    gram: Ints | int = 0
    for n in range(1, high + 1):
        gram = gram | behind[n - 1 : len(numbers) + n - 1] << _PLACES[n - 1]
        if n >= low:
            packed[:, n - low], inside[:, n - low] = gram, left >= n
            counts += np.maximum(lengths - (n - 1), 0)
    short = np.flatnonzero(lengths < low)
    starts = ends[short] - lengths[short]
    packed[starts, 0], inside[starts, 0] = pack(numbers, starts, lengths[short]), True
    counts[short] = 1
    return packed[inside], counts


def pieces(chunks: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the chunks in parts, so that temporary arrays have a bounded size."""
    sizes = np.fromiter(map(len, chunks), np.int64, len(chunks)) + 1
    first = run_starts(np.cumsum(sizes) // _PIECE).tolist()
    for start, end in pairwise([*first, len(chunks)]):
        yield chunks[start:end]


def places(lengths: Ints, low: int, high: int) -> tuple[npt.NDArray[np.int32], ...]:
    """Return the places of the n-grams of :func:`windows`, in the same order.

    Parameters
    ----------
    lengths
        The lengths of the padded words.
    low, high
        The smallest and largest n.

    Returns
    -------
    tuple
        The word of each n-gram, and its start and end in the padded word.
    """
    # Short numbers: one word may be as long as a text.
    sizes = lengths.astype(np.int32)
    word = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    within = _counted_up(sizes)
    left = sizes[word] - within
    n_here = np.maximum(np.minimum(left, high) - low + 1, 0)
    n_here[(within == 0) & (left < low)] = 1
    ends = np.repeat(within + low, n_here)
    ends += _counted_up(n_here)
    return np.repeat(word, n_here), np.repeat(within, n_here), ends


def _counted_up(sizes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Count from 0 for each size, end to end."""
    up = np.arange(sizes.sum(), dtype=np.int32)
    up -= np.repeat(np.cumsum(sizes, dtype=np.int32) - sizes, sizes)
    return up


def pack(numbers: Ints, starts: Ints, lengths: Ints) -> Ints:
    """Pack n-grams given by their starts and lengths."""
    packed = np.zeros(len(starts), np.int64)
    for n in range(min(LONGEST, int(lengths.max(initial=0)))):
        longer = np.flatnonzero(lengths > n)
        packed[longer] |= numbers[starts[longer] + n] << _PLACES[n]
    return packed


class Finder:
    """Finds n-grams among many keys.

    It bisects at first, and builds a table once enough look-ups have been made.

    Parameters
    ----------
    keys
        Ascending keys, none negative.
    missing
        The result for an n-gram that is not among the keys.
    """

    def __init__(self, keys: Ints, missing: int) -> None:
        self._keys = keys
        self._missing = missing
        self._asked = 0
        self._table: LookupTable | None = None

    def find(self, packed: Ints) -> Ints:
        """Return the place of each n-gram among the keys."""
        if len(packed) <= _AT_ONCE:
            return self._find(packed)
        parts = range(0, len(packed), _AT_ONCE)
        return np.concatenate([self._find(packed[start : start + _AT_ONCE]) for start in parts])

    def _find(self, packed: Ints) -> Ints:
        if len(packed) <= _FEW:
            return self._bisect(packed)
        if self._table is None:
            self._asked += len(packed)
            if self._asked <= len(self._keys) // _BISECTED:
                # In ascending order, neighbouring look-ups access neighbouring keys.
                order = np.argsort(packed)
                found = np.empty(len(packed), np.int64)
                found[order] = self._bisect(packed[order])
                return found
            self._table = LookupTable(self._keys)
        return self._table.find(packed, self._missing)

    def _bisect(self, packed: Ints) -> Ints:
        keys = self._keys
        if not len(keys):
            return np.full(len(packed), self._missing)
        places = np.searchsorted(keys, packed)
        places[places == len(keys)] = 0
        return np.where(keys[places] == packed, places, self._missing)


class LookupTable:
    """A hash table with linear probing: each key is in the first free slot from its hash on.

    Parameters
    ----------
    keys
        Distinct keys, none negative.
    """

    def __init__(self, keys: Ints) -> None:
        bits = len(keys).bit_length() + 1  # a quarter to a half of the slots are taken
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY)
        self._places = np.full(1 << bits, _EMPTY)
        waiting, slots = np.arange(len(keys)), self._slots(keys)
        while len(waiting):
            free = np.flatnonzero(self._keys[slots] == _EMPTY)
            self._places[slots[free]] = waiting[free]
            self._keys[slots[free]] = keys[waiting[free]]
            left = np.flatnonzero(self._places[slots] != waiting)
            waiting, slots = waiting[left], (slots[left] + 1) & self._last

    def find(self, packed: Ints, missing: int) -> Ints:
        """Return the place of each n-gram among the keys, or `missing`."""
        slots = self._slots(packed)
        kept = self._keys.take(slots, mode="wrap")
        found = np.where(kept == packed, self._places.take(slots, mode="wrap"), missing)
        left = np.flatnonzero((kept != packed) & (kept != _EMPTY))
        slots, packed = slots[left], packed[left]
        while len(left):
            slots = (slots + 1) & self._last
            kept = self._keys[slots]
            same = kept == packed
            found[left[same]] = self._places[slots[same]]
            open_ = np.flatnonzero(~same & (kept != _EMPTY))
            left, slots, packed = left[open_], slots[open_], packed[open_]
        return found

    def _slots(self, packed: Ints) -> Ints:
        mixed = packed.view(np.uint64)
        mixed = (mixed ^ mixed >> _FOLD) * _MIX
        mixed >>= self._shift
        return mixed.view(np.int64)


def padded(words: Sequence[str]) -> tuple[Codes, Ints]:
    """Return the code points of all words, each between two spaces, and the padded lengths."""
    if not words:
        return code_points(""), np.empty(0, np.int64)
    lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
    return code_points(f" {'  '.join(words)} "), lengths
