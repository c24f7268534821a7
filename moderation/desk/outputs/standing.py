"""The decisions that stand: the last word about each comment, and what keeps it from a platform."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from moderation.desk.outputs.period import Period
from moderation.desk.store.database import LAST_WORD, Database
from moderation.errors import UsageError

# A comment that waits for a second look has no last word, and a forgotten one has no id.
_STANDING = f"""SELECT d.seq, CASE d.what WHEN 'uphold' THEN 'reject' WHEN 'overturn' THEN 'publish'
        ELSE d.what END AS what, d.reason, d.at, d.who, d.proposal, i.id, i.origin, i.client,
        i.published, i.text, i.item
    FROM items i JOIN decisions d ON d.seq = {LAST_WORD}
    WHERE d.what != 'second' AND i.state != 'forgotten' ORDER BY d.seq"""  # noqa: S608 - our own words

# For each id of a platform: the text that was read last, and whether one author wrote all texts in
# one place, so that the others are earlier texts of the same comment.
_NEWEST = """SELECT origin, client, id, MAX(read), text, revision, COUNT(DISTINCT text) AS texts,
        COUNT(DISTINCT author) AS authors, COUNT(DISTINCT article) AS articles,
        SUM(author IS NULL OR article IS NULL) AS unplaced
    FROM items WHERE origin IS NOT NULL AND state != 'changed' GROUP BY origin, client, id"""


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


def standing_decisions(
    database: Database,
    period: Period,
    client: str | None = None,
    *,
    of_one_platform: bool = False,
) -> list[StandingDecision]:
    """Return the decisions of a period that stand, one a comment, in the order of their making.

    Parameters
    ----------
    database
        The store.
    period
        When they were made.
    client
        The client of a service that sent the comments; None for all comments.
    of_one_platform
        Whether the decisions are for one platform, so that they may not be of several clients.

    Raises
    ------
    UsageError
        If they are.
    """
    with database.reading() as sql:
        rows = sql.execute(_STANDING).fetchall()
        newest = {_name(row): row for row in sql.execute(_NEWEST)}
    found: dict[object, StandingDecision] = {}
    for row in rows:
        known = newest.get(_name(row))
        obstacle = _obstacle(row, known)
        # What is read again with another parent or date is a further item of the same comment.
        key = row["item"] if obstacle else _name(row)
        found.pop(key, None)
        found[key] = StandingDecision(row, known["revision"] if known else None, obstacle)
    told = [
        each
        for each in found.values()
        if period.holds(each.row["at"]) and client in {None, each.row["client"]}
    ]
    clients = {each.row["client"] for each in told if each.row["client"] is not None}
    if of_one_platform and len(clients) > 1:
        got, hint = ", ".join(sorted(clients)), "name the one that is this platform"
        what = "comments of several platforms are here"
        raise UsageError(what, field="--client", got=got, hint=hint)
    return told


def _name(row: sqlite3.Row) -> tuple[str | None, str | None, str]:
    """Return what tells a comment from those of other platforms."""
    return row["origin"], row["client"], row["id"]


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
