"""The places of features in one text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]


class Occurrence(NamedTuple):
    """One occurrence of a feature: ``text[start:end]`` of the folded text without padding."""

    feature: int
    start: int
    end: int


class Occurrences(NamedTuple):
    """Many occurrences as arrays of equal length, of short numbers: a long text has millions."""

    features: Numbers
    starts: Numbers
    ends: Numbers

    @classmethod
    def of(cls, found: Iterable[tuple[int, int, int]] = ()) -> Occurrences:
        """Make arrays from the feature, start and end of each occurrence."""
        flat = np.fromiter(chain.from_iterable(found), np.int32)
        return cls(flat[::3], flat[1::3], flat[2::3])

    def each(self) -> list[Occurrence]:
        """Return the occurrences as a list."""
        return [*map(Occurrence._make, zip(*(of_all.tolist() for of_all in self), strict=True))]
