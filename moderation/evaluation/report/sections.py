"""The measurements of a report: scores against gold labels, mistakes, terms and groups."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from moderation.context import in_threads
from moderation.evaluation.bias import BiasReport
from moderation.evaluation.metrics import Figure, audit_bias, measures_of, with_intervals
from moderation.evaluation.workload.workload import (
    OFFERED,
    Choice,
    choices,
    evidence_rate,
    scored_gold,
    threshold,
)
from moderation.features import WordTerms
from moderation.labels.gold import Gold
from moderation.model import Model, Moderator
from moderation.model.artifact import HeldOut, Manifest, Thresholds
from moderation.model.registry import seen
from moderation.records import Attribute, Verdict

_MISTAKES = 12
_TERMS = 25


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A comment whose score and gold label differ most.

    Attributes
    ----------
    text, article
        The text of the comment, and the title of its article.
    gold, score
        The share of annotators who said true, and the probability.
    reasons
        The parts of the text that weigh most in the score, as written.
    """

    text: str
    article: str
    gold: float
    score: float
    reasons: tuple[str, ...]


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """A term or signal and its weight: the log-odds that it adds at full strength."""

    name: str
    weight: float


class AttributeFindings(msgspec.Struct, frozen=True, kw_only=True):
    """The findings about one attribute.

    Attributes
    ----------
    evidence
        Scores with gold labels, without comments that the model was trained on.
    measured_on
        The origin of the evidence, in words.
    figures
        ``roc_auc``, ``average_precision``, ``brier``, ``calibration_error``, with intervals.
    choices
        The cost of each threshold.
    missed, alarmed
        The worst mistakes: true comments scored low, and false ones scored high.
    raising, lowering
        The terms or signals that raise and that lower the score most.
    """

    attribute: Attribute
    thresholds: Thresholds
    evidence: HeldOut
    measured_on: str
    figures: dict[str, Figure]
    choices: list[Choice]
    missed: list[Mistake]
    alarmed: list[Mistake]
    raising: list[Weight]
    lowering: list[Weight]


class ReportFindings(msgspec.Struct, frozen=True, kw_only=True):
    """All findings of a report.

    Attributes
    ----------
    unmeasured
        The attributes that could not be measured, with the reason.
    n_known
        The number of labelled comments left out because the model was trained on them.
    """

    version: str
    digest: str
    manifest: Manifest
    attributes: list[AttributeFindings]
    unmeasured: dict[str, str]
    bias: BiasReport | None
    n_labelled: int
    n_known: int


def find(model: Model, gold: Sequence[Gold] = ()) -> ReportFindings:
    """Compute the findings of a report.

    Parameters
    ----------
    model
        The model.
    gold
        Labelled comments to measure on; those that the model was trained on are left out. Without
        any, the model's own validation is used. It has scores but no texts, so the report then
        has no mistakes and no groups.
    """
    attributes, unmeasured = [], {}
    for attribute in Attribute:
        found = _attribute(model, attribute, gold)
        if isinstance(found, str):
            unmeasured[attribute.value] = found
        else:
            attributes.append(found)
    fresh = _fresh(model, Attribute.HOSTILITY, gold)
    return ReportFindings(
        version=model.version,
        digest=model.digest,
        manifest=model.manifest,
        attributes=attributes,
        unmeasured=unmeasured,
        bias=audit_bias(Moderator(model), fresh) if fresh else None,
        n_labelled=len(gold),
        n_known=len(gold) - len(fresh),
    )


