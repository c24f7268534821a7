"""Texts beside what they stand under: cosines of words and senses, for many pairs at once."""

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

#: More than a handful of rare words in common says no more.
MOST_SURPRISE = 30.0

# Medians of comments beside their own title, on nyt_rfd.
_USUAL_WORDS, _USUAL_SENSE = 0.13, 0.35


# In place of the row of a context: there is none.
NONE = -1


class ComparedTexts(NamedTuple):
    """Texts beside several contexts each, NaN where there is none; shape (n_contexts, n_texts).

    Attributes
    ----------
    words
        Cosine of stems, less what each shares with ordinary comments.
    starts
        The same of beginnings of words.
    sense
        Mean of the cosines of senses in all bands of directions.
    """

    words: Floats
    starts: Floats
    sense: Floats

    @property
    def likeness(self) -> Floats:
        """Words and sense in one figure, each in units of what it usually is on topic."""
        return self.words / _USUAL_WORDS + self.sense / _USUAL_SENSE


class TextComparison:
    """Texts beside their contexts.

    Parameters
    ----------
    profiles
        Of the texts and, behind them, of what else they are compared with.
    contexts
        Rows of each text's contexts among the profiles, or `NONE`; shape (n_contexts, n_texts).
    background
        What is known of stems.
    """

    def __init__(self, profiles: Profiles, contexts: Ints, background: Background) -> None:
        self._profiles, self._contexts, self._background = profiles, contexts, background
        self._n_texts = n = contexts.shape[1]
        self._missing = contexts == NONE
        self._met = np.flatnonzero(~self._missing.all(axis=1)).tolist()
        self._vectors = profiles.vectors[: np.searchsorted(profiles.vectors, 2 * n)]
        self._near = self._in_any()
        # Weight of each of these forms in each context.
        self._theirs = np.zeros((len(contexts), len(self._near)))
        keys = (profiles.vectors >> 1 << 32) + profiles.forms
        for i in self._met:
            wanted = contexts[i].take(self._vectors[self._near] >> 1) << 32
            wanted += profiles.forms[self._near]
            at = np.searchsorted(keys, wanted)
            found = keys.take(at, mode="clip") == wanted
            self._theirs[i] = np.where(found, profiles.weights.take(at, mode="clip"), 0.0)

    def _in_any(self) -> Ints:
        """Which of the texts' forms may occur in any context: of most, none does."""
        places, n_texts = self._profiles.places, len(self._profiles.sizes)
        around = np.zeros(n_texts + 1, bool)  # the last one for `NONE`
        around[self._contexts] = True
        around[NONE] = False
        held = np.zeros(len(self._background.form_weight), bool)
        held[places[around.take(self._profiles.vectors >> 1)]] = True
        return np.flatnonzero(held.take(places[: len(self._vectors)]))

    def compared(self) -> ComparedTexts:
        """All cosines."""
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
        """Information in the stems shared with one context, beyond what chance shares.

        Returns
        -------
        ndarray of float64, shape (n_texts,)
            In nats, at most `MOST_SURPRISE`; chance knows the size of the context.
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
        """Share of each text's squared weight of stems that any of the first contexts has."""
        known = (self._theirs[:n_contexts] > 0).any(axis=0) & (self._vectors[self._near] & 1 > 0)
        stems = self._near[known]
        shares = totals(
            self._vectors[stems] >> 1, self._profiles.weights[stems] ** 2, self._n_texts
        )
        return np.where(self._missing[:n_contexts].all(axis=0), np.nan, shares)


class Thread(NamedTuple):
    """The senses of an article's comments, from which each can be taken out again.

    Attributes
    ----------
    texts
        The comments, as given.
    times
        How often each text is among them.
    sense
        Sum of their senses.
    """

    texts: tuple[str, ...]
    times: Counter[str]
    sense: Singles

    @classmethod
    def of(cls, texts: tuple[str, ...], senses: Singles) -> Thread:
        """Sum up the senses of the texts."""
        return cls(texts, Counter(texts), senses.sum(axis=0))

    def has_others(self, text: str) -> bool:
        """Tell whether there are enough comments besides this one to make a subject."""
        return len(self.texts) - self.times[text] >= FEWEST


def beside_threads(texts: Sequence[str], senses: Singles, threads: Sequence[Thread]) -> Floats:
    """Cosine of senses of each text and the other comments of its thread, itself taken out.

    Words tell less here, for in a thread people repeat each other's (c3: 0.70 with, 0.72 without).
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
    """Unit vectors in which each band of directions has the same length.

    The product of two is the mean of the cosines in the bands: in one cosine of the whole, the few
    broad subjects that most texts touch would drown the many fine ones.
    """
    begin = [0, *bands]
    squares = np.add.reduceat(senses * senses, begin, axis=1)
    factors = 1 / np.sqrt(np.where(squares > 0, squares, 1) * len(begin))
    balanced: Singles = senses * np.repeat(factors, np.diff([*begin, senses.shape[1]]), axis=1)
    return balanced


def _dots(one: Singles, other: Singles) -> Floats:
    dots: Floats = np.einsum("ij,ij->i", one, other).astype(np.float64)
    return dots
