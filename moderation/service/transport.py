"""One connection: uvicorn's HTTP protocol, and what it lacks where anybody may connect."""

from __future__ import annotations

from asyncio.events import TimerHandle
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import httptools
import msgspec
from httptools import HttpParserError, HttpParserUpgrade
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from moderation.service.connections import Connections
from moderation.service.errors import Refusal, busy
from moderation.service.metrics import Metrics

JSON = "application/json; charset=utf-8"

# Bytes of a request's head, its address among them; the trailers of a body count too.
_LONGEST_HEAD = 64 * 1024

# Headers that offer another protocol; a server that declines an offer answers as if it were absent.
_OFFERS = frozenset({b"upgrade", b"http2-settings"})


class Server(NamedTuple):
    """What all connections of one process share.

    Attributes
    ----------
    connections
        Those that are open.
    metrics
        Where refusals are counted.
    patience
        Seconds in which the head of a request, and what is left of a refused body, must have come.
    """

    connections: Connections
    metrics: Metrics
    patience: float


class _Protocol(HttpToolsProtocol):
    """A connection that declines other protocols, gives way when idle and refuses in JSON.

    uvicorn leaves three things open. An offer of another protocol (``Upgrade: h2c``, which Java's
    client makes by default) ends its parsing, so that the body is read as the next request. A
    client that connects and sends nothing, or a byte a minute, keeps its connection. A refusal is
    plain text.

    Parameters
    ----------
    server
        What the process shares.
    """

    def __init__(self, *args: Any, server: Server, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shared = server
        self._in_head = True  # of its first request; a connection without a word waits for one
        self._in_body = False
        self._declining = False
        self._head = self._seen = 0  # bytes of it that have come, and that were read
        self._owed = 0  # requests whose head has come and whose answer is not complete
        self._refusal: Refusal | None = None
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if not self._shared.connections.enter(self):
            self.app = self._turned_away
        self._settle()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._shared.connections.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        rest: memoryview | bytes = data
        try:
            while True:
                try:
                    self.parser.feed_data(rest)
                    break
                except HttpParserUpgrade as offer:
                    rest = memoryview(rest)[offer.args[0] :]
                    self._decline()
        except HttpParserError:
            self.refuse(self._refusal or Refusal("The request is not sound HTTP.", code=400))
            return
        # The parser holds back a header that has no end; so its bytes are counted here.
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > _LONGEST_HEAD:
            self.refuse(_head_too_long())

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head = self._seen = 0
        self._settle()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        if not self._in_body:  # a trailer is no header: it came after the checks
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():  # the parser will pass over the body
            if self.parser.get_method() == b"CONNECT":
                self._raise(Refusal("This is no proxy.", code=405))
            self._declining = True
            return
        if sum(name == b"host" for name, _ in self.headers) > 1:
            self._raise(Refusal("There are two Host headers.", code=400))
        self._in_head, self._in_body = False, True
        self._owed += 1
        super().on_headers_complete()
        self._settle()

    def on_message_complete(self) -> None:
        if self._declining:
            return
        self._in_body = False
        super().on_message_complete()
        self._settle()

    def on_response_complete(self) -> None:
        self._owed -= 1
        super().on_response_complete()
        self._settle()

    # What follows from it.

    def _count(self, size: int) -> None:
        self._seen += size + 4
        if self._seen > _LONGEST_HEAD:
            self._raise(_head_too_long())

    def _raise(self, refusal: Refusal) -> None:
        """Stop the parser, which takes any exception for an error of its own."""
        self._refusal = refusal
        raise refusal

    def _decline(self) -> None:
        """Read the head again without the offer, so that the body that follows is its body."""
        kept = [f"{self.parser.get_method().decode()} ".encode(), self.url, b" HTTP/"]
        kept += [self.parser.get_http_version().encode(), b"\r\n"]
        for name, value in self.headers:
            if name not in _OFFERS:
                kept += [name, b": ", value, b"\r\n"]
        self._declining = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self.parser.feed_data(b"".join([*kept, b"\r\n"]))

    def _settle(self) -> None:
        """Note whom is waited for: a connection may be closed while the client is to speak."""
        connections = self._shared.connections
        if self._owed > 1 or (self._owed and not self._in_body):
            connections.works(self)
        else:
            connections.waits(self, idle=not (self._in_head or self._in_body))
        # A body that somebody reads is timed there.
        self._stop_timer()
        if not self._owed and (self._in_head or self._in_body):
            self._timer = self.loop.call_later(self._shared.patience, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def give_way(self) -> None:
        """Close, for a connection that has something to say; say why to a request that had begun.

        A client may always find an idle connection closed, and takes another.
        """
        if self._in_body or (self._in_head and self._head):
            self.refuse(busy())
        else:
            self.transport.close()

    def refuse(self, refusal: Refusal) -> None:
        """Answer a request that no route will see, and close the connection."""
        if self.transport.is_closing():
            return
        before = self._owed - self._in_body
        if before and not self._in_body:  # answers to sound requests are on their way
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if not before and not (self._in_body and self.cycle.response_started):
            self._shared.metrics.refused("none", refusal.code)
            body = msgspec.json.encode(refusal.document())
            headers = {"Content-Type": JSON, "Content-Length": str(len(body)), **refusal.headers}
            told = [*headers.items(), ("Connection", "close")]
            lines = "".join(f"{name.lower()}: {value}\r\n" for name, value in told)
            head = STATUS_LINE[refusal.code] + lines.encode() + b"\r\n"
            self.transport.write(head + body)
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.close()

    async def _turned_away(self, scope: Any, receive: Any, send: Any) -> None:
        refusal = busy()
        self._shared.metrics.refused("none", refusal.code)
        body = msgspec.json.encode(refusal.document())
        headers = {**refusal.headers, "Connection": "close"}
        answer = Response(body, refusal.code, headers, media_type=JSON)
        await answer(scope, receive, send)


def protocol(server: Server) -> Callable[..., HttpToolsProtocol]:
    """What uvicorn calls for each new connection."""
    return partial(_Protocol, server=server)


def _head_too_long() -> Refusal:
    return Refusal(f"The head of the request exceeds {_LONGEST_HEAD} bytes.", code=431)
