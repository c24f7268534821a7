"""Learning the background: the rarity of stems, and term vectors from their co-occurrence.

The positive pointwise mutual information of stems within windows of ordinary comments is factored
(Levy and Goldberg 2014). The factors are then rotated and scaled so that two halves of one comment
are close and two comments are far apart (linear discriminant analysis). No labels are needed. This
module is for training and needs scipy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from moderation._types import Floats, Ints
from moderation.features.topicality.background import Background, Beginnings, Singles, hash_of
from moderation.features.topicality.profiles import unit
from moderation.features.topicality.stems import stems_of
from moderation.text.folding import ENGLISH, Folding


class Learning(NamedTuple):
    """The tuned constants, chosen by ROC AUC on nyt_rfd, which took no part in the learning.

    Attributes
    ----------
    n_stems
        The number of most frequent stems that get a vector.
    fewest
        The fewest texts in which a stem must occur.
    window
        The number of consecutive stems that count as co-occurring.
    factors, dimensions
        The numbers of dimensions before and after the rotation. More of either gains little and
        enlarges the model folder.
    bands
        The starts of the bands of directions after the first. The directions are in order of
        agreement: the first separate broad subjects, the last fine ones.
    power
        The power of the inverse document frequency in the weight of a stem.
    halves
        The most comments whose two halves are used to learn the rotation.
    long
        The fewest stems of a comment that is split into halves.
    beginnings
        The number of hash buckets for the beginnings of words.
    seed
        The seed of the sampling and the factorisation.
    """

    n_stems: int = 20_000
    fewest: int = 4
    window: int = 40
    factors: int = 800
    dimensions: int = 300
    bands: tuple[int, ...] = (30, 80, 160)
    power: float = 1.5
    halves: int = 60_000
    long: int = 30
    beginnings: int = 1 << 17
    seed: int = 0


def learn_background(
    texts: Iterable[str], learning: Learning | None = None, folding: Folding = ENGLISH
) -> Background:
    """Learn the background from ordinary comments and articles.

    Parameters
    ----------
    texts
        The texts as written. A few hundred suffice for the rarity of words; useful term vectors
        need some hundred thousand.
    learning
        The tuned constants; None for the defaults.
    folding
        How the texts are folded.

    Returns
    -------
    Background
        The learnt background.
    """
    learning = learning or Learning()
    texts = [*map(folding.apart, texts)]
    documents, spelt = _stemmed(texts, folding)
    frequency = _frequency(documents, len(spelt))
    chosen = _chosen(frequency, spelt, learning)
    n = len(chosen)
    number = np.full(len(frequency), n)
    number[chosen] = np.arange(n)
    documents = [number[document] for document in documents]
    rarity = np.log((1.0 + len(documents)) / np.append(frequency[chosen], 1.0))
    weight = np.maximum(rarity, _LEAST) ** learning.power
    vectors, scale, mean = _vectors(documents, weight, learning)
    words = np.concatenate([*documents, np.empty(0, np.int64)])
    rate = np.bincount(words, minlength=n + 1) / max(1, len(words))
    rate[n] = 1.0 / max(1, len(words))  # the rate of one unknown stem, not of all
    expected = _expected(documents, weight)
    expected[n] = 0.0  # unknown stems differ from each other
    starts = _documents(texts, Beginnings(learning.beginnings).cut, folding)
    rarity = np.log((1.0 + len(texts)) / (1.0 + _frequency(starts, learning.beginnings)))
    start_weight = np.maximum(rarity, _LEAST) ** learning.power
    hashes = np.array([hash_of(spelt[i]) for i in chosen], np.uint32)
    return Background(
        hashes=hashes,
        weight=weight.astype(np.float32),
        rate=rate.astype(np.float32),
        expected=expected.astype(np.float32),
        vectors=vectors,
        scale=scale,
        mean=mean,
        bands=np.array([one for one in learning.bands if one < len(mean)], np.int32),
        start_weight=start_weight.astype(np.float32),
        start_expected=_expected(starts, start_weight).astype(np.float32),
    )


# The least weight: a stem in every comment still counts a little, so that no text is empty.
_LEAST = 0.01


def _stemmed(texts: Sequence[str], folding: Folding) -> tuple[list[Ints], list[str]]:
    """Return each text as numbers of stems, and the spelling of each stem."""
    number: dict[str, int] = {}
    documents = _documents(
        texts,
        lambda folded: [number.setdefault(one, len(number)) for one in stems_of(folded)],
        folding,
    )
    return documents, list(number)


def _documents(
    texts: Sequence[str], cut: Callable[[str], Sequence[int]], folding: Folding
) -> list[Ints]:
    """Return each text as the numbers that `cut` gives for its tokens."""
    of_chunk: dict[str, Sequence[int]] = {}
    documents = []
    for text in texts:
        for chunk in text.split():
            if chunk not in of_chunk:
                of_chunk[chunk] = cut(folding.fold_chunks([chunk])[0])
        found = chain.from_iterable(of_chunk[chunk] for chunk in text.split())
        documents.append(np.fromiter(found, np.int64))
    return documents


def _frequency(documents: Sequence[Ints], n_numbers: int) -> Floats:
    """Return the number of documents in which each number occurs."""
    frequency = np.zeros(n_numbers)
    for document in documents:
        frequency[np.unique(document)] += 1
    return frequency


def _expected(documents: Sequence[Ints], weight: Floats) -> Floats:
    """Return the mean of the unit vectors of documents."""
    total: Floats = np.asarray(_tfidf(documents, weight).sum(axis=0)).ravel()
    return total / max(1, len(documents))


def _chosen(frequency: Floats, spelt: Sequence[str], learning: Learning) -> Ints:
    """Return the most frequent stems, no two with the same hash."""
    ranked = np.lexsort((np.arange(len(frequency)), -frequency))
    hashes: dict[int, int] = {}
    for i in ranked.tolist():
        if frequency[i] < learning.fewest or len(hashes) == learning.n_stems:
            break
        hashes.setdefault(hash_of(spelt[i]), i)
    return np.array(list(hashes.values()), np.int64)


def _tfidf(documents: Sequence[Ints], weight: Floats) -> Any:
    """Return the unit vectors of documents, scipy CSR of shape (n_documents, len(weight))."""
    counted = [np.unique(document, return_counts=True) for document in documents]
    bounds = np.cumsum([0, *(len(stems) for stems, _ in counted)])
    stems = np.concatenate([stems for stems, _ in counted] or [np.empty(0, np.int64)])
    counts = np.concatenate([counts for _, counts in counted] or [np.empty(0, np.int64)])
    values = (1.0 + np.log(counts)) * weight[stems] if len(counts) else np.empty(0)
    rows = np.repeat(np.arange(len(documents)), np.diff(bounds))
    lengths = np.sqrt(np.bincount(rows, values**2, len(documents)))
    values /= lengths[rows]
    return sp.csr_matrix((values, stems, bounds), shape=(len(documents), len(weight)))


def _vectors(
    documents: Sequence[Ints], weight: Floats, learning: Learning
) -> tuple[npt.NDArray[np.int8], Singles, Singles]:
    """Return the stored term vectors, their scale, and the mean of the resulting senses."""
    n = len(weight) - 1
    factors = _factors(_company(documents, n, learning.window), learning)
    factors = np.vstack([factors, np.zeros((1, factors.shape[1]))])
    halves = _halves(documents, learning)
    if len(halves[0]) <= 2 * factors.shape[1]:
        return np.zeros((n, 0), np.int8), np.zeros(n, np.float32), np.zeros(0, np.float32)
    tfidf = [_tfidf(half, weight) for half in halves]
    first, second = (_senses(one, factors) for one in tfidf)
    rotation = _rotation(first, second, learning.dimensions)
    rotated = factors @ rotation
    scale = np.maximum(np.abs(rotated).max(axis=1), 1e-9) / 127.0
    stored = np.round(rotated / scale[:, None]).astype(np.int8)
    mean = np.mean([_senses(one, stored * scale[:, None]).mean(axis=0) for one in tfidf], axis=0)
    return stored[:n], scale[:n].astype(np.float32), mean.astype(np.float32)


def _senses(tfidf: Any, vectors: Floats) -> Floats:
    senses: Floats = unit(tfidf @ vectors)
    return senses


def _company(documents: Sequence[Ints], n_stems: int, window: int) -> Any:
    """Return the positive pointwise mutual information of stems as a symmetric scipy CSR."""
    windows = [
        np.unique(part[part < n_stems])
        for document in documents
        for part in np.split(document, range(window, len(document), window))
    ]
    bounds = np.cumsum([0, *map(len, windows)])
    stems = np.concatenate([*windows, np.empty(0, np.int64)])
    shape = (len(windows), n_stems)
    seen = sp.csr_matrix((np.ones(len(stems), np.float32), stems, bounds), shape=shape)
    together = (seen.T @ seen).tocoo()
    kept = (together.data >= 2) & (together.row != together.col)
    row, column, times = together.row[kept], together.col[kept], together.data[kept]
    total = np.bincount(row, times, n_stems)
    # Contexts are raised to the power 3/4, so that rare stems are not nearest to everything.
    context = total**0.75 / max(1.0, float((total**0.75).sum()))
    share = total / max(1.0, float(total.sum()))
    times = times / max(1.0, float(total.sum()))
    information = np.maximum(0.0, np.log(times / (share[row] * context[column])))
    half = sp.csr_matrix((information, (row, column)), shape=(n_stems, n_stems))
    return ((half + half.T) / 2).astype(np.float32)


def _factors(company: Any, learning: Learning) -> Floats:
    """Return scaled leading eigenvectors by subspace iteration (Halko et al. 2011)."""
    n = company.shape[0]
    k = min(learning.factors, n // 2)
    random = np.random.default_rng(learning.seed)
    basis = random.standard_normal((n, min(n, k + 40))).astype(np.float32)
    for _ in range(5):
        basis, _ = np.linalg.qr(company @ basis)
    small = basis.T @ (company @ basis)
    values, turned = np.linalg.eigh((small + small.T).astype(np.float64) / 2)
    largest = np.argsort(-np.abs(values), kind="stable")[:k]
    scaled: Floats = (basis @ turned[:, largest]) * np.sqrt(np.abs(values[largest]))
    return scaled


def _halves(documents: Sequence[Ints], learning: Learning) -> tuple[list[Ints], list[Ints]]:
    long = [document for document in documents if len(document) >= learning.long]
    if len(long) > learning.halves:
        random = np.random.default_rng(learning.seed)
        long = [long[i] for i in random.choice(len(long), learning.halves, replace=False)]
    return [d[: len(d) // 2] for d in long], [d[len(d) // 2 :] for d in long]


def _rotation(first: Floats, second: Floats, dimensions: int) -> Floats:
    """Return directions in which halves of one comment agree and comments differ, shape (k, d).

    The differences within comments are whitened, and the directions of most agreement are kept.
    """
    mean = (first.mean(axis=0) + second.mean(axis=0)) / 2
    apart = first - second
    within = apart.T @ apart / (2 * len(apart))
    within += 1e-3 * np.trace(within) / len(within) * np.eye(len(within))
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(np.maximum(values, 1e-12))
    agreement = (first - mean).T @ (second - mean) / len(first)
    between = whitening.T @ (agreement + agreement.T) @ whitening / 2
    strength, directions = np.linalg.eigh(between)
    rotation: Floats = whitening @ directions[:, np.argsort(-strength)[:dimensions]]
    return rotation
