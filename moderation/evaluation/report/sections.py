"""The measurements of a report: scores against what people said, mistakes, behaviours, groups."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from moderation.context import in_threads
from moderation.evaluation.audits import SuiteResult
from moderation.evaluation.bias import BiasReport
from moderation.evaluation.metrics import Figure, audit_bias, measures_of, with_intervals
from moderation.evaluation.report.weights import Weights, strongest
from moderation.evaluation.workload.workload import (
    OFFERED,
    Choice,
    choices,
    evidence_rate,
    scored_gold,
    threshold,
)
from moderation.labels.gold import Gold
from moderation.model import Model, Moderator
from moderation.model.artifact import HeldOut, Manifest, Thresholds
from moderation.model.registry import seen
from moderation.records import Attribute, Verdict

_MISTAKES = 12
_OWN = ("review", "hold")


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A comment whose score and label differ most.

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


class AttributeFindings(msgspec.Struct, frozen=True, kw_only=True):
    """The findings about one attribute.

    Attributes
    ----------
    evidence
        Scores with gold labels, without comments that the model was trained on.
    is_labelled
        Whether the evidence comes from labelled files, and not from the model's own validation.
    why_own
        Why labelled files were named but the evidence is the model's own; otherwise empty.
    base_rate
        The share of true comments to which the evidence is weighted; None counts it unweighted.
    figures
        ``roc_auc``, ``average_precision``, ``brier``, ``calibration_error``, with intervals.
    review, hold
        The cost of the model's own thresholds.
    offered
        The cost of other thresholds.
    missed, alarmed
        The worst mistakes: true comments below review, and false ones from it.
    weights
        What weighs most in the score.
    """

    attribute: Attribute
    thresholds: Thresholds
    evidence: HeldOut
    is_labelled: bool
    why_own: str
    base_rate: float | None
    figures: dict[str, Figure]
    review: Choice
    hold: Choice
    offered: list[Choice]
    missed: list[Mistake]
    alarmed: list[Mistake]
    weights: Weights

    @property
    def n(self) -> int:
        """The number of comments measured."""
        return len(self.evidence.gold)

    @property
    def n_true(self) -> int:
        """The number of true ones among them."""
        return int((self.evidence.gold > 0.5).sum())


class ReportFindings(msgspec.Struct, frozen=True, kw_only=True):
    """All findings of a report.

    Attributes
    ----------
    unmeasured
        The attributes that could not be measured, with the reason.
    suite
        The results of the functional suite; None if there is none.
    n_labelled
        The number of labelled comments.
    n_known
        By attribute, the number of them that are left out because the model was trained on them.
    """

    version: str
    digest: str
    manifest: Manifest
    attributes: list[AttributeFindings]
    unmeasured: dict[Attribute, str]
    suite: SuiteResult | None
    bias: BiasReport | None
    n_labelled: int
    n_known: dict[Attribute, int]


def find(
    model: Model, gold: Sequence[Gold] = (), suite: SuiteResult | None = None
) -> ReportFindings:
    """Compute the findings of a report.

    Parameters
    ----------
    model
        The model.
    gold
        Labelled comments to measure on; those that the model was trained on are left out. Without
        any, the model's own validation is used. It has scores but no texts, so the report then
        has no mistakes and no groups.
    suite
        What the functional suite found.
    """
    attributes, unmeasured = [], {}
    for attribute in Attribute:
        found = _attribute(model, attribute, gold)
        if isinstance(found, str):
            unmeasured[attribute] = found
        else:
            attributes.append(found)
    fresh = _fresh(model, Attribute.HOSTILITY, gold)
    known = {a: len(_judged(a, gold)) - len(_fresh(model, a, gold)) for a in Attribute}
    return ReportFindings(
        version=model.version,
        digest=model.digest,
        manifest=model.manifest,
        attributes=attributes,
        unmeasured=unmeasured,
        suite=suite,
        bias=audit_bias(Moderator(model), fresh) if fresh else None,
        n_labelled=len(gold),
        n_known={attribute: n for attribute, n in known.items() if n},
    )


def _attribute(model: Model, attribute: Attribute, gold: Sequence[Gold]) -> AttributeFindings | str:
    own = model.thresholds(attribute)
    if own is None:
        return "the model does not score it"
    evidence = scored_gold(model, attribute, gold) if gold else None
    refused = _refused(model, attribute, gold, evidence)
    if evidence is None or refused:
        evidence = model.held_out(attribute)
    if evidence is None or _of_one_kind(evidence):
        lacks = "the model keeps no validation of its own to measure on"
        return f"{refused}, and {lacks}" if refused else f"{lacks}; name labelled files"
    rate = evidence_rate(model, attribute, () if refused else gold)
    offered = {str(target): threshold(target, evidence, base_rate=rate) for target in OFFERED}
    named = {name: getattr(own, name) for name in _OWN}
    review, hold, *others = choices(evidence, named | offered, base_rate=rate)
    missed, alarmed = _mistakes(model, attribute, _fresh(model, attribute, gold), own.review)
    return AttributeFindings(
        attribute=attribute,
        thresholds=own,
        evidence=evidence,
        is_labelled=bool(gold) and not refused,
        why_own=refused,
        base_rate=rate,
        figures=_figures(evidence, rate),
        review=review,
        hold=hold,
        offered=others,
        missed=missed,
        alarmed=alarmed,
        weights=strongest(getattr(model, attribute.value)),
    )


def _refused(
    model: Model, attribute: Attribute, gold: Sequence[Gold], evidence: HeldOut | None
) -> str:
    """Return why labelled comments cannot be measured on; empty if they can, or if there are none.

    Parameters
    ----------
    model, attribute, gold
        As in :func:`find`.
    evidence
        The scores of those that the model was not trained on.
    """
    if evidence is None:
        return ""
    judged = len(_judged(attribute, gold))
    if not judged:
        return "no labelled comment was judged for it"
    if not _fresh(model, attribute, gold):
        return f"the model was trained on all {judged:,} labelled comments that were judged for it"
    if evidence.weight is not None:
        return "the labels were chosen by score; moderation thresholds weights them for that"
    if _of_one_kind(evidence):
        return "there is nothing to tell apart in the labels that the model was not trained on"
    return ""


def _of_one_kind(evidence: HeldOut) -> bool:
    true = evidence.gold[evidence.gold != 0.5] > 0.5
    return bool(true.all() or not true.any())


def _figures(evidence: HeldOut, rate: float | None) -> dict[str, Figure]:
    judged = evidence.gold != 0.5
    _, groups = np.unique(evidence.group[judged], return_inverse=True)
    scores = evidence.score[judged].astype(float)
    return with_intervals(measures_of(None, rate), evidence.gold[judged] > 0.5, scores, groups, 0)


def _judged(attribute: Attribute, gold: Sequence[Gold]) -> list[Gold]:
    return [item for item in gold if item.label(attribute) is not None]


def _fresh(model: Model, attribute: Attribute, gold: Sequence[Gold]) -> list[Gold]:
    """Return the judged comments that the model was not trained on."""
    judged = _judged(attribute, gold)
    known = seen((item.comment.text for item in judged), model.trained_on(attribute))
    return [item for item, k in zip(judged, known, strict=True) if not k]


def _mistakes(
    model: Model, attribute: Attribute, gold: Sequence[Gold], review: float
) -> tuple[list[Mistake], list[Mistake]]:
    """Return the worst mistakes: true comments below review, and false ones from it."""
    moderator = Moderator(model)
    comments = in_threads(item.comment for item in gold)
    values = [getattr(verdict, attribute.value).value for verdict in moderator.score_many(comments)]
    labels = [item.label(attribute) or 0.0 for item in gold]
    scored = [i for i, value in enumerate(values) if value is not None]
    scored.sort(key=lambda i: values[i])
    missed = [i for i in scored if labels[i] > 0.5 and values[i] < review]
    alarmed = [i for i in reversed(scored) if labels[i] < 0.5 and values[i] >= review]

    def told(chosen: list[int]) -> list[Mistake]:
        verdicts = moderator.score_many((comments[i] for i in chosen), explain=True)
        return [_mistake(v, gold[i], attribute) for v, i in zip(verdicts, chosen, strict=True)]

    return told(missed[:_MISTAKES]), told(alarmed[:_MISTAKES])


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
