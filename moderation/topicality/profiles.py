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
from moderation.vectorize import Counter, norms

# Profiles that are kept; a stream of comments mostly comes article by article.
_KEPT = 1024


class Profile(NamedTuple):
    """One text.

    Attributes
    ----------
    stems, weights
        Its unit vector, by rising number of stem.
    size
        Number of its words.
    expected
        Its cosine with the mean of ordinary comments.
    sense
        Its unit vector of sense, centred on that of ordinary comments; zero if nothing in it is
        known.
    """

    stems: Ints
    weights: Floats
    size: int
    expected: float
    sense: Singles


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
        background = self._background
        (counts,) = self._memory.counter.count(texts)
        raw = (1.0 + np.log(counts.counts)) * background.weight(counts.features)
        weights = raw / norms(counts.rows, raw, len(texts))[counts.rows]
        expected = np.bincount(
            counts.rows, weights * background.expected(counts.features), len(texts)
        ).tolist()
        sizes = np.bincount(counts.rows, counts.counts, len(texts))
        bounds = np.searchsorted(counts.rows, np.arange(len(texts) + 1))
        sense = self._sense(counts.features, weights, bounds)
        for i, (start, end) in enumerate(pairwise(bounds.tolist())):
            stems, own = counts.features[start:end], weights[start:end]
            yield Profile(stems, own, int(sizes[i]), expected[i], sense[i])

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


class _Memory(threading.local):
    """What each thread remembers on its own: chunks, and the latest profiles."""

    def __init__(self, background: Background) -> None:
        self.counter = Counter([background.stems])
        self.kept: dict[str, Profile] = {}


def unit(vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Scale each row to length 1; a zero row stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
