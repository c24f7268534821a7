"""Labels that the other labels speak against, by confident learning.

Each comment is judged by models that saw no label of its article: the base model's own score, the
base adapted to the other labels, and a model of the other labels alone; how much each of them is
worth on these labels is learnt from the predictions themselves (stacking, Wolpert 1992). What they
say together is calibrated on the labels. A label is the more suspicious the less probable it is
(self-confidence); which of them confident learning calls errors is told beside (Northcutt, Jiang
and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels").
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

# Inverse strength of the penalty on what is learnt: beside the base, and from the labels alone.
# Tuned with benchmarks.suspicious on civil_stripped, whole and thinned to a fifth hostile.
_C_ADAPTED, _C_ALONE = 0.3, 3.0
_C_STACK = 1.0
_FOLDS = 5
# Factor on the column of the base's log-odds, so that its weight goes all but unpunished.
_LOUD = 30.0


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """A label that the other labels speak against.

    Attributes
    ----------
    comment
        Whose label it is.
    label
        The gold label, from 0 to 1.
    expected
        Probability that the comment is true, by models that did not see its article's labels.
    doubtful
        Whether confident learning calls the label an error.
    """

    comment: Comment
    label: float
    expected: float
    doubtful: bool


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """How suspicious the labels of one attribute are.

    Attributes
    ----------
    attribute
        Whose labels.
    n
        Labels that were judged.
    n_doubtful
        How many of them confident learning calls errors.
    suspects
        All judged labels, the most suspicious first.
    why_none
        Why nothing could be judged; None if it was.
    """

    attribute: Attribute
    n: int = 0
    n_doubtful: int = 0
    suspects: tuple[Suspect, ...] = ()
    why_none: str | None = None


class _Design(NamedTuple):
    """Features of all rows, and how freely their weights are learnt."""

    X: Any  # sparse or dense matrix, shape (n_rows, n_features)
    c: float


def suspicious_labels(
    gold: Sequence[Gold], attribute: Attribute, base: Model | None, *, jobs: int = 1, seed: int = 0
) -> Suspicion:
    """Order the labels of `attribute` by how improbable they are.

    Parameters
    ----------
    gold
        Labelled comments; contested ones (gold of one half) are not judged.
    attribute
        Whose labels to judge.
    base
        The model whose score counts too; None goes by the labels alone.
    jobs
        Processes that share the work; the result does not depend on it.
    seed
        Of the folds.
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
    X = transform_blocks(base.hostility.blocks, texts)
    beside = sp.csr_matrix(sp.hstack([sp.csr_matrix(_LOUD * odds), X], format="csr"))
    return [_Design(_LOUD * odds, _C_ADAPTED), _Design(beside, _C_ADAPTED), _Design(X, _C_ALONE)]


def _signal_designs(rows: Rows, base: Model | None) -> list[_Design]:
    comments = [item.comment for item in rows.gold]
    known = base is not None and base.off_topic is not None
    topicality = base.topicality if base and known else Topicality.fit(texts_of(comments))
    signals = topicality.signals(comments)
    usual = base.off_topic.usual if base and base.off_topic else usual_signals(signals)
    X = np.where(np.isnan(signals), usual, signals) - usual
    spread = X.std(axis=0)
    X /= np.where(spread == 0, 1.0, spread)
    if base is None or base.off_topic is None:
        return [_Design(X, _C_ALONE)]
    odds = _LOUD * base.off_topic.log_odds(signals)[:, None]
    return [_Design(odds, _C_ADAPTED), _Design(np.hstack([odds, X]), _C_ADAPTED)]


def held_out(designs: Sequence[_Design], rows: Rows, *, jobs: int = 1, seed: int = 0) -> Floats:
    """Probability of each row by models that saw no label of its group, shape (n_rows,)."""
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
    with threadpool_limits(1):  # as moderation.training.fitting: one order of sums, and faster
        fitted = fit_logistic(design.X[seen], labels[seen], weights[seen], c=design.c)
    odds: Floats = design.X[held] @ fitted.coef + fitted.intercept
    return odds


def _stacked(odds: Floats, rows: Rows) -> Floats:
    """Probabilities from several models' log-odds: a calibration of as many slopes."""
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
    """Which labels confident learning calls errors, shape (n,).

    A class is confident about a comment where its probability reaches the mean that it has over
    the comments labelled so; an error is a comment of which the other class alone is confident,
    or is the surer of two confident ones.

    Parameters
    ----------
    true
        Labels, shape (n,), of either kind at least one.
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
