"""Second looks: whom they are asked of, who may answer them, and what was answered.

A question is a line of the decisions. It stands until somebody else settles the comment, or until
who asked withdraws it. No claim runs meanwhile, so none can expire under a question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.database import LAST_WORD, STANDS, WITHDRAWN, Database

#: Characters of a moderator's name that a question may be asked of.
LONGEST_NAME = 100

# Questions on the page of a moderator.
_LISTED = 100

_ASKED_OF = f"""FROM decisions q JOIN items i ON i.item = q.item
    WHERE q.asked = ? AND q.what = 'second' AND i.state = 'second' AND q.seq = {LAST_WORD}"""
_STANDING = f"""SELECT d.who, d.what, d.asked FROM decisions d WHERE d.item = ? AND {STANDS}
    ORDER BY d.seq DESC"""  # noqa: S608 - our own words
_MINE = f"""SELECT q.seq, q.item, q.at, q.note, q.asked, substr(i.text, 1, 160) AS text,
        a.what, a.who, a.reason, a.note AS answer, a.at AS answered_at
    FROM decisions q JOIN items i ON i.item = q.item
    LEFT JOIN decisions a ON a.seq = (SELECT MIN(d.seq) FROM decisions d WHERE d.item = q.item
        AND d.seq > q.seq AND d.what IN ('publish', 'reject') AND NOT {WITHDRAWN})
    WHERE q.who = ? AND q.what = 'second' AND i.state != 'forgotten'
        AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.withdraws = q.seq)
    ORDER BY q.seq DESC LIMIT {_LISTED}"""  # noqa: S608


class OpenQuestion(NamedTuple):
    """The question that a comment waits with.

    Attributes
    ----------
    askers
        Everybody who has asked since the comment was last settled.
    asked
        The moderator whom the last of them asks; None for anybody else.
    """

    askers: frozenset[str]
    asked: str | None

    def is_for(self, who: str) -> bool:
        """Return whether the question comes to a moderator in the order of the queue."""
        return who not in self.askers and self.asked in {None, who}


def open_question(sql: sqlite3.Connection, item: str) -> OpenQuestion:
    """Return who has asked about a comment, and whom."""
    askers, asked = [], []
    for row in sql.execute(_STANDING, (item,)):
        if row["what"] != "second":
            break
        askers.append(str(row["who"]))
        asked.append(row["asked"])
    return OpenQuestion(frozenset(askers), asked[0] if asked else None)


def refuse_unfit(sql: sqlite3.Connection, item: str, who: str, asked: str | None) -> None:
    """Refuse a question to oneself, or to somebody who has asked about this comment.

    Raises
    ------
    DeskRefusal
        If nobody could answer it.
    """
    if asked == who:
        raise DeskRefusal("You cannot ask yourself.", hint="Choose somebody else.")
    if asked is not None and asked in open_question(sql, item).askers:
        what = f"{asked} has asked about this comment, and cannot answer."
        raise DeskRefusal(what, status=409, hint="Choose somebody else, or write a note.")


def asked_of(database: Database, who: str) -> list[sqlite3.Row]:
    """Return the questions that wait for a moderator by name, the earliest first."""
    statement = f"""SELECT q.item, q.who, q.at, q.note, substr(i.text, 1, 160) AS text
        {_ASKED_OF} ORDER BY q.seq"""
    with database.reading() as sql:
        return sql.execute(statement, (who,)).fetchall()


def n_asked_of(database: Database, who: str) -> int:
    """Return the number of questions that wait for a moderator by name."""
    with database.reading() as sql:
        return int(sql.execute(f"SELECT COUNT(*) {_ASKED_OF}", (who,)).fetchone()[0])


def asked_first(sql: sqlite3.Connection, who: str) -> list[sqlite3.Row]:
    """Return the comments that wait for a moderator by name, as rows of the queue."""
    statement = f"SELECT i.place, i.item, i.alike, i.state {_ASKED_OF} ORDER BY q.seq"
    return sql.execute(statement, (who,)).fetchall()


def questions_by(database: Database, who: str) -> list[sqlite3.Row]:
    """Return a moderator's own questions with their answers, the latest first."""
    with database.reading() as sql:
        return sql.execute(_MINE, (who,)).fetchall()


def known_moderators(database: Database, holders: Collection[str], who: str) -> list[str]:
    """Return the moderators whom one may ask: those with a key, else all names in the store.

    Parameters
    ----------
    database
        The store.
    holders
        The names of those who have a key.
    who
        The moderator who asks.
    """
    names = set(holders)
    if not names:
        statement = "SELECT DISTINCT who FROM decisions UNION SELECT DISTINCT asked FROM decisions"
        with database.reading() as sql:
            names = {str(row[0]) for row in sql.execute(statement) if row[0]}
    return sorted(names - {who}, key=lambda name: (name.casefold(), name))
