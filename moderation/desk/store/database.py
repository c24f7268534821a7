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
from contextlib import contextmanager
from pathlib import Path

from moderation.desk.store.tables import VERSION, upgrade
from moderation.errors import InputError

# "desk" in ASCII marks the file as ours.
_APPLICATION = 0x6465736B

#: The state of a comment whose words have been erased.
FORGOTTEN = "forgotten"

#: The state of a comment whose author has written another text in its place.
CHANGED = "changed"

#: The condition that a line `d` of the decisions has been withdrawn by another one.
WITHDRAWN = "EXISTS (SELECT 1 FROM decisions u WHERE u.withdraws = d.seq)"

#: The condition that a line `d` says what becomes of its comment.
SETTLES = "d.what IN ('publish', 'reject', 'second', 'uphold', 'overturn')"

#: The condition that a line `d` says so, and has not been withdrawn.
STANDS = f"{SETTLES} AND NOT {WITHDRAWN}"

#: The number of the line that has the last word about a comment `i`.
LAST_WORD = f"(SELECT MAX(d.seq) FROM decisions d WHERE d.item = i.item AND {STANDS})"  # noqa: S608 - our own words

# Kilobytes of the file that are kept in memory, so that a hundred thousand comments can be added.
_CACHE = 64 * 1024

# Milliseconds for which a transaction waits for another process.
_BUSY = 10_000


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

    def clean(self) -> bool:
        """Write the file again without the pages and the log that still hold what was erased.

        Returns
        -------
        bool
            Whether that is done; False if another process has kept the file busy.
        """
        with self._lock:
            try:
                self._connection.execute("VACUUM")
                (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
            return not busy

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def is_store(path: str | Path) -> bool:
    """Return whether a file is the store of a desk, by the head that SQLite gives it."""
    target = Path(path)
    if not target.is_file():
        return False
    with target.open("rb") as stream:
        head = stream.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == _APPLICATION.to_bytes(4)


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
        _make(target)
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
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of an extended code
        hint = _HINTS.get(code, "name the file that moderation desk --store made")
        raise InputError(f"cannot be used as a store ({error})", path=path, hint=hint) from None
    return Database(connection)


# What to do about what SQLite says.
_WRITABLE = "it needs leave to write the file, and files beside it in its folder"
_HINTS = {
    sqlite3.SQLITE_FULL: "free some space on its disk",
    sqlite3.SQLITE_CANTOPEN: _WRITABLE,
    sqlite3.SQLITE_READONLY: _WRITABLE,
    sqlite3.SQLITE_BUSY: "another program is writing it; try again later",
}


def _make(target: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except FileNotFoundError:
        hint = "name a folder that exists"
        raise InputError("its folder is missing", path=target, hint=hint) from None
    except OSError as error:
        hint = "name a folder in which you may write"
        what = f"cannot be made ({error.strerror})"
        raise InputError(what, path=target, hint=hint) from None


def _prepare(connection: sqlite3.Connection, path: Path, *, empty: bool) -> None:
    """Make the tables in an empty file, and refuse a file that is not a store."""
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout={_BUSY}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{_CACHE}")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA secure_delete=ON")  # what is taken out leaves no bytes
    if _pragma(connection, "application_id") != _APPLICATION or _version(connection) < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        if _pragma(connection, "application_id") != _APPLICATION:  # another process was faster
            (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            if tables or not empty:
                hint = "name the file that moderation desk --store made"
                raise InputError("is no store of a desk", path=path, hint=hint)
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
        upgrade(connection, _version(connection))
        connection.execute("COMMIT")
    if _version(connection) != VERSION:
        got, hint = str(_version(connection)), "use the version of moderation that made it"
        raise InputError("is a store of a later version", path=path, got=got, hint=hint)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _version(connection: sqlite3.Connection) -> int:
    return _pragma(connection, "user_version")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
