"""How ordinary comments use words: how rare each stem is, and in what company it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from moderation.ngrams import Floats, Ints, Occurrence
from moderation.topicality.stems import beginnings_of, stems_of

Singles = npt.NDArray[np.float32]

# A stem in more than about 2 % of ordinary comments tells nothing about a topic: its weight, as a
# share of a stranger's.
_TELLING = 0.2

# Stems that the background lacks are told apart by this many hashes. They need no array.
_STRANGERS = 1 << 24


def hash_of(stem: str) -> int:
    """The number by which a stem is known, from 0 to 2**32 - 1."""
    return crc32(stem.encode("utf-8", "replace"))


class Stems:
    """Cuts folded chunks into numbers of stems.

    Parameters
    ----------
    hashes
        Of the stems that are known: number ``i`` is the stem whose hash is ``hashes[i]``. Every
        other stem gets a number beyond, so that a name that nobody ever wrote before still
        matches itself.
    """

    chunkwise = True

    def __init__(self, hashes: npt.NDArray[np.uint32]) -> None:
        self._number = dict(zip(hashes.tolist(), range(len(hashes)), strict=True))

    def number(self, stem: str) -> int:
        """The number of one stem."""
        key = hash_of(stem)
        known = self._number.get(key)
        return len(self._number) + key % _STRANGERS if known is None else known

    def cut(self, folded: str) -> Sequence[int]:
        """Numbers of the chunk's stems."""
        return [self.number(stem) for stem in stems_of(folded)]

    def features(self, rows: Ints, cut: Ints) -> tuple[Ints, Ints]:
        """As they are."""
        return rows, cut

    def occurrences(self, folded: str) -> Iterable[Occurrence]:
        """None: stems are explained by :func:`moderation.topicality.overlap`."""
        del folded
        return ()


class Beginnings:
    """Cuts folded chunks into numbers of beginnings of words.

    Parameters
    ----------
    n_numbers
        How many there are; beginnings are told apart by as many hashes.
    """

    chunkwise = True

    def __init__(self, n_numbers: int) -> None:
        self._n_numbers = n_numbers

    def cut(self, folded: str) -> Sequence[int]:
        """Numbers of the beginnings of the chunk's words."""
        return [hash_of(one) % self._n_numbers for one in beginnings_of(folded)]

    def features(self, rows: Ints, cut: Ints) -> tuple[Ints, Ints]:
        """As they are."""
        return rows, cut

    def occurrences(self, folded: str) -> Iterable[Occurrence]:
        """None, as of stems."""
        del folded
        return ()


class Background:
    """What is known of stems from ordinary comments.

    Parameters
    ----------
    hashes
        Of the known stems, shape (n_stems,), uint32.
    weight
        What one occurrence of a stem weighs, a power of its inverse document frequency; the last
        is the weight of an unknown stem. Shape (n_stems + 1,).
    rate
        How many of the words of ordinary comments are this stem, as a share; the last is that of
        an unknown stem. Shape (n_stems + 1,).
    expected
        Mean of the unit vectors of ordinary comments: what is shared with it is shared with
        anybody. Shape (n_stems + 1,).
    vectors
        Directions of the term vectors, int8, shape (n_stems, n_dimensions).
    scale
        What each row of `vectors` is multiplied with, shape (n_stems,).
    mean
        Mean of the unit sense vectors of ordinary comments, shape (n_dimensions,).
    bands
        Where bands of directions begin, after the first: each counts alike in a comparison of
        senses, however many texts agree in it. Shape (n_bands - 1,); none in older models.
    start_weight, start_expected
        As `weight` and `expected`, of the beginnings of words by their hash; shape (n_hashes,).
    """

    #: Arrays of a background in an artifact, their types and numbers of dimensions.
    ARRAYS: Mapping[str, tuple[str, int]] = {
        "hashes": ("uint32", 1),
        "weight": ("float32", 1),
        "rate": ("float32", 1),
        "expected": ("float32", 1),
        "vectors": ("int8", 2),
        "scale": ("float32", 1),
        "mean": ("float32", 1),
        "bands": ("int32", 1),
        "start_weight": ("float32", 1),
        "start_expected": ("float32", 1),
    }

    #: Arrays that may be missing: of models that were trained before there were any.
    LATER = frozenset({"bands"})

    def __init__(self, **arrays: npt.NDArray[Any]) -> None:
        arrays.setdefault("bands", np.empty(0, np.int32))
        if not self.agree(arrays):
            raise ValueError("arrays of a background disagree on its stems")
        self.arrays = {name: arrays[name] for name in self.ARRAYS}
        n = self.n_stems = len(arrays["hashes"])
        self.stems = Stems(arrays["hashes"])
        self.beginnings = Beginnings(len(arrays["start_weight"]))
        self.mean = arrays["mean"].astype(np.float32)
        self.bands = tuple(arrays["bands"].tolist())
        self._weight = arrays["weight"].astype(np.float64)
        self._rate = arrays["rate"].astype(np.float64)
        self._expected = arrays["expected"].astype(np.float64)
        self.expected_square = float(self._expected @ self._expected)
        self.start_weight = arrays["start_weight"].astype(np.float64)
        self.start_expected = arrays["start_expected"].astype(np.float64)
        self.start_expected_square = float(self.start_expected @ self.start_expected)
        self._vectors = np.zeros((n + 1, len(self.mean)), np.float32)
        self._vectors[:n] = arrays["vectors"] * arrays["scale"][:, None]

    @staticmethod
    def agree(arrays: Mapping[str, npt.NDArray[Any]]) -> bool:
        """Tell whether the shapes of `ARRAYS` fit together."""
        n, n_dimensions = arrays["vectors"].shape
        sizes = {"hashes": n, "scale": n, "mean": n_dimensions}
        sizes |= dict.fromkeys(("weight", "rate", "expected"), n + 1)
        starts = len(arrays["start_weight"])
        sizes["start_expected"] = max(1, starts)  # at least one: hashes are taken modulo
        bands = [0, *arrays.get("bands", ()), n_dimensions]
        return bands == sorted(bands) and all(
            len(arrays[name]) == size for name, size in sizes.items()
        )

    @property
    def telling(self) -> float:
        """Stems of at most this weight tell nothing about a topic."""
        return _TELLING * float(self._weight[-1])

    def weight(self, stems: Ints) -> Floats:
        """What one occurrence of each stem weighs."""
        return self._weight[np.minimum(stems, self.n_stems)]

    def rate(self, stems: Ints) -> Floats:
        """Share of the words of ordinary comments that are each stem."""
        return self._rate[np.minimum(stems, self.n_stems)]

    def expected(self, stems: Ints) -> Floats:
        """Weight of each stem in the mean of ordinary comments."""
        return self._expected[np.minimum(stems, self.n_stems)]

    def vectors(self, stems: Ints) -> Singles:
        """Term vector of each stem, zero for an unknown one; shape (n, n_dimensions)."""
        return self._vectors[np.minimum(stems, self.n_stems)]
