"""What a comparison with decisions finds."""

from __future__ import annotations

import msgspec

from moderation.evaluation.metrics import Figure
from moderation.evaluation.shares import Share


class ByAction(msgspec.Struct, frozen=True, kw_only=True):
    """What people did with the comments for which the model proposes one action.

    Attributes
    ----------
    action
        ``hold``, ``review`` or ``publish``.
    published, rejected, trash, spam
        The number of comments with each outcome.
    taken_down
        The share of rejected comments, trash included and spam left out.
    """

    action: str
    published: int
    rejected: int
    trash: int
    spam: int
    taken_down: Share


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How often people did what the model proposes, in one group of comments.

    A proposal to review is a question to people, so it neither agrees nor disagrees.

    Attributes
    ----------
    name
        The section or the article; empty for all comments.
    n
        The number of comments, spam left out.
    agreed
        The share of agreement with the proposals to hold or to publish.
    stricter_model, stricter_people
        The share of proposals to hold that people published, and the share of proposals to
        publish that people rejected.
    """

    name: str
    n: int
    agreed: Share
    stricter_model: Share
    stricter_people: Share


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What a threshold would have sent to people.

    Attributes
    ----------
    name
        What the threshold was chosen for.
    threshold
        The threshold of hostility; None for the model's own thresholds of both attributes.
    sent
        The share of comments sent to people.
    found
        The share of the rejected comments among these.
    found_hostile
        The share of the comments rejected for a reason that means hostility.
    rejected
        The share of comments sent that people rejected.
    """

    name: str
    threshold: float | None
    sent: Share
    found: Share
    found_hostile: Share
    rejected: Share


class Disagreement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One comment about which people and the model differ strongly; `text` only if asked for."""

    id: str
    action: str
    outcome: str
    hostility: float
    off_topic: float | None = None
    reason: str | None = None
    article: str | None = None
    text: str | None = None


class DecisionsCompared(msgspec.Struct, frozen=True, kw_only=True):
    """A newsroom's decisions beside the model's proposals.

    Attributes
    ----------
    model
        The model.
    n, n_unscored
        The number of comments that were compared, and of those without a score of hostility.
    actions
        Proposals by outcome, the strictest first.
    agreement
        Over all comments.
    kappa
        Cohen's kappa (1960) between "the model sends it to people" and "people rejected it".
    workload
        A small table over thresholds, the model's own thresholds first.
    sections, articles
        The agreement in the groups with most comments.
    stricter_model, stricter_people
        The strongest disagreements in each direction.
    cautions
        What must be known before the figures are believed.
    """

    model: str
    n: int
    n_unscored: int
    actions: tuple[ByAction, ...]
    agreement: Agreement
    kappa: Figure
    workload: tuple[Workload, ...]
    sections: tuple[Agreement, ...]
    articles: tuple[Agreement, ...]
    stricter_model: tuple[Disagreement, ...]
    stricter_people: tuple[Disagreement, ...]
    cautions: tuple[str, ...]
