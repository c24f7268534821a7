"""Vocabularies as a model stores them: terms can be looked up without building an index first.

Scoring one comment looks up two thousand of three hundred thousand terms. Building a dictionary of
all terms would take longer than everything else. Terms are therefore found by bisection at first;
a dictionary is built once enough look-ups have been made.
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

# The number of bisections before a dictionary is built: so many take about as long as building it
# (estimated for the shipped model, whose word n-grams have 34,000 tokens).
_BISECTIONS = 6_000

# Packing all terms takes about as long as this number of bisections.
_UNPACKED = 3_000
_LINE_END = ord("\n")

Bytes = npt.NDArray[np.uint8]
Tokens = npt.NDArray[np.int32]


class Packed(NamedTuple):
    """A vocabulary as ascending packed numbers (``packing``), one for each term in order."""

    alphabet: Alphabet
    keys: Ints


class Terms(Sequence[str]):
    r"""Terms in ascending order of code points, stored end to end and separated by line ends.

    Parameters
    ----------
    blob
        All terms in UTF-8; none is empty or contains ``\n``.

    Raises
    ------
    ValueError
        If the bytes are not UTF-8, or the terms do not ascend.
    """

    def __init__(self, blob: bytes) -> None:
        self._blob = blob
        listed = blob.split(b"\n") if blob else []
        # UTF-8 sorts in the order of code points.
        if any(map(operator.ge, listed, listed[1:])) or b"" in listed[:1]:
            raise ValueError("terms must ascend")
        blob.decode("utf-8")
        self._listed = listed
        self._asked = 0

    @classmethod
    def of(cls, terms: Sequence[str]) -> Self:
        """Make a vocabulary of terms that are already in order."""
        return cls("\n".join(terms).encode("utf-8"))

    @property
    def blob(self) -> Bytes:
        """The bytes as an array, for a model folder."""
        return np.frombuffer(self._blob, np.uint8)

    def find(self, term: str) -> int:
        """Return the number of a term, or `UNKNOWN`."""
        if self._asked < _BISECTIONS:
            self._asked += 1
            return self._bisect(term.encode("utf-8"))
        return self._numbers.get(term, UNKNOWN)

    def worth_packing(self, more: int) -> bool:
        """Return whether look-ups so far and `more` further ones justify building `packed`."""
        return self._asked + more > _UNPACKED

    def find_all(self, terms: Sequence[str]) -> list[int]:
        """Return the number of each term, or `UNKNOWN`."""
        if self._asked + len(terms) <= _BISECTIONS:
            return [*map(self.find, terms)]
        self._asked = _BISECTIONS
        numbers = self._numbers
        return [numbers.get(term, UNKNOWN) for term in terms]

    @cached_property
    def packed(self) -> Packed | None:
        """The packed terms; None if they are too long or have too many distinct characters."""
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
    """Terms of one or more tokens, stored as the numbers of their tokens.

    Parameters
    ----------
    tokens
        All tokens that occur in a term.
    grams
        The token numbers of each term, shape (n_terms, longest), padded with -1.

    Raises
    ------
    ValueError
        If a number does not belong to a token.
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
        """Make a vocabulary of terms whose tokens are separated by single spaces."""
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
