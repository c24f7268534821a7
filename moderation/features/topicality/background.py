"""How ordinary comments use words: the rarity of each stem, and its term vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features.cutting import EACH, Cut, Places, split_tokens
from moderation.features.topicality.stems import LONGEST, LONGEST_BEGINNING, TOKEN, beginnings, stem

Singles = npt.NDArray[np.float32]

# Stems of at most this share of the weight of an unknown stem tell nothing about a topic. They
# occur in more than about 2 % of ordinary comments.
_TELLING = 0.2

# The number of hash buckets for stems that are not in the background. They need no array.
_STRANGERS = 1 << 24

# The number of words whose forms are cached: those of some 60,000 comments of data/train.
_REMEMBERED_WORDS = 1 << 16


def hash_of(stem: str) -> int:
    """Return the hash of a stem, from 0 to 2**32 - 1."""
    return crc32(stem.encode("utf-8", "replace"))


class Stems:
    """Numbers stems.

    Parameters
    ----------
    hashes
        The hashes of the known stems: stem number ``i`` has the hash ``hashes[i]``. All other stems
        get larger numbers, so that a name that was never seen before still matches itself.
    """

    def __init__(self, hashes: npt.NDArray[np.uint32]) -> None:
        self._number = dict(zip(hashes.tolist(), range(len(hashes)), strict=True))

    def number(self, stem: str) -> int:
        """Return the number of a stem."""
        key = hash_of(stem)
        known = self._number.get(key)
        return len(self._number) + key % _STRANGERS if known is None else known


class Beginnings:
    """Numbers beginnings of words.

    Parameters
    ----------
    n_numbers
        The number of hash buckets.
    """

    def __init__(self, n_numbers: int) -> None:
        self.n_numbers = n_numbers

    def numbers(self, word: str) -> list[int]:
        """Return the numbers of the beginnings of one word."""
        return [hash_of(one) % self.n_numbers for one in beginnings(word)]

    def cut(self, folded: str) -> list[int]:
        """Return the numbers of the beginnings of the words of a token."""
        return [number for word in TOKEN.findall(folded) for number in self.numbers(word)]


class Forms:
    """An analyzer that extracts the forms of words: their beginnings and their stems.

    Parameters
    ----------
    stems, beginnings
        They number the forms. The numbers of stems follow those of beginnings.
    """

    chunkwise = True

    def __init__(self, stems: Stems, beginnings: Beginnings) -> None:
        self._stems = stems
        self._beginnings = beginnings
        # Many tokens are the same word in another case or with other punctuation, and many words
        # have the same beginning.
        self._of_word = lru_cache(maxsize=_REMEMBERED_WORDS)(self._forms_of)
        self._of_start = lru_cache(maxsize=_REMEMBERED_WORDS)(beginnings.numbers)

    def __reduce__(self) -> tuple[type[Forms], tuple[Stems, Beginnings]]:
        """Pickle without the caches."""
        return Forms, (self._stems, self._beginnings)

    def _forms_of(self, word: str) -> tuple[int, ...]:
        return (*self._of_start(word[:LONGEST_BEGINNING]), self.number(stem(word)))

    def number(self, stem: str) -> int:
        """Return the number of a stem among all forms."""
        return self._beginnings.n_numbers + self._stems.number(stem)

    def cut(self, folded: str) -> Sequence[int]:
        """Return the numbers of the forms of the words of a token."""
        forms: list[int] = self.cut_all([folded]).numbers.tolist()
        return forms

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Analyze many folded tokens at once."""
        words, sizes = split_tokens(TOKEN, chunks)
        forms = [self._of_word(word[:LONGEST]) for word in words]
        flat = np.fromiter(chain.from_iterable(forms), np.int32)
        return Cut(flat, sizes * len(forms[0]) if forms else sizes)

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """Return `cut` unchanged: its numbers are the features."""
        del rows
        return EACH, cut


