"""Fitted models as plain arrays: their scores, and the contributions of features.

A model is a logistic regression over TF-IDF blocks (:class:`TextModel`). This module imports only
numpy; :mod:`moderation.training.learners` fits the models.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from moderation._types import Floats
from moderation.features import Block, Counter, batches
from moderation.features.reading import Batch, TokenCache
from moderation.features.sparse import row_sums, run_starts, totals
from moderation.model.linear.brief import BriefWeights
from moderation.model.manifest import SentenceSpec
from moderation.model.short_comments import ShortSpec, bounded
from moderation.text.folding import Folding
from moderation.text.mentions import without_mentions

T = TypeVar("T")

# Sums of the same numbers in another order differ by less.
_ROUNDED = 1e-6


def sigmoid(log_odds: Floats) -> Floats:
    """Return the probabilities of log-odds, without overflow."""
    small = np.exp(-np.abs(log_odds))
    positive: Floats = np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
    return positive


class TextModel:
    """Logistic regression over the TF-IDF blocks of a text.

    It is safe to use from several threads: each thread has a cache of its own.

    Parameters
    ----------
    blocks
        The terms and inverse document frequencies.
    coefs
        For each block, an array of one weight per term.
    intercept
        The log-odds of an empty text.
    sentence
        How much the most hostile sentence counts.
    short
        The bound on the score of short texts; None for no bound.
    reading
        The token cache, which other models may share. It has the model's folding.
    brief
        The weights of brief texts; None if the same weights serve texts of every length.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        coefs: Sequence[Floats],
        intercept: float,
        sentence: SentenceSpec | None = None,
        short: ShortSpec | None = None,
        reading: TokenCache | None = None,
        brief: BriefWeights | None = None,
    ) -> None:
        self.blocks = tuple(blocks)
        self.coefs = tuple(np.asarray(coef, np.float64) for coef in coefs)
        self.intercept = float(intercept)
        self.sentence = sentence or SentenceSpec()
        self.short = short
        self.brief = brief
        self.cutters = [block.cutter() for block in self.blocks]
        # The weights for the dot product and for the squared norm and, if brief texts have weights
        # of their own, what these add to the dot product.
        self.weights: list[tuple[Floats, ...]] = [
            (block.idf * coef, block.idf * block.idf)
            for block, coef in zip(self.blocks, self.coefs, strict=True)
        ]
        if brief is not None:
            self.weights = [
                (products, squares, block.idf * (own - coef))
                for (products, squares), block, coef, own in zip(
                    self.weights, self.blocks, self.coefs, brief.coefs, strict=True
                )
            ]
        self.reading = TokenCache() if reading is None else reading
        self._local = threading.local()

    def __reduce__(self) -> tuple[type[TextModel], tuple[object, ...]]:
        """Pickle only the parameters, without the caches."""
        parts = (self.blocks, self.coefs, self.intercept, self.sentence, self.short)
        return TextModel, (*parts, self.reading, self.brief)

    @property
    def folding(self) -> Folding:
        """How the model folds texts."""
        return self.reading.folding

    def kept(self, kind: Callable[[TextModel], T]) -> T:
        """Return what `kind` makes of this model, made once for each thread."""
        if not hasattr(self._local, "kept"):
            self._local.kept = {}
        kept: dict[object, T] = self._local.kept
        if kind not in kept:
            kept[kind] = kind(self)
        return kept[kind]

    def log_odds(self, texts: Iterable[str]) -> Floats:
        """Return the log-odds of each original text, which is not folded, shape (n_texts,)."""
        return _joined(map(self.log_odds_of, self._batches(texts)))

    def log_odds_of(self, batch: Batch) -> Floats:
        """Return the log-odds of the texts of a batch, shape (n_texts,)."""
        return bounded(self.short, self._unbounded(batch), batch.texts, self.folding)

    def _batches(self, texts: Iterable[str]) -> Iterator[Batch]:
        return map(self.read, batches(texts))

    def read(self, texts: Sequence[str]) -> Batch:
        """Read some texts together."""
        return self.reading.read(texts)

    def unbounded(self, texts: Iterable[str]) -> Floats:
        """Return the log-odds of each text before the bound on short texts, shape (n_texts,)."""
        return _joined(map(self._unbounded, self._batches(texts)))

    def bounds(self, texts: Iterable[str]) -> Floats:
        """Return the change of the log-odds by the bound on short texts, shape (n_texts,)."""
        taken = []
        for batch in self._batches(texts):
            log_odds = self._unbounded(batch)
            taken.append(bounded(self.short, log_odds, batch.texts, self.folding) - log_odds)
        return _joined(taken)

    def taken_away(self, text: str, log_odds: float) -> tuple[float, float]:
        """Return the deduction for a text, and what the bound on short texts takes away.

        `log_odds` are those before either, up to rounding.
        """
        spec, short = self.brief and self.brief.mentioned, self.short
        mentions = spec and log_odds > spec.log_odds - _ROUNDED and without_mentions(text)
        few = short and log_odds > short.log_odds - _ROUNDED and short.bounds(text, self.folding)
        if not (mentions or few):
            return 0.0, 0.0
        batch = self.read([text])
        sums = self._sums(batch)
        left = sums + (taken := self._deducted(batch, sums))
        bound = bounded(self.short, left, batch.texts, self.folding) - left
        return float(taken[0]), float(bound[0])

    def deductions(self, texts: Iterable[str]) -> Floats:
        """Return the deduction from each text for its mentioned words, at most 0, (n_texts,)."""
        return _joined(self._deducted(batch, self._sums(batch)) for batch in self._batches(texts))

    def deducted(self, texts: Sequence[str], log_odds: Floats) -> Floats:
        """Return the deductions from texts whose log-odds without them are known, (n_texts,)."""
        found, first = [], 0
        for batch in self._batches(texts):
            found.append(self._deducted(batch, log_odds[first : first + len(batch.texts)]))
            first += len(batch.texts)
        return _joined(found)

    def _deducted(self, batch: Batch, log_odds: Floats) -> Floats:
        texts, found = batch.texts, np.zeros(len(batch.texts))
        spec = self.brief.mentioned if self.brief else None
        if spec is None:
            return found
        examined = np.flatnonzero(log_odds > spec.log_odds).tolist()
        others = {i: other for i in examined if (other := without_mentions(texts[i])) is not None}
        if others:
            rows = [*others]
            shares = (1 - spec.share) * self.brief_shares_of(batch)[rows]
            left = self._sums(self.reading.read([*others.values()]))
            found[rows] = shares * np.minimum(0.0, left - log_odds[rows])
        return found

    def _unbounded(self, batch: Batch) -> Floats:
        sums = self._sums(batch)
        return sums + self._deducted(batch, sums)

    def brief_shares(self, texts: Iterable[str]) -> Floats:
        """Return how much the weights of brief texts count in each text, shape (n_texts,)."""
        return _joined(map(self.brief_shares_of, self._batches(texts)))

    def brief_shares_of(self, batch: Batch) -> Floats:
        """Return the same for the texts of a batch."""
        if self.brief is None:
            return np.zeros(len(batch.texts))
        n_words = np.bincount(batch.read.rows, minlength=len(batch.texts))
        return self.brief.share(n_words.astype(np.float64))

    def brief_sentence_shares(self, batch: Batch, brief: Floats) -> Floats:
        """Return the same for each sentence, given those of the texts, shape (n_sentences,)."""
        sentence_of, row_of = batch.read.sentences()
        shares: Floats = brief[row_of]
        if self.brief is not None and self.brief.sentences:
            n_words = np.bincount(sentence_of, minlength=len(row_of)).astype(np.float64)
            shares += self.brief.sentences * (self.brief.share(n_words) - shares)
        return shares

    @property
    def brief_intercept(self) -> float:
        """What the weights of brief texts add to the intercept where they alone count."""
        return self.brief.intercept - self.intercept if self.brief else 0.0

    def _sums(self, batch: Batch) -> Floats:
        """Return the log-odds of each text before any deduction and bound."""
        share = self.sentence.share
        whole, worst = self._parts(batch)
        return (1 - share) * whole + share * worst + self.intercept

    def worst_sentences(self, texts: Iterable[str]) -> Floats:
        """Return the log-odds of each text's most hostile sentence without the intercept."""
        return _joined(self._parts(batch)[1] for batch in self._batches(texts))

    def probability(self, texts: Iterable[str]) -> Floats:
        """Return the probability of each text, in [0, 1]."""
        return sigmoid(self.log_odds(texts))

    def _parts(self, batch: Batch) -> tuple[Floats, Floats]:
        """Return the log-odds of each whole text and of its most hostile sentence.

        Both are without the intercept, and with what the weights of brief texts add to it.
        """
        n = len(batch.texts)
        row_of, tallies = self.kept(_counter_of).tally(batch)
        brief = self.brief_shares_of(batch)
        briefs = self.brief_sentence_shares(batch, brief)
        whole, worst = np.tile(brief * self.brief_intercept, (2, 1))
        sentences = briefs * self.brief_intercept
        for (products, squares, *beside), tally in zip(self.weights, tallies, strict=True):
            dots, lengths, *added = tally.sums
            rows, features, tf = tally.repeated
            features = features.astype(np.intp)  # indexing is three times slower with other types
            again, own = products[features], dots
            if added:
                own = dots + briefs * added[0]
                dots = dots + brief[row_of] * added[0]
                again = again + brief[rows] * beside[0][features]
            sentences += own * self.sentence.scale(lengths)
            # The sums weigh repeated features by tf. The correction to 1 + ln tf follows.
            dot, square = (totals(row_of, sums, n) for sums in (dots, lengths))
            weight = 1.0 + np.log(tf)
            dot += row_sums(rows, (weight - tf) * again, n)
            square += row_sums(rows, (weight * weight - tf) * squares[features], n)
            whole += dot / np.sqrt(np.where(square > 0, square, 1.0))
        if len(row_of):
            first = run_starts(row_of)
            worst[row_of[first]] = np.maximum.reduceat(sentences, first)
        return whole, worst


def _counter_of(model: TextModel) -> Counter:
    return Counter(model.cutters, model.weights)


def _joined(parts: Iterable[Floats]) -> Floats:
    """Return arrays end to end."""
    return np.concatenate([np.empty(0), *parts])
