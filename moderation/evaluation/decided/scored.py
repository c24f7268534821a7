"""Decisions beside the scores of the same comments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from moderation.labels.decided import Decided, Outcome
from moderation.model import Moderator
from moderation.model.registry import seen
from moderation.records import Action, Attribute, Verdict


class Compared(NamedTuple):
    """A decision beside the scores of the same comment.

    Attributes
    ----------
    decided
        The decision.
    action, hostility, off_topic
        What the model says.
    trained
        Whether the model was trained on the text.
    """

    decided: Decided
    action: Action
    hostility: float
    off_topic: float | None
    trained: bool

    @property
    def taken_down(self) -> bool:
        """Whether people rejected it."""
        return self.decided.outcome is not Outcome.PUBLISHED

    @property
    def agrees(self) -> bool:
        """Whether people did what was proposed, if it is no proposal to look at the comment."""
        return self.taken_down is (self.action is Action.HOLD)


def scored(moderator: Moderator, decisions: Iterable[Decided]) -> tuple[list[Compared], int]:
    """Return decisions with their scores, and the number of those without a score of hostility.

    Parameters
    ----------
    moderator
        The model.
    decisions
        The decisions with their comments.
    """
    pairs: list[tuple[Decided, Verdict]] = []
    n_unscored = 0
    for decided, verdict in moderator.score_pairs((d, d.comment) for d in decisions):
        if verdict.hostility.value is None:
            n_unscored += 1
        else:
            pairs.append((decided, verdict))
    trained = moderator.model.trained_on(Attribute.HOSTILITY)
    known = seen((decided.comment.text for decided, _ in pairs), trained)
    return [
        Compared(d, v.action, v.hostility.value or 0.0, v.off_topic.value, bool(k))
        for (d, v), k in zip(pairs, known, strict=True)
    ], n_unscored
