"""Erases comments from the store of a desk, and leaves what can be counted.

A forgotten comment stays as a row without words, name, id or time, so that the decisions about it
still count. It gets another key, and fingerprints recognise it when an input brings it again.
"""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path
from typing import NamedTuple

from moderation.desk.forgetting.rules import ForgetRule
from moderation.desk.forgetting.traces import Traces
from moderation.desk.store.appealed import APPEAL_WAITS
from moderation.desk.store.database import Database
from moderation.desk.store.intake import in_sample
from moderation.desk.store.tombstones import Fingerprints, Told
from moderation.records import now

_SQLITE = b"SQLite format 3\0"

# The columns of a forgotten comment that keep their values; they say nothing about a person.
_KEPT = frozenset({
    "place", "article", "copies", "hostility", "off_topic", "proposal", "model", "drawn", "need",
    "section", "last", "shelf",
})  # fmt: skip


class StoreFindings(NamedTuple):
    """What was found in a store, and was erased unless only a look was asked for.

    Attributes
    ----------
    comments
        The number of comments.
    decisions
        The number of lines about them; they stay, without note and answer.
    notes
        The notes and answers of moderators that are taken out.
    appeals
        The appeals about these comments whose words are taken out.
    copies
        The other comments and appeals from which the words are taken out.
    mentions
        The other comments that contain the author's name; they stay as they are.
    """

    comments: int = 0
    decisions: int = 0
    notes: int = 0
    appeals: int = 0
    copies: int = 0
    mentions: int = 0


class _Withdrawn(Exception):  # noqa: N818 - it ends a transaction that was only tried
    """The transaction is not to be kept."""


