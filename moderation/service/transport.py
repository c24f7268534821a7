"""One connection: uvicorn's HTTP protocol, hardened against untrusted clients."""

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

# Largest size in bytes of a request's head with its address; trailers of a body count too.
_LONGEST_HEAD = 64 * 1024

# Headers that offer another protocol. A server that declines ignores the offer.
_OFFERS = frozenset({b"upgrade", b"http2-settings"})


class Server(NamedTuple):
    """The state that all connections of one process share.

    Attributes
    ----------
    connections
        The open connections.
    metrics
        The metrics that count refusals.
    patience
        Seconds within which a request's head, or the rest of a refused body, must arrive.
    """

    connections: Connections
    metrics: Metrics
    patience: float


class _Protocol(HttpToolsProtocol):
    """A connection that declines other protocols, gives way when idle and refuses in JSON.

    uvicorn has three gaps. An offer of another protocol (``Upgrade: h2c``, which Java's client
    sends by default) ends its parsing, so that the body is read as the next request. A client that
    sends nothing, or a byte a minute, keeps its connection. A refusal is plain text.

    Parameters
    ----------
    server
        The state that the connections of the process share.
    """

    def __init__(self, *args: Any, server: Server, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shared = server
        self._in_head = True  # a new connection waits for the head of its first request
        self._in_body = False
        self._declining = False
        self._head = self._seen = 0  # bytes of the head that were received, and parsed
        self._owed = 0  # requests with a complete head and an incomplete answer
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
        # The parser does not report an unfinished header, so its bytes are counted here.
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > _LONGEST_HEAD:
            self.refuse(_head_too_long())

    # The parser calls the following methods, in this order.

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
        if not self._in_body:  # a trailer comes after the checks and is not a header
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():  # the parser will skip the body
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

    # The consequences of those calls.

    def _count(self, size: int) -> None:
        self._seen += size + 4
        if self._seen > _LONGEST_HEAD:
            self._raise(_head_too_long())

    def _raise(self, refusal: Refusal) -> None:
        """Stop the parser, which treats any exception as its own error."""
        self._refusal = refusal
        raise refusal

    def _decline(self) -> None:
        """Parse the head again without the offer, so that the body is read as its body."""
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
        """Note who must act next; a connection may be closed while it waits for its client."""
        connections = self._shared.connections
        if self._owed > 1 or (self._owed and not self._in_body):
            connections.works(self)
        else:
            connections.waits(self, idle=not (self._in_head or self._in_body))
        # A body that a route reads has its own time limit.
        self._stop_timer()
        if not self._owed and (self._in_head or self._in_body):
            self._timer = self.loop.call_later(self._shared.patience, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def give_way(self) -> None:
        """Close to make room for a working connection; send the reason to an unfinished request.

        A client must always expect that an idle connection is closed, and opens another.
        """
        if self._in_body or (self._in_head and self._head):
            self.refuse(busy())
        else:
            self.transport.close()

    def refuse(self, refusal: Refusal) -> None:
        """Answer a request that reaches no route, and close the connection."""
        if self.transport.is_closing():
            return
        before = self._owed - self._in_body
        if before and not self._in_body:  # answers to valid requests are pending
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
    """Return the factory that uvicorn calls for each new connection."""
    return partial(_Protocol, server=server)


def _head_too_long() -> Refusal:
    return Refusal(f"The head of the request exceeds {_LONGEST_HEAD} bytes.", code=431)
