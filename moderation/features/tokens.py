"""Reading texts as numbers of distinct tokens; white space separates tokens.

All texts are laid end to end as bytes, and their tokens are found and looked up together. A token
of up to fifteen bytes is packed with its length into two 64-bit numbers: equal numbers are equal
tokens. Only tokens that are new, rare or long become Python strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Bools, Ints
from moderation.text.disguise import may_be_spaced
from moderation.text.folding import Folding

Rows = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

# Up to so many characters, tokens are split off and looked up one by one.
_FEW = 2_000

_UNREAD = -1
_LONGEST_SHORT = 15
# Masks that keep the first n of eight bytes.
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)

# There are several times as many slots as a counter caches tokens, so that few short tokens need
# the dictionary. The arrays have room for `_ROOM` tokens at first.
_SLOT_BITS = 19
_ROOM = 1 << 15
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)


class Read(NamedTuple):
    """Texts as numbers of tokens.

    Attributes
    ----------
    rows, chunks
        The row and number of each token, text by text.
    begins
        Whether each token begins a sentence.
    closed_up
        The rows where single letters that spell a word were joined. Their tokens differ from those
        that were written.
    """

    rows: Rows
    chunks: Ints
    begins: Bools
    closed_up: Sequence[int] = ()

    def sentences(self) -> tuple[Ints, Rows]:
        """Return the sentence of each token, and the row of each sentence."""
        return np.cumsum(self.begins) - 1, self.rows[self.begins]


class ChunkReader:
    """Reads texts as numbers of distinct tokens, numbered in order of first occurrence.

    Parameters
    ----------
    folding
        It decides where tokens begin, and which of them end a sentence.
    """

    def __init__(self, folding: Folding) -> None:
        self._folding = folding
        self._numbers = _ChunkNumbers(folding.closes_sentence)
        self._short = _ShortChunks()

    def read(self, texts: Sequence[str]) -> Read:
        """Read texts, and join single letters that spell a word.

        Parameters
        ----------
        texts
            Original texts, not folded.
        """
        folding = self._folding
        texts = [*map(folding.apart, texts)]
        read = self._numbered(texts)
        joined = {}
        single = np.frombuffer(self._numbers.single, np.bool_)[read.chunks]
        for row in _rows_with_runs(read.rows, single, folding.fewest_spaced):
            text = folding.join_spaced(texts[row])
            if text != texts[row]:
                joined[row] = text
        if joined:
            read = self._numbered([joined.get(row, text) for row, text in enumerate(texts)])
        return read._replace(closed_up=[*joined])

    def _numbered(self, texts: Sequence[str]) -> Read:
        few = sum(map(len, texts)) <= _FEW
        rows, numbers, begins = (self._looked_up if few else self._found)(texts)
        # A token also begins a sentence after one that ends one.
        begins[1:] |= np.frombuffer(self._numbers.closing, np.bool_)[numbers[:-1]]
        return Read(rows, numbers, begins)

    def _looked_up(self, texts: Sequence[str]) -> tuple[Rows, Ints, Bools]:
        """Number the tokens of few characters; this has fewer steps."""
        chunks: list[str] = []
        rows, lines = [], []
        for row, text in enumerate(texts):
            for line in text.split("\n"):
                words = line.split()
                if words:
                    lines.append(len(chunks))
                    chunks += words
                    rows += [row] * len(words)
        begins = np.zeros(len(chunks), np.bool_)
        begins[lines] = True
        return np.array(rows, np.int32), np.array(self._numbers.of(chunks), np.int64), begins

    def _found(self, texts: Sequence[str]) -> tuple[Rows, Ints, Bools]:
        """Number the tokens of many characters."""
        laid = _LaidOut.of(texts)
        first, second, short = laid.packed()
        numbers = self._short.find(first, second)
        numbers[~short] = _UNREAD
        unread = np.flatnonzero(numbers == _UNREAD)
        if len(unread):
            numbers[unread] = self._numbers.of(laid.chunks(unread))
            new = unread[short[unread]]
            self._short.add(first[new], second[new], numbers[new])
        return laid.rows, numbers, laid.begins

    def take_new(self) -> list[str]:
        """Return the tokens that are new since the last call, in the order of their numbers."""
        new, self._numbers.new = self._numbers.new, []
        return new

    def __len__(self) -> int:
        return len(self._numbers)


class _ChunkNumbers:
    def __init__(self, closes_sentence: Callable[[str], bool]) -> None:
        self._closes_sentence = closes_sentence
        self._numbers: dict[str, int] = {}
        self.new: list[str] = []
        self.single = bytearray()  # 1 for a token that may be one letter of a spaced word
        self.closing = bytearray()  # 1 for a token that ends a sentence

    def of(self, chunks: Sequence[str]) -> list[int]:
        """Return the number of each token; new tokens get the next numbers."""
        numbers = self._numbers
        new = [chunk for chunk in dict.fromkeys(chunks) if chunk not in numbers]
        numbers.update(zip(new, range(len(numbers), len(numbers) + len(new)), strict=True))
        self.new += new
        # Most tokens begin with two letters, and then the slower check is not needed.
        self.single += bytes(
            [len(c) == 1 or (not c[:2].isalnum() and may_be_spaced(c)) for c in new]
        )
        closes = self._closes_sentence
        self.closing += bytes([not c[-1].isalnum() and closes(c) for c in new])
        return [numbers[chunk] for chunk in chunks]

    def __len__(self) -> int:
        return len(self._numbers)


class _LaidOut(NamedTuple):
    """Texts end to end in UTF-8, and the places of their tokens."""

    blob: bytes
    rows: Rows
    starts: Ints
    ends: Ints
    begins: Bools  # whether a token is the first of its line; each text has lines of its own

    @classmethod
    def of(cls, texts: Sequence[str]) -> _LaidOut:
        encoded = [_encoded(text) for text in texts]
        # A line end precedes each text. Padding allows reading sixteen bytes from any token.
        blob = b"\n".join([b"", *encoded, bytes(16)])
        codes = np.frombuffer(blob, np.uint8, len(blob) - 16)
        # The ASCII white space of str.split(). Unsigned wrap-around tests a range at once.
        white = ((codes - np.uint8(9)) < 5) | ((codes - np.uint8(28)) < 5)
        edges = np.flatnonzero(white[1:] != white[:-1]) + 1
        starts, ends = edges[::2], edges[1::2]
        sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
        before = np.searchsorted(starts, np.cumsum(sizes + 1))
        rows = np.arange(len(texts), dtype=np.int32)
        line = np.cumsum(codes == ord("\n"), dtype=np.int32)[starts]
        begins = np.diff(line, prepend=0) > 0
        return cls(blob, np.repeat(rows, np.diff(before, prepend=0)), starts, ends, begins)

    def packed(self) -> tuple[Words, Words, npt.NDArray[np.bool_]]:
        """Return two numbers for each token, the length in the top byte, and whether it fits."""
        eight = np.ndarray((len(self.blob) - 7,), "<u8", self.blob, strides=(1,))
        lengths = self.ends - self.starts
        first = eight[self.starts] & _FIRST[np.minimum(lengths, 8)]
        second = eight[self.starts + 8] & _FIRST[np.clip(lengths - 8, 0, 7)]
        return (
            first,
            second | (lengths.astype(np.uint64) << np.uint64(56)),
            lengths <= _LONGEST_SHORT,
        )

    def chunks(self, which: Ints) -> list[str]:
        """Return some tokens as strings."""
        blob = self.blob
        bounds = zip(self.starts[which].tolist(), self.ends[which].tolist(), strict=True)
        lines = b"\n".join([blob[start:end] for start, end in bounds])
        return lines.decode("utf-8", "surrogatepass").split("\n")


def _encoded(text: str) -> bytes:
    """Encode a text in UTF-8 with only ASCII white space."""
    if text.isascii():
        return text.encode()
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


class _ShortChunks:
    """Numbers of short tokens. Each has two possible slots; if both are taken, it is not kept."""

    def __init__(self) -> None:
        self._slots = np.full(1 << _SLOT_BITS, _UNREAD, np.int32)
        # Indexed by number. Frequent tokens have low numbers, and so stay in the processor's cache.
        self._first = np.zeros(_ROOM, np.uint64)
        self._second = np.zeros(_ROOM, np.uint64)

    def find(self, first: Words, second: Words) -> Ints:
        """Return the number of each token, or `_UNREAD` if it is not kept."""
        slots = _slots(first, second)
        numbers = self._slots[slots].astype(np.int64)
        other = np.flatnonzero(self._differ(numbers, first, second))
        numbers[other] = self._slots[slots[other] ^ 1]
        differ = self._differ(numbers[other], first[other], second[other])
        numbers[other[differ]] = _UNREAD
        return numbers

    def _differ(self, numbers: Ints, first: Words, second: Words) -> npt.NDArray[np.bool_]:
        # An empty slot holds -1, the index of the last entry: no token, or the same token.
        differ: npt.NDArray[np.bool_] = self._first[numbers] != first
        differ |= self._second[numbers] != second
        return differ

    def add(self, first: Words, second: Words, numbers: Ints) -> None:
        """Keep the numbers of those tokens that have a free slot."""
        while numbers.max(initial=0) >= len(self._first):
            self._first = np.append(self._first, np.zeros_like(self._first))
            self._second = np.append(self._second, np.zeros_like(self._second))
        self._first[numbers], self._second[numbers] = first, second
        slots = _slots(first, second)
        slots ^= self._slots[slots] != _UNREAD
        free = self._slots[slots] == _UNREAD
        self._slots[slots[free]] = numbers[free]


def _slots(first: Words, second: Words) -> Ints:
    mixed: Words = (first * _MIX[0]) ^ (second * _MIX[1])
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX[0]
    return (mixed >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)


def _rows_with_runs(rows: Rows, single: npt.NDArray[Any], n: int) -> list[int]:
    """Return the rows with at least `n` consecutive single characters, which may spell a word."""
    if np.count_nonzero(single) < n:
        return []
    run = rows[n - 1 :] == rows[: len(rows) - n + 1]
    for shift in range(n):
        run &= single[shift : len(rows) - n + 1 + shift]
    found: list[int] = np.unique(rows[: len(run)][run]).tolist()
    return found
