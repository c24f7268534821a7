"""How the log-odds of one text come about: the contribution of each occurrence of a feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Array, Floats, Ints
from moderation.features import Placer
from moderation.features.reading import Batch
from moderation.features.sparse import Counts, Occurrences, norms, weigh
from moderation.model.linear.models import TextModel

# So many occurrences of all blocks are treated together; they take some 10 MB.
_AT_ONCE = 1 << 16


class Contributions(NamedTuple):
    """The contributions of some occurrences of features to the log-odds."""

    places: Occurrences
    weights: Floats


class Explained(NamedTuple):
    """How the log-odds of one text come about.

    Attributes
    ----------
    contributions
        The contributions of the features, a part at a time. The features of all blocks are numbered
        in one row.
    sentence
        The bounds of the most hostile sentence in the folded text. None if there is only one
        sentence, or if the model does not weigh sentences.
    intercept
        The part of the log-odds that no feature contributes.
    """

    contributions: Iterator[Contributions]
    sentence: tuple[int, int] | None
    intercept: float


class Explainer:
    """Explains the scores of a model.

    The features of all blocks are numbered in one row: those of the first block, those of the
    second, and so on.

    Parameters
    ----------
    model
        The model whose weights are explained.
    """

    def __init__(self, model: TextModel) -> None:
        self._model, self._n_blocks = model, len(model.blocks)
        self._placer = Placer(model.cutters)
        sizes = [len(block.terms) for block in model.blocks]
        self._offsets = np.cumsum([0, *sizes])
        self._idf = np.concatenate([np.empty(0), *(block.idf for block in model.blocks)])
        self._products, self._squares, *self._beside = (
            np.concatenate(weights) for weights in zip(*model.weights, strict=True)
        )
        self._coef = np.concatenate(model.coefs)
        self._added = np.concatenate(model.brief.coefs) - self._coef if model.brief else None

    def explained(self, batch: Batch) -> Explained:
        """Return how the log-odds of a batch of one text come about, before any deduction."""
        model, share = self._model, self._model.sentence.share
        begins = np.cumsum([0, *(len(token) + 1 for token in batch.folded())])
        starts = begins[:-1][batch.read.begins]
        starts = starts if len(starts) else np.zeros(1, np.int64)
        brief = float(model.brief_shares_of(batch)[0])
        briefs = model.brief_sentence_shares(batch)
        # A long text has millions of occurrences: nothing is kept that can be computed again.
        parts = self._parts(batch, begins[:-1])
        lengths, own = np.zeros((2, self._n_blocks, len(starts)))
        for part in parts:
            at = self._block_of(part), _sentence_of(part, starts)
            np.add.at(lengths, at, self._squares[part.features])
        scale = model.sentence.scale(lengths)
        for part in parts:
            at = self._block_of(part), _sentence_of(part, starts)
            np.add.at(own, at, self._mixed(part.features, briefs, at[1]) * scale[at])
        sentences = np.zeros(len(starts))
        sentences[: len(briefs)] = briefs * model.brief_intercept
        for of_block in own:
            sentences += of_block
        worst = int(sentences.argmax())

        def contributions() -> Iterator[Contributions]:
            known, each = self._whole(parts, brief)
            for part in parts:
                weights = (1 - share) * each[np.searchsorted(known, part.features)]
                within = _sentence_of(part, starts)
                chosen = np.flatnonzero(within == worst)
                some = Occurrences(*(of_all[chosen] for of_all in part))
                mixed = self._mixed(some.features, briefs, within[chosen])
                weights[chosen] += share * (mixed * scale[self._block_of(some), worst])
                yield Contributions(part, weights)

        counts = (1 - share) * brief + share * (briefs[worst] if len(briefs) else brief)
        intercept = model.intercept + counts * model.brief_intercept
        bounds = None
        if share and len(starts) > 1:
            ends = np.append(starts[1:], begins[-1]) - 1
            bounds = int(starts[worst]), int(ends[worst])
        return Explained(contributions(), bounds, float(intercept))

    def _parts(self, batch: Batch, begins: Ints) -> list[Occurrences]:
        """Return all occurrences, block by block; those of a short text are one part."""
        parts = [
            found._replace(features=found.features + np.int32(self._offsets[block]))
            for block, found in self._placer.occurrences(batch, begins)
        ]
        if sum(len(part.features) for part in parts) > _AT_ONCE:
            return parts
        return [Occurrences(*map(np.concatenate, zip(*parts, strict=True)))] if parts else []

    def _block_of(self, part: Occurrences) -> Ints:
        """Return the block of each occurrence."""
        return np.searchsorted(self._offsets, part.features, "right") - 1

    def _mixed(self, features: Array, briefs: Floats, within: Ints) -> Floats:
        """Return the weights of occurrences of features, each in the sentence `within`."""
        found: Floats = self._products[features]
        for added in self._beside:
            found = found + briefs[within] * added[features]
        return found

    def _whole(self, parts: Sequence[Occurrences], brief: float) -> tuple[Array, Floats]:
        """Return what one occurrence of each feature adds by the whole text.

        The features are in ascending order.
        """
        known, counts = np.unique(
            np.concatenate([np.empty(0, np.int32), *(part.features for part in parts)]),
            return_counts=True,
        )
        rows, coef = np.searchsorted(self._offsets, known, "right") - 1, self._coef[known]
        weights = weigh(Counts(rows, known, counts), self._idf)
        weights /= norms(rows, weights, self._n_blocks)[rows] * counts
        if self._added is not None:
            coef = coef + brief * self._added[known]
        return known, weights * coef


def _sentence_of(places: Occurrences, starts: Ints) -> Ints:
    """Return the sentence in which each occurrence begins."""
    return np.searchsorted(starts, places.starts, "right") - 1
