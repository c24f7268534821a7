"""What moderators decide: lines that are appended and never changed.

An undo is a line, too. It names the line that it withdraws.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from time import time
from typing import NamedTuple

from moderation.desk.refusals import DeskRefusal, no_such_comment
from moderation.desk.store.appealed import BOUND, OUTCOMES, refuse_appealed, refuse_undo
from moderation.desk.store.database import CHANGED, FORGOTTEN, WITHDRAWN, Database
from moderation.desk.store.lines import append_line, restate
from moderation.desk.store.questions import open_question, refuse_unfit
from moderation.desk.store.queue import holder_of, seconds_held

#: Characters of a note.
LONGEST_NOTE = 2_000


class DeskStep(StrEnum):
    """What a moderator can do with a comment."""

    PUBLISH = "publish"
    REJECT = "reject"
    SECOND = "second"
    SKIP = "skip"
    NOTE = "note"


#: The steps that change what becomes of a comment.
SETTLING = frozenset({DeskStep.PUBLISH, DeskStep.REJECT, DeskStep.SECOND})


class Decision(NamedTuple):
    """What a moderator did with a comment.

    Attributes
    ----------
    item
        The key of the comment.
    who
        The moderator.
    step
        What was done.
    seen
        The last line about the comment when the page was shown. If there is a later one, somebody
        else has decided, and this decision is refused.
    reason
        The key of the reason for a rejection.
    note
        A note to the other moderators.
    blind
        Whether the proposal was hidden.
    asked
        The moderator who is asked for a second look; None for anybody else.
    bulk
        The number that the decisions about several comments have in common.
    """

    item: str
    who: str
    step: DeskStep
    seen: int = 0
    reason: str | None = None
    note: str | None = None
    blind: bool = False
    asked: str | None = None
    bulk: int | None = None


def decide(database: Database, decision: Decision) -> int:
    """Append a decision; when the function returns, it lies on the disk.

    A form that is sent twice makes one line.

    Returns
    -------
    int
        The number of the line.

    Raises
    ------
    DeskRefusal
        If there is no such comment, somebody else has it or has decided meanwhile, or the
        moderator would settle their own question.
    """
    with database.writing() as sql:
        return decide_in(sql, decision, time())


def decide_in(sql: sqlite3.Connection, decision: Decision, at: float) -> int:
    """Append a decision within a transaction; see :func:`decide`. A refusal writes nothing."""
    row = sql.execute("SELECT * FROM items WHERE item = ?", (decision.item,)).fetchone()
    if row is None or row["state"] == FORGOTTEN:
        raise no_such_comment()
    if row["last"] != decision.seen:
        return _repeated(sql, row, decision)
    holder = holder_of(sql, decision.item, at)
    if holder not in {None, decision.who}:
        raise DeskRefusal(
            f"{holder} has this comment.", status=409, hint="Take the next one, please."
        )
    said = _said(sql, decision, holder)
    if said is not None:
        return said
    if decision.step in SETTLING:
        _refuse_to_settle(sql, row, decision.who)
    refuse_unfit(sql, decision.item, decision.who, decision.asked)
    seq = append_line(
        sql,
        row,
        who=decision.who,
        what=decision.step.value,
        reason=decision.reason,
        note=decision.note,
        blind=decision.blind,
        seconds=seconds_held(sql, decision.item, decision.who, at),
        asked=decision.asked,
        bulk=decision.bulk,
    )
    if decision.step in SETTLING:
        restate(sql, decision.item, seq)
    if decision.step is not DeskStep.NOTE:
        sql.execute("DELETE FROM leases WHERE item = ?", (decision.item,))
    return seq


def _refuse_to_settle(sql: sqlite3.Connection, row: sqlite3.Row, who: str) -> None:
    """Refuse to settle a changed or appealed comment, or one's own question."""
    if row["state"] == CHANGED:
        hint = "Look for the new text in the queue."
        raise DeskRefusal("Its author has changed this comment.", status=409, hint=hint)
    if row["state"] == DeskStep.SECOND and who in open_question(sql, row["item"]).askers:
        hint = "Undo your second look if you want to decide yourself."
        raise DeskRefusal("Somebody else has to answer your question.", status=409, hint=hint)
    refuse_appealed(sql, row["item"])


