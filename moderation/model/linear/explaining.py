"""How the log-odds of one text come about: the contribution of each occurrence of a feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from moderation._types import Array, Floats, Ints
from moderation.features import Placer
from moderation.features.reading import Batch
from moderation.features.sparse import Occurrences, norms, run_starts
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


class _Part(NamedTuple):
    """Some occurrences of features, and the block of each."""

    blocks: Ints
    places: Occurrences


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
        # Side by side, all numbers of a feature are fetched from memory at once.
        own = model.brief.coefs if model.brief else model.coefs
        self._table = np.concatenate(
            [
                np.column_stack([block.idf, coef, brief - coef])
                for block, coef, brief in zip(model.blocks, model.coefs, own, strict=True)
            ]
        )

    def explained(self, batch: Batch) -> Explained:
        """Return how the log-odds of a batch of one text come about, before any deduction."""
        model, share = self._model, self._model.sentence.share
        begins = batch.begins()
        starts = begins[:-1][batch.read.begins]
        sentence_of, n = batch.read.sentences()[0], max(1, len(starts))
        of_text = model.brief_shares_of(batch)
        brief, briefs = float(of_text[0]), model.brief_sentence_shares(batch, of_text)
        parts = self._parts(batch, begins[:-1])

        @lru_cache(maxsize=1)  # a long text has millions of occurrences, and many parts
        def weighed(number: int) -> tuple[Ints, Ints, Floats, Floats]:
            """Return the sentence of each occurrence, that of its block, and its weights."""
            blocks, places = parts[number]
            within = sentence_of[places.tokens]
            idf, coef, added = self._table.take(places.features, axis=0).T
            weights = idf * coef + briefs[within] * (idf * added)
            return within, blocks * n + within, weights, idf * idf

        lengths, own = np.zeros((2, self._n_blocks * n))
        for number in range(len(parts)):
            _, at, _, squares = weighed(number)
            np.add.at(lengths, at, squares)
        scale = model.sentence.scale(lengths)
        for number in range(len(parts)):
            _, at, weights, _ = weighed(number)
            np.add.at(own, at, weights * scale[at])
        sentences = np.zeros(n)
        sentences[: len(briefs)] = briefs * model.brief_intercept
        for of_block in own.reshape(-1, n):
            sentences += of_block
        worst = int(sentences.argmax())

        def contributions() -> Iterator[Contributions]:
            known, each = self._whole(parts, brief)
            for number, (_, places) in enumerate(parts):
                found = (1 - share) * each[np.searchsorted(known, places.features)]
                within, at, weights, _ = weighed(number)
                chosen = np.flatnonzero(within == worst)
                found[chosen] += share * (weights[chosen] * scale[at[chosen]])
                yield Contributions(places, found)

        counts = (1 - share) * brief + share * (briefs[worst] if len(briefs) else brief)
        intercept = model.intercept + counts * model.brief_intercept
        bounds = None
        if share and n > 1:
            bounds = int(starts[worst]), int([*starts, begins[-1]][worst + 1]) - 1
        return Explained(contributions(), bounds, float(intercept))

    def _parts(self, batch: Batch, begins: Ints) -> list[_Part]:
        """Return all occurrences, block by block; those of a short text are one part."""
        parts = []
        for number, found in self._placer.occurrences(batch, begins):
            features = found.features + np.int32(self._offsets[number])
            blocks = np.full(len(features), number)
            parts.append(_Part(blocks, found._replace(features=features)))
        if not parts or sum(len(part.blocks) for part in parts) > _AT_ONCE:
            return parts
        blocks = np.concatenate([part.blocks for part in parts])
        columns = zip(*(part.places for part in parts), strict=True)
        return [_Part(blocks, Occurrences(*map(np.concatenate, columns)))]

    def _whole(self, parts: Sequence[_Part], brief: float) -> tuple[Array, Floats]:
        """Return what one occurrence of each feature adds by the whole text.

        The features are in ascending order.
        """
        if not parts:
            return np.empty(0, np.int64), np.empty(0)
        features = np.sort(np.concatenate([part.places.features for part in parts]))
        first = run_starts(features)
        known, counts = features[first], np.append(first[1:], len(features)) - first
        blocks = np.searchsorted(self._offsets, known, "right") - 1
        idf, coef, added = self._table.take(known, axis=0).T
        weights = (1.0 + np.log(counts)) * idf
        weights /= norms(blocks, weights, self._n_blocks)[blocks] * counts
        return known, weights * (coef + brief * added)
