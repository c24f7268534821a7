"""Figures of a model on labelled comments, each with its interval.

Intervals are percentile bootstraps over groups (articles, or threads). Comments under one article
resemble each other, so resampling single comments would give intervals that are too narrow. A
single group has no interval.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

from moderation._types import Bools, Floats
from moderation.context import in_threads
from moderation.evaluation.bias import BiasReport, audit
from moderation.labels.base_rates import rate_weights
from moderation.labels.gold import Gold
from moderation.model import Moderator
from moderation.model.artifact import Thresholds
from moderation.model.registry import seen
from moderation.records import Attribute

_ROUNDS = 300
_BINS = 10


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its 95 % interval; None if it is undefined, as with one class only."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """A tenth of the comments by score: their number, mean score and share of true ones."""

    n: int
    mean_score: float
    share_true: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one attribute.

    Attributes
    ----------
    n, n_true, n_groups
        The number of comments with gold label and score, of true ones among them, and of groups.
    n_contested, n_unscored
        The number of comments left out because their gold label is exactly one half, or because
        they have no score (off-topic without context).
    figures
        ``roc_auc``, ``average_precision``, ``brier``, ``calibration_error`` (expected, ten bins
        of equal size), and ``precision``, ``recall``, ``share`` (of comments flagged) at
        ``review`` and ``hold``.
    bins
        The calibration curve.
    n_known
        The number of comments that the model was trained on. They make the figures too good.
    base_rate
        Share of true comments to which the figures and the bins are weighted; None counts each
        comment as one.
    """

    attribute: Attribute
    n: int
    n_true: int
    n_groups: int
    n_contested: int
    n_unscored: int
    thresholds: Thresholds | None
    figures: dict[str, Figure]
    bins: tuple[Bin, ...]
    n_known: int = 0
    base_rate: float | None = None


def evaluate(moderator: Moderator, gold: Sequence[Gold], *, seed: int = 0) -> list[Report]:
    """Score labelled comments and compare the scores with their gold labels.

    Parameters
    ----------
    moderator
        The model to evaluate.
    gold
        Labelled comments.
    seed
        Seed of the bootstrap.

    Returns
    -------
    list of Report
        One report for each attribute.
    """
    verdicts = list(moderator.score_many(in_threads(item.comment for item in gold)))
    reports = []
    for attribute in Attribute:
        values = [getattr(verdict, attribute.value).value for verdict in verdicts]
        scores = np.array([np.nan if value is None else value for value in values], float)
        thresholds = moderator.model.thresholds(attribute)
        measured = report_on(attribute, gold, scores, thresholds, seed=seed)
        known = seen((item.comment.text for item in gold), moderator.model.trained_on(attribute))
        reports.append(msgspec.structs.replace(measured, n_known=int(known.sum())))
    return reports


def audit_bias(moderator: Moderator, gold: Sequence[Gold]) -> BiasReport | None:
    """Audit hostility for the groups that comments name.

    Parameters
    ----------
    moderator
        The model to audit.
    gold
        Labelled comments.

    Returns
    -------
    BiasReport or None
        None if too few comments name a group.
    """
    thresholds = moderator.model.thresholds(Attribute.HOSTILITY)
    judged = [item for item in gold if item.hostility not in {None, 0.5}]
    true = np.array([item.hostility for item in judged], float) > 0.5
    if thresholds is None or true.all() or not true.any():
        return None
    verdicts = moderator.score_many(item.comment for item in judged)
    scores = np.array([verdict.hostility.value for verdict in verdicts], float)
    known = ~np.isnan(scores)
    texts = [item.comment.text for item, is_known in zip(judged, known, strict=True) if is_known]
    return audit(texts, true[known], scores[known], review=thresholds.review)


def report_on(
    attribute: Attribute,
    gold: Sequence[Gold],
    scores: Floats,
    thresholds: Thresholds | None,
    *,
    base_rate: float | None = None,
    seed: int = 0,
) -> Report:
    """Compare scores with gold labels.

    Parameters
    ----------
    attribute
        The attribute whose gold labels are used.
    gold
        Labelled comments.
    scores
        Probabilities, shape (len(gold),); NaN for a comment without a score.
    thresholds
        The thresholds to measure; None omits the figures at thresholds.
    base_rate
        Share of true comments for the weighting; None counts each comment as one.
    seed
        Seed of the bootstrap.
    """
    labels = np.array([_nan(item.label(attribute)) for item in gold], float)
    judged = ~np.isnan(labels)
    contested = judged & (labels == 0.5)
    used = judged & ~contested & ~np.isnan(scores)
    true, values = labels[used] > 0.5, scores[used]
    groups = grouped([item for item, use in zip(gold, used, strict=True) if use])
    measures = measures_of(thresholds, base_rate)
    return Report(
        attribute=attribute,
        n=int(used.sum()),
        n_true=int(true.sum()),
        n_groups=int(groups.max(initial=-1)) + 1,
        n_contested=int(contested.sum()),
        n_unscored=int((judged & ~contested & np.isnan(scores)).sum()),
        thresholds=thresholds,
        figures=with_intervals(measures, true, values, groups, seed),
        bins=tuple(calibration_bins(true, values, base_rate)),
        base_rate=base_rate,
    )


def grouped(gold: Sequence[Gold]) -> npt.NDArray[np.int64]:
    """Return the number of each row's bootstrap unit, shape (len(gold),).

    Parameters
    ----------
    gold
        Labelled comments.
    """
    names = [item.cluster or item.group for item in gold]  # usually a whole article
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], np.int64)


