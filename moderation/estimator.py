"""The vectorizer as a scikit-learn estimator: what fitting, search and cross-validation use.

This module imports scikit-learn and is never imported on the scoring path; what it learns is
handed to :mod:`moderation.linear` as plain arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from moderation.ngrams import Block, BlockSpec, CharCutter, Ints, Occurrence
from moderation.terms import UNKNOWN
from moderation.vectorize import Counter, batches, norms, weigh


class NgramTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of several blocks of n-grams, each L2-normalised, side by side.

    Equal to a ``FeatureUnion`` of scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``, one a
    block, on folded text. Where `max_features` cuts through terms of one frequency, those met
    first are kept.

    Parameters
    ----------
    blocks : sequence of BlockSpec
        What to count.

    Attributes
    ----------
    blocks_ : list of Block
        Terms and inverse document frequencies.
    """

    def __init__(self, blocks: Sequence[BlockSpec]) -> None:
        self.blocks = blocks

    def fit(self, texts: Iterable[str], y: object = None) -> Self:  # noqa: ARG002 - the contract
        """Learn the vocabulary and the document frequencies of `texts` (original, not folded)."""
        self.blocks_ = fit_blocks(self.blocks, _checked(texts))
        return self

    def fit_transform(self, texts: Iterable[str], y: object = None) -> sp.csr_matrix:
        """Fit and vectorize the same texts, which may come from a generator."""
        texts = _checked(texts)
        return self.fit(texts, y).transform(texts)

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Vectorize `texts`.

        Returns
        -------
        scipy.sparse.csr_matrix of float64, shape (n_texts, n_features)
        """
        check_is_fitted(self)
        return transform_blocks(self.blocks_, _checked(texts))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray[Any, Any]:  # noqa: ARG002 - the contract
        """Terms of all blocks, as ``analyzer:term``."""
        check_is_fitted(self)
        names = [f"{b.spec.analyzer}:{term}" for b in self.blocks_ for term in b.terms]
        return np.asarray(names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = True
        return tags


def fit_blocks(specs: Sequence[BlockSpec], texts: Sequence[str]) -> list[Block]:
    """Learn terms and smoothed inverse document frequencies, ``ln((1 + n) / (1 + df)) + 1``."""
    growing = [_growing_cutter(spec) for spec in specs]
    counter = Counter(growing, bounded=False)
    frequencies = [_Frequencies() for _ in specs]
    for batch in batches(texts):
        for frequency, counts in zip(frequencies, counter.count(batch), strict=True):
            frequency.add(counts.features, counts.counts)
    learned = []
    for spec, cutter, frequency in zip(specs, growing, frequencies, strict=True):
        kept = [(term, n) for n, term in cutter.terms(frequency.keep(spec))]
        kept.sort()
        df = frequency.documents[[n for _, n in kept]]
        idf = np.log((1.0 + len(texts)) / (1.0 + df)) + 1.0
        learned.append(Block(spec, tuple(term for term, _ in kept), idf))
    return learned


def transform_blocks(blocks: Sequence[Block], texts: Sequence[str]) -> sp.csr_matrix:
    """Vectorize `texts` by fitted blocks, side by side; shape (n_texts, n_features)."""
    counter = Counter([block.cutter() for block in blocks])
    stacked = [_matrix(blocks, counter, batch) for batch in batches(texts)]
    if not stacked:
        return sp.csr_matrix((0, sum(len(block.terms) for block in blocks)))
    return sp.csr_matrix(sp.vstack(stacked, format="csr"))


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")  # noqa: TRY004 - as scikit-learn
    return list(texts)


def _matrix(blocks: Sequence[Block], counter: Counter, batch: Sequence[str]) -> sp.csr_matrix:
    parts = []
    for block, counts in zip(blocks, counter.count(batch), strict=True):
        weights = weigh(counts, block.idf)
        weights /= norms(counts.rows, weights, len(batch))[counts.rows]
        shape = (len(batch), len(block.terms))
        parts.append(sp.csr_matrix((weights, (counts.rows, counts.features)), shape=shape))
    return sp.csr_matrix(sp.hstack(parts, format="csr"))


class _Growing(dict[Any, int]):
    """Numbers keys in the order in which they are first asked for."""

    def __missing__(self, key: object) -> int:
        number = self[key] = len(self)
        return number


class _GrowingChars(CharCutter):
    """Character n-grams, each numbered as it is met."""

    def __init__(self, spec: BlockSpec) -> None:
        self._numbers = _Growing()
        super().__init__(spec, self._numbers.__getitem__)

    def terms(self, kept: Ints) -> Iterable[tuple[int, str]]:
        """Number and text of the terms in `kept`."""
        names = list(self._numbers)
        return ((n, names[n]) for n in kept.tolist())


class _GrowingWords:
    """Word n-grams, each numbered as it is met: its beginning's number and its last token."""

    def __init__(self, spec: BlockSpec) -> None:
        self._tokens = re.compile(spec.token_pattern).findall
        self._range = spec.ngram_range
        self._numbers = _Growing()
        self._grams = _Growing()

    def cut(self, folded: str) -> Sequence[int]:
        """Token numbers in order."""
        return [self._numbers[token] for token in self._tokens(folded)]

    def features(self, rows: Ints, cut: Ints) -> tuple[Ints, Ints]:
        """All n-grams; what only begins one has a number too, and no occurrence."""
        found_rows, found = [rows[:0]], [cut[:0]]
        begun = np.full(len(cut), UNKNOWN)
        for n in range(1, self._range[1] + 1):
            at = np.arange(len(cut) - n + 1)
            at = at[rows[at] == rows[at + n - 1]]
            keys, inverse = np.unique((begun[at] + 1) << 32 | cut[at + n - 1], return_inverse=True)
            number = self._grams.__getitem__
            grams = np.fromiter(map(number, keys.tolist()), np.int64, len(keys))[inverse]
            begun[at] = grams
            if n >= self._range[0]:
                found_rows.append(rows[at])
                found.append(grams)
        return np.concatenate(found_rows), np.concatenate(found)

    def occurrences(self, folded: str) -> Iterable[Occurrence]:
        """None: places matter only once the vocabulary stands."""
        del folded
        return ()

    def terms(self, kept: Ints) -> Iterable[tuple[int, str]]:
        """Number and text of the terms in `kept`."""
        tokens, grams = list(self._numbers), list(self._grams)
        for n in kept.tolist():
            term, key = [], grams[n]
            while True:
                begun, token = key >> 32, key & 0xFFFFFFFF
                term.append(tokens[token])
                if not begun:
                    break
                key = grams[begun - 1]
            yield n, " ".join(reversed(term))


