"""Appeals as the lines of a store have them: which are open, and what that forbids.

An appeal has a line of its own, ``appeal``, which says who entered it. A line ``uphold`` or
``overturn`` settles it. Each of these can be undone by who wrote it, as every other line.
"""

from __future__ import annotations

import sqlite3

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.database import SETTLES, WITHDRAWN

#: The lines that settle an appeal, and the state that each leaves a comment in.
OUTCOMES = {"uphold": "reject", "overturn": "publish"}

#: The condition that an appeal `p` has been entered, and that was not undone.
ENTERED = f"""EXISTS (SELECT 1 FROM decisions d
    WHERE d.appeal = p.appeal AND d.what = 'appeal' AND NOT {WITHDRAWN})"""  # noqa: S608 - our own words

#: The condition that a line `d` settles an appeal `p`.
SETTLES_APPEAL = f"""d.appeal = p.appeal AND d.what IN ('uphold', 'overturn')
    AND NOT {WITHDRAWN}"""

#: The condition that an appeal `p` has been settled.
SETTLED_APPEAL = f"EXISTS (SELECT 1 FROM decisions d WHERE {SETTLES_APPEAL})"  # noqa: S608

#: The condition that an appeal about a comment `i` waits.
APPEAL_WAITS = f"""EXISTS (SELECT 1 FROM appeals p WHERE p.item = i.item
    AND {ENTERED} AND NOT {SETTLED_APPEAL})"""  # noqa: S608

_WAS_SETTLED = f"""EXISTS (SELECT 1 FROM appeals p WHERE p.appeal = d.appeal
    AND {SETTLED_APPEAL})"""  # noqa: S608

#: The condition that a line `d` about a comment `i` cannot be undone, because of an appeal.
BOUND = f"""({SETTLES} AND {APPEAL_WAITS}
    OR d.what = 'appeal' AND {_WAS_SETTLED})"""


def open_appeal(sql: sqlite3.Connection, item: str) -> sqlite3.Row | None:
    """Return the appeal about a comment that nobody has settled yet, if there is one."""
    found: sqlite3.Row | None = sql.execute(
        f"SELECT p.* FROM appeals p WHERE p.item = ? AND {ENTERED} AND NOT {SETTLED_APPEAL}",  # noqa: S608
        (item,),
    ).fetchone()
    return found


def refuse_appealed(sql: sqlite3.Connection, item: str) -> None:
    """Refuse to decide about a comment otherwise while its appeal is open.

    Raises
    ------
    DeskRefusal
        If there is an open appeal.
    """
    if open_appeal(sql, item) is not None:
        hint = "Settle it on its own page, or let a colleague do so."
        raise DeskRefusal("An appeal against this decision waits.", status=409, hint=hint)


def refuse_undo(sql: sqlite3.Connection, line: sqlite3.Row) -> None:
    """Refuse to undo what an appeal rests on, or an appeal that has been settled.

    Raises
    ------
    DeskRefusal
        If it is refused.
    """
    if line["what"] in {"publish", "reject", "second", *OUTCOMES}:
        refuse_appealed(sql, line["item"])
    if line["what"] != "appeal":
        return
    statement = f"SELECT 1 FROM appeals p WHERE p.appeal = ? AND {SETTLED_APPEAL}"  # noqa: S608
    if sql.execute(statement, (line["appeal"],)).fetchone() is not None:
        raise DeskRefusal("This appeal has been settled.", status=409)