def is_store(path: Path) -> bool:
    """Return whether a file is an SQLite database."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def gather_from_store(database: Database, rule: ForgetRule, traces: Traces) -> None:
    """Take note of the comments of a store that a rule means."""
    with database.reading() as sql:
        for row in _meant(sql, rule):
            traces.add(row["text"], row["id"])


def forget_in_store(database: Database, traces: Traces, who: str, *, write: bool) -> StoreFindings:
    """Erase comments from a store in one transaction; if nothing is to be written, only count.

    Parameters
    ----------
    database
        The store.
    traces
        The rule, and the words that were found in all inputs.
    who
        The person who erases, for the record of erasures.
    write
        Whether to keep the changes. If not, the same steps are done and taken back.
    """
    secret = database.secret()
    found = StoreFindings()
    try:
        with database.writing() as sql:
            found = _Erasing(sql, traces, Fingerprints(secret)).run(who)
            _end(keep=write and found._replace(mentions=0) != StoreFindings())
    except _Withdrawn:
        pass
    return found


def _end(*, keep: bool) -> None:
    if not keep:
        raise _Withdrawn


def past_erasures(database: Database) -> list[sqlite3.Row]:
    """Return the record of erasures: when, who, by which kind of rule, and how many."""
    with database.reading() as sql:
        return sql.execute("SELECT * FROM erasures ORDER BY seq").fetchall()


def _meant(sql: sqlite3.Connection, rule: ForgetRule) -> list[sqlite3.Row]:
    """Return the comments that a rule means, unless they are forgotten already."""
    if rule.before is not None:
        return sql.execute(_OLD, (rule.before,)).fetchall()
    rows: list[sqlite3.Row] = []
    if rule.author is not None:
        names = sql.execute("SELECT DISTINCT author FROM items WHERE author IS NOT NULL")
        for (name,) in names.fetchall():
            if rule.is_author(name):
                rows += sql.execute("SELECT * FROM items WHERE author = ?", (name,))
    else:
        rows += sql.execute("SELECT * FROM items WHERE id = ?", (rule.id,))
    return [row for row in rows if rule.is_meant(row["author"], row["id"])]


_OLD = f"""SELECT i.* FROM items i WHERE i.state IN ('publish', 'reject', 'changed')
    AND (SELECT MAX(d.at) FROM decisions d WHERE d.item = i.item) < ?
    AND NOT {APPEAL_WAITS}"""  # noqa: S608 - our own words


class _Erasing:
    """The steps of one erasure, within a transaction.

    Parameters
    ----------
    sql
        The transaction.
    traces
        What is to be forgotten.
    prints
        Makes the fingerprints.
    """

    def __init__(self, sql: sqlite3.Connection, traces: Traces, prints: Fingerprints) -> None:
        self._sql = sql
        self._traces = traces
        self._prints = prints

    def run(self, who: str) -> StoreFindings:
        """Do all steps, and write the line that records them."""
        sql = self._sql
        sql.execute("PRAGMA defer_foreign_keys=ON")
        sql.execute("INSERT INTO erasing VALUES (-1)")
        meant = _meant(sql, self._traces.rule)
        sql.execute("CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL)")
        parents = self._forget(meant)
        found = StoreFindings(
            comments=len(meant),
            decisions=self._count(
                "SELECT COUNT(*) FROM decisions WHERE item IN (SELECT old FROM renamed)"
            ),
            notes=self._take_notes(),
            appeals=self._take_appeals(),
        )
        copies, mentions = self._take_copies(parents)
        found = found._replace(copies=copies, mentions=mentions)
        self._rename()
        sql.execute("DROP TABLE renamed")
        sql.execute("DELETE FROM erasing")
        sql.execute(
            "INSERT INTO erasures (at, who, rule, comments, copies, notes)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                now(),
                who,
                self._traces.rule.kind,
                found.comments,
                found.copies + found.appeals,
                found.notes,
            ),
        )
        return found

    def _count(self, statement: str) -> int:
        return int(self._sql.execute(statement).fetchone()[0])

    def _forget(self, meant: list[sqlite3.Row]) -> set[tuple[str | None, str]]:
        """Take the words out of comments; return the articles and ids that replies name."""
        sql, columns = self._sql, self._emptied()
        parents = set()
        for row in meant:
            self._traces.add(row["text"], row["id"])
            told = Told(row["item"], row["article"], row["author"], row["id"], row["text"])
            digests = told.fingerprints(self._prints) + told.as_parent(self._prints)
            sql.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", [(d,) for d in digests])
            sql.execute("INSERT INTO renamed VALUES (?, ?)", (row["item"], self._key(row["item"])))
            parents.add((row["article"], row["id"]))
        emptied = ", ".join(f"{name} = {value}" for name, value in columns.items())
        sql.execute(
            f"UPDATE items SET {emptied} WHERE item IN (SELECT old FROM renamed)"  # noqa: S608 - our own words
        )
        places = "(SELECT place FROM items WHERE item IN (SELECT old FROM renamed))"
        for table in ("copy_keys", "copy_leads"):
            sql.execute(f"DELETE FROM {table} WHERE lead IN {places}")  # noqa: S608
        sql.execute("DELETE FROM leases WHERE item IN (SELECT old FROM renamed)")
        return parents

    def _key(self, item: str) -> str:
        """Return another key; the weekly figures see by it whether a comment is in the sample."""
        keys = (self._prints.of("item", item, str(n)) for n in count())
        return next(key for key in keys if in_sample(key) == in_sample(item))

    def _emptied(self) -> dict[str, str]:
        """Return what each column of a forgotten comment gets; a later column is emptied, too."""
        columns = self._sql.execute("PRAGMA table_info(items)").fetchall()
        emptied = {
            row["name"]: ("''" if row["type"] == "TEXT" else "0") if row["notnull"] else "NULL"
            for row in columns
            if row["name"] not in _KEPT | {"item"}
        }
        return emptied | {"state": "'forgotten'", "tier": "NULL"}

    def _take_notes(self) -> int:
        """Take out what moderators wrote about these comments, and notes that name the author."""
        statement = """SELECT seq, COALESCE(note, '') || char(10) || COALESCE(answer, '') AS said,
                (note IS NOT NULL) + (answer IS NOT NULL) AS n,
                item IN (SELECT old FROM renamed) AS theirs
            FROM decisions WHERE note IS NOT NULL OR answer IS NOT NULL"""
        taken = [
            (row["seq"], row["n"])
            for row in self._sql.execute(statement)
            if row["theirs"]
            or self._traces.names(row["said"])
            or self._traces.without(row["said"]) != row["said"]
        ]
        self._sql.executemany(
            "UPDATE decisions SET note = NULL, answer = NULL WHERE seq = ?",
            [(seq,) for seq, _ in taken],
        )
        return sum(n for _, n in taken)

    def _take_appeals(self) -> int:
        cursor = self._sql.execute(
            "UPDATE appeals SET text = '', author = NULL, at = NULL"
            " WHERE item IN (SELECT old FROM renamed)"
        )
        return cursor.rowcount

    def _take_copies(self, parents: set[tuple[str | None, str]]) -> tuple[int, int]:
        """Take the words out of other comments; return how many had them, and how many the name."""
        changed: list[tuple[str, str | None, str | None, int]] = []
        mentions = 0
        rows = self._sql.execute(
            "SELECT place, article, text, parent, parent_id FROM items WHERE state != 'forgotten'"
        )
        for row in rows:
            text, parent, parent_id = row["text"], row["parent"], row["parent_id"]
            mentions += self._traces.names(text)
            new = text if text in self._traces else self._traces.without(text)
            if (row["article"], parent_id) in parents or parent in self._traces:
                parent = parent_id = None
            elif parent:
                parent = self._traces.without(parent)
            if (new, parent, parent_id) != (text, row["parent"], row["parent_id"]):
                changed.append((new, parent, parent_id, row["place"]))
        self._sql.executemany(
            "UPDATE items SET text = ?, parent = ?, parent_id = ? WHERE place = ?", changed
        )
        return len(changed) + self._take_quotes_from_appeals(), mentions

    def _take_quotes_from_appeals(self) -> int:
        rows = self._sql.execute("SELECT appeal, text FROM appeals WHERE text != ''").fetchall()
        pairs = [(self._traces.without(row["text"]), row["appeal"]) for row in rows]
        changed = [pair for pair, row in zip(pairs, rows, strict=True) if pair[0] != row["text"]]
        self._sql.executemany("UPDATE appeals SET text = ? WHERE appeal = ?", changed)
        return len(changed)

    def _rename(self) -> None:
        """Give the forgotten comments other keys, wherever a table names them."""
        tables = self._sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        places = [("items", "item")]
        for (table,) in tables:
            keys = self._sql.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            places += [(table, key["from"]) for key in keys if key["table"] == "items"]
        for table, column in places:
            self._sql.execute(
                f"UPDATE {table} SET {column} ="  # noqa: S608 - names of our own tables
                f" (SELECT new FROM renamed WHERE old = {column})"
                f" WHERE {column} IN (SELECT old FROM renamed)"
            )
