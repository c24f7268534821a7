"""The bias audit of a hostility model: whether naming a group raises the score.

The measures are those of Borkan et al. 2019 (Nuanced Metrics for Measuring Unintended Bias). They
are the ROC AUC within the comments that name a group (subgroup), of their harmless comments against
hostile ones of the background (BPSN, background positive, subgroup negative; a low value means that
the name alone raises the score), and of their hostile comments against harmless ones of the
background (BNSP).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from sklearn.metrics import roc_auc_score

from moderation._types import Bools, Floats
from moderation.text import fold
from moderation.text.groups import named_groups

# With fewer hostile or harmless comments, the AUC of a group is meaningless.
FEWEST = 10


class GroupBias(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the comments that name one group.

    Attributes
    ----------
    n, n_true
        The number of comments that name the group, and of hostile ones among them.
    subgroup_auc, bpsn_auc, bnsp_auc
        See the module's docstring.
    false_positive_rate
        Share of the group's harmless comments at or above the review threshold.
    """

    group: str
    n: int
    n_true: int
    subgroup_auc: float
    bpsn_auc: float
    bnsp_auc: float
    false_positive_rate: float


class GroupCount(msgspec.Struct, frozen=True, kw_only=True):
    """A group with too few comments: how many name it, and how many of these are hostile."""

    group: str
    n: int
    n_true: int


class BiasReport(msgspec.Struct, frozen=True, kw_only=True):
    """The audit of one set of comments.

    Attributes
    ----------
    overall_auc
        The AUC over all comments.
    false_positive_rate
        The false-positive rate over all harmless comments.
    largest_gap
        Largest difference between a subgroup AUC and the overall AUC; None if no group has enough
        comments.
    equality_difference
        Mean difference between the groups' false-positive rates and the overall one; None if no
        group has enough comments.
    groups
        The groups with enough comments, lowest BPSN AUC first.
    too_few
        The other groups that comments name, the most frequent first.
    """

    overall_auc: float
    false_positive_rate: float
    largest_gap: float | None
    equality_difference: float | None
    groups: tuple[GroupBias, ...]
    too_few: tuple[GroupCount, ...] = ()


def audit(texts: Sequence[str], true: Bools, scores: Floats, *, review: float) -> BiasReport | None:
    """Audit scores for every group that the texts name often enough, and count the others.

    Parameters
    ----------
    texts
        The comments.
    true
        Gold hostility, shape (n,).
    scores
        Probabilities, shape (n,).
    review
        The threshold of the false-positive rates.

    Returns
    -------
    BiasReport or None
        None if no comment names a group.
    """
    members: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for group in named_groups(fold(text)):
            members.setdefault(group, []).append(number)
    if not members:
        return None
    reports, too_few = [], []
    for group, numbers in members.items():
        inside = np.zeros(len(true), bool)
        inside[numbers] = True
        n_true = int(true[inside].sum())
        if min(n_true, len(numbers) - n_true) < FEWEST:
            too_few.append(GroupCount(group=group, n=len(numbers), n_true=n_true))
        else:
            reports.append(_group(group, inside, true, scores, review))
    overall = float(roc_auc_score(true, scores))
    rate = _rate(scores[~true], review)
    return BiasReport(
        overall_auc=overall,
        false_positive_rate=rate,
        largest_gap=max((abs(r.subgroup_auc - overall) for r in reports), default=None),
        equality_difference=(
            float(np.mean([abs(r.false_positive_rate - rate) for r in reports]))
            if reports
            else None
        ),
        groups=tuple(sorted(reports, key=lambda r: r.bpsn_auc)),
        too_few=tuple(sorted(too_few, key=lambda r: (-r.n, r.group))),
    )


def _group(group: str, inside: Bools, true: Bools, scores: Floats, review: float) -> GroupBias:
    bpsn = (inside & ~true) | (~inside & true)
    bnsp = (inside & true) | (~inside & ~true)
    return GroupBias(
        group=group,
        n=int(inside.sum()),
        n_true=int(true[inside].sum()),
        subgroup_auc=float(roc_auc_score(true[inside], scores[inside])),
        bpsn_auc=_auc(true[bpsn], scores[bpsn]),
        bnsp_auc=_auc(true[bnsp], scores[bnsp]),
        false_positive_rate=_rate(scores[inside & ~true], review),
    )


def _auc(true: Bools, scores: Floats) -> float:
    if true.all() or not true.any():  # Every comment names the group, so there is no background.
        return float("nan")
    return float(roc_auc_score(true, scores))


def _rate(scores: Floats, threshold: float) -> float:
    return float((scores >= threshold).mean()) if len(scores) else float("nan")
