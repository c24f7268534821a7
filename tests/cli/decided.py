"""Stores of a desk with scores and decisions of our choice."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from moderation.desk import Intake, open_database
from moderation.desk.store.deciding import Decision, DeskStep, decide
from moderation.records import Action, Attribute, Comment, Score, Verdict
from moderation.sources.comment_rows import Item

REVIEW, HOLD = 0.5, 0.9


def judged(comment: Comment, hostility: float) -> Verdict:
    """A verdict with a hostility of our choice, and no score for off-topic."""
    scores = (
        Score(attribute=Attribute.HOSTILITY, value=hostility, review=REVIEW, hold=HOLD),
        Score(attribute=Attribute.OFF_TOPIC, value=None, review=REVIEW, hold=HOLD, why_null="-"),
    )
    action = Action.HOLD if hostility >= HOLD else Action.REVIEW
    return Verdict(
        id=comment.id,
        hostility=scores[0],
        off_topic=scores[1],
        action=action if hostility >= REVIEW else Action.PUBLISH,
        model="tiny@00000000",
    )


def add(store: Path, scored: list[tuple[float, dict[str, Any]]]) -> None:
    """Put comments with their hostility into a store."""
    pairs = []
    for hostility, fields in scored:
        comment = Comment(**fields)
        pairs.append((Item(comment, raw={"id": comment.id}), judged(comment, hostility)))
    with closing(open_database(store, create=True)) as database:
        list(Intake(database).fill(pairs, "in"))


def settle(store: Path, reasons: dict[str, str | None], who: str = "mara") -> None:
    """Reject comments for a reason, or publish those without one."""
    with closing(open_database(store)) as database:
        with database.reading() as sql:
            found = sql.execute("SELECT item, id, last FROM items").fetchall()
        for row in found:
            if row["id"] in reasons:
                reason = reasons[row["id"]]
                step = DeskStep.REJECT if reason else DeskStep.PUBLISH
                decide(database, Decision(row["item"], who, step, row["last"], reason))
