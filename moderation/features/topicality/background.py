"""How ordinary comments use words: how rare each stem is, and in what company it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features.ngrams import EACH, Cut, Places, split_tokens
from moderation.features.sparse.occurrences import Occurrences
from moderation.features.topicality.stems import LONGEST, LONGEST_BEGINNING, TOKEN, beginnings, stem

Singles = npt.NDArray[np.float32]

# A stem in more than about 2 % of ordinary comments tells nothing about a topic: its weight, as a
# share of a stranger's.
_TELLING = 0.2

# Stems that the background lacks are told apart by this many hashes. They need no array.
_STRANGERS = 1 << 24

# Words whose forms are remembered: those of some 60,000 comments of data/train.
_REMEMBERED_WORDS = 1 << 16


def hash_of(stem: str) -> int:
    """The number by which a stem is known, from 0 to 2**32 - 1."""
    return crc32(stem.encode("utf-8", "replace"))


class Stems:
    """Numbers stems.

    Parameters
    ----------
    hashes
        Of the stems that are known: number ``i`` is the stem whose hash is ``hashes[i]``. Every
        other stem gets a number beyond, so that a name that nobody ever wrote before still
        matches itself.
    """

    def __init__(self, hashes: npt.NDArray[np.uint32]) -> None:
        self._number = dict(zip(hashes.tolist(), range(len(hashes)), strict=True))

    def number(self, stem: str) -> int:
        """The number of one stem."""
        key = hash_of(stem)
        known = self._number.get(key)
        return len(self._number) + key % _STRANGERS if known is None else known


class Beginnings:
    """Numbers beginnings of words.

    Parameters
    ----------
    n_numbers
        How many there are; beginnings are told apart by as many hashes.
    """

    def __init__(self, n_numbers: int) -> None:
        self.n_numbers = n_numbers

    def numbers(self, word: str) -> list[int]:
        """Numbers of the beginnings of one word."""
        return [hash_of(one) % self.n_numbers for one in beginnings(word)]

    def cut(self, folded: str) -> list[int]:
        """Numbers of the beginnings of the chunk's words."""
        return [number for word in TOKEN.findall(folded) for number in self.numbers(word)]


class Forms:
    """Cuts folded chunks into the forms of their words: beginnings, and behind them all stems.

    Parameters
    ----------
    stems, beginnings
        What numbers them; the stems' numbers are moved up by the number of beginnings.
    """

    chunkwise = True

    def __init__(self, stems: Stems, beginnings: Beginnings) -> None:
        self._stems = stems
        self._beginnings = beginnings
        # Many chunks hold one word, in other case or with other marks around it, and many words
        # begin alike.
        self._of_word = lru_cache(maxsize=_REMEMBERED_WORDS)(self._forms_of)
        self._of_start = lru_cache(maxsize=_REMEMBERED_WORDS)(beginnings.numbers)

    def __reduce__(self) -> tuple[type[Forms], tuple[Stems, Beginnings]]:
        """Travel to another process; what is remembered stays behind."""
        return Forms, (self._stems, self._beginnings)

    def _forms_of(self, word: str) -> tuple[int, ...]:
        return (*self._of_start(word[:LONGEST_BEGINNING]), self.number(stem(word)))

    def number(self, stem: str) -> int:
        """The number of one stem."""
        return self._beginnings.n_numbers + self._stems.number(stem)

    def cut(self, folded: str) -> Sequence[int]:
        """Numbers of the forms of the chunk's words."""
        forms: list[int] = self.cut_all([folded]).numbers.tolist()
        return forms

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Cut many folded chunks at once."""
        words, sizes = split_tokens(TOKEN, chunks)
        forms = [self._of_word(word[:LONGEST]) for word in words]
        flat = np.fromiter(chain.from_iterable(forms), np.int32)
        return Cut(flat, sizes * len(forms[0]) if forms else sizes)

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """As they are."""
        del rows
        return EACH, cut

    def occurrences(self, folded: str) -> Occurrences:
        """None: words are explained by :func:`moderation.features.topicality.overlap`."""
        del folded
        return Occurrences.of()


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
        # Of what is shared with anybody: of beginnings, and of stems.
        self.expected_square = np.array([float(one @ one) for one in expected])

    @staticmethod
    def agree(arrays: Mapping[str, npt.NDArray[Any]]) -> bool:
        """Tell whether the shapes of `ARRAYS` fit together."""
        n, n_dimensions = arrays["vectors"].shape
        sizes = {"hashes": n, "scale": n, "mean": n_dimensions}
        sizes |= dict.fromkeys(("weight", "rate", "expected"), n + 1)
        starts = len(arrays["start_weight"])
        sizes["start_expected"] = max(1, starts)  # at least one: hashes are taken modulo
        bands = arrays.get("bands", ())  # ascending, no band without a direction
        return [*bands] == sorted({*bands} & {*range(1, n_dimensions)}) and all(
            len(arrays[name]) == size for name, size in sizes.items()
        )

    @property
    def telling(self) -> float:
        """Stems of at most this weight tell nothing about a topic."""
        return _TELLING * float(self.form_weight[-1])

    def weight(self, stems: Ints) -> Floats:
        """What one occurrence of each stem weighs."""
        return self.form_weight[self.places(self.n_starts + stems)]

    def places(self, forms: Ints) -> Ints:
        """Where `form_weight`, `form_expected` and `form_rate` tell of each form."""
        return np.minimum(forms, self.n_starts + self.n_stems)
