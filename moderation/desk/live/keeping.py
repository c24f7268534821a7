"""Puts what a service has scored into a desk's queue, and tells the service what stands decided."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from moderation.desk.reasons import Reasons
from moderation.desk.store.database import open_database
from moderation.desk.store.intake import ScoredText, Shelves, digest, put_item
from moderation.records import Article
from moderation.service.live import Arrival, DeskUnavailable, Origin, Standing
from moderation.sources import section_of
from moderation.text import CopyPrint

# Milliseconds for which the service waits for a page of the desk that writes.
_BUSY = 2_000

# Bytes of the digests of what a service has scored.
_DIGEST = 16

# The line that says what stands is the last one, which may be an undo.
_STANDING = """SELECT i.last AS seq, i.id, i.revision, i.article, i.state, i.reason, d.who, d.at
    FROM items i JOIN decisions d ON d.seq = i.last
    WHERE i.last > :after AND i.client = :client AND i.source = :source
    ORDER BY i.last LIMIT :most"""


class LiveDesk:
    """The store of a desk as a service uses it; its methods may be called from any thread.

    Parameters
    ----------
    path
        The store; it is made if it is missing.
    reasons
        Their sentences for readers go with the rejections.
    """

    def __init__(self, path: Path, reasons: Reasons) -> None:
        self._reasons = reasons
        self._writing = open_database(path, create=True)
        self._reading = open_database(path)  # so that a read does not wait for the disk
        for database in (self._writing, self._reading):
            with database.reading() as sql:
                sql.execute(f"PRAGMA busy_timeout={_BUSY}")

    def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Put comments into the queue, all or none; they are on the disk on return.

        Raises
        ------
        DeskUnavailable
            If the store cannot be written at the moment.
        """
        prints = [CopyPrint.of(arrival.comment.text) for arrival in arrivals]
        shelves: Shelves = {}
        with _available(), self._writing.writing() as sql:
            for arrival, own in zip(arrivals, prints, strict=True):
                _add(sql, arrival, own, shelves)

    def article(self, name: str) -> Article | None:
        """Return the article with an id, if its title or its text is known."""
        with _available(), self._reading.reading() as sql:
            row = sql.execute("SELECT * FROM articles WHERE article = ?", (name,)).fetchone()
        if row is None or not (row["title"] or row["text"]):
            return None
        return Article(id=row["id"], title=row["title"], text=row["text"], url=row["url"])

    def standing(self, client: str, after: int, most: int) -> list[Standing]:
        """Return what stands decided about a client's comments since a step, the earliest first."""
        fields = {"client": client, "after": after, "most": most, "source": Origin.COMMENTS.value}
        with _available(), self._reading.reading() as sql:
            rows = sql.execute(_STANDING, fields).fetchall()
        return [self._told(row) for row in rows]

    def _told(self, row: sqlite3.Row) -> Standing:
        reason = self._reasons.find(row["reason"])
        return Standing(
            seq=row["seq"],
            id=row["id"],
            revision=row["revision"],
            article_id=row["article"],
            decision=row["state"] if row["state"] in {"publish", "reject"} else None,
            reason=row["reason"],
            to_reader=reason.to_reader if reason else None,
            moderator=row["who"],
            decided_at=row["at"],
        )

    def close(self) -> None:
        """Close the store."""
        self._writing.close()
        self._reading.close()


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:  # locked, full, or gone
        raise DeskUnavailable(str(error)) from None


def _add(sql: sqlite3.Connection, arrival: Arrival, print_: CopyPrint, shelves: Shelves) -> None:
    """Write one comment; the same one again adds nothing, and a new text replaces the old one.

    A platform's id and revision name a text. The text itself belongs to the key all the same, so
    that no platform can change a text that was decided without its being asked about again.
    """
    comment, client = arrival.comment, arrival.client
    article = comment.article
    said = (comment.text, comment.article_id, comment.parent_id, comment.author)
    name = comment.id or digest(*said, size=_DIGEST)
    key = digest(arrival.origin, client, name, arrival.revision, comment.text, size=_DIGEST)
    was_known = sql.execute("SELECT state FROM items WHERE item = ?", (key,)).fetchone()
    identity: dict[str, object] = {
        "item": key,
        "id": name,
        "source": arrival.origin.value,
        "origin": arrival.origin.value if comment.id else None,
        "client": client,
        "revision": arrival.revision,
        "section": section_of({"section": arrival.section}, article.url if article else None),
        "url": arrival.url,
    }
    scored = ScoredText(comment, arrival.verdict, print_)
    values = put_item(sql, scored, identity, shelves)
    if values is None:
        return
    if was_known is None:
        sql.execute(
            "UPDATE items SET tier = NULL, state = 'changed' WHERE +state IN ('open', 'second')"
            " AND id = :id AND client = :client AND source = :source AND item != :item",
            values,
        )
    elif was_known["state"] == "changed" and arrival.revision is None:
        # A repetition, or a text that the author has restored: both texts are asked about.
        sql.execute("UPDATE items SET state = 'open' WHERE item = ?", (key,))
