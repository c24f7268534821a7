"""Decisions about several comments that were on the screen together, and their one undo.

Each comment still gets a line of its own. The lines have the number of the first of them in common.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from time import time
from typing import NamedTuple

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.database import Database
from moderation.desk.store.deciding import Decision, decide_in, last_number, lines_of_bulk
from moderation.desk.store.queue import PAGE_ROWS


class RefusedOne(NamedTuple):
    """A comment that was not decided with the others.

    Attributes
    ----------
    item
        Its key.
    name
        The beginning of its text.
    why
        What the desk says about it.
    """

    item: str
    name: str
    why: str


class Together(NamedTuple):
    """What became of several decisions.

    Attributes
    ----------
    last
        The last of their lines; 0 if there is none.
    done
        How many comments were decided.
    refused
        The others: somebody has them, or has decided about them meanwhile.
    """

    last: int
    done: int
    refused: list[RefusedOne]


def decide_together(database: Database, decisions: Sequence[Decision]) -> Together:
    """Append the decisions about the comments of one page, as far as each of them stands.

    Parameters
    ----------
    database
        The store.
    decisions
        One decision for each comment, all alike but for the comment and what was seen of it.

    Raises
    ------
    DeskRefusal
        If the comments belong neither to one article nor to one group, or are more than a page
        shows.
    """
    at = time()
    refused: list[RefusedOne] = []
    lines: list[int] = []
    with database.writing() as sql:
        _refuse_unrelated(sql, [decision.item for decision in decisions])
        bulk = last_number(sql) + 1
        for decision in decisions:
            try:
                lines.append(decide_in(sql, decision._replace(bulk=bulk), at))
            except DeskRefusal as refusal:
                refused.append(RefusedOne(decision.item, _name(sql, decision), refusal.what))
    return Together(max(lines, default=0), len(lines), refused)


def n_together(database: Database, line: sqlite3.Row | None) -> int:
    """Return how many lines one undo takes back with a line, itself included."""
    if line is None or line["bulk"] is None:
        return 1
    with database.reading() as sql:
        return len(lines_of_bulk(sql, line))


def _refuse_unrelated(sql: sqlite3.Connection, items: list[str]) -> None:
    if not 0 < len(items) <= PAGE_ROWS:
        raise DeskRefusal(f"Between 1 and {PAGE_ROWS} comments are decided together.")
    marks = ", ".join("?" * len(items))
    row = sql.execute(
        "SELECT COUNT(DISTINCT shelf) AS shelves, MIN(shelf) AS shelf, COUNT(alike) AS alike,"  # noqa: S608
        f" COUNT(DISTINCT alike) AS groups, COUNT(*) AS n FROM items WHERE item IN ({marks})",
        items,
    ).fetchone()
    of_one_article = row["shelves"] == 1 and row["shelf"] > 0
    of_one_group = row["groups"] == 1 and row["alike"] == row["n"]
    if row["n"] and not of_one_article and not of_one_group:
        raise DeskRefusal("Only comments of one article or of one group are decided together.")


def _name(sql: sqlite3.Connection, decision: Decision) -> str:
    statement = "SELECT substr(text, 1, 80) AS text FROM items WHERE item = ?"
    row = sql.execute(statement, (decision.item,)).fetchone()
    return str(row["text"]) if row else decision.item
