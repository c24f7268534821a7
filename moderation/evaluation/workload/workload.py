"""The cost of thresholds: how many comments people must read, and how many of these are true."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from moderation._types import Floats
from moderation.context import in_threads
from moderation.errors import InputError
from moderation.evaluation.metrics import Figure, grouped, measures_at, with_intervals
from moderation.evaluation.thresholds.choosing import Ranked
from moderation.labels.gold import Gold, chance_weights, rows_of
from moderation.model import Model, Moderator
from moderation.model.artifact import HeldOut, Manifest, Thresholds
from moderation.model.registry import seen
from moderation.records import Attribute


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The target that a threshold is chosen for: exactly one of share and precision.

    Attributes
    ----------
    share
        Largest share of all comments at or above the threshold.
    precision
        Smallest share of true comments among those.
    """

    share: float | None = None
    precision: float | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.share, self.precision) if value is not None]
        if len(given) != 1 or not 0 < given[0] <= 1:
            raise ValueError("one of share and precision, above 0 and at most 1")

    def __str__(self) -> str:
        if self.share is not None:
            return f"at most {100 * self.share:.3g} % of comments"
        return f"precision of {100 * (self.precision or 0):.3g} %"


#: The targets in a table of choices.
OFFERED = (
    *(Target(share=share) for share in (0.01, 0.02, 0.05, 0.1, 0.2)),
    *(Target(precision=precision) for precision in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)),
)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold and its cost, each figure with its 95 % interval.

    Attributes
    ----------
    target
        The target it was chosen for, or which of the model's own thresholds it is.
    threshold
        The threshold.
    share, precision, recall
        The share of comments at or above the threshold, the share of true ones among them, and
        their share of all true comments.
    """

    target: str
    threshold: float
    share: Figure
    precision: Figure
    recall: Figure


def scored_gold(model: Model, attribute: Attribute, gold: Sequence[Gold]) -> HeldOut:
    """Score labelled comments that the model was not trained on.

    If enough comments are known to be drawn at random, only these are scored, because others give
    biased shares. If not, but enough have a known chance, these are, and are weighted by it.

    Parameters
    ----------
    model
        The model that scores.
    attribute
        The attribute that is scored.
    gold
        Labelled comments.

    Returns
    -------
    HeldOut
        Scores, gold labels and groups.
    """
    rows = rows_of(gold, attribute)
    judged = [rows.gold[i] for i in np.flatnonzero(rows.measured)]
    known = seen((item.comment.text for item in judged), model.trained_on(attribute))
    fresh = [item for item, k in zip(judged, known, strict=True) if not k]
    verdicts = Moderator(model).score_many(in_threads(item.comment for item in fresh))
    values = [getattr(verdict, attribute.value).value for verdict in verdicts]
    scored = [i for i, value in enumerate(values) if value is not None]
    kept = [fresh[i] for i in scored]
    return HeldOut(
        score=np.array([values[i] for i in scored], float),
        gold=np.array([item.label(attribute) for item in kept], float),
        group=grouped(kept),
        weight=chance_weights(kept) if rows.has_sampled else None,
    )


def evidence_rate(
    model: Model, attribute: Attribute, gold: Sequence[Gold], asked: float | None = None
) -> float | None:
    """Return the base rate to which the evidence is weighted, or None for no weighting.

    Parameters
    ----------
    model
        The model, whose own base rate applies to its own validation.
    attribute
        The attribute that is measured.
    gold
        Labelled comments that are measured; empty for the model's own validation.
    asked
        The rate that a person requested. It overrides all others.
    """
    if asked is not None:
        return asked
    if gold:
        rows = rows_of(gold, attribute)
        return None if rows.has_sampled else rows.base_rate(attribute)
    own = model.thresholds(attribute)
    return own.base_rate if own else None


def threshold(
    target: Target,
    evidence: HeldOut,
    comments: Floats | None = None,
    base_rate: float | None = None,
) -> float:
    """Find the lowest threshold that meets a target.

    Parameters
    ----------
    target
        The target.
    evidence
        Scores with gold labels.
    comments
        Scores of incoming comments, on which a share is measured; default: those of `evidence`.
    base_rate
        Share of true comments to which the evidence is weighted; None counts labels unweighted.

    Returns
    -------
    float
        The threshold, or 1.0 if none meets the target.
    """
    if target.share is not None and comments is not None:
        return Ranked(comments, np.zeros(len(comments), bool)).for_share(target.share)
    if target.share is not None:
        ranked = Ranked(evidence.score, evidence.gold > 0.5, base_rate, evidence.weight)
        return ranked.for_share(target.share)
    judged = evidence.gold != 0.5
    weight = None if evidence.weight is None else evidence.weight[judged]
    ranked = Ranked(evidence.score[judged], evidence.gold[judged] > 0.5, base_rate, weight)
    return ranked.for_precision(target.precision or 1.0)


def choices(
    evidence: HeldOut,
    thresholds: dict[str, float],
    comments: Floats | None = None,
    *,
    base_rate: float | None = None,
    seed: int = 0,
) -> list[Choice]:
    """Measure the cost of each threshold.

    Parameters
    ----------
    evidence
        Scores with gold labels.
    thresholds
        The thresholds by name of target.
    comments
        Scores of incoming comments. Their shares, without an interval, replace those of
        `evidence`.
    base_rate
        Share of true comments to which the evidence is weighted; None counts labels unweighted.
    seed
        Seed of the bootstrap over articles.

    Raises
    ------
    InputError
        If the evidence has no true or no false comment.
    """
    judged = evidence.gold != 0.5
    true, scores = evidence.gold[judged] > 0.5, _weighed(evidence)[judged]
    if true.all() or not true.any():
        hint = "label more comments, some with the attribute and some without"
        raise InputError("nothing to tell apart in the labels", hint=hint)
    measures = {
        (name, what): measure
        for name, at in thresholds.items()
        for what, measure in measures_at(_as_kept(at, evidence), base_rate).items()
        if what != "share"
    }
    _, groups = np.unique(evidence.group[judged], return_inverse=True)
    figures = with_intervals(measures, true, scores, groups, seed)
    shares = (
        _shares(evidence, thresholds, base_rate, seed)
        if comments is None
        else {
            name: Figure(value=round(float((comments >= at).mean()), 4))
            for name, at in thresholds.items()
        }
    )
    return [
        Choice(
            target=name,
            threshold=at,
            share=shares[name],
            precision=figures[name, "precision"],
            recall=figures[name, "recall"],
        )
        for name, at in thresholds.items()
    ]


def _shares(
    evidence: HeldOut, thresholds: dict[str, float], base_rate: float | None, seed: int
) -> dict[str, Figure]:
    """Return shares of all comments, including contested ones, which people must read too."""
    measures = {
        name: measures_at(_as_kept(at, evidence), base_rate)["share"]
        for name, at in thresholds.items()
    }
    _, groups = np.unique(evidence.group, return_inverse=True)
    return with_intervals(measures, evidence.gold > 0.5, _weighed(evidence), groups, seed)


def _weighed(evidence: HeldOut) -> Floats:
    """Return the scores, and beside them for how many comments each one stands, if that differs."""
    scores = evidence.score.astype(float)
    return scores if evidence.weight is None else np.column_stack([scores, evidence.weight])


def _as_kept(threshold: float, evidence: HeldOut) -> float:
    """Return a threshold in the precision of the scores, so that an equal score still reaches it.

    A model stores the scores of its validation in single precision and its thresholds in double.
    """
    return float(evidence.score.dtype.type(threshold))


def with_thresholds(model: Model, chosen: dict[Attribute, Thresholds], name: str) -> Manifest:
    """Return the manifest of the same model with other thresholds and another name.

    Parameters
    ----------
    model
        The model.
    chosen
        The new thresholds by attribute.
    name
        The new name.
    """
    changed = {
        attribute.value: msgspec.structs.replace(
            getattr(model.manifest, attribute.value), thresholds=thresholds
        )
        for attribute, thresholds in chosen.items()
    }
    training = {**model.manifest.training, "thresholds_of": model.version}
    return msgspec.structs.replace(model.manifest, name=name, training=training, **changed)
