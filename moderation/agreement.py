"""How far annotators agree beyond chance (nltk's agreement statistics).

Imports nltk, and with it scikit-learn: never on the scoring path.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from nltk.metrics.agreement import AnnotationTask

from moderation.labelled import LabelledRow
from moderation.records import Attribute


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement of all annotators about one attribute.

    Attributes
    ----------
    n_comments, n_annotators
        Comments that at least two annotators answered, and the annotators of these.
    observed
        Mean share of agreeing pairs of answers.
    alpha
        Krippendorff's alpha, nominal, over all answers ("unsure" is an answer of its own).
    kappa
        Mean pairwise Cohen's kappa over comments that all of them answered; None where the
        annotators did not all answer the same comments.
    """

    attribute: Attribute
    n_comments: int
    n_annotators: int
    observed: float | None
    alpha: float | None
    kappa: float | None


def agreement(rows: Sequence[LabelledRow], attribute: Attribute) -> Agreement:
    """Measure the agreement about `attribute` on comments with two or more annotators."""
    answers: dict[str, dict[str, str]] = {}
    for row in rows:
        answer = row.answer(attribute)
        if answer is not None:
            answers.setdefault(row.id, {})[row.annotator] = _label(answer)
    shared = {key: given for key, given in answers.items() if len(given) > 1}
    annotators = sorted({name for given in shared.values() for name in given})
    if not shared:
        return Agreement(
            attribute=attribute, n_comments=0, n_annotators=0, observed=None, alpha=None, kappa=None
        )
    task = AnnotationTask(
        [(who, key, what) for key, g in shared.items() for who, what in g.items()]
    )
    full = all(len(given) == len(annotators) for given in shared.values())
    varied = len({what for given in shared.values() for what in given.values()}) > 1
    return Agreement(
        attribute=attribute,
        n_comments=len(shared),
        n_annotators=len(annotators),
        observed=_observed(list(shared.values())),
        alpha=float(task.alpha()) if varied else None,
        kappa=float(task.kappa()) if full and varied else None,
    )


def _label(answer: object) -> str:
    if isinstance(answer, float):
        return str(answer >= 0.5)
    return str(answer)


def _observed(given: Sequence[dict[str, str]]) -> float:
    """Mean over comments of the share of pairs of annotators that gave one answer."""
    shares = []
    for answers in given:
        labels = list(answers.values())
        pairs = len(labels) * (len(labels) - 1)
        shares.append(sum(labels.count(label) - 1 for label in labels) / pairs)
    return sum(shares) / len(shares)