Measure = Callable[[Bools, Floats], float]


def measures_of(
    thresholds: Thresholds | None, base_rate: float | None = None
) -> dict[str, Measure]:
    """Return the measures of scores against gold labels, and those at the thresholds, if any.

    With a base rate, the comments are weighted so that the true ones have that share.

    Parameters
    ----------
    thresholds
        The thresholds to measure, if any.
    base_rate
        Share of true comments for the weighting; None counts each comment as one.
    """

    def weights(true: Bools) -> Floats:
        return rate_weights(true, base_rate)

    measures: dict[str, Measure] = {
        "roc_auc": lambda true, values: float(roc_auc_score(true, values)),
        "average_precision": lambda true, values: float(
            average_precision_score(true, values, sample_weight=weights(true))
        ),
        "brier": lambda true, values: _mean((values - true) ** 2, weights(true)),
        "calibration_error": lambda true, values: _calibration_error(true, values, base_rate),
    }
    for name in ("review", "hold") if thresholds else ():
        at = measures_at(getattr(thresholds, name), base_rate)
        measures |= {f"{what}_at_{name}": measure for what, measure in at.items()}
    return measures


def measures_at(threshold: float, base_rate: float | None = None) -> dict[str, Measure]:
    """Return the measures of a threshold: precision, recall and share of comments flagged.

    Beside the scores, in a second column, may stand for how many comments each one stands.

    Parameters
    ----------
    threshold
        The threshold.
    base_rate
        Share of true comments for the weighting; None counts each comment as one.
    """

    def weighed(true: Bools, values: Floats) -> tuple[Bools, Floats]:
        """Return which comments are flagged, and their weights, which may stand beside scores."""
        scores, given = (values, None) if values.ndim == 1 else values.T
        return scores >= threshold, rate_weights(true, base_rate, given)

    def precision(true: Bools, values: Floats) -> float:
        flagged, weights = weighed(true, values)
        return _mean(true[flagged], weights[flagged])

    def recall(true: Bools, values: Floats) -> float:
        flagged, weights = weighed(true, values)
        return _mean(flagged[true], weights[true])

    return {
        "precision": precision,
        "recall": recall,
        "share": lambda true, values: _mean(*weighed(true, values)),
    }


Name = TypeVar("Name")


def with_intervals(
    measures: dict[Name, Measure],
    true: Bools,
    values: Floats,
    groups: npt.NDArray[np.int64],
    seed: int,
) -> dict[Name, Figure]:
    """Compute measures with percentile intervals from a bootstrap over groups.

    Parameters
    ----------
    measures
        Functions of gold labels and scores, by name.
    true
        Which comments are true, shape (n,).
    values
        Scores, shape (n,), or (n, 2) for measures that compare two models.
    groups
        Numbers of the groups from 0, shape (n,).
    seed
        Seed of the bootstrap.
    """

    def measured(rows: Any) -> list[float]:
        t, v = true[rows], values[rows]
        if t.all() or not t.any():  # There is one class only.
            return [np.nan] * len(measures)
        return [measure(t, v) for measure in measures.values()]

    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1) if len(order) else []
    point = measured(np.arange(len(true)))
    random = np.random.default_rng(seed)
    rounds = []
    for _ in range(_ROUNDS if len(members) > 1 else 0):
        drawn = random.integers(len(members), size=len(members))
        rounds.append(measured(np.concatenate([members[g] for g in drawn])))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a measure undefined in every round
        low, high = np.nanpercentile(rounds or [[np.nan] * len(point)], [2.5, 97.5], axis=0)
    # Resampling increases a calibration error, so the interval is widened to include the figure.
    low, high = np.fmin(low, point), np.fmax(high, point)
    if not rounds:
        low = high = np.full(len(point), np.nan)
    return {
        name: Figure(value=_none(p), low=_none(lo), high=_none(hi))
        for name, p, lo, hi in zip(measures, point, low, high, strict=True)
    }


def _calibration_error(true: Bools, values: Floats, base_rate: float | None) -> float:
    """Return the expected calibration error (ECE) over ten bins of equal size."""
    weights = rate_weights(true, base_rate)
    distances = [
        weights[part].sum()
        * abs(_mean(values[part], weights[part]) - _mean(true[part], weights[part]))
        for part in _bins(values)
    ]
    return float(sum(distances)) / max(1, len(true))


def calibration_bins(true: Bools, values: Floats, base_rate: float | None = None) -> list[Bin]:
    """Return the calibration curve: ten bins of equal size, lowest scores first.

    Parameters
    ----------
    true
        Which comments are true, shape (n,).
    values
        Scores, shape (n,).
    base_rate
        Share of true comments for the weighting; None counts each comment as one.
    """
    weights = rate_weights(true, base_rate)
    return [
        Bin(
            n=len(part),
            mean_score=_mean(values[part], weights[part]),
            share_true=_mean(true[part], weights[part]),
        )
        for part in _bins(values)
    ]


def _bins(values: Floats) -> list[npt.NDArray[np.intp]]:
    parts = np.array_split(np.argsort(values, kind="stable"), _BINS)
    return [part for part in parts if len(part)]


def _mean(values: Bools | Floats, weights: Floats | None = None) -> float:
    return float(np.average(values, weights=weights)) if len(values) else float("nan")


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _none(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
