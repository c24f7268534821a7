"""Comparison of texts with their contexts: cosines of words and senses for many pairs at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Floats, Ints
from moderation.context import FEWEST
from moderation.features.sparse.counts import totals
from moderation.features.topicality.background import Background, Singles
from moderation.features.topicality.profiles import Profiles

#: The limit of surprise: more than a handful of shared rare words says no more.
MOST_SURPRISE = 30.0

# Medians of comments compared with the title of their article, on nyt_rfd.
_USUAL_WORDS, _USUAL_SENSE = 0.13, 0.35

# Stands for the row of a missing context.
NONE = -1


class ComparedTexts(NamedTuple):
    """Comparisons of texts with their contexts, shape (n_contexts, n_texts), NaN if missing.

    Attributes
    ----------
    words
        The cosine of stems, less the part that each shares with ordinary comments.
    starts
        The same for the beginnings of words.
    sense
        The mean of the cosines of senses in all bands of directions.
    """

    words: Floats
    starts: Floats
    sense: Floats

    @property
    def likeness(self) -> Floats:
        """The sum of words and sense, each in units of its usual value for a comment on topic."""
        return self.words / _USUAL_WORDS + self.sense / _USUAL_SENSE


class TextComparison:
    """Compares texts with their contexts.

    Parameters
    ----------
    profiles
        The profiles of the texts, followed by those of the contexts.
    contexts
        The rows of the contexts of each text in `profiles`, or `NONE`; shape
        (n_contexts, n_texts).
    background
        The use of stems in ordinary comments.
    """

    def __init__(self, profiles: Profiles, contexts: Ints, background: Background) -> None:
        self._profiles, self._contexts, self._background = profiles, contexts, background
        self._n_texts = n = contexts.shape[1]
        self._missing = contexts == NONE
        self._met = np.flatnonzero(~self._missing.all(axis=1)).tolist()
        self._vectors = profiles.vectors[: np.searchsorted(profiles.vectors, 2 * n)]
        self._near = self._in_any()
        # The weight of each form of the texts in each context.
        self._theirs = np.zeros((len(contexts), len(self._near)))
        keys = (profiles.vectors >> 1 << 32) + profiles.forms
        for i in self._met:
            wanted = contexts[i].take(self._vectors[self._near] >> 1) << 32
            wanted += profiles.forms[self._near]
            at = np.searchsorted(keys, wanted)
            found = keys.take(at, mode="clip") == wanted
            self._theirs[i] = np.where(found, profiles.weights.take(at, mode="clip"), 0.0)

    def _in_any(self) -> Ints:
        """Return the forms of the texts that may occur in any context; most do not."""
        places, n_texts = self._profiles.places, len(self._profiles.sizes)
        around = np.zeros(n_texts + 1, bool)  # the last one for `NONE`
        around[self._contexts] = True
        around[NONE] = False
        held = np.zeros(len(self._background.form_weight), bool)
        held[places[around.take(self._profiles.vectors >> 1)]] = True
        return np.flatnonzero(held.take(places[: len(self._vectors)]))

    def compared(self) -> ComparedTexts:
        """Return all cosines."""
        profiles, contexts, n = self._profiles, self._contexts, self._n_texts
        vectors = self._vectors[self._near] + 2 * n * np.arange(len(contexts))[:, None]
        products = profiles.weights[self._near] * self._theirs
        dots = totals(vectors.ravel(), products.ravel(), 2 * contexts.size)
        expected = profiles.expected[:n] + profiles.expected.take(contexts, axis=0, mode="wrap")
        shared = dots.reshape(expected.shape) - expected + self._background.expected_square
        shared[self._missing] = np.nan
        return ComparedTexts(shared[..., 1], shared[..., 0], self._sense())

    def _sense(self) -> Floats:
        senses, near = self._profiles.senses, np.full(self._contexts.shape, np.nan)
        if senses.shape[1]:
            senses = _balanced(senses, self._background.bands)
        for i in self._met:
            theirs = senses.take(self._contexts[i], axis=0, mode="wrap")
            near[i] = _dots(senses[: self._n_texts], theirs)
        near[self._missing] = np.nan
        return near

    def surprise(self, context: int) -> Floats:
        """Return the information in the stems shared with one context, beyond chance.

        Parameters
        ----------
        context
            The number of the context.

        Returns
        -------
        ndarray of float64, shape (n_texts,)
            In nats, at most `MOST_SURPRISE`. Chance takes the size of the context into account.
        """
        missing = self._missing[context]
        if context not in self._met:
            return np.full(self._n_texts, np.nan)
        stems = np.flatnonzero(self._vectors & 1)
        rows = self._vectors[stems] >> 1
        sizes = self._profiles.sizes[self._contexts[context]]
        rate = self._background.form_rate.take(self._profiles.places[stems])
        chance = -np.expm1(-rate * sizes.take(rows))
        nats = -np.log(np.maximum(chance, 1e-12))
        known = np.zeros(len(self._vectors), bool)
        known[self._near] = self._theirs[context] > 0
        surplus = totals(rows, nats * (known[stems] - chance), self._n_texts)
        return np.where(missing, np.nan, np.clip(surplus, -MOST_SURPRISE, MOST_SURPRISE))

    def covered(self, n_contexts: int) -> Floats:
        """Return the share of the squared stem weights of each text in the first contexts."""
        known = (self._theirs[:n_contexts] > 0).any(axis=0) & (self._vectors[self._near] & 1 > 0)
        stems = self._near[known]
        shares = totals(
            self._vectors[stems] >> 1, self._profiles.weights[stems] ** 2, self._n_texts
        )
        return np.where(self._missing[:n_contexts].all(axis=0), np.nan, shares)


class Thread(NamedTuple):
    """The sum of the senses of the comments of an article; each can be subtracted again.

    Attributes
    ----------
    texts
        The comments as given.
    times
        The number of occurrences of each text.
    sense
        The sum of their senses.
    """

    texts: tuple[str, ...]
    times: Counter[str]
    sense: Singles

    @classmethod
    def of(cls, texts: tuple[str, ...], senses: Singles) -> Thread:
        """Make a thread from texts and their senses."""
        return cls(texts, Counter(texts), senses.sum(axis=0))

    def has_others(self, text: str) -> bool:
        """Return whether the thread has enough other comments to have a subject."""
        return len(self.texts) - self.times[text] >= FEWEST


def beside_threads(texts: Sequence[str], senses: Singles, threads: Sequence[Thread]) -> Floats:
    """Return the cosine of senses of each text and the other comments of its thread.

    Words are not compared, because people in a thread repeat each other's words (c3: 0.70 with
    words, 0.72 without).
    """
    times = np.array([t.times[text] for t, text in zip(threads, texts, strict=True)])
    different = {id(thread): thread for thread in threads}
    number = {key: i for i, key in enumerate(different)}
    sums = np.stack([thread.sense for thread in different.values()])
    around = sums.take([number[id(thread)] for thread in threads], axis=0)
    around = around - times[:, None].astype(np.float32) * senses
    size = np.linalg.norm(around, axis=1)
    return _dots(senses, around) / np.where(size > 0, size, 1.0)


def _balanced(senses: Singles, bands: Sequence[int]) -> Singles:
    """Return unit vectors in which each band of directions has the same length.

    The dot product of two is the mean of the cosines in the bands. In one cosine of all directions,
    the few broad subjects of most texts would outweigh the many fine ones.
    """
    begin = [0, *bands]
    squares = np.add.reduceat(senses * senses, begin, axis=1)
    factors = 1 / np.sqrt(np.where(squares > 0, squares, 1) * len(begin))
    balanced: Singles = senses * np.repeat(factors, np.diff([*begin, senses.shape[1]]), axis=1)
    return balanced


def _dots(one: Singles, other: Singles) -> Floats:
    dots: Floats = np.einsum("ij,ij->i", one, other).astype(np.float64)
    return dots