def _attribute(model: Model, attribute: Attribute, gold: Sequence[Gold]) -> AttributeFindings | str:
    own = model.thresholds(attribute)
    if own is None:
        return "the model does not score it"
    kept = model.held_out(attribute)
    evidence = scored_gold(model, attribute, gold) if gold else kept
    if evidence is None:
        return "the model keeps no validation; name labelled files"
    if evidence.weight is not None:
        return "the labels were chosen by score; moderation thresholds weights them for that"
    true = evidence.gold[evidence.gold != 0.5] > 0.5
    if true.all() or not true.any():
        return "nothing to tell apart in the labels that it was not trained on"
    rate = evidence_rate(model, attribute, gold)
    offered = {str(target): threshold(target, evidence, base_rate=rate) for target in OFFERED}
    named = {"review, as it is": own.review, "hold, as it is": own.hold}
    raising, lowering = _weights(model, attribute)
    missed, alarmed = _mistakes(model, attribute, _fresh(model, attribute, gold))
    return AttributeFindings(
        attribute=attribute,
        thresholds=own,
        evidence=evidence,
        measured_on="labelled files" if gold else "its own validation, out of fold by article",
        figures=_figures(evidence, rate),
        choices=choices(evidence, {**offered, **named}, base_rate=rate),
        missed=missed,
        alarmed=alarmed,
        raising=raising,
        lowering=lowering,
    )


def _figures(evidence: HeldOut, rate: float | None) -> dict[str, Figure]:
    judged = evidence.gold != 0.5
    _, groups = np.unique(evidence.group[judged], return_inverse=True)
    scores = evidence.score[judged].astype(float)
    return with_intervals(measures_of(None, rate), evidence.gold[judged] > 0.5, scores, groups, 0)


def _fresh(model: Model, attribute: Attribute, gold: Sequence[Gold]) -> list[Gold]:
    """Return labelled comments that the model was not trained on."""
    known = seen((item.comment.text for item in gold), model.trained_on(attribute))
    return [
        item
        for item, k in zip(gold, known, strict=True)
        if not k and item.label(attribute) is not None
    ]


def _mistakes(
    model: Model, attribute: Attribute, gold: Sequence[Gold]
) -> tuple[list[Mistake], list[Mistake]]:
    """Return the true comments with the lowest scores and the false ones with the highest."""
    moderator = Moderator(model)
    comments = in_threads(item.comment for item in gold)
    values = [getattr(verdict, attribute.value).value for verdict in moderator.score_many(comments)]
    scored = [i for i, value in enumerate(values) if value is not None]
    scored.sort(key=lambda i: values[i])
    missed = [i for i in scored if (gold[i].label(attribute) or 0) > 0.5][:_MISTAKES]
    alarmed = [i for i in reversed(scored) if (gold[i].label(attribute) or 0) < 0.5][:_MISTAKES]

    def told(chosen: list[int]) -> list[Mistake]:
        verdicts = moderator.score_many((comments[i] for i in chosen), explain=True)
        return [_mistake(v, gold[i], attribute) for v, i in zip(verdicts, chosen, strict=True)]

    return told(missed), told(alarmed)


def _mistake(verdict: Verdict, item: Gold, attribute: Attribute) -> Mistake:
    score = getattr(verdict, attribute.value)
    article = item.comment.article
    return Mistake(
        text=item.comment.text,
        article=article.title if article else "",
        gold=item.label(attribute) or 0.0,
        score=score.value,
        reasons=tuple(f"{reason.text} {reason.weight:+.1f}" for reason in score.reasons[:4]),
    )


def _weights(model: Model, attribute: Attribute) -> tuple[list[Weight], list[Weight]]:
    """Return the whole words or signals that raise and that lower the score most."""
    weights: list[Weight] = []
    if attribute is Attribute.HOSTILITY and model.hostility:
        for block, coef in zip(model.hostility.blocks, model.hostility.coefs, strict=True):
            if isinstance(block.terms, WordTerms):
                strength = coef * block.idf
                ends = np.argsort(strength)
                weights += [
                    Weight(name=block.terms[i], weight=float(strength[i]))
                    for i in {*ends[:_TERMS].tolist(), *ends[-_TERMS:].tolist()}
                ]
    elif attribute is Attribute.OFF_TOPIC and model.off_topic:
        signals = model.off_topic
        weights = [
            Weight(name=name, weight=float(w))
            for name, w in zip(signals.names, signals.coef, strict=True)
        ]
    weights.sort(key=lambda w: (-w.weight, w.name))
    raising = [w for w in weights if w.weight > 0][:_TERMS]
    lowering = [w for w in reversed(weights) if w.weight < 0][:_TERMS]
    return raising, lowering
