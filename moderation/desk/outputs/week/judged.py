"""What people decided in a period: one judgement a comment, and what happened around it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from moderation.desk.outputs.period import Period
from moderation.desk.reasons import Reasons, Teaches
from moderation.desk.store.database import WITHDRAWN, Database
from moderation.desk.store.deciding import DeskStep
from moderation.desk.store.intake import is_drawn
from moderation.records import Action

_JUDGED = f"""SELECT d.item, d.who, d.what, d.reason, d.at, d.proposal, d.hostility, d.blind,
        d.seconds, d.bulk, i.section, i.article, a.title
    FROM decisions d JOIN items i ON i.item = d.item LEFT JOIN articles a ON a.article = i.article
    WHERE d.what IN ('publish', 'reject') AND d.at >= ? AND NOT {WITHDRAWN}
    ORDER BY d.seq"""  # noqa: S608 - our own words
_STEPS = f"""SELECT d.item, d.what, d.at FROM decisions d
    WHERE d.what != 'undo' AND d.at >= ? AND NOT {WITHDRAWN}"""  # noqa: S608
_HIGHEST = """SELECT MAX(score) AS score FROM (
    SELECT hostility AS score FROM items WHERE proposal = 'publish'
    UNION ALL SELECT hostility FROM decisions WHERE proposal = 'publish')"""
_UNDONE = "SELECT at FROM decisions WHERE what = 'undo' AND at >= ?"


class Judgement(NamedTuple):
    """The last word that one person had about a comment.

    Attributes
    ----------
    item, who
        The comment and the person.
    rejected
        Whether it was rejected, and not published.
    reason
        The key of the reason for a rejection.
    hostile
        Whether the person says that it is hostile; None if a rejection is silent about that.
    proposal
        What the model proposed, as the person saw it or would have.
    hostility
        The model's score at that time.
    blind
        Whether the proposal was hidden.
    drawn
        Whether it is one of the comments that were drawn from those proposed for publishing.
    at
        When, in the zone of the period.
    together
        Whether it was decided together with others, by one button.
    seconds
        For how long it was open; None if that is not known, or it was decided together.
    section, article
        Where it stands; empty if that is not known.
    """

    item: str
    who: str
    rejected: bool
    reason: str | None
    hostile: bool | None
    proposal: Action
    hostility: float | None
    blind: bool
    drawn: bool
    at: datetime
    together: bool
    seconds: float | None
    section: str
    article: str

    @property
    def agrees(self) -> bool | None:
        """Whether the person did what was proposed; None for a proposal to look at it."""
        if self.proposal is Action.REVIEW:
            return None
        return self.rejected is (self.proposal is Action.HOLD)


class Judgements(NamedTuple):
    """What people decided in a period.

    Attributes
    ----------
    last
        The last word about each comment.
    by_person
        The last word of each person about each comment that several people judged.
    steps
        How often each step was taken, those that were undone left out.
    undone
        How often a step was undone.
    asked
        The comments about which a second look was asked for in the period.
    highest
        The highest hostility of any comment of the store that is proposed for publishing.
    """

    last: list[Judgement]
    by_person: list[list[Judgement]]
    steps: Counter[str]
    undone: int
    asked: frozenset[str]
    highest: float


def judgements(database: Database, reasons: Reasons, period: Period) -> Judgements:
    """Return what was decided in a period and was not undone.

    Parameters
    ----------
    database
        The store.
    reasons
        What each reason says about a comment.
    period
        The period.
    """
    # Times of the store are in UTC and of one form, so their order is that of their letters.
    begin = period.since.astimezone(UTC).isoformat(timespec="seconds") if period.since else ""
    with database.reading() as sql:
        rows = [row for row in sql.execute(_JUDGED, (begin,)) if period.holds(row["at"])]
        steps = [row for row in sql.execute(_STEPS, (begin,)) if period.holds(row["at"])]
        undone = sum(period.holds(row["at"]) for row in sql.execute(_UNDONE, (begin,)))
        highest = sql.execute(_HIGHEST).fetchone()["score"]
    people: dict[str, dict[str, Judgement]] = {}
    last: dict[str, Judgement] = {}
    for row in rows:
        found = _judgement(row, reasons, period)
        last[found.item] = found
        people.setdefault(found.item, {})[found.who] = found
    return Judgements(
        last=list(last.values()),
        by_person=[list(each.values()) for each in people.values() if len(each) > 1],
        steps=Counter(row["what"] for row in steps),
        undone=undone,
        asked=frozenset(row["item"] for row in steps if row["what"] == DeskStep.SECOND),
        highest=-1.0 if highest is None else highest,
    )


def _judgement(row: sqlite3.Row, reasons: Reasons, period: Period) -> Judgement:
    rejected = row["what"] == DeskStep.REJECT
    proposal = Action(row["proposal"])
    hostile: bool | None = False
    if rejected:
        reason = reasons.find(row["reason"])
        hostile = True if reason and reason.label is Teaches.HOSTILE else None
    return Judgement(
        item=row["item"],
        who=row["who"],
        rejected=rejected,
        reason=row["reason"],
        hostile=hostile,
        proposal=proposal,
        hostility=row["hostility"],
        blind=bool(row["blind"]),
        drawn=is_drawn(row["item"], proposal),
        at=period.local(row["at"]),
        together=row["bulk"] is not None,
        seconds=row["seconds"] if row["bulk"] is None else None,
        section=row["section"] or "",
        article=row["title"] or row["article"] or "",
    )
