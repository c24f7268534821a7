"""The figures of the week, counted from what people decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from moderation.desk.outputs.estimates import Estimate, Waiting, estimate, waiting
from moderation.desk.outputs.period import Period
from moderation.desk.outputs.week.judged import Judgement, Judgements, judgements
from moderation.desk.reasons import Reasons
from moderation.desk.store.database import Database
from moderation.desk.store.intake import DRAWN_SHARE
from moderation.evaluation.shares import Share, share
from moderation.records import Action

# A comment that was drawn stands for so many that the model would publish.
_STANDS_FOR = 1 / DRAWN_SHARE

# The thresholds of the table.
_THRESHOLDS = (0.05, *(n / 10 for n in range(1, 10)), 0.95)

# Rows of a table; what is less frequent is left out.
_MOST_ROWS = 20


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What people did with the comments of one proposal.

    Attributes
    ----------
    proposal
        The proposal; for ``publish``, only the comments that were drawn are counted.
    hidden
        Whether the proposal was hidden from those who decided.
    rejected, hostile
        The share that was rejected, and the share that was rejected as hostile.
    """

    proposal: str
    hidden: bool
    rejected: Share
    hostile: Share


class Misses(msgspec.Struct, frozen=True, kw_only=True):
    """What the model would have published although it is hostile, from the comments drawn.

    Attributes
    ----------
    hidden
        Whether the proposal was hidden; None for all.
    found
        The share of the comments drawn that people call hostile.
    let_through
        The number of comments for which those stand.
    missed
        The hostile ones among these.
    """

    hidden: bool | None
    found: Share
    let_through: int
    missed: Estimate


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of one section, article, hour or moderator.

    Attributes
    ----------
    name
        Its name.
    rejected
        The share that was rejected.
    agreed
        The share of agreement with the proposals to hold or to publish.
    seconds
        How long the decisions took.
    """

    name: str
    rejected: Share
    agreed: Share
    seconds: Waiting


class ReasonCount(msgspec.Struct, frozen=True, kw_only=True):
    """A reason, and its share of the rejections."""

    key: str
    name: str
    share: Share


class ThresholdCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a threshold of hostility would have done with the comments of the week.

    Attributes
    ----------
    threshold
        The threshold.
    sent
        The comments at or above it.
    wrongly
        Those among them that people published.
    missed
        The hostile ones below it.
    """

    threshold: float
    sent: Estimate
    wrongly: Estimate
    missed: Estimate


