"""How many comments stand in each part of the queue, under which articles and in which sections."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import NamedTuple

from moderation.desk.store.database import Database
from moderation.desk.store.views import QueuePart, View, filtered

# The most articles and sections from which one chooses.
_OFFERED = 500


class QueueCounts(NamedTuple):
    """The numbers of comments that a view's filters let through.

    Attributes
    ----------
    parts
        Those in each part of the queue.
    late
        Those that wait and are older than the target.
    """

    parts: dict[QueuePart, int]
    late: int


class OfferedArticle(NamedTuple):
    """An article with comments that wait, by its number."""

    place: int
    title: str
    id: str | None
    waiting: int


def counted(database: Database, view: View) -> QueueCounts:
    """Return the numbers of comments in each part of the queue, as the filters of a view have it.

    Parameters
    ----------
    database
        The store.
    view
        Its filters and its target count, and neither its part nor its order.
    """
    found = Counter[tuple[str, int | None]]()
    late = 0
    with database.reading() as sql:
        for condition in ("state = 'open' AND i.tier IN (0, 1)", "state IN ('second')",
                          "state IN ('publish', 'reject')"):  # fmt: skip
            statement = f"""SELECT i.state, i.tier, COUNT(*) AS n, SUM(i.at < :late) AS late
                FROM items i WHERE i.{condition}{filtered(view)} GROUP BY i.state, i.tier"""  # noqa: S608
            for row in sql.execute(statement, view.parameters):
                found[row["state"], row["tier"]] += row["n"]
                late += (row["late"] or 0) if row["state"] in {"open", "second"} else 0
    states = Counter[str]()
    for (state, _), n in found.items():
        states[state] += n
    parts = {
        QueuePart.WAITING: states["open"] + states["second"],
        QueuePart.HOLD: found["open", 0],
        QueuePart.REVIEW: found["open", 1],
        QueuePart.SECOND: states["second"],
        QueuePart.DECIDED: states["publish"] + states["reject"],
        QueuePart.PUBLISHED: states["publish"],
        QueuePart.REJECTED: states["reject"],
    }
    return QueueCounts(parts, late)


def articles(database: Database, view: View | None = None) -> list[OfferedArticle]:
    """Return the articles that have comments waiting, with their number.

    Parameters
    ----------
    database
        The store.
    view
        Its other filters count; the article that it names is always among those returned.
    """
    view = view or View()
    others = view._replace(article=None)
    waiting: Counter[int] = Counter()
    with database.reading() as sql:
        for condition in ("state = 'open' AND i.tier = 0", "state = 'open' AND i.tier = 1",
                          "state = 'second'"):  # fmt: skip
            statement = f"""SELECT i.shelf, COUNT(*) AS n FROM items i
                WHERE i.{condition}{filtered(others)} GROUP BY i.shelf"""  # noqa: S608
            for row in sql.execute(statement, others.parameters):
                waiting[row["shelf"]] += row["n"]
        places = sorted(place for place in waiting if place)[:_OFFERED]
        if view.article and view.article not in places:
            places.append(view.article)
        found = [(_article(sql, place), waiting[place]) for place in places]
    return [
        OfferedArticle(row["place"], row["title"], row["id"], n)
        for row, n in found
        if row is not None
    ]


def _article(sql: sqlite3.Connection, place: int) -> sqlite3.Row | None:
    statement = "SELECT place, title, id FROM articles WHERE place = ?"
    found: sqlite3.Row | None = sql.execute(statement, (place,)).fetchone()
    return found


def sections(database: Database) -> list[str]:
    """Return the sections that any comment stands in, in the order of the alphabet."""
    statement = (
        "SELECT DISTINCT section FROM items WHERE section IS NOT NULL ORDER BY section LIMIT ?"
    )
    with database.reading() as sql:
        return [row["section"] for row in sql.execute(statement, (_OFFERED,))]
