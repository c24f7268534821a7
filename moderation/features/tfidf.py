"""The vectorizer as a scikit-learn estimator, for fitting, search and cross-validation.

This module imports scikit-learn and is never imported on the scoring path.
:mod:`moderation.model.linear.models` gets the learnt parameters as plain arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import msgspec
import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from moderation.features.counting import Counter, batches
from moderation.features.fitting import Corpus, Learnt
from moderation.features.ngrams import MARKED_WORDS, Block, BlockSpec
from moderation.features.reading.batch import TokenCache
from moderation.features.sparse.counts import Counts, norms, weigh
from moderation.text.folding import ENGLISH, Folding

#: The default blocks of the hostility model.
DEFAULT_BLOCKS = (
    BlockSpec(
        analyzer="word",
        ngram_range=(1, 2),
        token_pattern=r"\w+|[^\w\s]",
        min_df=2,
        max_features=100_000,
    ),
    BlockSpec(analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=150_000),
)

_CHARACTERS = BlockSpec(analyzer="char_wb", ngram_range=(1, 4), min_df=3, max_features=150_000)


def blocks_for(folding: Folding) -> tuple[BlockSpec, ...]:
    """Return the blocks of the hostility model of a language, by its folding.

    In Korean and Chinese, a character is a syllable or a word. The n-grams of characters are
    therefore short, and Chinese has no words between spaces to count besides.

    Parameters
    ----------
    folding
        How the model folds texts.
    """
    if folding is ENGLISH:
        return DEFAULT_BLOCKS
    words, characters = DEFAULT_BLOCKS
    marked = msgspec.structs.replace(words, token_pattern=MARKED_WORDS)
    return {
        "spaced": (marked, characters),
        "syllables": (marked, _CHARACTERS),
        "unspaced": (_CHARACTERS,),
    }[folding.writing]


class NgramTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of several blocks of n-grams side by side, each L2-normalised.

    The result equals a ``FeatureUnion`` of scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``,
    one for each block, on folded text. If `max_features` splits a group of terms of equal
    frequency, the choice among them is the same every time.

    Parameters
    ----------
    blocks : sequence of BlockSpec
        The blocks of features to count.
    folding : Folding
        How texts are folded.

    Attributes
    ----------
    blocks_ : list of Block
        The terms and inverse document frequencies.
    """

    def __init__(
        self, blocks: Sequence[BlockSpec] = DEFAULT_BLOCKS, folding: Folding = ENGLISH
    ) -> None:
        self.blocks = blocks
        self.folding = folding

    def fit(self, texts: Iterable[str], y: object = None) -> Self:  # noqa: ARG002 - the contract
        """Learn the vocabulary and the document frequencies of `texts` (original, not folded)."""
        self.blocks_ = fit_blocks(self.blocks, _checked(texts), self.folding)
        return self

    def fit_transform(self, texts: Iterable[str], y: object = None) -> sp.csr_matrix:  # noqa: ARG002 - the contract
        """Fit and vectorize the same texts, which may come from a generator."""
        self.blocks_, X = fit_transform_blocks(self.blocks, _checked(texts), self.folding)
        return X

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Vectorize `texts`.

        Parameters
        ----------
        texts
            Original texts, not folded.

        Returns
        -------
        scipy.sparse.csr_matrix of float64, shape (n_texts, n_features)
        """
        check_is_fitted(self)
        return transform_blocks(self.blocks_, _checked(texts), self.folding)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray[Any, Any]:  # noqa: ARG002 - the contract
        """Return the terms of all blocks as ``analyzer:term``."""
        check_is_fitted(self)
        names = [f"{b.spec.analyzer}:{term}" for b in self.blocks_ for term in b.terms]
        return np.asarray(names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = True
        return tags


def fit_blocks(
    specs: Sequence[BlockSpec], texts: Sequence[str], folding: Folding = ENGLISH
) -> list[Block]:
    """Learn terms and smoothed inverse document frequencies, ``ln((1 + n) / (1 + df)) + 1``."""
    corpus = Corpus.of(texts, folding)
    return [Learnt(spec, corpus).block for spec in specs]


def fit_transform_blocks(
    specs: Sequence[BlockSpec], texts: Sequence[str], folding: Folding = ENGLISH
) -> tuple[list[Block], sp.csr_matrix]:
    """Fit blocks to `texts` and vectorize the same texts in one pass."""
    corpus = Corpus.of(texts, folding)
    blocks, parts = [], []
    for spec in specs:
        learnt = Learnt(spec, corpus)
        blocks.append(learnt.block)
        parts.append(_matrix(learnt.block, learnt.counts(), len(texts)))
    return blocks, sp.csr_matrix(sp.hstack(parts, format="csr"))


def transform_blocks(
    blocks: Sequence[Block], texts: Sequence[str], folding: Folding = ENGLISH
) -> sp.csr_matrix:
    """Vectorize `texts` with fitted blocks side by side; shape (n_texts, n_features)."""
    reading, counter = TokenCache(folding), Counter([block.cutter() for block in blocks])
    counted: list[list[Counts]] = [[] for _ in blocks]
    before = 0
    for batch in batches(texts):
        for counts, found in zip(counted, counter.count(reading.read(batch)), strict=True):
            counts.append(found._replace(rows=found.rows + before))
        before += len(batch)
    parts = [_matrix(block, own, before) for block, own in zip(blocks, counted, strict=True)]
    return sp.csr_matrix(sp.hstack(parts, format="csr"))


def _matrix(block: Block, counted: Iterable[Counts], n_rows: int) -> sp.csr_matrix:
    """Compute the TF-IDF of one block from counts of ascending rows; each row has unit length."""
    data, features, sizes = [np.empty(0)], [np.empty(0, np.int32)], np.zeros(n_rows, np.int64)
    for counts in counted:
        if not len(counts.rows):
            continue
        first, last = counts.rows[0], counts.rows[-1]
        rows, weights = counts.rows.astype(np.intp) - first, weigh(counts, block.idf)
        data.append(weights / norms(rows, weights, last - first + 1)[rows])
        features.append(counts.features.astype(np.int32))
        sizes[first : last + 1] += np.bincount(rows)
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    shape = (n_rows, len(block.terms))
    return sp.csr_matrix((np.concatenate(data), np.concatenate(features), bounds), shape=shape)


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")  # noqa: TRY004 - as scikit-learn
    return list(texts)
