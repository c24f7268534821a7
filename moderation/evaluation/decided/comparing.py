"""How often people would have agreed with the model, from decisions that they made without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from moderation._types import Bools
from moderation.errors import InputError
from moderation.evaluation.decided.cautions import cautions
from moderation.evaluation.decided.records import (
    Agreement,
    ByAction,
    DecisionsCompared,
    Disagreement,
    Workload,
)
from moderation.evaluation.decided.scored import Compared, scored
from moderation.evaluation.dual_run.comparing import threshold_for
from moderation.evaluation.labels.agreement import kappa_of_table
from moderation.evaluation.metrics import Figure
from moderation.evaluation.shares import FEWEST, share
from moderation.labels.decided import Decided, Outcome
from moderation.model import Moderator
from moderation.records import Action, Comment

# The shares of comments that the table of thresholds sends to people.
_SENT = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3)

# The most groups of a kind that are shown.
_MOST_GROUPS = 20


def compare_decisions(
    moderator: Moderator,
    decisions: Iterable[Decided],
    *,
    largest: int = 20,
    show_text: bool = False,
) -> DecisionsCompared:
    """Score decided comments and count how often people and the model agree.

    Parameters
    ----------
    moderator
        The model.
    decisions
        The decisions with their comments.
    largest
        The number of disagreements to list in each direction.
    show_text
        Whether the list has the texts of the comments.

    Raises
    ------
    InputError
        If there is no decision, or the model gives no hostility.
    """
    everything, n_unscored = scored(moderator, decisions)
    if not everything:
        what = "the model has no hostility for them" if n_unscored else "no decision to compare"
        raise InputError(what, hint="give decisions with the texts of the comments")
    judged = [row for row in everything if row.decided.outcome is not Outcome.SPAM]
    return DecisionsCompared(
        model=moderator.model.version,
        n=len(everything),
        n_unscored=n_unscored,
        actions=tuple(_by_action(everything)),
        agreement=_agreement("", judged),
        kappa=_kappa(judged),
        workload=tuple(_workload(judged)),
        sections=tuple(_groups(judged, lambda row: row.decided.section or "")),
        articles=tuple(_groups(judged, lambda row: _article_of(row.decided.comment))),
        stricter_model=_strongest(judged, largest, show_text, people=False),
        stricter_people=_strongest(judged, largest, show_text, people=True),
        cautions=tuple(cautions(everything)),
    )


def _by_action(rows: Sequence[Compared]) -> Iterator[ByAction]:
    for action in reversed(Action):
        some = [row.decided.outcome for row in rows if row.action is action]
        counts = {outcome.value: some.count(outcome) for outcome in Outcome}
        n = len(some) - counts["spam"]
        taken = share(counts["rejected"] + counts["trash"], n)
        yield ByAction(action=action.value, taken_down=taken, **counts)


def _agreement(name: str, rows: Sequence[Compared]) -> Agreement:
    held = [row for row in rows if row.action is Action.HOLD]
    let = [row for row in rows if row.action is Action.PUBLISH]
    return Agreement(
        name=name,
        n=len(rows),
        agreed=share(sum(row.agrees for row in (*held, *let)), len(held) + len(let)),
        stricter_model=share(sum(not row.taken_down for row in held), len(held)),
        stricter_people=share(sum(row.taken_down for row in let), len(let)),
    )


def _kappa(rows: Sequence[Compared]) -> Figure:
    table = np.zeros((2, 2))
    for row in rows:
        table[int(row.action is not Action.PUBLISH), int(row.taken_down)] += 1
    return kappa_of_table(table)


def _workload(rows: Sequence[Compared]) -> Iterator[Workload]:
    """Yield the cost of the model's own thresholds, and of thresholds that send stated shares."""
    scores = np.array([row.hostility for row in rows], float)
    down = np.array([row.taken_down for row in rows], bool)
    hostile = np.array([row.taken_down and row.decided.hostile is True for row in rows], bool)

    def cost(name: str, threshold: float | None, sent: Bools) -> Workload:
        return Workload(
            name=name,
            threshold=threshold,
            sent=share(int(sent.sum()), len(rows)),
            found=share(int((sent & down).sum()), int(down.sum())),
            found_hostile=share(int((sent & hostile).sum()), int(hostile.sum())),
            rejected=share(int((sent & down).sum()), int(sent.sum())),
        )

    sent = np.array([row.action is not Action.PUBLISH for row in rows], bool)
    yield cost("as it is (both attributes)", None, sent)
    for part in _SENT:
        if len(rows) * part >= FEWEST:
            at = threshold_for(scores, round(len(rows) * part))
            yield cost(f"hostility, {part:.0%} of comments", at, scores >= at)


def _groups(rows: Sequence[Compared], name: Callable[[Compared], str]) -> Iterator[Agreement]:
    """Yield the agreement in the groups with most comments, where they are enough."""
    groups: dict[str, list[Compared]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    groups.pop("", None)
    found = (_agreement(key, some) for key, some in groups.items() if len(some) >= FEWEST)
    enough = [each for each in found if each.agreed.value is not None]
    yield from sorted(enough, key=lambda each: (-each.n, each.name))[:_MOST_GROUPS]


def _article_of(comment: Comment) -> str:
    article = comment.article
    return (article.title if article else "") or comment.article_id or ""


def _strongest(
    rows: Sequence[Compared], largest: int, show_text: bool, *, people: bool
) -> tuple[Disagreement, ...]:
    """Return the strongest disagreements in one direction.

    A comment that was rejected for another reason than hostility is none.
    """
    if people:
        some = [row for row in rows if row.taken_down and row.decided.hostile is not False]
        some = [row for row in some if row.action is Action.PUBLISH]
    else:
        some = [row for row in rows if not row.taken_down and row.action is Action.HOLD]
    some.sort(key=lambda row: row.hostility if people else -row.hostility)
    return tuple(
        Disagreement(
            id=row.decided.comment.id,
            action=row.action.value,
            outcome=row.decided.outcome.value,
            hostility=round(row.hostility, 4),
            off_topic=None if row.off_topic is None else round(row.off_topic, 4),
            reason=row.decided.reason,
            article=_article_of(row.decided.comment) or None,
            text=row.decided.comment.text if show_text else None,
        )
        for row in some[:largest]
    )
