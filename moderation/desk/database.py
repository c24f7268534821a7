"""The SQLite file of a desk: its tables, and transactions that survive a power cut.

The file is opened in WAL mode with ``synchronous=FULL``, so a decision lies on the disk before the
page acknowledges it. Triggers refuse to change or delete a decision.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from moderation.errors import InputError

# "desk" in ASCII marks the file as ours; the version is that of the tables.
_APPLICATION = 0x6465736B
_VERSION = 1

#: The condition that a line `d` of the decisions has been withdrawn by another one.
WITHDRAWN = "EXISTS (SELECT 1 FROM decisions u WHERE u.withdraws = d.seq)"

# Milliseconds for which a transaction waits for another process.
_BUSY = 10_000

_TABLES = """
CREATE TABLE articles (
    place INTEGER PRIMARY KEY,
    article TEXT NOT NULL UNIQUE,
    id TEXT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT
);
CREATE TABLE items (
    place INTEGER PRIMARY KEY,
    item TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT,
    published TEXT,
    article TEXT REFERENCES articles (article),
    parent TEXT,
    parent_id TEXT,
    copies INTEGER NOT NULL,
    source TEXT NOT NULL,
    hostility REAL,
    off_topic REAL,
    proposal TEXT NOT NULL,
    model TEXT NOT NULL,
    drawn INTEGER NOT NULL,
    tier INTEGER,
    need REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    last INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX items_queue ON items (state, tier, need, article, place, item);
CREATE INDEX items_article ON items (article);
CREATE INDEX items_author ON items (author);
CREATE INDEX items_id ON items (id);
CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    item TEXT NOT NULL REFERENCES items (item),
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT,
    note TEXT,
    at TEXT NOT NULL,
    proposal TEXT NOT NULL,
    hostility REAL,
    off_topic REAL,
    model TEXT NOT NULL,
    blind INTEGER NOT NULL,
    seconds REAL,
    withdraws INTEGER UNIQUE REFERENCES decisions (seq)
);
CREATE INDEX decisions_item ON decisions (item);
CREATE INDEX decisions_who ON decisions (who);
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decisions_remain BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TABLE leases (
    item TEXT PRIMARY KEY REFERENCES items (item),
    who TEXT NOT NULL,
    since REAL NOT NULL,
    until REAL NOT NULL
);
CREATE TABLE secrets (secret BLOB NOT NULL);
"""


class Database:
    """An open store; several threads may share it, and several processes its file.

    Parameters
    ----------
    connection
        A connection in autocommit mode that any thread may use.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that is on the disk when the block ends, or leaves no trace."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that reads one state of the store."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

    def secret(self) -> bytes:
        """Return the secret that signs sessions and forms; it is made once for each store."""
        with self.writing() as sql:
            found = sql.execute("SELECT secret FROM secrets").fetchone()
            if found is None:
                found = (secrets.token_bytes(32),)
                sql.execute("INSERT INTO secrets VALUES (?)", found)
            return bytes(found[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def open_database(path: str | Path, *, create: bool = False) -> Database:
    """Open the store of a desk.

    Parameters
    ----------
    path
        The file.
    create
        Whether to make the file if it is missing; only its owner can then read it.

    Raises
    ------
    InputError
        If the file is missing, is no store of a desk, or cannot be used.
    """
    target = Path(path)
    if create:
        with suppress(FileExistsError):
            try:
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            except FileNotFoundError:
                hint = "name a folder that exists"
                raise InputError("its folder is missing", path=path, hint=hint) from None
    elif not target.is_file():
        raise InputError("no such file", path=path, hint="moderation desk --store makes one")
    try:
        connection = sqlite3.connect(
            target, timeout=_BUSY / 1_000, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, target, empty=create)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        hint = "name the file that moderation desk --store made"
        raise InputError(f"cannot be used as a store ({error})", path=path, hint=hint) from None
    return Database(connection)


def _prepare(connection: sqlite3.Connection, path: Path, *, empty: bool) -> None:
    """Make the tables in an empty file, and refuse a file that is not a store."""
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout={_BUSY}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    if _pragma(connection, "application_id") != _APPLICATION:
        connection.execute("BEGIN IMMEDIATE")
        if _pragma(connection, "application_id") != _APPLICATION:  # another process was faster
            (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            if tables or not empty:
                hint = "name the file that moderation desk --store made"
                raise InputError("is no store of a desk", path=path, hint=hint)
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
            connection.execute(f"PRAGMA user_version={_VERSION}")
        connection.execute("COMMIT")
    if _pragma(connection, "user_version") != _VERSION:
        got = str(_pragma(connection, "user_version"))
        hint = "use the version of moderation that made it"
        raise InputError("is a store of another version", path=path, got=got, hint=hint)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _statements() -> Iterator[str]:
    statement = ""
    for line in _TABLES.splitlines():
        statement += f"{line}\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
