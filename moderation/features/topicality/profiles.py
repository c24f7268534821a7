"""Texts as arrays for comparison: unit vectors of the forms of words, and of sense."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features.counting import Counter, TokenCache
from moderation.features.sparse.counts import norms, row_sums
from moderation.features.topicality.background import Background, Singles

# The number of cached profiles. A stream of comments mostly comes article by article.
_KEPT = 1024


class Profiles(NamedTuple):
    """Profiles of texts: each has a unit vector of beginnings of words and one of stems.

    Attributes
    ----------
    forms, weights
        The forms in all vectors end to end, ascending in each vector, and their weights.
    places
        The index of each form in the arrays of the background.
    vectors
        The vector of each form: twice the row of the text, plus one for stems.
    expected
        The cosine of each vector with the mean of ordinary comments, shape (n_texts, 2).
    sizes
        The number of words of each text.
    senses
        Unit vectors of sense, centred on the mean of ordinary comments; zero if no word is known.
        Shape (n_texts, n_dimensions).
    """

    forms: Ints
    weights: Floats
    places: Ints
    vectors: Ints
    expected: Floats
    sizes: Floats
    senses: Singles

    def row(self, i: int) -> Profiles:
        """Return a copy of the profile of one text."""
        own = slice(*np.searchsorted(self.vectors, (2 * i, 2 * i + 2)))
        return Profiles(
            self.forms[own].copy(),
            self.weights[own].copy(),
            self.places[own].copy(),
            self.vectors[own] - 2 * i,
            self.expected[i : i + 1].copy(),
            self.sizes[i : i + 1].copy(),
            self.senses[i : i + 1].copy(),
        )

    def followed_by(self, others: Iterable[Profiles]) -> Profiles:
        """Return these profiles and those of `others` as one."""
        parts, n = [self], len(self.sizes)
        for other in others:
            parts.append(other._replace(vectors=other.vectors + 2 * n))
            n += len(other.sizes)
        if len(parts) == 1:
            return self
        return Profiles(*map(np.concatenate, zip(*parts, strict=True)))


class Profiler:
    """Makes profiles of texts, and caches the latest profiles of their contexts.

    Parameters
    ----------
    background
        The use of stems in ordinary comments.
    reading
        The token cache.
    """

    def __init__(self, background: Background, reading: TokenCache) -> None:
        self._background = background
        self._memory = _ProfileMemory(background, reading)

    def profiles(
        self, texts: Sequence[str], around: Sequence[str] = ()
    ) -> tuple[Profiles, dict[str, int]]:
        """Return the profiles of texts, followed by those of their contexts.

        Parameters
        ----------
        texts
            Texts that mostly occur only once; their profiles are not cached.
        around
            Distinct other texts, whose profiles are cached.

        Returns
        -------
        profiles
            The profiles; row ``i`` belongs to ``texts[i]``.
        rows
            The row of each text in `around`.
        """
        kept = self._memory.kept
        new = [text for text in around if text not in kept]
        known = [text for text in around if text in kept]
        profiles = self._analysed([*texts, *new])
        kept_before = [kept[text] for text in known]
        kept.update((text, profiles.row(i)) for i, text in enumerate(new, len(texts)))
        for text in [*islice(kept, max(0, len(kept) - _KEPT))]:
            del kept[text]
        rows = {text: row for row, text in enumerate([*new, *known], len(texts))}
        return profiles.followed_by(kept_before), rows

    def _analysed(self, texts: Sequence[str]) -> Profiles:
        background, n = self._background, len(texts)
        rows, forms, times = self._memory.counter.count(texts)[0]
        vectors = 2 * rows.astype(np.int64) + (forms >= background.n_starts)
        places = background.places(forms)
        raw = background.form_weight.take(places)
        several = np.flatnonzero(times > 1)
        raw[several] *= 1.0 + np.log(times[several])
        weights = raw / norms(vectors, raw, 2 * n).take(vectors)
        expected = row_sums(vectors, weights * background.form_expected.take(places), 2 * n)
        sizes = row_sums(vectors, times, 2 * n)[1::2]
        senses = self._senses(vectors, places, weights, n)
        return Profiles(forms, weights, places, vectors, expected.reshape(n, 2), sizes, senses)

    def _senses(self, vectors: Ints, places: Ints, weights: Floats, n_texts: int) -> Singles:
        mean, table = self._background.mean, self._background.term_vectors
        total = np.zeros((n_texts, len(mean)), np.float32)
        stems, single = places - self._background.n_starts, weights.astype(np.float32)
        bounds = np.searchsorted(vectors, np.arange(1, 2 * n_texts + 1)).tolist()
        for own, start, end in zip(total, bounds[::2], bounds[1::2], strict=True):
            if end > start:
                np.dot(single[start:end], table.take(stems[start:end], axis=0), out=own)
        lengths = np.linalg.norm(total, axis=1, keepdims=True)
        known = lengths > 0
        return np.where(known, unit(total / np.where(known, lengths, 1) - mean), np.float32(0))


class _ProfileMemory(threading.local):
    """The cache of each thread: tokens and the latest profiles."""

    def __init__(self, background: Background, reading: TokenCache) -> None:
        self.counter = Counter([background.forms], reading=reading)
        self.kept: dict[str, Profiles] = {}


def unit(vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Scale each row to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
