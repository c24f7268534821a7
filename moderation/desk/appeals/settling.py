"""Lists the appeals that wait, and settles them; whoever decided does not."""

from __future__ import annotations

import sqlite3
from time import time
from typing import NamedTuple

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.appealed import ENTERED, OUTCOMES, SETTLED_APPEAL, SETTLES_APPEAL
from moderation.desk.store.database import WITHDRAWN, Database
from moderation.desk.store.lines import append_line, restate
from moderation.desk.store.queue import holder_of, seconds_held

#: Characters of an answer to the reader.
LONGEST_ANSWER = 2_000

_LISTED = 200
_WAITS = f"{ENTERED} AND NOT {SETTLED_APPEAL} AND i.state != 'forgotten'"
_BARS = f"d.what IN ('publish', 'reject', 'uphold', 'overturn') AND NOT {WITHDRAWN}"
_DECIDED = f"SELECT DISTINCT d.who FROM decisions d WHERE d.item = ? AND {_BARS}"  # noqa: S608 - our own words
_IS_MINE = f"""EXISTS (SELECT 1 FROM decisions d
    WHERE d.item = p.item AND d.who = :who AND {_BARS})"""  # noqa: S608
_WITH_COMMENT = "FROM appeals p JOIN items i ON i.item = p.item"


class Settlement(NamedTuple):
    """What a moderator says about an appeal.

    Attributes
    ----------
    appeal
        Its number.
    who
        The moderator.
    outcome
        ``uphold`` the rejection, or ``overturn`` it, which publishes the comment.
    seen
        The last line about the comment when the page was shown.
    answer
        What the reader is told.
    note
        A note to the other moderators.
    """

    appeal: int
    who: str
    outcome: str
    seen: int
    answer: str | None = None
    note: str | None = None


def waiting_appeals(database: Database, who: str) -> list[sqlite3.Row]:
    """Return the appeals that wait, the earliest first; `mine` if the moderator has decided."""
    statement = f"""SELECT p.appeal, p.item, substr(p.text, 1, 400) AS text, p.author, p.at,
            p.entered_at, i.reason, substr(i.text, 1, 160) AS comment, {_IS_MINE} AS mine
        {_WITH_COMMENT} WHERE {_WAITS} ORDER BY p.appeal LIMIT {_LISTED}"""
    with database.reading() as sql:
        return sql.execute(statement, {"who": who}).fetchall()


def n_waiting_appeals(database: Database, who: str) -> int:
    """Return the number of appeals that a moderator may settle."""
    statement = f"SELECT COUNT(*) {_WITH_COMMENT} WHERE {_WAITS} AND NOT {_IS_MINE}"
    with database.reading() as sql:
        return int(sql.execute(statement, {"who": who}).fetchone()[0])


def settled_appeals(database: Database) -> list[sqlite3.Row]:
    """Return the appeals that were settled, the latest first."""
    statement = f"""SELECT p.appeal, p.item, p.author, d.what, d.who, d.at, d.answer, d.reason,
            substr(i.text, 1, 160) AS comment
        {_WITH_COMMENT} JOIN decisions d ON {SETTLES_APPEAL}
        WHERE i.state != 'forgotten'
        ORDER BY d.seq DESC LIMIT {_LISTED}"""
    with database.reading() as sql:
        return sql.execute(statement).fetchall()


class AppealCase(NamedTuple):
    """An appeal and what was said about it.

    Attributes
    ----------
    row
        The appeal.
    is_open
        Whether nobody has settled it yet.
    barred
        The moderators who have decided about the comment, and do not settle this.
    earlier
        Earlier appeals about the comment, with their answers.
    """

    row: sqlite3.Row
    is_open: bool
    barred: frozenset[str]
    earlier: list[sqlite3.Row]


