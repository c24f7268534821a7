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

# The row of the empty text, which stands for a missing context. It has no forms and no sense.
NONE = 0
_BITS = 64


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
    texts
        The profiles of the texts.
    around
        The profiles of their contexts; that of the empty text is in the row `NONE`.
    contexts
        The rows of the contexts of each text in `around`, or `NONE`; shape
        (n_contexts, n_texts).
    background
        The use of stems in ordinary comments.
    """

    def __init__(
        self, texts: Profiles, around: Profiles, contexts: Ints, background: Background
    ) -> None:
        self._texts, self._around = texts, around
        self._contexts, self._background = contexts, background
        self._n_texts = contexts.shape[1]
        self._missing = contexts == NONE
        self._met = np.flatnonzero(~self._missing.all(axis=1)).tolist()
        self._near = self._in_any()
        # The weight of each form of the texts in each context.
        self._theirs = np.zeros((len(contexts), len(self._near)))
        keys = (around.vectors >> 1 << 32) + around.forms
        rows, forms = texts.vectors[self._near] >> 1, texts.forms[self._near]
        for i in self._met:
            wanted = (contexts[i].take(rows) << 32) + forms
            at = np.searchsorted(keys, wanted)
            found = keys.take(at, mode="clip") == wanted
            self._theirs[i] = np.where(found, around.weights.take(at, mode="clip"), 0.0)

    def _in_any(self) -> Ints:
        """Return the forms of the texts that may occur in one of their contexts; most do not.

        A bit of 64 stands for each context. A text is asked for its own contexts only::

            form     contexts with it   bits   contexts of the text   may occur
            bridge   0, 5               100001 0, 2                   yes
            tide     5                  100000 0, 2                   no
        """
        around, own = self._around, self._texts
        bits = np.uint64(1) << (np.arange(len(around.sizes), dtype=np.uint64) % np.uint64(_BITS))
        bits[NONE] = 0
        held = np.zeros(len(self._background.form_weight), np.uint64)
        ends = np.searchsorted(around.vectors, 2 * np.arange(1, len(bits) + 1)).tolist()
        for bit, start, end in zip(bits, [0, *ends], ends, strict=False):
            held[around.places[start:end]] |= bit
        asked = np.bitwise_or.reduce(bits.take(self._contexts), axis=0)
        return np.flatnonzero(held.take(own.places) & asked.take(own.vectors >> 1))

    def compared(self) -> ComparedTexts:
        """Return all cosines."""
        own, contexts = self._texts, self._contexts
        vectors = own.vectors[self._near] + 2 * self._n_texts * np.arange(len(contexts))[:, None]
        products = own.weights[self._near] * self._theirs
        dots = totals(vectors.ravel(), products.ravel(), 2 * contexts.size)
        expected = own.expected + self._around.expected.take(contexts, axis=0)
        shared = dots.reshape(expected.shape) - expected + self._background.expected_square
        shared[self._missing] = np.nan
        return ComparedTexts(shared[..., 1], shared[..., 0], self._sense())

    def _sense(self) -> Floats:
        own, around = self._texts.senses, self._around.senses
        near = np.full(self._contexts.shape, np.nan)
        if own.shape[1]:
            own, around = (_balanced(one, self._background.bands) for one in (own, around))
        for i in self._met:
            near[i] = _dots(own, around.take(self._contexts[i], axis=0))
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
        own = self._texts
        stems = np.flatnonzero(own.vectors & 1)
        rows = own.vectors[stems] >> 1
        sizes = self._around.sizes[self._contexts[context]]
        rate = self._background.form_rate.take(own.places[stems])
        chance = -np.expm1(-rate * sizes.take(rows))
        nats = -np.log(np.maximum(chance, 1e-12))
        known = np.zeros(len(own.vectors), bool)
        known[self._near] = self._theirs[context] > 0
        surplus = totals(rows, nats * (known[stems] - chance), self._n_texts)
        return np.where(missing, np.nan, np.clip(surplus, -MOST_SURPRISE, MOST_SURPRISE))

    def covered(self, n_contexts: int) -> Floats:
        """Return the share of the squared stem weights of each text in the first contexts."""
        own = self._texts
        known = (self._theirs[:n_contexts] > 0).any(axis=0) & (own.vectors[self._near] & 1 > 0)
        stems = self._near[known]
        shares = totals(own.vectors[stems] >> 1, own.weights[stems] ** 2, self._n_texts)
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
