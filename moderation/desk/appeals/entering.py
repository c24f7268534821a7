"""Takes an appeal down: it has to concern a rejected comment, and is taken once."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple
from unicodedata import normalize

from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.appealed import ENTERED, open_appeal
from moderation.desk.store.database import Database
from moderation.desk.store.lines import append_line
from moderation.files.writing import without_surrogates
from moderation.records import now
from moderation.text.visibility import is_blank

#: Characters of an appeal, of a name and of an id.
LONGEST_APPEAL, LONGEST_NAME = 20_000, 500


class NewAppeal(NamedTuple):
    """An appeal as it came.

    Attributes
    ----------
    id
        The platform's id of the comment; None if `item` is given.
    text
        What the reader writes.
    author
        Who writes it; None for the author of the comment.
    at
        When, as ISO 8601.
    article
        The id of the article, where several comments have the id.
    item
        The key of the comment in the store.
    """

    id: str | None
    text: str
    author: str | None = None
    at: str | None = None
    article: str | None = None
    item: str | None = None


class UnfitAppeal(DeskRefusal):
    """An appeal that cannot be taken.

    Parameters
    ----------
    what
        What is wrong.
    field
        The field of the record that is wrong.
    status
        The status of the response.
    hint
        What can be done.
    """

    def __init__(
        self, what: str, field: str, *, status: int = 400, hint: str | None = None
    ) -> None:
        super().__init__(what, status=status, hint=hint)
        self.field = field


def enter_appeal(database: Database, given: NewAppeal, who: str) -> int | None:
    """Take an appeal down, with a line that says who entered it.

    Returns
    -------
    int or None
        The number of the line; None if the same appeal has been taken already.

    Raises
    ------
    UnfitAppeal
        If a field is wrong, the comment is not there or not rejected, or another appeal waits.
    """
    _check(given)
    with database.writing() as sql:
        row = _comment(sql, given)
        if _is_known(sql, row["item"], given.text):
            return None
        if row["state"] != "reject":
            raise UnfitAppeal("The comment is not rejected.", "id", status=409)
        if open_appeal(sql, row["item"]) is not None:
            hint = "Settle that one first."
            raise UnfitAppeal(
                "Another appeal about this comment waits.", "id", status=409, hint=hint
            )
        author = given.author or row["author"]
        cursor = sql.execute(
            "INSERT INTO appeals (item, text, author, at, entered_at, entered_by)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                row["item"],
                without_surrogates(given.text),
                author and without_surrogates(author),
                given.at,
                now(),
                who,
            ),
        )
        return append_line(sql, row, who=who, what="appeal", appeal=cursor.lastrowid)


def _check(given: NewAppeal) -> None:
    if is_blank(given.text):
        raise UnfitAppeal("The appeal is empty.", "text")
    if len(given.text) > LONGEST_APPEAL:
        what = f"The appeal has {len(given.text):,} characters; {LONGEST_APPEAL:,} are kept."
        raise UnfitAppeal(what, "text", hint="Shorten it.")
    for field in ("id", "author", "article"):
        if len(getattr(given, field) or "") > LONGEST_NAME:
            raise UnfitAppeal(f"It has more than {LONGEST_NAME} characters.", field)
    try:
        datetime.fromisoformat(given.at or "2000-01-01")
    except ValueError:
        hint = "Write it as 2026-11-30 or 2026-11-30T14:05."
        what = "The time of the appeal cannot be read."
        raise UnfitAppeal(what, "appealed_at", hint=hint) from None


def _comment(sql: sqlite3.Connection, given: NewAppeal) -> sqlite3.Row:
    """Return the comment that an appeal is about."""
    if given.item is not None:
        rows = sql.execute("SELECT * FROM items WHERE item = ?", (given.item,)).fetchall()
    else:
        rows = sql.execute("SELECT * FROM items WHERE id = ?", (given.id or "",)).fetchall()
    rows = [row for row in rows if row["state"] != "forgotten"]
    if given.article is not None:
        rows = [row for row in rows if row["article"] == given.article]
    if not rows:
        what, hint = "There is no such comment.", "Is it the id that the platform gave it?"
        raise UnfitAppeal(what, "id", status=404, hint=hint)
    rejected = [row for row in rows if row["state"] == "reject"]
    if len(rejected) > 1 and given.author is not None:
        rejected = [row for row in rejected if _same(row["author"], given.author)] or rejected
    if len(rejected) > 1:
        what = f"The id stands for {len(rejected)} rejected comments."
        raise UnfitAppeal(what, "id", status=409, hint="Add article_id or author.")
    found: sqlite3.Row = rejected[0] if rejected else rows[-1]
    return found


def _is_known(sql: sqlite3.Connection, item: str, text: str) -> bool:
    earlier = sql.execute(
        f"SELECT p.text FROM appeals p WHERE p.item = ? AND {ENTERED}",  # noqa: S608 - our own words
        (item,),
    )
    return any(_same(row["text"], without_surrogates(text)) for row in earlier)


def _same(one: str | None, other: str) -> bool:
    """Return whether two texts differ in their white space and Unicode's spellings only."""
    return normalize("NFC", one or "").split() == normalize("NFC", other).split()
