"""The base model's features of the texts that an adapted model is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from moderation._types import Floats
from moderation.features import Counter, batches, transform_blocks
from moderation.features.reading import Batch
from moderation.features.sparse import run_starts, totals
from moderation.model.linear import TextModel


class ModelVectors(NamedTuple):
    """The features of texts under a model.

    Attributes
    ----------
    terms
        A weighted mean of the TF-IDF of the whole text and that of its most hostile sentence,
        whose weight is ``model.sentence.share``, shape (n_texts, n_terms).
    brief
        The same mean, times how much the weights of brief texts count in either part, and how much
        they count in the intercept, shape (n_texts, n_terms + 1). It has no column if the model
        has no such weights.
    """

    terms: sp.csr_matrix
    brief: sp.csr_matrix

    def packed(self) -> sp.csr_matrix:
        """Return both matrices side by side."""
        return sp.csr_matrix(sp.hstack(self, format="csr"))


def unpacked(model: TextModel, columns: sp.csr_matrix) -> ModelVectors:
    """Return the features of texts from the last columns of a matrix that holds them."""
    n_terms = sum(map(len, model.coefs))
    n_brief = n_terms + 1 if model.brief else 0
    end = columns.shape[1]
    return ModelVectors(
        columns[:, end - n_brief - n_terms : end - n_brief], columns[:, end - n_brief :]
    )


def model_vectors(model: TextModel, texts: Sequence[str]) -> ModelVectors:
    """Return the features of `texts` under a model."""
    shares = model.brief_shares(texts)
    whole = _with_brief(model, transform_blocks(model.blocks, texts, model.folding), shares)
    share = model.sentence.share
    if not share or not len(texts):
        return whole
    reading, counter = model.reading, Counter([block.cutter() for block in model.blocks])
    worst = [_worst(model, counter, reading.read(batch)) for batch in batches(texts)]
    parts = zip(whole, (sp.vstack(part) for part in zip(*worst, strict=True)), strict=True)
    return ModelVectors(*(sp.csr_matrix((1 - share) * one + share * own) for one, own in parts))


def log_odds(model: TextModel, vectors: ModelVectors) -> Floats:
    """Return the log-odds of texts before the bound on short texts, shape (n_texts,)."""
    coef = np.concatenate(model.coefs)
    found: Floats = vectors.terms @ coef + model.intercept
    if model.brief:
        beside = np.concatenate(model.brief.coefs) - coef
        found += vectors.brief @ np.append(beside, model.brief_intercept)
    return found


def _with_brief(model: TextModel, terms: sp.csr_matrix, shares: Floats) -> ModelVectors:
    """Return features of texts or sentences in which brief weights count `shares`."""
    if model.brief is None:
        return ModelVectors(terms, sp.csr_matrix((terms.shape[0], 0)))
    parts = [sp.diags(shares) @ terms, sp.csr_matrix(shares[:, None])]
    return ModelVectors(terms, sp.csr_matrix(sp.hstack(parts, format="csr")))


def _worst(model: TextModel, counter: Counter, batch: Batch) -> ModelVectors:
    """Return the weighted features of each text's most hostile sentence."""
    row_of, counted = counter.count_sentences(batch)
    n_texts, n, parts = len(batch.texts), len(row_of), []
    for block, counts in zip(model.blocks, counted, strict=True):
        squares = totals(counts.rows, counts.counts * block.idf[counts.features] ** 2, n)
        weights = counts.counts * block.idf[counts.features]
        weights *= model.sentence.scale(squares)[counts.rows]
        shape = (n, len(block.terms))
        parts.append(sp.csr_matrix((weights, (counts.rows, counts.features)), shape))
    terms = sp.csr_matrix(sp.hstack(parts, format="csr"))
    sentences = _with_brief(
        model, terms, model.brief_sentence_shares(batch, model.brief_shares_of(batch))
    )
    order = np.lexsort((-log_odds(model, sentences), row_of))
    first = order[run_starts(row_of)]
    chosen = sp.csr_matrix((np.ones(len(first)), (row_of[first], first)), (n_texts, n))
    found = ModelVectors(*(sp.csr_matrix(chosen @ part) for part in sentences))
    if not model.brief:
        return found
    # The weights of brief texts count fully in the intercept of a text without a word.
    empty = np.setdiff1d(np.arange(n_texts), row_of)
    alone = sp.csr_matrix(
        (np.ones(len(empty)), (empty, np.full(len(empty), terms.shape[1]))), found.brief.shape
    )
    return found._replace(brief=sp.csr_matrix(found.brief + alone))