def last_number(sql: sqlite3.Connection) -> int:
    """Return the number of the last line; 0 if there is none."""
    return int(sql.execute("SELECT COALESCE(MAX(seq), 0) FROM decisions").fetchone()[0])


def undo(database: Database, who: str, withdrawn: int) -> str:
    """Withdraw one of a moderator's own lines by another line; return the key of its comment.

    All lines that were written together are withdrawn together. A line that is withdrawn already
    stays so, and nothing is written.

    Raises
    ------
    DeskRefusal
        If the line is not the moderator's, or is an undo.
    """
    with database.writing() as sql:
        line = sql.execute(
            "SELECT * FROM decisions WHERE seq = ? AND who = ? AND what != 'undo'",
            (withdrawn, who),
        ).fetchone()
        if line is None:
            raise DeskRefusal("You have no such decision.", status=404)
        item = str(line["item"])
        if sql.execute(_STATE, (item,)).fetchone()["state"] == FORGOTTEN:
            raise DeskRefusal("This comment has been forgotten.", status=409)
        if sql.execute("SELECT 1 FROM decisions WHERE withdraws = ?", (withdrawn,)).fetchone():
            return item
        refuse_undo(sql, line)
        lines = [line]
        if line["bulk"] is not None:
            lines = lines_of_bulk(sql, line)
        for each in lines:
            _withdraw(sql, each)
        return item


def lines_of_bulk(sql: sqlite3.Connection, line: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the lines that were written together with a line and can still be withdrawn."""
    return sql.execute(_BULK, {"bulk": line["bulk"], "who": line["who"]}).fetchall()


def _withdraw(sql: sqlite3.Connection, line: sqlite3.Row) -> None:
    """Append the line that withdraws another one."""
    same = {name: line[name] for name in ("who", "blind", "bulk")}
    seq = append_line(sql, line, what="undo", withdraws=line["seq"], **same)
    if line["what"] in {*SETTLING, *OUTCOMES}:
        restate(sql, line["item"], seq)


# The lines that a moderator can take back.
_MINE = f"""SELECT d.* FROM decisions d JOIN items i ON i.item = d.item
    WHERE d.who = :who AND d.what != 'undo' AND i.state != 'forgotten'
    AND NOT {WITHDRAWN} AND NOT {BOUND}"""  # noqa: S608
_BULK = f"{_MINE} AND d.bulk = :bulk ORDER BY d.seq"
_LAST = f"{_MINE} ORDER BY d.seq DESC LIMIT 1"

_STATE = "SELECT state FROM items WHERE item = ?"


def last_of(database: Database, who: str) -> sqlite3.Row | None:
    """Return a moderator's last line that can be undone, if there is one."""
    with database.reading() as sql:
        found: sqlite3.Row | None = sql.execute(_LAST, {"who": who}).fetchone()
        return found


def _repeated(sql: sqlite3.Connection, row: sqlite3.Row, decision: Decision) -> int:
    """Return the line that says the same already, or refuse."""
    line = sql.execute("SELECT * FROM decisions WHERE seq = ?", (row["last"],)).fetchone()
    said = (decision.who, decision.step.value, decision.reason)
    if line is not None and (line["who"], line["what"], line["reason"]) == said:
        return int(line["seq"])
    who = line["who"] if line is not None else "Somebody"
    hint = "Open it again to see what was decided."
    raise DeskRefusal(f"{who} has decided about this comment meanwhile.", status=409, hint=hint)


def _said(sql: sqlite3.Connection, decision: Decision, holder: str | None) -> int | None:
    """Return the line that the same form has written, if it is a note or a skip.

    Neither changes what the next form has to have seen. A skip gives the comment back, so that one
    who has it again skips it again.
    """
    if decision.step in SETTLING or (decision.step is DeskStep.SKIP and holder is not None):
        return None
    line = sql.execute(
        "SELECT seq, what, note FROM decisions WHERE item = ? AND who = ?"
        " ORDER BY seq DESC LIMIT 1",
        (decision.item, decision.who),
    ).fetchone()
    said = (decision.step.value, decision.note)
    return int(line["seq"]) if line and (line["what"], line["note"]) == said else None
