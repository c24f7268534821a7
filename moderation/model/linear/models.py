"""Fitted models as plain arrays: their scores, and the contributions of features.

A model is a logistic regression over TF-IDF blocks (:class:`TextModel`). This module imports only
numpy; :mod:`moderation.training.learners` fits the models.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Array, Floats, Ints
from moderation.features import Block, Counter, batches
from moderation.features.reading import Batch, TokenCache
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
from moderation.model.linear.brief import BriefWeights
from moderation.model.manifest import SentenceSpec
from moderation.model.short_comments import ShortSpec, bounded
from moderation.text.folding import Folding
from moderation.text.mentions import without_mentions

# Sums of the same numbers in another order differ by less.
_ROUNDED = 1e-6


def sigmoid(log_odds: Floats) -> Floats:
    """Return the probabilities of log-odds, without overflow."""
    small = np.exp(-np.abs(log_odds))
    positive: Floats = np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
    return positive


class Contribution(NamedTuple):
    """The contribution of one occurrence of a feature to the log-odds."""

    place: Occurrence
    weight: float


class Contributions(NamedTuple):
    """The contributions of all occurrences of the features of one block to the log-odds."""

    places: Occurrences
    weights: Floats


class Explained(NamedTuple):
    """How the log-odds of one text come about.

    Attributes
    ----------
    contributions
        The contributions of the features, a part at a time.
    sentence
        The bounds of the most hostile sentence in the folded text. None if there is only one
        sentence, or if the model does not weigh sentences.
    intercept
        The part of the log-odds that no feature contributes.
    """

    contributions: Iterator[Contributions]
    sentence: tuple[int, int] | None
    intercept: float


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
        self._cutters = [block.cutter() for block in self.blocks]
        # The weights for the dot product and for the squared norm and, if brief texts have weights
        # of their own, what these add to the dot product.
        self._weights: list[tuple[Floats, ...]] = [
            (block.idf * coef, block.idf * block.idf)
            for block, coef in zip(self.blocks, self.coefs, strict=True)
        ]
        if brief is not None:
            self._weights = [
                (products, squares, block.idf * (own - coef))
                for (products, squares), block, coef, own in zip(
                    self._weights, self.blocks, self.coefs, brief.coefs, strict=True
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

    @property
    def _counter(self) -> Counter:
        if not hasattr(self._local, "counter"):
            self._local.counter = Counter(self._cutters, self._weights)
        counter: Counter = self._local.counter
        return counter

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
        specs = (self.brief and self.brief.mentioned, self.short)
        if log_odds < min([np.inf, *(spec.log_odds for spec in specs if spec)]) - _ROUNDED:
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
            shares = (1 - spec.share) * self._brief_shares(batch)[rows]
            left = self._sums(self.reading.read([*others.values()]))
            found[rows] = shares * np.minimum(0.0, left - log_odds[rows])
        return found

    def _unbounded(self, batch: Batch) -> Floats:
        sums = self._sums(batch)
        return sums + self._deducted(batch, sums)

    def brief_shares(self, texts: Iterable[str]) -> Floats:
        """Return how much the weights of brief texts count in each text, shape (n_texts,)."""
        return _joined(map(self._brief_shares, self._batches(texts)))

    def _brief_shares(self, batch: Batch) -> Floats:
        if self.brief is None:
            return np.zeros(len(batch.texts))
        n_words = np.bincount(batch.read.rows, minlength=len(batch.texts))
        return self.brief.share(n_words.astype(np.float64))

    def brief_sentence_shares(self, batch: Batch) -> Floats:
        """Return how much the weights of brief texts count in each sentence, (n_sentences,)."""
        return self._brief_sentence_shares(batch, self._brief_shares(batch))

    def _brief_sentence_shares(self, batch: Batch, brief: Floats) -> Floats:
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
        row_of, tallies = self._counter.tally(batch)
        brief = self._brief_shares(batch)
        briefs = self._brief_sentence_shares(batch, brief)
        whole, worst = np.tile(brief * self.brief_intercept, (2, 1))
        sentences = briefs * self.brief_intercept
        for (products, squares, *beside), tally in zip(self._weights, tallies, strict=True):
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

    def contributions(self, text: str) -> list[Contribution]:
        """Return the contribution of each occurrence of a feature to the log-odds.

        The weight of a repeated feature in the whole text is divided evenly among its occurrences.
        All contributions and the intercept add up to the log-odds before any deduction and bound.

        Parameters
        ----------
        text
            The original text; places refer to its folded form.
        """
        return [
            Contribution(*pair)
            for places, weights in self.explained(self.read([text])).contributions
            for pair in zip(places.each(), weights.tolist(), strict=True)
        ]

    def explained(self, batch: Batch) -> Explained:
        """Return how the log-odds of a batch of one text come about, before any deduction."""
        folded, starts = _sentences_of(batch)
        brief = float(self._brief_shares(batch)[0])
        briefs = self._brief_sentence_shares(batch, np.array([brief]))
        share = self.sentence.share
        sentences = np.zeros(len(starts))
        sentences[: len(briefs)] = briefs * self.brief_intercept
        parts = []
        # A long text has millions of occurrences: nothing is kept that can be computed again.
        for cutter, (products, squares, *beside) in zip(self._cutters, self._weights, strict=True):
            places = [*cutter.occurrences(folded)]
            lengths, own = np.zeros((2, len(starts)))
            for part in places:
                np.add.at(lengths, _sentence_of(part, starts), squares[part.features])
            scale = self.sentence.scale(lengths)
            for part in places:
                within = _sentence_of(part, starts)
                weights = _mixed(products, beside, part.features, briefs, within)
                np.add.at(own, within, weights * scale[within])
            sentences += own
            parts.append((places, scale))
        worst = int(sentences.argmax())

        def contributions() -> Iterator[Contributions]:
            for i, ((places, scale), (products, _, *beside)) in enumerate(
                zip(parts, self._weights, strict=True)
            ):
                known, each = self._whole(i, places, brief)
                for part in places:
                    weights = (1 - share) * each[np.searchsorted(known, part.features)]
                    within = _sentence_of(part, starts)
                    chosen = np.flatnonzero(within == worst)
                    features = part.features[chosen]
                    own = _mixed(products, beside, features, briefs, within[chosen])
                    weights[chosen] += share * (own * scale[worst])
                    yield Contributions(part, weights)

        counts = (1 - share) * brief + share * (briefs[worst] if len(briefs) else brief)
        intercept = self.intercept + counts * self.brief_intercept
        bounds = None
        if share and len(starts) > 1:
            ends = np.append(starts[1:] - 1, len(folded))
            bounds = int(starts[worst]), int(ends[worst])
        return Explained(contributions(), bounds, float(intercept))

    def _whole(
        self, block: int, places: Sequence[Occurrences], brief: float
    ) -> tuple[Array, Floats]:
        """Return what one occurrence of each feature of a block adds by the whole text.

        The features are in ascending order.
        """
        known, counts = np.unique(
            np.concatenate([np.empty(0, np.int32), *(part.features for part in places)]),
            return_counts=True,
        )
        rows, coef = np.zeros_like(known), self.coefs[block][known]
        weights = weigh(Counts(rows, known, counts), self.blocks[block].idf)
        weights /= norms(rows, weights, 1)[0] * counts
        if self.brief:
            coef = coef + brief * (self.brief.coefs[block][known] - coef)
        return known, weights * coef


def _sentences_of(batch: Batch) -> tuple[str, Ints]:
    """Return the folded text of a batch of one, and the starts of its sentences."""
    folded = [batch.table.folded[chunk] for chunk in batch.read.chunks.tolist()]
    starts = np.cumsum([0, *(len(chunk) + 1 for chunk in folded)])[:-1][batch.read.begins]
    return " ".join(folded), starts if len(starts) else np.zeros(1, np.int64)


def _mixed(
    products: Floats, beside: Sequence[Floats], features: Array, briefs: Floats, within: Ints
) -> Floats:
    """Return the weights of occurrences of features, each in the sentence `within`."""
    found: Floats = products[features]
    for added in beside:
        found = found + briefs[within] * added[features]
    return found


def _joined(parts: Iterable[Floats]) -> Floats:
    """Return arrays end to end."""
    return np.concatenate([np.empty(0), *parts])


def _sentence_of(places: Occurrences, starts: Ints) -> Ints:
    """Return the sentence in which each occurrence begins."""
    return np.searchsorted(starts, places.starts, "right") - 1
