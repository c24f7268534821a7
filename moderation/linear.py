"""Fitted models as plain arrays: what they score, and which features made the score.

A logistic regression over TF-IDF blocks (:class:`TextModel`) or over named signals
(:class:`SignalModel`). numpy only; :mod:`moderation.learners` fits them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from moderation.ngrams import Block, Floats, Occurrence
from moderation.text import fold
from moderation.vectorize import Counter, Reading, batches, norms, row_sums, weigh


def sigmoid(log_odds: Floats) -> Floats:
    """Probability of log-odds, without overflow at either end."""
    small = np.exp(-np.abs(log_odds))
    positive: Floats = np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
    return positive


class Contribution(NamedTuple):
    """What one occurrence of a feature adds to the log-odds."""

    place: Occurrence
    weight: float


class TextModel:
    """Logistic regression over the TF-IDF blocks of a text.

    Safe to use from several threads: each remembers chunks on its own.

    Parameters
    ----------
    blocks
        Terms and inverse document frequencies.
    coefs
        For each block, an array of one weight a term.
    intercept
        Log-odds of an empty text.
    reading
        What reads the texts, for whatever else looks at the same ones.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        coefs: Sequence[Floats],
        intercept: float,
        reading: Reading | None = None,
    ) -> None:
        self.blocks = tuple(blocks)
        self.coefs = tuple(np.asarray(coef, np.float64) for coef in coefs)
        self.intercept = float(intercept)
        self._cutters = [block.cutter() for block in self.blocks]
        # For the dot product and for the squared norm.
        self._weights = [
            (block.idf * coef, block.idf * block.idf)
            for block, coef in zip(self.blocks, self.coefs, strict=True)
        ]
        self._reading = Reading() if reading is None else reading
        self._local = threading.local()

    def __reduce__(self) -> tuple[type[TextModel], tuple[object, ...]]:
        """Travel to another process as arrays; what is remembered stays behind."""
        return TextModel, (self.blocks, self.coefs, self.intercept)

    @property
    def _counter(self) -> Counter:
        if not hasattr(self._local, "counter"):
            self._local.counter = Counter(self._cutters, self._weights, self._reading)
        counter: Counter = self._local.counter
        return counter

    def log_odds(self, texts: Iterable[str]) -> Floats:
        """Log-odds of each text.

        Parameters
        ----------
        texts
            Original, not folded.

        Returns
        -------
        ndarray of float64, shape (n_texts,)
        """
        scored = [self._batch(batch) for batch in batches(texts)]
        return np.concatenate(scored) if scored else np.empty(0)

    def probability(self, texts: Iterable[str]) -> Floats:
        """Probability of each text, in [0, 1]."""
        return sigmoid(self.log_odds(texts))

    def _batch(self, texts: Sequence[str]) -> Floats:
        total = np.full(len(texts), self.intercept)
        for (products, squares), tally in zip(
            self._weights, self._counter.tally(texts), strict=True
        ):
            # All occurrences were added up as if none were repeated: tf instead of 1 + ln tf.
            dot, square = tally.sums
            rows, features, tf = tally.repeated
            features = features.astype(np.intp)  # numpy takes by others in thrice the time
            weight = 1.0 + np.log(tf)
            dot += row_sums(rows, (weight - tf) * products[features], len(texts))
            square += row_sums(rows, (weight * weight - tf) * squares[features], len(texts))
            total += dot / np.sqrt(np.where(square > 0, square, 1.0))
        return total

    def contributions(self, text: str) -> list[Contribution]:
        """What each occurrence of each feature in the folded `text` adds to the log-odds.

        A feature that occurs several times shares its weight evenly among its occurrences, so
        that all contributions and the intercept add up to the log-odds.
        """
        folded = fold(text)
        found = []
        counted = self._counter.count([text])
        for block, coef, cutter, counts in zip(
            self.blocks, self.coefs, self._cutters, counted, strict=True
        ):
            weights = weigh(counts, block.idf)
            norm = norms(counts.rows, weights, 1)[0]
            shares = weights * coef[counts.features] / counts.counts / norm
            share_of = dict(zip(counts.features.tolist(), shares.tolist(), strict=True))
            found += [Contribution(o, share_of[o.feature]) for o in cutter.occurrences(folded)]
        return found


class SignalModel:
    """Logistic regression over named signals.

    Parameters
    ----------
    names
        The signals that count, in the order of `coef`.
    coef
        One weight a signal, in log-odds per unit of the signal.
    usual
        What each signal usually is: it stands in for one that is missing (NaN).
    intercept
        Log-odds where every signal is as usual.
    """

    def __init__(self, names: Sequence[str], coef: Floats, usual: Floats, intercept: float) -> None:
        self.names = tuple(names)
        self.coef = np.asarray(coef, np.float64)
        self.usual = np.asarray(usual, np.float64)
        self.intercept = float(intercept)

    def contributions(self, signals: Floats) -> Floats:
        """What each signal adds to the log-odds, shape (n_comments, n_signals)."""
        parts: Floats = (signals - self.usual) * self.coef
        return np.where(np.isnan(parts), 0.0, parts)

    def log_odds(self, signals: Floats) -> Floats:
        """Log-odds of each row of `signals`, shape (n_comments, n_signals)."""
        odds: Floats = self.contributions(signals).sum(axis=1) + self.intercept
        return odds
