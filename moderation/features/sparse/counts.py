"""Counts in coordinate form, and sums over their rows.

This module is on the scoring path and imports only numpy.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints

# Arrays of integers. Rows and features use the smaller type while their values fit.
Rows = npt.NDArray[Any]
Numbers = npt.NDArray[Any]


class Counts(NamedTuple):
    """Counted features of some documents, in coordinate form.

    Attributes
    ----------
    rows, features, counts
        Arrays of equal length: feature ``features[i]`` occurs ``counts[i]`` times in document
        ``rows[i]``. They are sorted by row, then by feature; no pair occurs twice.
    """

    rows: Numbers
    features: Numbers
    counts: Numbers


def run_starts(values: npt.NDArray[Any]) -> Ints:
    """Return where the runs of equal values begin."""
    starts = np.ones(len(values), np.bool_)
    starts[1:] = values[1:] != values[:-1]
    return np.flatnonzero(starts)


def sum_up(rows: Rows, features: Numbers) -> Counts:
    """Count equal (row, feature) pairs with one sort."""
    keys, bits = _sorted_pairs(rows, features)
    first = run_starts(keys)
    counts = np.diff(first, append=len(keys))
    return _counts(keys[first], bits, counts)


def repeated(rows: Rows, features: Numbers) -> Counts:
    """Count the (row, feature) pairs that occur more than once."""
    keys, bits = _sorted_pairs(rows, features)
    again = np.flatnonzero(keys[1:] == keys[:-1])
    # Consecutive places belong to one pair.
    first = run_starts(again - np.arange(len(again)))
    counts = np.diff(first, append=len(again)) + 1
    return _counts(keys[again[first]], bits, counts)


def _sorted_pairs(rows: Rows, features: Numbers) -> tuple[npt.NDArray[Any], int]:
    """Return sorted keys of the smallest type that fits, and the number of feature bits."""
    if not len(rows):
        return np.empty(0, np.int64), 0
    bits = int(features.max()).bit_length()
    narrow = int(rows.max()) >> (32 - bits) == 0
    keys: npt.NDArray[Any] = rows.astype(np.uint32 if narrow else np.int64)
    keys <<= bits
    keys |= features.astype(keys.dtype)
    keys.sort()
    return keys, bits


def _counts(keys: npt.NDArray[Any], bits: int, counts: Ints) -> Counts:
    kind = np.int32 if keys.dtype == np.uint32 else np.int64  # the smaller type if it fits
    features = keys & keys.dtype.type((1 << bits) - 1)
    return Counts((keys >> bits).astype(kind), features.astype(kind), counts.astype(kind))


def weigh(counts: Counts, idf: Floats) -> Floats:
    """Return the sublinear TF-IDF ``(1 + ln tf) * idf`` of each count, not normalised."""
    return (1.0 + np.log(counts.counts)) * idf[counts.features.astype(np.intp)]


def totals(rows: Rows, values: Floats, n_rows: int) -> Floats:
    """Return the sum of the values of each row; `rows` may have any order."""
    # For empty input, bincount returns integers.
    return np.bincount(rows, values, n_rows).astype(np.float64, copy=False)


def row_sums(rows: Numbers, values: Floats, n_rows: int) -> Floats:
    """Return the sum of the values of each row; `rows` ascend."""
    sums = np.zeros(n_rows)
    if len(rows):
        first = run_starts(rows)
        sums[rows[first]] = np.add.reduceat(values, first)
    return sums


def norms(rows: Numbers, weights: Floats, n_rows: int) -> Floats:
    """Return the L2 norm of each row, or 1 for an empty row as in scikit-learn; `rows` ascend."""
    squares = row_sums(rows, weights * weights, n_rows)
    return np.sqrt(np.where(squares > 0, squares, 1.0))