def appeal_case(database: Database, appeal: int) -> AppealCase:
    """Return an appeal with what has to be known to settle it.

    Raises
    ------
    DeskRefusal
        If there is no such appeal.
    """
    with database.reading() as sql:
        row = _found(sql, appeal)
        earlier = sql.execute(
            "SELECT p.*, d.what, d.who, d.answer, d.at AS settled_at FROM appeals p"  # noqa: S608
            f" JOIN decisions d ON {SETTLES_APPEAL}"
            " WHERE p.item = ? AND p.appeal != ? ORDER BY d.seq",
            (row["item"], appeal),
        ).fetchall()
        is_open = bool(row["entered"]) and not row["settled"]
        return AppealCase(row, is_open, _barred(sql, row["item"]), earlier)


def settle_appeal(database: Database, settlement: Settlement) -> int:
    """Append the line that settles an appeal; return its number.

    A form that is sent twice makes one line.

    Raises
    ------
    DeskRefusal
        If there is no such appeal, it is settled or withdrawn, the moderator has decided about the
        comment before, somebody else has it, or the reader gets no answer.
    """
    if settlement.outcome not in OUTCOMES:
        raise DeskRefusal("There is no such decision.")
    if settlement.outcome == "uphold" and not settlement.answer:
        hint = "Go back and write one sentence."
        raise DeskRefusal("The reader needs an answer.", hint=hint)
    at = time()
    with database.writing() as sql:
        row = _found(sql, settlement.appeal)
        if not row["entered"]:
            raise DeskRefusal("This appeal has been withdrawn.", status=409)
        if row["settled"]:
            return _repeated(sql, settlement)
        barred = _barred(sql, row["item"])
        if settlement.who in barred:
            what = "Somebody who has not decided about this comment settles its appeal."
            raise DeskRefusal(what, status=409, hint="Take the next one, please.")
        holder = holder_of(sql, row["item"], at)
        if holder not in {None, settlement.who, *barred}:
            hint = "Take the next one, please."
            raise DeskRefusal(f"{holder} has this appeal.", status=409, hint=hint)
        if row["last"] != settlement.seen:
            hint = "Open it again to see what was decided."
            raise DeskRefusal("Somebody has decided meanwhile.", status=409, hint=hint)
        return _append(sql, row, settlement, at)


def _found(sql: sqlite3.Connection, appeal: int) -> sqlite3.Row:
    statement = f"""SELECT p.*, {ENTERED} AS entered, {SETTLED_APPEAL} AS settled, i.author AS of,
            i.last, i.reason, i.proposal, i.hostility, i.off_topic, i.model
        {_WITH_COMMENT} WHERE p.appeal = ? AND i.state != 'forgotten'"""
    row: sqlite3.Row | None = sql.execute(statement, (appeal,)).fetchone()
    if row is None:
        hint = "Go back to the appeals."
        raise DeskRefusal("There is no such appeal.", status=404, hint=hint)
    return row


def _barred(sql: sqlite3.Connection, item: str) -> frozenset[str]:
    return frozenset(str(row["who"]) for row in sql.execute(_DECIDED, (item,)))


def _repeated(sql: sqlite3.Connection, settlement: Settlement) -> int:
    line = sql.execute(
        "SELECT d.* FROM appeals p"  # noqa: S608
        f" JOIN decisions d ON {SETTLES_APPEAL} WHERE p.appeal = ?",
        (settlement.appeal,),
    ).fetchone()
    if (line["who"], line["what"]) == (settlement.who, settlement.outcome):
        return int(line["seq"])
    raise DeskRefusal(f"{line['who']} has settled this appeal.", status=409)


def _append(sql: sqlite3.Connection, row: sqlite3.Row, settlement: Settlement, at: float) -> int:
    item, who = row["item"], settlement.who
    seq = append_line(
        sql,
        row,
        who=who,
        what=settlement.outcome,
        reason=row["reason"] if settlement.outcome == "uphold" else None,
        note=settlement.note,
        answer=settlement.answer,
        seconds=seconds_held(sql, item, who, at),
        appeal=settlement.appeal,
    )
    restate(sql, item, seq)
    sql.execute("DELETE FROM leases WHERE item = ?", (item,))
    return seq
