"""Vocabularies as they lie in a model: ready to look terms up without building anything first.

Scoring one comment asks for two thousand terms of three hundred thousand; making a dictionary of
all of them would take longer than all the rest. So a term is found by bisection, until so many have
been asked for that a dictionary pays.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Self, overload

import numpy as np
import numpy.typing as npt

from moderation._types import Ints
from moderation.features.packing import LONGEST, MOST_CHARACTERS, Alphabet, code_points, pack

UNKNOWN = -1

# From here on a dictionary pays: 30,000 bisections take about as long as making it (measured on
# the shipped model, 140,000 n-grams).
_BISECTIONS = 30_000

# Packing all terms takes about as long as so many bisections.
_UNPACKED = 3_000
_LINE_END = ord("\n")

Bytes = npt.NDArray[np.uint8]
Tokens = npt.NDArray[np.int32]


class Packed(NamedTuple):
    """A vocabulary as ascending numbers (``packing``): one a term, in its order."""

    alphabet: Alphabet
    keys: Ints


class Terms(Sequence[str]):
    r"""Terms in ascending order of code points, end to end, parted by line ends.

    Parameters
    ----------
    blob
        UTF-8 of all terms; none is empty or contains ``\n``.

    Raises
    ------
    ValueError
        If it is not UTF-8, or the terms do not ascend.
    """

    def __init__(self, blob: bytes) -> None:
        self._blob = blob
        listed = blob.split(b"\n") if blob else []
        # UTF-8 sorts as code points do.
        if any(map(operator.ge, listed, listed[1:])) or b"" in listed[:1]:
            raise ValueError("terms must ascend")
        blob.decode("utf-8")
        self._listed = listed
        self._asked = 0

    @classmethod
    def of(cls, terms: Sequence[str]) -> Self:
        """Take terms that are already in order."""
        return cls("\n".join(terms).encode("utf-8"))

    @property
    def blob(self) -> Bytes:
        """As an array, for an artifact."""
        return np.frombuffer(self._blob, np.uint8)

    def find(self, term: str) -> int:
        """The number of a term, `UNKNOWN` if it is none."""
        if self._asked < _BISECTIONS:
            self._asked += 1
            return self._bisect(term.encode("utf-8"))
        return self._numbers.get(term, UNKNOWN)

    def worth_packing(self, more: int) -> bool:
        """Whether enough was asked for that `packed` pays, with so many `more` terms to come."""
        return self._asked + more > _UNPACKED

    def find_all(self, terms: Sequence[str]) -> list[int]:
        """The number of each term."""
        if self._asked + len(terms) <= _BISECTIONS:
            return [*map(self.find, terms)]
        self._asked = _BISECTIONS
        numbers = self._numbers
        return [numbers.get(term, UNKNOWN) for term in terms]

    @cached_property
    def packed(self) -> Packed | None:
        """The terms as numbers; none if they are too long or their characters too many."""
        codes = code_points(self._blob.decode("utf-8"))
        ends = np.flatnonzero(np.append(codes == _LINE_END, True)) if len(codes) else codes[:0]
        ends = ends.astype(np.int64)
        starts = np.concatenate(([0], ends[:-1] + 1))[: len(ends)]
        lengths = ends - starts
        letters = np.unique(codes)
        letters = letters[letters != _LINE_END]
        if len(letters) > MOST_CHARACTERS or lengths.max(initial=0) > LONGEST:
            return None
        alphabet = Alphabet(letters)
        return Packed(alphabet, pack(alphabet.numbers(codes), starts, lengths))

    def _bisect(self, term: bytes) -> int:
        listed = self._listed
        low, high = 0, len(listed)
        while low < high:
            middle = (low + high) // 2
            if listed[middle] < term:
                low = middle + 1
            else:
                high = middle
        return low if low < len(listed) and listed[low] == term else UNKNOWN

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self)}

    def __len__(self) -> int:
        return len(self._listed)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [term.decode("utf-8") for term in self._listed[index]]
        return self._listed[index].decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return (term.decode("utf-8") for term in self._listed)


class WordTerms(Sequence[str]):
    """Terms of one or more tokens each, by the numbers of their tokens.

    Parameters
    ----------
    tokens
        All tokens that occur in a term.
    grams
        Token numbers of each term, shape (n_terms, longest); -1 behind the last token.

    Raises
    ------
    ValueError
        If a number is that of no token.
    """

    def __init__(self, tokens: Terms, grams: Tokens) -> None:
        outside = (grams < UNKNOWN) | (grams >= len(tokens))
        gap = (grams[:, :-1] == UNKNOWN) & (grams[:, 1:] != UNKNOWN)
        if outside.any() or gap.any() or (grams.shape[1] and (grams[:, 0] == UNKNOWN).any()):
            raise ValueError("a term has a token that is none")
        self.tokens = tokens
        self.grams = grams

    @classmethod
    def of(cls, terms: Sequence[str], longest: int) -> Self:
        """Take terms whose tokens have single spaces between them."""
        split = [term.split(" ") for term in terms]
        tokens = sorted({token for gram in split for token in gram})
        number = {token: i for i, token in enumerate(tokens)}
        grams = np.full((len(terms), longest), UNKNOWN, np.int32)
        for row, gram in enumerate(split):
            grams[row, : len(gram)] = [number[token] for token in gram]
        return cls(Terms.of(tokens), grams)

    def __len__(self) -> int:
        return len(self.grams)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return " ".join(self.tokens[n] for n in self.grams[index].tolist() if n != UNKNOWN)
