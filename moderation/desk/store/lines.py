"""The lines of the decisions: each is appended about a comment, and never changed."""

from __future__ import annotations

import sqlite3

from moderation.desk.store.appealed import OUTCOMES
from moderation.desk.store.database import STANDS
from moderation.records import now as time_now

# What a line has of its comment: its key, and what the model said about it.
_OF_COMMENT = ("item", "proposal", "hostility", "off_topic", "model")


def append_line(sql: sqlite3.Connection, about: sqlite3.Row, **said: object) -> int:
    """Append a line about a comment; return its number.

    Parameters
    ----------
    sql
        An open transaction.
    about
        The comment, or an earlier line about it.
    said
        The other columns: who, what, and whatever else the line says.
    """
    values = {name: about[name] for name in _OF_COMMENT}
    values |= {"at": time_now(), "blind": False} | said
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    cursor = sql.execute(f"INSERT INTO decisions ({columns}) VALUES ({places})", values)  # noqa: S608 - our own words
    return int(cursor.lastrowid or 0)


def restate(sql: sqlite3.Connection, item: str, seq: int) -> None:
    """Set the state of a comment to what its standing lines say.

    Parameters
    ----------
    sql
        An open transaction.
    item
        The key of the comment.
    seq
        The line that changes the state: a decision, or an undo.
    """
    found = sql.execute(
        f"SELECT d.what, d.reason FROM decisions d WHERE d.item = ? AND {STANDS}"  # noqa: S608
        " ORDER BY d.seq DESC LIMIT 1",
        (item,),
    ).fetchone()
    what, reason = found or ("open", None)
    sql.execute(
        "UPDATE items SET state = ?, reason = ?, last = ? WHERE item = ?",
        (OUTCOMES.get(what, what), reason, seq, item),
    )
