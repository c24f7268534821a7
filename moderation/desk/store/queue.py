"""The pages of the queue, and the leases that keep two moderators apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain, islice
from time import time
from typing import Any

from moderation.desk.refusals import no_such_comment
from moderation.desk.store.alike import AlikeGroup, group_in
from moderation.desk.store.database import WITHDRAWN, Database
from moderation.desk.store.questions import asked_first, open_question
from moderation.desk.store.views import SETTLED, QueuePart, View, shown, stretches

#: Seconds for which a comment stays with the moderator who opened it.
LEASE_SECONDS = 600.0

#: Rows on one page of the queue.
PAGE_ROWS = 50

#: Letters of a comment on a page on which several are decided together, and elsewhere.
LONG_EXCERPT = 2_000
_EXCERPT = 400

# What the moderator skipped comes last, the latest at the very end.
_SKIPPED = f"""SELECT d.item, MAX(d.seq) AS seq FROM decisions d
    WHERE d.who = ? AND d.what = 'skip' AND NOT {WITHDRAWN} GROUP BY d.item"""  # noqa: S608 - our own words
_DETAILS = """SELECT i.item, i.place, substr(i.text, 1, :most) AS text, i.author, i.published,
        i.proposal, i.hostility, i.off_topic, i.state, i.reason, i.section, i.at, i.alike, i.last,
        length(i.text) AS length, a.title, l.who AS holder
    FROM items i LEFT JOIN articles a ON a.article = i.article
    LEFT JOIN leases l ON l.item = i.item AND l.until > :now
    WHERE i.place = :place"""


def _walk(sql: sqlite3.Connection, view: View, who: str) -> Iterator[sqlite3.Row]:
    """Yield the comments of a view in the order of the queue, as far as they are wanted."""
    if view.show in SETTLED:
        skipped = {}
    else:
        skipped = {row["item"]: row["seq"] for row in sql.execute(_SKIPPED, (who,))}
    later = []
    for stretch in stretches(view):
        statement = f"SELECT i.place, i.item, i.alike, i.state FROM items i WHERE {stretch}"  # noqa: S608
        for row in sql.execute(statement, view.parameters):
            if row["item"] in skipped:
                later.append(row)
            else:
                yield row
    yield from sorted(later, key=lambda row: skipped[row["item"]])


def _first_of_groups(rows: Iterator[sqlite3.Row]) -> Iterator[sqlite3.Row]:
    """Yield the first comment of each group, and those without one."""
    known: set[int] = set()
    for row in rows:
        if row["alike"] is not None:
            if row["alike"] in known:
                continue
            known.add(row["alike"])
        yield row


def _detailed(
    sql: sqlite3.Connection, rows: list[sqlite3.Row], most: int = _EXCERPT
) -> list[sqlite3.Row]:
    """Return what a page shows of comments, with so many letters of their texts."""
    now = time()
    return [
        sql.execute(_DETAILS, {"now": now, "place": row["place"], "most": most}).fetchone()
        for row in rows
    ]


def listed(
    database: Database, view: View, who: str, offset: int = 0, *, apart: bool = False
) -> list[sqlite3.Row]:
    """Return a page of the queue, with one row more if there are others.

    Comments with nearly the same text are one row where they wait.

    Parameters
    ----------
    database
        The store.
    view
        What is shown.
    who
        The moderator, whose skipped comments come last.
    offset
        How many rows stand on the pages before.
    apart
        Whether each comment has a row of its own, with more of its text.
    """
    with database.reading() as sql:
        rows = _walk(sql, view, who)
        if view.show not in SETTLED and not apart:
            rows = _first_of_groups(rows)
        page = list(islice(rows, offset, offset + PAGE_ROWS + 1))
        return _detailed(sql, page, LONG_EXCERPT if apart else _EXCERPT)


def members(
    database: Database, view: View, number: int, offset: int = 0
) -> tuple[AlikeGroup | None, list[sqlite3.Row]]:
    """Return a group, and a page of its comments with one row more if there are others.

    Parameters
    ----------
    database
        The store.
    view
        What is shown of the group.
    number
        The number of the group.
    offset
        How many of its comments stand on the pages before.
    """
    statement = f"""SELECT i.place FROM items i WHERE i.alike = :alike AND {shown(view)}
        ORDER BY i.at, i.place LIMIT :most OFFSET :offset"""  # noqa: S608
    fields = view.parameters | {"alike": number, "most": PAGE_ROWS + 1, "offset": offset}
    with database.reading() as sql:
        places = sql.execute(statement, fields).fetchall()
        return group_in(sql, view, number), _detailed(sql, places, LONG_EXCERPT)


def groups_on(database: Database, view: View, rows: list[sqlite3.Row]) -> dict[int, AlikeGroup]:
    """Return the groups that the rows of a page stand for, by number.

    Parameters
    ----------
    database
        The store.
    view
        What is shown.
    rows
        The rows of the page.
    """
    if view.show in SETTLED:
        return {}
    with database.reading() as sql:
        numbers = {row["alike"] for row in rows if row["alike"] is not None}
        found = (group_in(sql, view, number) for number in numbers)
        return {group.number: group for group in found if group is not None}


def take_next(database: Database, view: View, who: str) -> str | None:
    """Lend the next comment to a moderator; None if nothing is left for them.

    Parameters
    ----------
    database
        The store.
    view
        The part of the queue and its order.
    who
        The moderator, who gives back what they had.

    Returns
    -------
    str or None
        The key of the comment. Nobody else gets it while the lease lasts.
    """
    if view.show in SETTLED:
        view = view._replace(show=QueuePart.WAITING, reason=None)
    now = time()
    with database.writing() as sql:
        statement = "SELECT item FROM leases WHERE until > ? AND who != ?"
        taken = {row["item"] for row in sql.execute(statement, (now, who))}
        first = asked_first(sql, who) if view.show is QueuePart.SECOND else []
        for row in chain(first, _walk(sql, view, who)):
            item = str(row["item"])
            is_free = item not in taken
            # Who asked for a second look does not settle it, and a named one waits for its name.
            if is_free and (row["state"] != "second" or open_question(sql, item).is_for(who)):
                _lend(sql, item, who, now)
                return item
    return None


def take(database: Database, item: str, who: str) -> str:
    """Lend a comment to a moderator unless somebody else has it; return who has it now.

    Raises
    ------
    DeskRefusal
        If there is no such comment.
    """
    now = time()
    with database.writing() as sql:
        there = "SELECT 1 FROM items WHERE item = ? AND state != 'forgotten'"
        if sql.execute(there, (item,)).fetchone() is None:
            raise no_such_comment()
        holder = holder_of(sql, item, now)
        if holder in {None, who}:
            _lend(sql, item, who, now)
            return who
        return str(holder)


def holder_of(sql: sqlite3.Connection, item: str, now: float) -> str | None:
    """Return the moderator who has a comment, if anybody has."""
    statement = "SELECT who FROM leases WHERE item = ? AND until > ?"
    found = sql.execute(statement, (item, now)).fetchone()
    return found and str(found["who"])


def seconds_held(sql: sqlite3.Connection, item: str, who: str, now: float) -> float | None:
    """Return for how long a moderator has had a comment; None if it was not lent to them."""
    statement = "SELECT since FROM leases WHERE item = ? AND who = ?"
    found = sql.execute(statement, (item, who)).fetchone()
    return round(max(0.0, now - found["since"]), 1) if found else None


def _lend(sql: sqlite3.Connection, item: str, who: str, now: float) -> None:
    """Lend a comment; a moderator has one at a time, and time runs from its first page."""
    values: tuple[Any, ...] = (item, who)
    found = sql.execute(
        "SELECT since FROM leases WHERE item = ? AND who = ? AND until > ?", (*values, now)
    ).fetchone()
    since = found["since"] if found else now
    sql.execute("DELETE FROM leases WHERE who = ? OR item = ?", (who, item))
    sql.execute("INSERT INTO leases VALUES (?, ?, ?, ?)", (*values, since, now + LEASE_SECONDS))
