"""Character n-grams as whole numbers: many are cut, compared and looked up at once.

The characters of a vocabulary are numbered in order, twelve bits each, so that five fit into one
64-bit number, the first character foremost, and numbers sort as the n-grams do. Nothing is hashed:
equal numbers are equal n-grams.
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
#: The longest n-gram that a number holds.
LONGEST = 5
_PLACES = range(_BITS * (LONGEST - 1), -1, -_BITS)
# Every character outside the alphabet; 0 stands behind the end of a short n-gram.
_OTHER = (1 << _BITS) - 1

# In a table. Odd, its bits without pattern (the golden ratio); what is shifted away must count too.
_EMPTY = -1
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(32)
# Making a table of all keys takes about as long as bisecting for this part of them.
_BISECTED = 2
# Looking up takes several arrays as long as what is looked up: of so many at once, 10 MB.
_AT_ONCE = 1 << 18

# So many characters are cut into n-grams at once: some 10 MB of arrays.
_PIECE = 1 << 16

#: As many different characters can be told apart.
MOST_CHARACTERS = _OTHER - 1


def code_points(text: str) -> Codes:
    """The code point of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Alphabet:
    """Numbers characters.

    Parameters
    ----------
    codes
        Code points, ascending, at most `MOST_CHARACTERS`.
    """

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self._number = np.full(int(codes[-1]) + 2 if len(codes) else 1, _OTHER, np.int64)
        self._number[codes] = np.arange(1, len(codes) + 1)

    def numbers(self, codes: Codes) -> Ints:
        """The number of each code point."""
        return self._number.take(codes, mode="clip")

    def texts(self, packed: Ints) -> list[str]:
        """The n-grams that numbers stand for, of characters of the alphabet."""
        character = np.concatenate((np.zeros(1, np.uint32), self.codes))
        codes = np.stack([character[packed >> place & _OTHER] for place in _PLACES], axis=1)
        texts: list[str] = codes.view(f"<U{LONGEST}").ravel().tolist()
        return texts

    def lacks(self, packed: Ints) -> npt.NDArray[np.bool_]:
        """Whether each n-gram holds a character that is not of the alphabet."""
        lacking = np.zeros(len(packed), np.bool_)
        for place in _PLACES:
            lacking |= packed >> place & _OTHER == _OTHER
        return lacking


def windows(numbers: Ints, lengths: Ints, low: int, high: int) -> tuple[Ints, Ints]:
    """All n-grams inside the words of a text, as scikit-learn's ``char_wb`` cuts padded words.

    Parameters
    ----------
    numbers
        Of the characters of all words end to end, each padded with a space on either side.
    lengths
        Of the padded words.
    low, high
        Smallest and largest n, at most `LONGEST`. A word shorter than `low` counts whole.

    Returns
    -------
    packed : ndarray of int64, shape (n_ngrams,)
        The n-grams, word by word.
    counts : ndarray of int64, shape (n_words,)
        How many each word has.
    """
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths) - np.arange(len(numbers))  # characters to the word's end
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
    """Hand chunks over a part at a time: what is worked out beside one has a bounded size."""
    sizes = np.fromiter(map(len, chunks), np.int64, len(chunks)) + 1
    first = run_starts(np.cumsum(sizes) // _PIECE).tolist()
    for start, end in pairwise([*first, len(chunks)]):
        yield chunks[start:end]


def places(lengths: Ints, low: int, high: int) -> tuple[Ints, Ints, Ints]:
    """Where the n-grams of :func:`windows` are, in the same order.

    Returns
    -------
    tuple
        The word of each, and where in the padded word it begins and ends.
    """
    word = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(word)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = lengths[word] - within
    n_here = np.maximum(np.minimum(left, high) - low + 1, 0)
    n_here[(within == 0) & (left < low)] = 1
    at = np.repeat(np.arange(len(word)), n_here)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(n_here) - n_here, n_here)
    return word[at], within[at], within[at] + low + nth


def pack(numbers: Ints, starts: Ints, lengths: Ints) -> Ints:
    """N-grams given by where they start and how long they are."""
    packed = np.zeros(len(starts), np.int64)
    for n in range(min(LONGEST, int(lengths.max(initial=0)))):
        longer = np.flatnonzero(lengths > n)
        packed[longer] |= numbers[starts[longer] + n] << _PLACES[n]
    return packed


class Finder:
    """Finds n-grams among many: by bisection, until so many were asked for that a table pays.

    Parameters
    ----------
    keys
        Ascending, none negative.
    missing
        Stands for an n-gram that is none of them.
    """

    def __init__(self, keys: Ints, missing: int) -> None:
        self._keys = keys
        self._missing = missing
        self._asked = 0
        self._table: LookupTable | None = None

    def find(self, packed: Ints) -> Ints:
        """The place of each n-gram among the keys."""
        if len(packed) <= _AT_ONCE:
            return self._find(packed)
        parts = range(0, len(packed), _AT_ONCE)
        return np.concatenate([self._find(packed[start : start + _AT_ONCE]) for start in parts])

    def _find(self, packed: Ints) -> Ints:
        if self._table is None:
            self._asked += len(packed)
            if self._asked <= len(self._keys) // _BISECTED:
                return self._bisect(packed)
            self._table = LookupTable(self._keys)
        return self._table.find(packed, self._missing)

    def _bisect(self, packed: Ints) -> Ints:
        """Looking them up in their own order keeps to one corner of the keys at a time."""
        keys = self._keys
        found = np.full(len(packed), self._missing)
        if len(keys):
            order = np.argsort(packed)
            queries = packed[order]
            places = np.searchsorted(keys, queries)
            places[places == len(keys)] = 0
            found[order] = np.where(keys[places] == queries, places, self._missing)
        return found


class LookupTable:
    """Keys by where they hash to, each in the first free slot from there on.

    Parameters
    ----------
    keys
        All different, none negative.
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
        """The place of each n-gram among the keys; `missing` for none."""
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
    """Code points of all words, a space before and behind each, and the padded lengths."""
    if not words:
        return code_points(""), np.empty(0, np.int64)
    lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
    return code_points(f" {'  '.join(words)} "), lengths
