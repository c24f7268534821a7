"""Open connections: how many there may be, and which one gives way to a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

# Connections beyond the limit that are read until they can be told so, at once.
_TURNED_AWAY = 100


class Connection(Protocol):
    """What gives way."""

    def give_way(self) -> None:
        """Close, because room is needed."""


class Connections:
    """The connections of one process, each either working or waiting for its client.

    Where there are too many, the one that has waited for its client for the longest time is
    closed: first among the idle ones, which lose nothing by it, then among those whose request has
    not come whole. Nobody can therefore lock others out by being silent or slow. A connection
    whose request is being answered is never closed.

    Parameters
    ----------
    most
        Connections that may be open.
    closed
        Is told why a connection was closed or turned away.
    """

    def __init__(self, most: int, closed: Callable[[str], None]) -> None:
        self._most = most
        self._closed = closed
        self._open: set[Connection] = set()
        # Dictionaries keep the order in which the waiting began.
        self._idle: dict[Connection, None] = {}
        self._unfinished: dict[Connection, None] = {}
        self._turned_away: dict[Connection, None] = {}

    def enter(self, new: Connection) -> bool:
        """Take a new connection in; False if every other one is working."""
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
        """Note that the client is to speak: to begin a request, or to finish one."""
        if connection not in self._open:
            return
        now, before = self._idle, self._unfinished
        if not idle:
            now, before = before, now
        before.pop(connection, None)
        now.setdefault(connection)
