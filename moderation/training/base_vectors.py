"""The base model's features of the texts that an adapted model is trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from moderation._types import Floats
from moderation.features import Counter, batches, transform_blocks
from moderation.features.sparse import run_starts, totals
from moderation.model.linear import TextModel


def model_vectors(model: TextModel, texts: Sequence[str]) -> sp.csr_matrix:
    """Return the features of `texts`, which give the log-odds with the model's coefficients.

    A row is a weighted mean of the TF-IDF of the whole text and that of its most hostile sentence,
    whose weight is ``model.sentence.share``.

    Parameters
    ----------
    model
        The base model.
    texts
        The comments.

    Returns
    -------
    csr_matrix, shape (n_texts, n_terms)
        The features.
    """
    whole = transform_blocks(model.blocks, texts)
    share = model.sentence.share
    if not share or not whole.shape[0]:
        return whole
    counter = Counter([block.cutter() for block in model.blocks])
    worst = sp.vstack([_worst(model, counter, batch) for batch in batches(texts)])
    return sp.csr_matrix((1 - share) * whole + share * worst)


def products(model: TextModel, X: sp.csr_matrix, brief_shares: Floats) -> Floats:
    """Return the products of features and weights; with the intercepts, they are the log-odds.

    Parameters
    ----------
    model
        The model that has the weights.
    X
        The features of texts, shape (n_texts, n_terms).
    brief_shares
        How much the weights of brief texts count in each text, shape (n_texts,).

    Returns
    -------
    ndarray of float64, shape (n_texts,)
    """
    coef = np.concatenate(model.coefs)
    found: Floats = X @ coef
    if model.brief:
        found += brief_shares * (X @ (np.concatenate(model.brief.coefs) - coef))
    return found


def _worst(model: TextModel, counter: Counter, texts: Sequence[str]) -> sp.csr_matrix:
    """Return the weighted features of each text's most hostile sentence."""
    row_of, counted = counter.count_sentences(texts)
    n, parts = len(row_of), []
    for block, counts in zip(model.blocks, counted, strict=True):
        squares = totals(counts.rows, counts.counts * block.idf[counts.features] ** 2, n)
        weights = counts.counts * block.idf[counts.features]
        weights *= model.sentence.scale(squares)[counts.rows]
        shape = (n, len(block.terms))
        parts.append(sp.csr_matrix((weights, (counts.rows, counts.features)), shape))
    sentences = sp.csr_matrix(sp.hstack(parts, format="csr"))
    odds = products(model, sentences, model.brief_shares(texts)[row_of])
    order = np.lexsort((-odds, row_of))
    first = order[run_starts(row_of)]
    chosen = sp.csr_matrix((np.ones(len(first)), (row_of[first], first)), (len(texts), n))
    return sp.csr_matrix(chosen @ sentences)
