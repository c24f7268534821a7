"""Analyzers, and what they make of text.

A block analyzes each folded *chunk* (a run without white space) into numbers once; the features of
a document follow from the numbers of its chunks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from moderation._types import Ints
from moderation.features.vocabulary import UNKNOWN

Places = Ints | slice  # places in an array: indices, or a slice of all
EACH = slice(None)


class Cutter(Protocol):
    """The analyzer of a block: it extracts features from text.

    An analyzer that also has ``cut_all`` (:class:`BatchCutter`) gets many chunks at once.

    Attributes
    ----------
    chunkwise
        Whether the numbers of a chunk are its features, independent of its neighbours.
    """

    chunkwise: bool

    def cut(self, folded: str) -> Sequence[int]:
        """Return the numbers of a folded chunk; callers cache them."""

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """Return the place in `cut` where each feature begins, and its number.

        `cut` holds the concatenated numbers of all chunks; `rows` gives the document of each.
        """


class PlacingCutter(Cutter, Protocol):
    """An analyzer of a block, which also tells where the features are."""

    def placed(self, chunks: Sequence[str]) -> Placed:
        """Analyze folded chunks and keep the place of each number in its chunk."""

    def grams(self, cut: Ints) -> tuple[Ints, Places, Places]:
        """Return the known features of one document in order.

        `cut` holds the concatenated numbers of its chunks. The other two arrays are the places in
        `cut` where each feature begins and ends.
        """


@runtime_checkable
class BatchCutter(Protocol):
    """An analyzer that is faster with many chunks at once."""

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Analyze each folded chunk."""


class Cut(NamedTuple):
    """Analyzed chunks: their numbers end to end, and how many each has."""

    numbers: npt.NDArray[np.int32]
    sizes: Ints

    @classmethod
    def of(cls, cuts: Sequence[Sequence[int]]) -> Cut:
        """Concatenate the numbers of each chunk."""
        sizes = np.fromiter(map(len, cuts), np.int64, len(cuts))
        return cls(np.fromiter(chain.from_iterable(cuts), np.int32, int(sizes.sum())), sizes)

    def known(self) -> Cut:
        """Return the same without `UNKNOWN` numbers."""
        known = self.numbers != UNKNOWN
        before = np.concatenate(([0], np.cumsum(known)))
        ends = np.concatenate(([0], np.cumsum(self.sizes)))
        return Cut(self.numbers[known], np.diff(before[ends]))


class Placed(NamedTuple):
    """Analyzed chunks as :class:`Cut`, and the start and end of each number in its chunk."""

    numbers: npt.NDArray[np.int32]
    sizes: Ints
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]


def cut_all(cutter: Cutter, chunks: Sequence[str]) -> Cut:
    """Analyze folded chunks, all at once if the analyzer supports it."""
    if isinstance(cutter, BatchCutter):
        return cutter.cut_all(chunks)
    return Cut.of([cutter.cut(chunk) for chunk in chunks])


def split_tokens(pattern: re.Pattern[str], chunks: Sequence[str]) -> tuple[list[str], Ints]:
    """Return the tokens of folded chunks end to end, and how many each chunk has.

    Parameters
    ----------
    pattern
        The token pattern; it matches no white space and has no groups.
    """
    # One call finds all tokens, and the line end after each chunk as if it were a token.
    found = _or_line_end(pattern).findall("\n".join([*chunks, ""]))
    ends = np.flatnonzero(np.fromiter(map("\n".__eq__, found), np.bool_, len(found)))
    return [token for token in found if token != "\n"], np.diff(ends, prepend=-1) - 1


@cache
def _or_line_end(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"{pattern.pattern}|\n", pattern.flags)