def _growing_cutter(spec: BlockSpec) -> _GrowingChars | _GrowingWords:
    return _GrowingWords(spec) if spec.analyzer == "word" else _GrowingChars(spec)


class _Frequencies:
    """Document and term frequencies of features whose number still grows."""

    def __init__(self) -> None:
        self.documents = np.zeros(1024)
        self._occurrences = np.zeros(1024)

    def add(self, features: Ints, counts: Ints) -> None:
        if not len(features):
            return
        needed = int(features.max()) + 1
        if needed > len(self.documents):
            longer = max(needed, 2 * len(self.documents))
            self.documents = _lengthened(self.documents, longer)
            self._occurrences = _lengthened(self._occurrences, longer)
        numbers, inverse = np.unique(features, return_inverse=True)
        self.documents[numbers] += np.bincount(inverse)
        self._occurrences[numbers] += np.bincount(inverse, counts)

    def keep(self, spec: BlockSpec) -> Ints:
        """Numbers of the features that `spec` keeps, the most frequent first."""
        kept = np.flatnonzero(self.documents >= max(spec.min_df, 1))
        order = np.argsort(-self._occurrences[kept], kind="stable")
        return kept[order[: spec.max_features]]


def _lengthened(values: np.ndarray[Any, Any], length: int) -> np.ndarray[Any, Any]:
    longer = np.zeros(length)
    longer[: len(values)] = values
    return longer
