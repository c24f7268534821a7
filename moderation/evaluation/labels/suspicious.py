"""Labels that contradict the other labels, found by confident learning.

Each comment is scored by models that saw no label of its article: the base model, the base adapted
to the other labels, and a model of the other labels alone. Their weights are learnt from their
predictions (stacking, Wolpert 1992), and the combination is calibrated on the labels. The less
probable a label is, the more suspicious it is (self-confidence). Labels that confident learning
calls errors are marked (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating
Uncertainty in Dataset Labels").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from moderation._types import Floats
from moderation.context import in_threads, texts_of
from moderation.features import NgramTfidf, transform_blocks
from moderation.features.topicality import Topicality, usual_signals
from moderation.labels.gold import Gold, Rows, rows_of
from moderation.model import Model
from moderation.model.linear import fit_logistic, sigmoid
from moderation.records import Attribute, Comment

# Inverse strength of the penalty on the weights learnt with the base and from the labels alone.
# Tuned with benchmarks.suspicious on civil_stripped, whole and thinned to one fifth hostile.
_C_ADAPTED, _C_ALONE = 0.3, 3.0
_C_STACK = 1.0
_FOLDS = 5
# Factor on the column of the base's log-odds, so that its weight has almost no penalty.
_LOUD = 30.0


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """A label with the probability that other labels give it.

    Attributes
    ----------
    comment
        The labelled comment.
    label
        The gold label, from 0 to 1.
    expected
        Probability that the comment is true, from models that did not see its article's labels.
    doubtful
        Whether confident learning calls the label an error.
    """

    comment: Comment
    label: float
    expected: float
    doubtful: bool


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """The labels of one attribute in order of suspicion.

    Attributes
    ----------
    attribute
        The attribute of the labels.
    n
        The number of labels that were examined.
    n_doubtful
        The number of labels that confident learning calls errors.
    suspects
        All examined labels, most suspicious first.
    why_none
        The reason if no label could be examined; otherwise None.
    """

    attribute: Attribute
    n: int = 0
    n_doubtful: int = 0
    suspects: tuple[Suspect, ...] = ()
    why_none: str | None = None


class _Design(NamedTuple):
    """Features of all rows, and the inverse strength of the penalty on their weights."""

    X: Any  # sparse or dense matrix, shape (n_rows, n_features)
    c: float


def suspicious_labels(
    gold: Sequence[Gold], attribute: Attribute, base: Model | None, *, jobs: int = 1, seed: int = 0
) -> Suspicion:
    """Order the labels of `attribute` by how improbable they are.

    Parameters
    ----------
    gold
        Labelled comments; contested ones (a gold label of one half) are not examined.
    attribute
        The attribute of the labels.
    base
        The model whose score counts too; None uses the labels alone.
    jobs
        The number of processes; it does not affect the result.
    seed
        Seed of the folds.
    """
    threaded = in_threads(item.comment for item in gold)
    placed = [
        msgspec.structs.replace(item, comment=comment)
        for item, comment in zip(gold, threaded, strict=True)
        if item.label(attribute) != 0.5
    ]
    rows = rows_of(placed, attribute)
    if rows.too_few:
        return Suspicion(attribute=attribute, why_none="too few labels of either kind")
    designs = (
        _text_designs(rows, base)
        if attribute is Attribute.HOSTILITY
        else _signal_designs(rows, base)
    )
    expected = held_out(designs, rows, jobs=jobs, seed=seed)
    return _ranked(attribute, rows, expected)


def _text_designs(rows: Rows, base: Model | None) -> list[_Design]:
    texts = [item.comment.text for item in rows.gold]
    if base is None or base.hostility is None:
        return [_Design(NgramTfidf().fit_transform(texts), _C_ALONE)]
    odds = base.hostility.log_odds(texts)[:, None]
    X = transform_blocks(base.hostility.blocks, texts, base.hostility.folding)
    beside = sp.csr_matrix(sp.hstack([sp.csr_matrix(_LOUD * odds), X], format="csr"))
    return [_Design(_LOUD * odds, _C_ADAPTED), _Design(beside, _C_ADAPTED), _Design(X, _C_ALONE)]


def _signal_designs(rows: Rows, base: Model | None) -> list[_Design]:
    comments = [item.comment for item in rows.gold]
    known = base is not None and base.off_topic is not None
    topicality = base.topicality if base and known else Topicality.fit(texts_of(comments))
    signals = topicality.signals(comments)
    usual = base.off_topic.usual if base and base.off_topic else usual_signals(signals)
    X = signals[:, : len(usual)]
    X = np.where(np.isnan(X), usual, X) - usual
    spread = X.std(axis=0)
    X /= np.where(spread == 0, 1.0, spread)
    if base is None or base.off_topic is None:
        return [_Design(X, _C_ALONE)]
    odds = _LOUD * base.off_topic.log_odds(signals)[:, None]
    return [_Design(odds, _C_ADAPTED), _Design(np.hstack([odds, X]), _C_ADAPTED)]


def held_out(designs: Sequence[_Design], rows: Rows, *, jobs: int = 1, seed: int = 0) -> Floats:
    """Return each row's probability from models that saw no label of its group, shape (n_rows,).

    Parameters
    ----------
    designs
        The features of each model.
    rows
        The labels, weights and groups.
    jobs
        The number of processes.
    seed
        Seed of the folds.
    """
    true = rows.labels > 0.5
    n_folds = min(_FOLDS, len(set(rows.groups)))
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    splits = list(folds.split(true, true, rows.groups))
    tasks = [(design, seen, held) for design in range(len(designs)) for seen, held in splits]
    work = Parallel(n_jobs=min(jobs, len(tasks)) if jobs > 0 else jobs)
    odds = np.zeros((len(true), len(designs)))
    predicted = work(
        delayed(_predicted)(designs[design], rows.labels, rows.weights, seen, held)
        for design, seen, held in tasks
    )
    for (design, _, held), values in zip(tasks, predicted, strict=True):
        odds[held, design] = values
    return _stacked(odds, rows)


def _predicted(design: _Design, labels: Floats, weights: Floats, seen: Any, held: Any) -> Floats:
    with threadpool_limits(1):  # As in training.fitting: fixed order of sums, faster.
        fitted = fit_logistic(design.X[seen], labels[seen], weights[seen], c=design.c)
    odds: Floats = design.X[held] @ fitted.coef + fitted.intercept
    return odds


def _stacked(odds: Floats, rows: Rows) -> Floats:
    """Return probabilities from several models' log-odds, calibrated with one slope for each."""
    with threadpool_limits(1):
        fitted = fit_logistic(odds, rows.labels, rows.weights, c=_C_STACK)
    return sigmoid(odds @ fitted.coef + fitted.intercept)


