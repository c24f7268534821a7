"""Reading texts as numbers of distinct chunks: a chunk is what stands between white space.

All texts are laid end to end as bytes, and their chunks are found and looked up together. A chunk
of up to fifteen bytes is two 64-bit numbers, its length among them, and known by them alone: equal
numbers are equal chunks. Python sees only chunks that are new, rare or long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Bools, Ints
from moderation.text import closes_sentence
from moderation.text.disguise import FEWEST_SPACED, join_spaced, may_be_spaced

Rows = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

_UNREAD = -1
_LONGEST_SHORT = 15
# The first so many bytes of eight.
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)

# Slots for short chunks, several times as many as a counter remembers, so that few are left to the
# dictionary; and room for as many chunks at first.
_SLOT_BITS = 19
_ROOM = 1 << 15
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)


class Read(NamedTuple):
    """Texts as numbers of chunks.

    Attributes
    ----------
    rows, chunks
        Row and number of each chunk, text by text.
    begins
        Whether each chunk begins a sentence.
    closed_up
        Rows where single letters that spell a word were closed up: their chunks are others than
        those that were written.
    """

    rows: Rows
    chunks: Ints
    begins: Bools
    closed_up: Sequence[int] = ()


class ChunkReader:
    """Reads texts as numbers of distinct chunks, in the order in which they are first met."""

    def __init__(self) -> None:
        self._numbers = _ChunkNumbers()
        self._short = _ShortChunks()

    def read(self, texts: Sequence[str]) -> Read:
        """Read texts, single letters that spell a word closed up.

        Parameters
        ----------
        texts
            Original, not folded.
        """
        read = self._numbered(texts)
        joined = {}
        single = np.frombuffer(self._numbers.single, np.bool_)[read.chunks]
        for row in _rows_with_runs(read.rows, single):
            text = join_spaced(texts[row])
            if text != texts[row]:
                joined[row] = text
        if joined:
            read = self._numbered([joined.get(row, text) for row, text in enumerate(texts)])
        return read._replace(closed_up=[*joined])

    def _numbered(self, texts: Sequence[str]) -> Read:
        laid = _LaidOut.of(texts)
        first, second, short = laid.packed()
        numbers = self._short.find(first, second)
        numbers[~short] = _UNREAD
        unread = np.flatnonzero(numbers == _UNREAD)
        if len(unread):
            numbers[unread] = self._numbers.of(laid.chunks(unread))
            new = unread[short[unread]]
            self._short.add(first[new], second[new], numbers[new])
        begins = laid.begins  # and what stands behind the end of a sentence
        begins[1:] |= np.frombuffer(self._numbers.closing, np.bool_)[numbers[:-1]]
        return Read(laid.rows, numbers, begins)

    def take_new(self) -> list[str]:
        """The chunks met since the last time, in the order of their numbers."""
        new, self._numbers.new = self._numbers.new, []
        return new

    def __len__(self) -> int:
        return len(self._numbers)


class _ChunkNumbers:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.new: list[str] = []
        self.single = bytearray()  # 1 for a chunk that may be one letter of a spaced word
        self.closing = bytearray()  # 1 for a chunk that closes a sentence

    def of(self, chunks: Sequence[str]) -> list[int]:
        """The number of each chunk; new ones get the next."""
        numbers = self._numbers
        new = [chunk for chunk in dict.fromkeys(chunks) if chunk not in numbers]
        numbers.update(zip(new, range(len(numbers), len(numbers) + len(new)), strict=True))
        self.new += new
        # Two letters foremost: a shortcut for most.
        self.single += bytes(
            [len(c) == 1 or (not c[:2].isalnum() and may_be_spaced(c)) for c in new]
        )
        self.closing += bytes([not c[-1].isalnum() and closes_sentence(c) for c in new])
        return [numbers[chunk] for chunk in chunks]

    def __len__(self) -> int:
        return len(self._numbers)


class _LaidOut(NamedTuple):
    """Texts end to end in UTF-8, and where their chunks are."""

    blob: bytes
    rows: Rows
    starts: Ints
    ends: Ints
    begins: Bools  # whether a chunk is the first of its line; a text is on lines of its own

    @classmethod
    def of(cls, texts: Sequence[str]) -> _LaidOut:
        encoded = [_encoded(text) for text in texts]
        # A line end before each text; room behind the last for reading sixteen bytes anywhere.
        blob = b"\n".join([b"", *encoded, bytes(16)])
        codes = np.frombuffer(blob, np.uint8, len(blob) - 16)
        # What str.split() parts by; wrapping around, one comparison covers a range.
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
        """Each chunk as two numbers, the length foremost in the second, and whether it fits."""
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
        """Some chunks as texts."""
        blob = self.blob
        bounds = zip(self.starts[which].tolist(), self.ends[which].tolist(), strict=True)
        lines = b"\n".join([blob[start:end] for start, end in bounds])
        return lines.decode("utf-8", "surrogatepass").split("\n")


def _encoded(text: str) -> bytes:
    """In UTF-8, all white space ASCII."""
    if text.isascii():
        return text.encode()
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


class _ShortChunks:
    """Numbers of short chunks, two slots for each; what finds both taken is not kept."""

    def __init__(self) -> None:
        self._slots = np.full(1 << _SLOT_BITS, _UNREAD, np.int32)
        # By number: what is met often has a low one, and stays near the processor.
        self._first = np.zeros(_ROOM, np.uint64)
        self._second = np.zeros(_ROOM, np.uint64)

    def find(self, first: Words, second: Words) -> Ints:
        """The number of each chunk; `_UNREAD` where it is not kept."""
        slots = _slots(first, second)
        numbers = self._slots[slots].astype(np.int64)
        other = np.flatnonzero(self._differ(numbers, first, second))
        numbers[other] = self._slots[slots[other] ^ 1]
        differ = self._differ(numbers[other], first[other], second[other])
        numbers[other[differ]] = _UNREAD
        return numbers

    def _differ(self, numbers: Ints, first: Words, second: Words) -> npt.NDArray[np.bool_]:
        # That of an empty slot is the last one: no chunk, or the same chunk again.
        differ: npt.NDArray[np.bool_] = self._first[numbers] != first
        differ |= self._second[numbers] != second
        return differ

    def add(self, first: Words, second: Words, numbers: Ints) -> None:
        """Keep the numbers of chunks with a free slot."""
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


def _rows_with_runs(rows: Rows, single: npt.NDArray[Any]) -> list[int]:
    """Rows in which enough single characters follow each other to spell a word."""
    n = FEWEST_SPACED
    if len(rows) < n:
        return []
    run = rows[n - 1 :] == rows[: len(rows) - n + 1]
    for shift in range(n):
        run &= single[shift : len(rows) - n + 1 + shift]
    found: list[int] = np.unique(rows[: len(run)][run]).tolist()
    return found
