"""The limit on open connections, and the choice of the one that is closed for a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

# Connections beyond the limit that may be open at once until they have been refused.
_TURNED_AWAY = 100


class Connection(Protocol):
    """A connection that can be closed to make room."""

    def give_way(self) -> None:
        """Close, because a new connection needs the room."""


class Connections:
    """The connections of one process, each either working or waiting for its client.

    If there are too many, the one that has waited longest for its client is closed. Idle ones are
    closed first, because they lose nothing; then those whose request is incomplete. A silent or
    slow client therefore cannot lock others out. A connection whose request is being answered is
    never closed.

    Parameters
    ----------
    most
        Largest number of open connections.
    closed
        Called with the reason when a connection is closed or refused.
    """

    def __init__(self, most: int, closed: Callable[[str], None]) -> None:
        self._most = most
        self._closed = closed
        self._open: set[Connection] = set()
        # A dictionary keeps the order in which the connections began to wait.
        self._idle: dict[Connection, None] = {}
        self._unfinished: dict[Connection, None] = {}
        self._turned_away: dict[Connection, None] = {}

    def enter(self, new: Connection) -> bool:
        """Admit a new connection; return False if every other one is working."""
        if len(self._open) >= self._most and not self._make_room():
            self._closed("refused")
            self._turned_away[new] = None
            if len(self._turned_away) > _TURNED_AWAY:
                self._release(next(iter(self._turned_away)))
            return False
        self._open.add(new)
        return True

    def _make_room(self) -> bool:
        for reason, waiting in (("idle", self._idle), ("unfinished", self._unfinished)):
            if waiting:
                self._closed(reason)
                self._release(next(iter(waiting)))
                return True
        return False

    def _release(self, connection: Connection) -> None:
        self.leave(connection)
        connection.give_way()

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        self._open.discard(connection)
        self.works(connection)
        self._turned_away.pop(connection, None)

    def works(self, connection: Connection) -> None:
        """Note that a request is being answered."""
        self._idle.pop(connection, None)
        self._unfinished.pop(connection, None)

    def waits(self, connection: Connection, *, idle: bool) -> None:
        """Note that the client must begin or finish a request."""
        if connection not in self._open:
            return
        now, before = self._idle, self._unfinished
        if not idle:
            now, before = before, now
        before.pop(connection, None)
        now.setdefault(connection)
