"""The thread around a comment: what it answers, what stands beside it, and what answers it.

Each step reads an index and takes a few comments, so that neither a thread of thousands of replies
nor one of thousands of levels slows the page.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

# The most comments above, beside (on each side) and below.
_ABOVE, _BESIDE, _BELOW = 5, 4, 30

_COLUMNS = "i.item, i.named, i.parent_id, i.author, i.state, substr(i.text, 1, 300) AS text"


class ThreadLine(NamedTuple):
    """A comment of a thread.

    Attributes
    ----------
    row
        The comment.
    depth
        How far it is indented; 0 for the highest that is shown.
    """

    row: sqlite3.Row
    depth: int


class ThreadAround(NamedTuple):
    """The comments around a comment, and itself, in order.

    Attributes
    ----------
    lines
        The comments.
    more_above, more_below
        Whether there are others that are not shown.
    """

    lines: list[ThreadLine]
    more_above: bool
    more_below: bool


def thread_around(sql: sqlite3.Connection, item: str) -> ThreadAround:
    """Return the thread around a comment.

    Parameters
    ----------
    sql
        An open transaction.
    item
        The key of the comment.
    """
    reading = _Reading(sql, item)
    above, more_above = reading.above()
    depth = len(above)
    below, more_below = reading.below(above)
    lines = [ThreadLine(row, at) for at, row in enumerate(above)]
    lines += [ThreadLine(row, depth) for row in reading.beside("<", "DESC")[::-1]]
    lines += [ThreadLine(reading.own, depth), *below]
    lines += [ThreadLine(row, depth) for row in reading.beside(">", "ASC")]
    return ThreadAround(lines, more_above, more_below)


class _Reading:
    """Finds comments of one thread by the names that their input gives them.

    Names are unique under an article. Where the article is unknown, or a page has numbered its
    comments, only comments of the same input belong together.
    """

    def __init__(self, sql: sqlite3.Connection, item: str) -> None:
        self._sql = sql
        statement = f"SELECT {_COLUMNS}, i.place, i.article, i.source, i.id FROM items i"  # noqa: S608
        self.own: sqlite3.Row = sql.execute(f"{statement} WHERE i.item = ?", (item,)).fetchone()
        self._fields = {"article": self.own["article"], "source": self.own["source"]}
        self._where = "i.article IS :article AND i.state NOT IN ('changed', 'forgotten')"
        if self.own["article"] is None or self.own["id"] != self.own["named"]:
            self._where += " AND i.source = :source"

    def _rows(self, condition: str, most: int, **fields: object) -> list[sqlite3.Row]:
        where = f"{self._where} AND {condition} LIMIT {most}"
        statement = f"SELECT {_COLUMNS} FROM items i WHERE {where}"  # noqa: S608
        return self._sql.execute(statement, {**self._fields, **fields}).fetchall()

    def above(self) -> tuple[list[sqlite3.Row], bool]:
        """Return what the comment answers, the highest first, and whether there is more."""
        found: list[sqlite3.Row] = []
        known = {self.own["item"]}
        row = self.own
        while row["parent_id"] is not None and len(found) < _ABOVE:
            rows = self._rows("i.named = :named ORDER BY i.place", 1, named=row["parent_id"])
            if not rows or rows[0]["item"] in known:
                return found[::-1], False
            row = rows[0]
            known.add(row["item"])
            found.append(row)
        return found[::-1], row["parent_id"] is not None

    def beside(self, side: str, order: str) -> list[sqlite3.Row]:
        """Return the nearest comments on one side that answer the same comment."""
        if self.own["parent_id"] is None and self.own["article"] is None:
            return []
        condition = f"i.parent_id IS :parent AND i.place {side} :place ORDER BY i.place {order}"
        parent, place = self.own["parent_id"], self.own["place"]
        return self._rows(condition, _BESIDE, parent=parent, place=place)

    def below(self, above: list[sqlite3.Row]) -> tuple[list[ThreadLine], bool]:
        """Return the answers to the comment, each before its own answers."""
        found: list[ThreadLine] = []
        known = {row["item"] for row in (self.own, *above)}
        waiting = self._answers(self.own, len(above) + 1)
        while waiting and len(found) < _BELOW:
            line = waiting.pop()
            if line.row["item"] not in known:
                known.add(line.row["item"])
                found.append(line)
                waiting += self._answers(line.row, line.depth + 1)
        return found, bool(waiting)

    def _answers(self, row: sqlite3.Row, depth: int) -> list[ThreadLine]:
        """Return the first answers to a comment, the last of them first."""
        if row["named"] is None:
            return []
        rows = self._rows("i.parent_id = :named ORDER BY i.place", _BELOW + 1, named=row["named"])
        return [ThreadLine(each, depth) for each in reversed(rows)]
