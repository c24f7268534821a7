"""The decisions that stand: the last word about each comment, and what keeps it from a platform."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from moderation.desk.outputs.period import Period
from moderation.desk.store.database import LAST_WORD, Database

# A comment that waits for a second look has no last word, and a forgotten one has no id.
_STANDING = f"""SELECT d.seq, CASE d.what WHEN 'uphold' THEN 'reject' WHEN 'overturn' THEN 'publish'
        ELSE d.what END AS what, d.reason, d.at, d.proposal, i.id, i.origin, i.published,
        i.text, i.item
    FROM items i JOIN decisions d ON d.seq = {LAST_WORD}
    WHERE d.what != 'second' AND i.state != 'forgotten' ORDER BY d.seq"""  # noqa: S608 - our own words

# For each id of a platform: the text that was read last, and whether one author wrote all texts in
# one place, so that the others are earlier texts of the same comment.
_NEWEST = """SELECT origin, id, MAX(read), text, revision, COUNT(DISTINCT text) AS texts,
        COUNT(DISTINCT author) AS authors, COUNT(DISTINCT article) AS articles,
        SUM(author IS NULL OR article IS NULL) AS unplaced
    FROM items WHERE origin IS NOT NULL AND state != 'changed' GROUP BY origin, id"""


class StandingDecision(NamedTuple):
    """The last word about a comment.

    Attributes
    ----------
    row
        The decision, with what is known about the comment.
    revision
        The platform's name for the text, if it is known.
    obstacle
        Why a platform cannot be told; None if it can.
    """

    row: sqlite3.Row
    revision: str | None
    obstacle: str | None


def standing_decisions(database: Database, period: Period) -> list[StandingDecision]:
    """Return the decisions of a period that stand, one a comment, in the order of their making.

    Parameters
    ----------
    database
        The store.
    period
        When they were made.
    """
    with database.reading() as sql:
        rows = sql.execute(_STANDING).fetchall()
        newest = {(row["origin"], row["id"]): row for row in sql.execute(_NEWEST)}
    found: dict[object, StandingDecision] = {}
    for row in rows:
        known = newest.get((row["origin"], row["id"]))
        obstacle = _obstacle(row, known)
        # What is read again with another parent or date is a further item of the same comment.
        key = row["item"] if obstacle else (row["origin"], row["id"])
        found.pop(key, None)
        found[key] = StandingDecision(row, known["revision"] if known else None, obstacle)
    return [each for each in found.values() if period.holds(each.row["at"])]


def _obstacle(row: sqlite3.Row, newest: sqlite3.Row | None) -> str | None:
    if newest is None:
        return "its id is not known to be the platform's own"
    if (
        newest["authors"] > 1
        or newest["articles"] > 1
        or (newest["unplaced"] and newest["texts"] > 1)
    ):
        return "several comments have its id"
    if newest["text"] != row["text"]:
        return "its author has changed it since; the new text is not decided"
    return None
