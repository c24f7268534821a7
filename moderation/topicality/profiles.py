"""Texts as arrays that can be compared: unit vectors of stems, unit vectors of sense."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.ngrams import Floats, Ints
from moderation.topicality.background import Background, Singles
from moderation.vectorize import Counter, Counts, norms, totals

# Profiles that are kept; a stream of comments mostly comes article by article.
_KEPT = 1024


class Bag(NamedTuple):
    """A unit vector, and its cosine with the mean of ordinary comments.

    Attributes
    ----------
    numbers, weights
        What it holds, by rising number.
    expected
        That cosine.
    """

    numbers: Ints
    weights: Floats
    expected: float


class Profile(NamedTuple):
    """One text.

    Attributes
    ----------
    words
        Its stems.
    starts
        The beginnings of its words.
    size
        Number of its words.
    sense
        Its unit vector of sense, centred on that of ordinary comments; zero if nothing in it is
        known.
    subjects
        The same with all bands of directions of equal length, so that a product of two is the
        mean of the bands' cosines: broad subjects, in which many texts agree, do not drown fine
        ones.
    """

    words: Bag
    starts: Bag
    size: int
    sense: Singles
    subjects: Singles


class Profiler:
    """Makes profiles of texts, and remembers the latest; one for each thread.

    Parameters
    ----------
    background
        What is known of stems.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._memory = _Memory(background)

    def profiles(self, texts: Sequence[str]) -> list[Profile]:
        """Profile of each text; what is unknown is analysed at once."""
        kept = self._memory.kept
        unknown = [text for text in dict.fromkeys(texts) if text not in kept]
        if unknown:
            kept.update(zip(unknown, self._analysed(unknown), strict=True))
        found = [kept[text] for text in texts]
        while len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return found

    def _analysed(self, texts: Sequence[str]) -> Iterator[Profile]:
        background, n = self._background, len(texts)
        counts, starts = self._memory.counter.count(texts)
        stems = counts.features
        words = _Bags.of(counts, background.weight(stems), background.expected(stems), n)
        begun = _Bags.of(
            starts,
            background.start_weight[starts.features],
            background.start_expected[starts.features],
            n,
        )
        sizes = np.bincount(counts.rows, counts.counts, n).tolist()
        sense = self._sense(stems, words.weights, words.bounds)
        subjects = _balanced(sense, background.bands)
        for i, (own, own_starts) in enumerate(zip(words, begun, strict=True)):
            yield Profile(own, own_starts, int(sizes[i]), sense[i], subjects[i])

    def _sense(self, stems: Ints, weights: Floats, bounds: Ints) -> Singles:
        n = len(bounds) - 1
        mean = self._background.mean
        total = np.zeros((n, len(mean)), np.float32)
        single = weights.astype(np.float32)
        for i, (start, end) in enumerate(pairwise(bounds.tolist())):
            if end > start:
                total[i] = single[start:end] @ self._background.vectors(stems[start:end])
        known = np.linalg.norm(total, axis=1) > 0
        total[known] = unit(unit(total[known]) - mean)
        return total


class _Bags:
    """The bags of some texts, cut from arrays that hold them end to end."""

    def __init__(self, numbers: Ints, weights: Floats, expected: Floats, bounds: Ints) -> None:
        self.numbers, self.weights, self.expected, self.bounds = numbers, weights, expected, bounds

    @classmethod
    def of(cls, counts: Counts, weight: Floats, usual: Floats, n_texts: int) -> _Bags:
        """Weigh counts: sublinear, scaled to unit length."""
        raw = (1.0 + np.log(counts.counts)) * weight
        weights = raw / norms(counts.rows, raw, n_texts)[counts.rows]
        expected = totals(counts.rows, weights * usual, n_texts)
        bounds = np.searchsorted(counts.rows, np.arange(n_texts + 1))
        return cls(counts.features, weights, expected, bounds)

    def __iter__(self) -> Iterator[Bag]:
        expected = self.expected.tolist()
        for i, (start, end) in enumerate(pairwise(self.bounds.tolist())):
            yield Bag(self.numbers[start:end], self.weights[start:end], expected[i])


class _Memory(threading.local):
    """What each thread remembers on its own: chunks, and the latest profiles."""

    def __init__(self, background: Background) -> None:
        self.counter = Counter([background.stems, background.beginnings])
        self.kept: dict[str, Profile] = {}


def _balanced(vectors: Singles, bands: Sequence[int]) -> Singles:
    """Unit vectors in which each band of directions has the same length."""
    parts = [unit(part) for part in np.split(vectors, bands, axis=1)]
    return np.hstack(parts) / np.float32(len(parts) ** 0.5)


def unit(vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Scale each row to length 1; a zero row stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