class SecondLooks(msgspec.Struct, frozen=True, kw_only=True):
    """Where more than one person was asked.

    Attributes
    ----------
    asked
        The number of comments about which somebody asked a colleague.
    rejected
        The share of these that was rejected in the end, of those that are settled.
    same
        The share of the comments judged by several people about which all say the same.
    """

    asked: int
    rejected: Share
    same: Share


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of one period.

    Attributes
    ----------
    since, until, zone
        The period, and the zone of its days and hours.
    decided, hidden, together
        The number of comments decided, of those whose proposal was hidden, and of those that were
        decided together with others by one button.
    steps
        How often each step was taken; ``undone`` says how often one was undone.
    agreement, misses, thresholds
        People and the model.
    reasons, sections, articles, hours, moderators
        Where and by whom.
    seconds
        How long decisions took, by proposal.
    second_looks
        People among themselves.
    """

    since: datetime | None
    until: datetime | None
    zone: str
    decided: int
    hidden: int
    together: int
    steps: dict[str, int]
    agreement: list[Agreement]
    misses: list[Misses]
    thresholds: list[ThresholdCost]
    reasons: list[ReasonCount]
    sections: list[Group]
    articles: list[Group]
    hours: list[Group]
    moderators: list[Group]
    seconds: dict[str, Waiting]
    second_looks: SecondLooks


def find_week(database: Database, reasons: Reasons, period: Period) -> Week:
    """Count what was decided in a period.

    Parameters
    ----------
    database
        The store.
    reasons
        The names of the reasons, and what each says about a comment.
    period
        The period.
    """
    found = judgements(database, reasons, period)
    last = found.last
    by_proposal = {a.value: [j for j in last if j.proposal is a] for a in reversed(Action)}
    return Week(
        since=period.since and period.since.astimezone(period.zone),
        until=period.until and period.until.astimezone(period.zone),
        zone=period.zone_name,
        decided=len(last),
        hidden=sum(j.blind for j in last),
        together=sum(j.together for j in last),
        steps={**dict(sorted(found.steps.items())), "undone": found.undone},
        agreement=_agreement(last),
        misses=_misses(last),
        thresholds=_thresholds(last, found.highest),
        reasons=_reasons(last, reasons),
        sections=_groups(last, lambda j: j.section),
        articles=_groups(last, lambda j: j.article),
        hours=sorted(_groups(last, lambda j: f"{j.at.hour:02}", most=24), key=lambda g: g.name),
        moderators=_groups(last, lambda j: j.who),
        seconds={name: _seconds(some) for name, some in by_proposal.items()},
        second_looks=_second_looks(found),
    )


def _agreement(last: Iterable[Judgement]) -> list[Agreement]:
    found = []
    for proposal in reversed(Action):
        for hidden in (False, True):
            some = [
                j
                for j in last
                if j.proposal is proposal
                and j.blind is hidden
                and (j.drawn or proposal is not Action.PUBLISH)
            ]
            rejected = share(sum(j.rejected for j in some), len(some))
            hostile = share(sum(j.hostile is True for j in some), len(some))
            found.append(
                Agreement(
                    proposal=proposal.value, hidden=hidden, rejected=rejected, hostile=hostile
                )
            )
    return found


def _misses(last: Iterable[Judgement]) -> list[Misses]:
    drawn = [j for j in last if j.drawn]
    found = []
    for hidden in (None, False, True):
        some = [j for j in drawn if hidden in (None, j.blind)]
        k, n = sum(j.hostile is True for j in some), len(some)
        found.append(
            Misses(
                hidden=hidden,
                found=share(k, n),
                let_through=round(n * _STANDS_FOR),
                missed=estimate(0, k, n, _STANDS_FOR),
            )
        )
    return found


def _thresholds(last: Iterable[Judgement], highest: float) -> list[ThresholdCost]:
    """Return what thresholds would have cost.

    What the model proposes to hold or to review was counted one by one. What it proposes to
    publish is estimated from the comments drawn; none of it scores above `highest`.
    """
    scored = [(j.hostility, j) for j in last if j.hostility is not None]
    known = [(s, j) for s, j in scored if j.proposal is not Action.PUBLISH]
    drawn = [(s, j) for s, j in scored if j.drawn]

    def cost(counted: Callable[[float, Judgement], bool], least: float = 0.0) -> Estimate:
        some = sum(counted(s, j) for s, j in known)
        if least > highest:
            return Estimate(value=some, low=some, high=some)
        return estimate(some, sum(counted(s, j) for s, j in drawn), len(drawn), _STANDS_FOR)

    def at(threshold: float) -> ThresholdCost:
        return ThresholdCost(
            threshold=threshold,
            sent=cost(lambda s, _: s >= threshold, threshold),
            wrongly=cost(lambda s, j: s >= threshold and not j.rejected, threshold),
            missed=cost(lambda s, j: s < threshold and j.hostile is True),
        )

    return [at(threshold) for threshold in _THRESHOLDS]


def _reasons(last: Iterable[Judgement], reasons: Reasons) -> list[ReasonCount]:
    counts = Counter(j.reason or "" for j in last if j.rejected)
    return [
        ReasonCount(key=key, name=reasons.name(key), share=share(k, counts.total()))
        for key, k in counts.most_common()
    ]


def _groups(
    last: Iterable[Judgement], name: Callable[[Judgement], str], most: int = _MOST_ROWS
) -> list[Group]:
    """Return the groups with the most decisions, the largest first; those without a name last."""
    groups: dict[str, list[Judgement]] = {}
    for judgement in last:
        groups.setdefault(name(judgement), []).append(judgement)
    ordered = sorted(groups.items(), key=lambda pair: (pair[0] == "", -len(pair[1]), pair[0]))
    return [_group(key, some) for key, some in ordered[:most]]


def _group(name: str, some: Sequence[Judgement]) -> Group:
    # Of what the model would publish, only the comments drawn are a fair sample.
    proposed = [j for j in some if j.drawn or j.proposal is Action.HOLD]
    return Group(
        name=name,
        rejected=share(sum(j.rejected for j in some), len(some)),
        agreed=share(sum(j.agrees is True for j in proposed), len(proposed)),
        seconds=_seconds(some),
    )


def _seconds(some: Iterable[Judgement]) -> Waiting:
    return waiting([j.seconds for j in some if j.seconds is not None])


def _second_looks(found: Judgements) -> SecondLooks:
    settled = [j for j in found.last if j.item in found.asked]
    same = sum(len({j.rejected for j in people}) == 1 for people in found.by_person)
    return SecondLooks(
        asked=len(found.asked),
        rejected=share(sum(j.rejected for j in settled), len(settled)),
        same=share(same, len(found.by_person)),
    )