class Background:
    """The use of stems in ordinary comments.

    Parameters
    ----------
    hashes
        The hashes of the known stems, shape (n_stems,), uint32.
    weight
        The weight of one occurrence of each stem, a power of its inverse document frequency. The
        last entry is the weight of an unknown stem. Shape (n_stems + 1,).
    rate
        The share of each stem among the words of ordinary comments. The last entry is the share
        of an unknown stem. Shape (n_stems + 1,).
    expected
        The mean of the unit vectors of ordinary comments. Likeness to it says nothing about a
        topic. Shape (n_stems + 1,).
    vectors
        The directions of the term vectors, int8, shape (n_stems, n_dimensions).
    scale
        The factor of each row of `vectors`, shape (n_stems,).
    mean
        The mean of the unit sense vectors of ordinary comments, shape (n_dimensions,).
    bands
        The starts of the bands of directions after the first. All bands count equally in a
        comparison of senses. Shape (n_bands - 1,); empty in older models.
    start_weight, start_expected
        The same as `weight` and `expected` for the hashed beginnings of words; shape (n_hashes,).
    """

    #: The arrays of a background in a model folder, with their types and numbers of dimensions.
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

    #: Arrays that may be missing, because older models do not have them.
    LATER = frozenset({"bands"})

    def __init__(self, **arrays: npt.NDArray[Any]) -> None:
        arrays.setdefault("bands", np.empty(0, np.int32))
        if not self.agree(arrays):
            raise ValueError("arrays of a background disagree on its stems")
        self.arrays = {name: arrays[name] for name in self.ARRAYS}
        n = self.n_stems = len(arrays["hashes"])
        self.n_starts = len(arrays["start_weight"])
        self.stems = Stems(arrays["hashes"])
        self.forms = Forms(self.stems, Beginnings(self.n_starts))
        self.mean = arrays["mean"].astype(np.float32)
        self.bands = tuple(arrays["bands"].tolist())
        self.term_vectors = np.zeros((n + 1, len(self.mean)), np.float32)
        self.term_vectors[:n] = arrays["vectors"] * arrays["scale"][:, None]
        weights, expected = (
            [arrays[f"start_{name}"].astype(np.float64), arrays[name].astype(np.float64)]
            for name in ("weight", "expected")
        )
        self.form_weight, self.form_expected = np.concatenate(weights), np.concatenate(expected)
        self.form_rate = np.concatenate((np.zeros(self.n_starts), arrays["rate"]))
        # The squared lengths of the expected vectors of beginnings and of stems.
        self.expected_square = np.array([float(one @ one) for one in expected])

    @staticmethod
    def agree(arrays: Mapping[str, npt.NDArray[Any]]) -> bool:
        """Return whether the shapes of `ARRAYS` fit together."""
        n, n_dimensions = arrays["vectors"].shape
        sizes = {"hashes": n, "scale": n, "mean": n_dimensions}
        sizes |= dict.fromkeys(("weight", "rate", "expected"), n + 1)
        starts = len(arrays["start_weight"])
        sizes["start_expected"] = max(1, starts)  # at least one: hashes are taken modulo
        bands = arrays.get("bands", ())  # ascending, and no band is empty
        return [*bands] == sorted({*bands} & {*range(1, n_dimensions)}) and all(
            len(arrays[name]) == size for name, size in sizes.items()
        )

    @property
    def telling(self) -> float:
        """The largest weight of stems that tell nothing about a topic."""
        return _TELLING * float(self.form_weight[-1])

    def weight(self, stems: Ints) -> Floats:
        """Return the weight of one occurrence of each stem."""
        return self.form_weight[self.places(self.n_starts + stems)]

    def places(self, forms: Ints) -> Ints:
        """Return the index of each form in `form_weight`, `form_expected` and `form_rate`."""
        return np.minimum(forms, self.n_starts + self.n_stems)