def _ranked(attribute: Attribute, rows: Rows, expected: Floats) -> Suspicion:
    true = rows.labels > 0.5
    confidence = np.where(true, expected, 1 - expected)
    wrong = confident_errors(true, expected)
    suspects = tuple(
        Suspect(
            comment=rows.gold[i].comment,
            label=float(rows.labels[i]),
            expected=round(float(expected[i]), 4),
            doubtful=bool(wrong[i]),
        )
        for i in np.argsort(confidence, kind="stable")
    )
    return Suspicion(
        attribute=attribute, n=len(true), n_doubtful=int(wrong.sum()), suspects=suspects
    )


def confident_errors(true: np.ndarray[Any, Any], expected: Floats) -> np.ndarray[Any, Any]:
    """Return which labels confident learning calls errors, shape (n,).

    A class is confident about a comment if its probability reaches its mean over the comments with
    that label. A label is an error if only the other class is confident about the comment, or if
    both are and the other is more probable.

    Parameters
    ----------
    true
        Labels, shape (n,), with at least one of either kind.
    expected
        Out-of-fold probabilities of true, shape (n,).
    """
    probability = np.stack([1 - expected, expected])
    least = np.array([probability[0][~true].mean(), probability[1][true].mean()])
    confident = probability >= least[:, None]
    own, other = true.astype(int), 1 - true.astype(int)
    place = np.arange(len(true))
    surer = probability[other, place] > probability[own, place]
    errors: np.ndarray[Any, Any] = confident[other, place] & (~confident[own, place] | surer)
    return errors
