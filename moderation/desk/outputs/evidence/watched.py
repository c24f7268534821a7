"""The comments of a store with their scores, by the day on which they were written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from moderation.desk.store.appealed import OUTCOMES
from moderation.desk.store.database import LAST_WORD, Database
from moderation.desk.store.deciding import DeskStep
from moderation.evaluation.drift import Watched, agreement
from moderation.records import Action

_WATCHED = f"""SELECT i.id, i.text, i.author, i.section, i.at, i.hostility, i.off_topic, i.proposal,
        i.model, d.what, d.proposal AS shown
    FROM items i LEFT JOIN decisions d ON d.seq = {LAST_WORD}
    WHERE i.state NOT IN ('changed', 'forgotten') ORDER BY i.place"""  # noqa: S608 - our own words


def watched_comments(database: Database, zone: tzinfo | None = None) -> Iterator[Watched]:
    """Yield the comments of a store, and whether people agreed with what was proposed.

    Parameters
    ----------
    database
        The store.
    zone
        The zone of the days; None for that of this machine.
    """
    with database.reading() as sql:
        rows = sql.execute(_WATCHED).fetchall()
    for row in rows:
        what = OUTCOMES.get(row["what"], row["what"])
        decided = what in {DeskStep.PUBLISH, DeskStep.REJECT}
        yield Watched(
            day=datetime.fromtimestamp(row["at"], zone).date(),
            hostility=row["hostility"],
            off_topic=row["off_topic"],
            action=Action(row["proposal"]),
            model=row["model"],
            id=row["id"],
            text=row["text"],
            author=row["author"],
            section=row["section"],
            agreed=agreement(Action(row["shown"]), what == DeskStep.REJECT) if decided else None,
        )
