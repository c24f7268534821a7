"""The order of the queue, its filters, and the leases that keep two moderators apart."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from time import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from moderation.desk.refusals import no_such_comment
from moderation.desk.store.database import WITHDRAWN, Database

#: Seconds for which a comment stays with the moderator who opened it.
LEASE_SECONDS = 600.0

#: Comments on one page of the queue.
PAGE_ROWS = 50


class QueuePart(StrEnum):
    """The parts of the queue."""

    WAITING = "waiting"
    HOLD = "hold"
    REVIEW = "review"
    SECOND = "second"
    DECIDED = "decided"


class QueueOrder(StrEnum):
    """The orders of the queue within its parts: by article, or the most hostile first."""

    ARTICLE = "article"
    NEED = "need"


class View(NamedTuple):
    """The part of the queue that a moderator looks at, and its order.

    Attributes
    ----------
    show
        The part.
    order
        The order.
    article
        The number of an article, whose comments alone are shown.
    """

    show: QueuePart = QueuePart.WAITING
    order: QueueOrder = QueueOrder.ARTICLE
    article: int | None = None

    @property
    def query(self) -> str:
        """The view as the query of an address."""
        fields: dict[str, str | int] = {"show": self.show.value, "order": self.order.value}
        return urlencode(fields | ({"article": self.article} if self.article else {}))


# A drawn comment stands in the tier that its hash gives it, so that a filter does not mark it.
_PARTS = {
    QueuePart.WAITING: "(i.state = 'second' OR i.state = 'open' AND i.tier IS NOT NULL)",
    QueuePart.HOLD: "i.state = 'open' AND i.tier = 0",
    QueuePart.REVIEW: "i.state = 'open' AND i.tier = 1",
    QueuePart.SECOND: "i.state = 'second'",
    QueuePart.DECIDED: "i.state IN ('publish', 'reject')",
}
# What the moderator skipped comes last, the latest at the very end.
_SKIPPED = f"""WITH skipped AS (SELECT d.item, MAX(d.seq) AS seq FROM decisions d
    WHERE d.who = :who AND d.what = 'skip' AND NOT {WITHDRAWN} GROUP BY d.item)"""  # noqa: S608 - our own words
_TIER = "CASE i.state WHEN 'second' THEN 2 ELSE i.tier END"
_ORDERS = {
    QueueOrder.ARTICLE: f"COALESCE(s.seq, 0), {_TIER}, COALESCE(a.place, 0), i.place",
    QueueOrder.NEED: f"COALESCE(s.seq, 0), {_TIER}, i.need DESC, i.place",
}
# The index `items_queue` has every column that is needed to order the queue.
_QUEUE = (
    "items i LEFT JOIN skipped s ON s.item = i.item LEFT JOIN articles a ON a.article = i.article"
)
_LEASED = "LEFT JOIN leases l ON l.item = i.item AND l.until > :now"
# Who asked for a second look does not settle it.
_NOT_MINE = f"""NOT (i.state = 'second' AND :who = (SELECT d.who FROM decisions d
    WHERE d.item = i.item AND d.what = 'second' AND NOT {WITHDRAWN}
    ORDER BY d.seq DESC LIMIT 1))"""  # noqa: S608
_UNDER = " AND i.article = (SELECT article FROM articles WHERE place = :article)"


def _where(view: View) -> str:
    return _PARTS[view.show] + (_UNDER if view.article else "")


def _ordered(view: View) -> str:
    return "i.last DESC" if view.show is QueuePart.DECIDED else _ORDERS[view.order]


def listed(database: Database, view: View, who: str, offset: int = 0) -> list[sqlite3.Row]:
    """Return a page of the queue, with one row more if there are others.

    Parameters
    ----------
    database
        The store.
    view
        What is shown.
    who
        The moderator, whose skipped comments come last.
    offset
        How many comments stand on the pages before.
    """
    statement = f"""{_SKIPPED}
        SELECT i.item, substr(i.text, 1, 400) AS text, i.author, i.published, i.proposal,
            i.hostility, i.off_topic, i.state, a.title, l.who AS holder
        FROM (SELECT i.place FROM {_QUEUE} WHERE {_where(view)} ORDER BY {_ordered(view)}
            LIMIT :most OFFSET :offset) AS found CROSS JOIN items i ON i.place = found.place
        LEFT JOIN skipped s ON s.item = i.item
        LEFT JOIN articles a ON a.article = i.article {_LEASED}
        ORDER BY {_ordered(view)}"""  # noqa: S608
    fields = {
        "who": who,
        "now": time(),
        "article": view.article,
        "most": PAGE_ROWS + 1,
        "offset": offset,
    }
    with database.reading() as sql:
        return sql.execute(statement, fields).fetchall()


def counted(database: Database, article: int | None = None) -> dict[QueuePart, int]:
    """Return the number of comments in each part of the queue."""
    fields = {"article": article}
    with database.reading() as sql:
        return {
            part: sql.execute(
                f"SELECT COUNT(*) FROM items i WHERE {_where(View(part, article=article))}",  # noqa: S608
                fields,
            ).fetchone()[0]
            for part in QueuePart
        }


def articles(database: Database) -> list[sqlite3.Row]:
    """Return the articles that have comments waiting, with their number."""
    statement = f"""
        SELECT a.place, a.title, a.id, found.waiting FROM (
            SELECT i.article, COUNT(*) AS waiting FROM items i
            WHERE {_PARTS[QueuePart.WAITING]} GROUP BY i.article
        ) AS found JOIN articles a ON a.article = found.article ORDER BY a.place LIMIT 500"""  # noqa: S608
    with database.reading() as sql:
        return sql.execute(statement).fetchall()


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
    if view.show is QueuePart.DECIDED:
        view = view._replace(show=QueuePart.WAITING)
    statement = f"""{_SKIPPED}
        SELECT i.item FROM {_QUEUE} {_LEASED}
        WHERE {_where(view)} AND (l.who IS NULL OR l.who = :who) AND {_NOT_MINE}
        ORDER BY {_ordered(view)} LIMIT 1"""  # noqa: S608
    now = time()
    with database.writing() as sql:
        fields = {"who": who, "now": now, "article": view.article}
        found = sql.execute(statement, fields).fetchone()
        if found is None:
            return None
        _lend(sql, found["item"], who, now)
        return str(found["item"])


def take(database: Database, item: str, who: str) -> str:
    """Lend a comment to a moderator unless somebody else has it; return who has it now.

    Raises
    ------
    DeskRefusal
        If there is no such comment.
    """
    now = time()
    with database.writing() as sql:
        if sql.execute("SELECT 1 FROM items WHERE item = ?", (item,)).fetchone() is None:
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


def _lend(sql: sqlite3.Connection, item: str, who: str, now: float) -> None:
    """Lend a comment; a moderator has one at a time, and time runs from its first page."""
    values: tuple[Any, ...] = (item, who)
    found = sql.execute(
        "SELECT since FROM leases WHERE item = ? AND who = ? AND until > ?", (*values, now)
    ).fetchone()
    since = found["since"] if found else now
    sql.execute("DELETE FROM leases WHERE who = ? OR item = ?", (who, item))
    sql.execute("INSERT INTO leases VALUES (?, ?, ?, ?)", (*values, since, now + LEASE_SECONDS))
