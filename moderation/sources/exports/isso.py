"""Read isso's database: SQLite with the tables ``comments`` and ``threads``.

The columns are those of isso's own source (isso/db/comments.py and threads.py, November 2026). A
database is a program of sorts, and this one may come from anyone. It is therefore copied, opened
without leave to write, and read with nothing but two selections: views, triggers, functions and
attached files are refused, and a row that takes the database long is an error.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import IO, Any, BinaryIO

from moderation.errors import InputError, RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.rows import LONGEST_FIELD, Depths, ExportRow, Rows, read_row
from moderation.text.markup import html_to_text, plain_line
from moderation.text.visibility import is_blank

SOURCE = "export:isso"

_STEPS_CHECKED = 100_000
#: The most steps of the database's machine, in hundred thousands, for one row.
_MOST_CHECKS = 200
_COPIED = 1 << 20

_COMMENTS = ("id", "tid", "parent", "created", "mode", "text", "author")
_THREADS = ("id", "uri", "title")
_SELECT = "SELECT {} FROM main.{} ORDER BY rowid"
_TABLE = "SELECT sql FROM main.sqlite_master WHERE name = ? AND type = 'table' AND rootpage > 0"
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})

#: isso's word for the state of a comment: 1 is published, 2 waits, 4 is deleted.
_STATUSES = {1: "accepted", 2: "pending", 4: "deleted"}


def read_isso(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of a database, each with its thread: the title and address of a page.

    Memory grows with the number of threads.

    Raises
    ------
    InputError
        If the database is damaged, or is not isso's.
    """
    with _copied(stream) as path, closing(_opened(path)) as database:
        try:
            budget = _Budget(database)
            _refuse_others(database, name)
            found = budget.rows(_SELECT.format(", ".join(_THREADS), "threads"))
            threads = {str(id_): _article(uri, title) for id_, uri, title in found}
            known = {id_: articles.get(each.id or "", each) for id_, each in threads.items()}
            depths = Depths()
            found = budget.rows(_SELECT.format(", ".join(_COMMENTS), "comments"))
            for number, row in enumerate(found, start=1):
                fields = dict(zip(_COMMENTS, row, strict=True))
                make = partial(_row, fields, known, depths, (name, number))
                yield read_row(make, name=name, line=number)
        except (sqlite3.Error, UnicodeError) as error:
            hint = "copy it again while isso is not running"
            got = str(error)[:100]
            raise InputError("a database that is damaged", path=name, got=got, hint=hint) from None


@contextmanager
def _copied(stream: BinaryIO) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(prefix="moderation-", suffix=".db") as file:
        while chunk := stream.read(_COPIED):
            file.write(chunk)
        _tell_size(file, file.tell())
        file.flush()
        yield file.name


def _tell_size(file: IO[bytes], size: int) -> None:
    """Correct the number of pages that a copy claims, so that one that broke off can be read."""
    file.seek(0)
    head = file.read(100)
    page = int.from_bytes(head[16:18], "big")
    n_pages = size // (2**16 if page == 1 else max(page, 512))
    if int.from_bytes(head[28:32], "big") > n_pages:
        file.seek(28)
        file.write(n_pages.to_bytes(4, "big"))


def _opened(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * LONGEST_FIELD)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.set_authorizer(_authorised)
    return database


def _authorised(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


class _Budget:
    """A limit to what the database does for one row."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._left = _MOST_CHECKS
        database.set_progress_handler(self._spent, _STEPS_CHECKED)

    def _spent(self) -> bool:
        self._left -= 1
        return self._left < 0

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query; a row that takes long is an error of the database."""
        for row in self._database.execute(query):
            self._left = _MOST_CHECKS
            yield row


def _refuse_others(database: sqlite3.Connection, name: str) -> None:
    """Refuse a database of another program, and tables that are not what they are called."""
    for table, columns in (("comments", _COMMENTS), ("threads", _THREADS)):
        found = database.execute(_TABLE, (table,)).fetchone()
        made = str(found[0]).lower() if found else ""
        there = all(column in made for column in columns)
        if not there or " as (" in made or "generated" in made:
            got = "no such table" if not made else "other columns"
            hint = "isso's is read; of another program, export the comments to CSV or JSON Lines"
            what = f"a database without isso's table {table}"
            raise InputError(what, path=name, got=got, hint=hint)


def _article(uri: object, title: object) -> Article:
    address = _plain(uri)
    return Article(id=address, title=plain_line(_plain(title) or ""), url=address)


def _row(
    fields: Mapping[str, Any],
    threads: Mapping[str, Article],
    depths: Depths,
    place: tuple[str, int],
) -> ExportRow | RecordError:
    name, number = place
    body = fields["text"]
    if not isinstance(body, str) or len(body) > LONGEST_FIELD:
        what = "field too long" if isinstance(body, str) else "no text"
        return RecordError(what, path=name, line=number, field="text")
    comment_id = str(fields["id"])
    parent = fields["parent"]
    parent_id = str(parent) if isinstance(parent, int) and parent != fields["id"] else None
    article = threads.get(str(fields["tid"]))
    text = html_to_text(body, breaks=True)
    status = _STATUSES.get(fields["mode"], "")
    comment = Comment(
        id=comment_id,
        text=text,
        article=article if article and article.title else None,
        article_id=article.id if article else None,
        parent_id=parent_id or None,
        author=plain_line(_plain(fields["author"]) or "") or None,
        published=_moment(fields["created"]),
        depth=depths.place(comment_id, parent_id),
        source=SOURCE,
    )
    gone = "deleted" if status == "deleted" else None
    return ExportRow(
        comment=comment, status=status, skip=gone or ("blank" if is_blank(text) else None)
    )


def _plain(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _moment(value: object) -> str | None:
    if not isinstance(value, int | float):
        return None
    try:
        moment = datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
