"""How freely each term may gain weight: what is known about terms before the solver runs.

An L2 penalty treats all terms alike. Scaling a term's column by s is the same as penalising its
weight by 1/s². A scale therefore states how much evidence there is for a term (Wang and Manning
2012 scale by the naive Bayes log-count ratio). Naming a group counts as almost no evidence.
"""

from __future__ import annotations

import msgspec
import numpy as np
import scipy.sparse as sp

from moderation._types import Floats
from moderation.features import Block
from moderation.text.groups import names_group
from moderation.training.terms import Terms, of_names


class Prior(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the scales are computed; the defaults were tuned on a thousand labels (`labelled/`).

    Attributes
    ----------
    floor
        Scale of a term that occurs as often in hostile as in other comments, before the scales
        are divided by their mean.
    smoothing
        Number of documents added to both sides of the ratio.
    char_scale
        Factor on the scales of all character n-grams.
    identity_penalty
        Factor on the L2 penalty of terms that name a group.
    name_penalty
        Factor on the L2 penalty of terms with a proper name; 1 leaves proper names alone.
    """

    floor: float = 1.0
    smoothing: float = 3.0
    char_scale: float = 0.8
    identity_penalty: float = 10.0
    name_penalty: float = 1.0


def term_scales(
    X: sp.csr_matrix, shares: Floats, weights: Floats, terms: Terms, prior: Prior
) -> Floats:
    """Return the scale of each column of `X`.

    Parameters
    ----------
    X
        The TF-IDF matrix, shape (n_texts, n_terms).
    shares, weights
        The share of hostility and the weight of each text, shape (n_texts,).
    terms
        The terms of the columns.
    prior
        How to compute the scales.

    Returns
    -------
    ndarray of float64, shape (n_terms,)
        ``(floor + max(0, r)) / mean``, where r is the log-ratio of the weighted document
        frequencies in hostile and other texts; times `char_scale` in character blocks; divided by
        the root of `identity_penalty` for identity terms, and by that of `name_penalty` for terms
        with a proper name.
    """
    scales = prior.floor + np.maximum(0.0, _log_ratio(X, shares, weights, prior.smoothing))
    scales /= scales.mean()
    at = 0
    for block in terms.blocks:
        part = scales[at : at + len(block.terms)]
        if block.spec.analyzer == "char_wb":
            part *= prior.char_scale
        part[_identity_terms(block)] /= np.sqrt(prior.identity_penalty)
        if terms.names:
            part[of_names(block, terms.names)] /= np.sqrt(prior.name_penalty)
        at += len(block.terms)
    return scales


def _log_ratio(X: sp.csr_matrix, shares: Floats, weights: Floats, smoothing: float) -> Floats:
    present = sp.csr_matrix((np.ones_like(X.data), X.indices, X.indptr), shape=X.shape)
    true, false = weights * shares, weights * (1.0 - shares)
    share = true.sum() / weights.sum()
    among_true = (present.T @ true + smoothing * share) / true.sum()
    among_false = (present.T @ false + smoothing * (1.0 - share)) / false.sum()
    ratio: Floats = np.log(among_true / among_false)
    return ratio


def _identity_terms(block: Block) -> list[int]:
    characters = block.spec.analyzer == "char_wb"
    return [n for n, term in enumerate(block.terms) if names_group(term, characters=characters)]
