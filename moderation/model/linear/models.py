"""Fitted models as plain arrays: what they score, and which features made the score.

A logistic regression over TF-IDF blocks (:class:`TextModel`) or over named signals
(:class:`SignalModel`). numpy only; :mod:`moderation.training.learners` fits them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Floats, Ints
from moderation.features import Block, Counter, TokenCache, batches
from moderation.features.sparse import (
    Counts,
    Occurrence,
    Occurrences,
    norms,
    row_sums,
    run_starts,
    totals,
    weigh,
)
from moderation.model.manifest import SentenceSpec
from moderation.model.short_comments import ShortSpec


def sigmoid(log_odds: Floats) -> Floats:
    """Probability of log-odds, without overflow at either end."""
    small = np.exp(-np.abs(log_odds))
    positive: Floats = np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
    return positive


def bounded(short: ShortSpec | None, log_odds: Floats, texts: Sequence[str]) -> Floats:
    """Apply the bound on short texts; this is the only place that does.

    Parameters
    ----------
    short
        The bound; None leaves everything as it is.
    log_odds
        Of each text, shape (n_texts,).
    texts
        Original, not folded. Only those above the ceiling are looked at.
    """
    if short is None:
        return log_odds
    high = [i for i in np.flatnonzero(log_odds > short.log_odds).tolist() if short.bounds(texts[i])]
    found = log_odds.copy()
    found[high] = short.log_odds
    return found


class Contribution(NamedTuple):
    """What one occurrence of a feature adds to the log-odds."""

    place: Occurrence
    weight: float


class Contributions(NamedTuple):
    """What all occurrences of the features of one block add to the log-odds."""

    places: Occurrences
    weights: Floats


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
    sentence
        What the most hostile sentence counts.
    short
        What a text of few words may reach; None bounds no text.
    reading
        What reads the texts, for whatever else looks at the same ones.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        coefs: Sequence[Floats],
        intercept: float,
        sentence: SentenceSpec | None = None,
        short: ShortSpec | None = None,
        reading: TokenCache | None = None,
    ) -> None:
        self.blocks = tuple(blocks)
        self.coefs = tuple(np.asarray(coef, np.float64) for coef in coefs)
        self.intercept = float(intercept)
        self.sentence = sentence or SentenceSpec()
        self.short = short
        self._cutters = [block.cutter() for block in self.blocks]
        # For the dot product and for the squared norm.
        self._weights = [
            (block.idf * coef, block.idf * block.idf)
            for block, coef in zip(self.blocks, self.coefs, strict=True)
        ]
        self._reading = TokenCache() if reading is None else reading
        self._local = threading.local()

    def __reduce__(self) -> tuple[type[TextModel], tuple[object, ...]]:
        """Travel to another process as arrays; what is remembered stays behind."""
        return TextModel, (self.blocks, self.coefs, self.intercept, self.sentence, self.short)

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
        scored = [bounded(self.short, self._sums(batch), batch) for batch in batches(texts)]
        return np.concatenate(scored) if scored else np.empty(0)

    def bounds(self, texts: Iterable[str]) -> Floats:
        """What the bound on short texts takes from the log-odds of each, shape (n_texts,)."""
        taken = []
        for batch in batches(texts):
            sums = self._sums(batch)
            taken.append(bounded(self.short, sums, batch) - sums)
        return np.concatenate(taken) if taken else np.empty(0)

    def _sums(self, texts: Sequence[str]) -> Floats:
        """Log-odds of each text before any bound."""
        share = self.sentence.share
        whole, worst = self._parts(texts)
        return (1 - share) * whole + share * worst + self.intercept

    def worst_sentences(self, texts: Iterable[str]) -> Floats:
        """Log-odds, but for the intercept, of each text's most hostile sentence."""
        worst = [self._parts(batch)[1] for batch in batches(texts)]
        return np.concatenate(worst) if worst else np.empty(0)

    def probability(self, texts: Iterable[str]) -> Floats:
        """Probability of each text, in [0, 1]."""
        return sigmoid(self.log_odds(texts))

    def _parts(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """What each text as a whole says, and its most hostile sentence."""
        row_of, tallies = self._counter.tally(texts)
        whole, worst = np.zeros((2, len(texts)))
        sentences = np.zeros(len(row_of))
        for (products, squares), tally in zip(self._weights, tallies, strict=True):
            dots, lengths = tally.sums
            sentences += dots * self.sentence.scale(lengths)
            # All occurrences were added up as if none were repeated: tf instead of 1 + ln tf.
            dot, square = (totals(row_of, sums, len(texts)) for sums in tally.sums)
            rows, features, tf = tally.repeated
            features = features.astype(np.intp)  # numpy takes by others in thrice the time
            weight = 1.0 + np.log(tf)
            dot += row_sums(rows, (weight - tf) * products[features], len(texts))
            square += row_sums(rows, (weight * weight - tf) * squares[features], len(texts))
            whole += dot / np.sqrt(np.where(square > 0, square, 1.0))
        if len(row_of):
            first = run_starts(row_of)
            worst[row_of[first]] = np.maximum.reduceat(sentences, first)
        return whole, worst

    def contributions(self, text: str) -> list[Contribution]:
        """What each occurrence of each feature in the folded `text` adds to the log-odds.

        A feature that occurs several times shares its weight in the whole evenly among its
        occurrences, so that all contributions and the intercept add up to the log-odds before the
        bound on short texts.
        """
        return [
            Contribution(*pair)
            for places, weights in self.explained(text)[0]
            for pair in zip(places.each(), weights.tolist(), strict=True)
        ]

    def explained(self, text: str) -> tuple[list[Contributions], tuple[int, int] | None]:
        """What each block adds, and where in the folded `text` its most hostile sentence is.

        None if it is the only one, or counts nothing apart.
        """
        folded, starts = self._sentences_of(text)
        share, sentences = self.sentence.share, np.zeros(len(starts))
        parts = []
        for i, counts in enumerate(self._counter.count([text])):
            places = self._cutters[i].occurrences(folded)
            features = places.features
            within = np.searchsorted(starts, places.starts, "right") - 1
            products, squares = (weights[features] for weights in self._weights[i])
            own = products * self.sentence.scale(totals(within, squares, len(starts)))[within]
            sentences += totals(within, own, len(starts))
            whole = self._whole(i, counts)[np.searchsorted(counts.features, features)]
            parts.append((places, whole, own, within))
        worst, found = int(sentences.argmax()), []
        for places, whole, own, within in parts:
            added = (1 - share) * whole + share * own * (within == worst)
            found.append(Contributions(places, added))
        if not share or len(starts) == 1:
            return found, None
        ends = np.append(starts[1:] - 1, len(folded))
        return found, (int(starts[worst]), int(ends[worst]))

    def _sentences_of(self, text: str) -> tuple[str, Ints]:
        """The folded text, and where its sentences begin."""
        _, chunks, begins, _ = self._reading.read([text])
        folded = [self._reading.folded[chunk] for chunk in chunks.tolist()]
        starts = np.cumsum([0, *(len(chunk) + 1 for chunk in folded)])[:-1][begins]
        return " ".join(folded), starts if len(starts) else np.zeros(1, np.int64)

    def _whole(self, i: int, counts: Counts) -> Floats:
        """What one occurrence of each counted feature of block `i` adds in a whole text."""
        weights = weigh(counts, self.blocks[i].idf)
        weights /= norms(counts.rows, weights, 1)[0] * counts.counts
        each: Floats = weights * self.coefs[i][counts.features]
        return each


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
