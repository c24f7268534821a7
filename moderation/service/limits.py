"""API keys, size limits and rate limits of requests."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from moderation.errors import InputError
from moderation.service.errors import Refusal, busy, no_key, too_many, wrong_key

#: The client of a request that needs no key.
ANYBODY = "anybody"

#: Headers that may hold a key.
KEY_HEADERS = ("authorization", "x-goog-api-key")

# Headers that show that a proxy forwarded the request.
_PASSED_ON = ("forwarded", "via", "x-forwarded-for")

#: Number of bytes of a body within which the client must be identified.
LOOK = 64 * 1024

# Largest number of nested content encodings; each costs one more decompression of the body.
_MOST_ENCODINGS = 2


class ServiceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits for one request and for one client.

    Attributes
    ----------
    body, batch_body
        Bytes of a request and of a batch, before and after decompression. A request may have two
        context entries of 1 MB each.
    arriving
        Total bytes of all requests that have not been received completely.
    batch_parts
        Requests in a batch, as many as Google's client library puts into one.
    per_second, burst
        Comments per second for each client, in the long run and at once; 0 means no limit.
    body_seconds, header_seconds
        Time limits for a request's body and for its head. The latter also applies to the rest of a
        refused body.
    answer_seconds
        Time limit for the answer.
    waiting
        Long requests of one client that may be queued.
    connections
        Connections that may be open at once in each process.
    """

    body: int = 4 * 2**20
    batch_body: int = 16 * 2**20
    arriving: int = 256 * 2**20
    batch_parts: int = 1_000
    per_second: float = 200.0
    burst: int = 400
    body_seconds: float = 10.0
    header_seconds: float = 10.0
    answer_seconds: float = 10.0
    waiting: int = 32
    connections: int = 500


class Keys:
    """API keys, each with the name of its holder; without keys, only this machine is admitted.

    Parameters
    ----------
    keys
        The holder by key.
    """

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        self._holders = {_digest(key): name for key, name in (keys or {}).items()}

    def __len__(self) -> int:
        return len(self._holders)

    @property
    def holders(self) -> frozenset[str]:
        """The names of all holders."""
        return frozenset(self._holders.values())

    def client(self, query: str, headers: Mapping[str, str]) -> str:
        """Return the name of the client.

        Parameters
        ----------
        query
            The query of the request (``key=...``).
        headers
            Names in lower case.

        Raises
        ------
        Refusal
            With status 400 for an unknown key, 403 for a missing key, or as :meth:`admit` does.
        """
        if not self._holders:
            self.admit(headers)
            return ANYBODY
        name = None
        offered = _offered(query, headers)
        for key in offered:
            digest = _digest(key)
            for known, holder in self._holders.items():  # all, in constant time
                if hmac.compare_digest(known, digest):
                    name = holder
        if name is None:
            raise wrong_key() if offered else no_key()
        return name

    def check(self, query: str, headers: Mapping[str, str]) -> None:
        """Refuse an unknown key where no key is needed, because clients check their key there.

        Raises
        ------
        Refusal
            With status 400 for an unknown key.
        """
        if self._holders and _offered(query, headers):
            self.client(query, headers)

    def admit(self, headers: Mapping[str, str]) -> None:
        """Admit a request that addresses this machine by its own name.

        Raises
        ------
        Refusal
            With status 403 if there are no keys and the request uses another name than this
            machine's own: it was forwarded from another machine or sent by a web page in a browser.
        """
        named_so = is_local(headers.get("host")) and is_local(headers.get("origin"))
        if not named_so or any(name in headers for name in _PASSED_ON):
            raise no_key()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _offered(query: str, headers: Mapping[str, str]) -> list[str]:
    """Return every key in a request, from every place where clients put one."""
    fields = parse_qs(query, max_num_fields=50) if query.count("&") < 50 else {}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    offered = [*fields.get("key", ()), *fields.get("access_token", ()), bearer]
    return [key for key in [*offered, headers.get("x-goog-api-key", "")] if key]


def is_local(host: str | None) -> bool:
    """Return whether a Host or Origin header names this machine; True if there is none."""
    if host is None:
        return True
    try:
        name = urlsplit(host if "://" in host else f"//{host}").hostname
        return name == "localhost" or is_loopback(name or "")
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_keys(path: str | Path | None) -> Keys:
    """Read a file of keys, one ``key`` or ``name key`` a line; ``#`` begins a comment."""
    keys: dict[str, str] = {}
    for number, words in _lines(path):
        if len(words) > 2 or len(words[-1]) < 16:
            hint = "one key of at least 16 characters a line, a name before it if you like"
            raise InputError("not a key", path=path, line=number, hint=hint)
        name = words[0] if len(words) == 2 else f"key-{number}"
        if keys.setdefault(words[-1], name) != name:
            hint = f"{keys[words[-1]]} has it, and nobody could tell them apart; make another one"
            raise InputError("the key has two names", path=path, line=number, hint=hint)
    if path is not None and not keys:
        raise InputError("no key in it", path=path, hint="write one key a line")
    return Keys(keys)


def read_secrets(path: str | Path | None) -> tuple[bytes, ...]:
    """Read a file of signing secrets, one a line; several are valid during a rotation."""
    secrets = tuple(words[-1].encode() for _, words in _lines(path))
    if path is not None and not secrets:
        raise InputError("no secret in it", path=path, hint="write one secret a line")
    return secrets


def _lines(path: str | Path | None) -> Iterable[tuple[int, list[str]]]:
    if path is None:
        return
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "not text"
        raise InputError(f"cannot be read ({what})", path=path, hint="check the name") from None
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield number, words


class Rates:
    """A token bucket for each client; each comment takes one token.

    Parameters
    ----------
    per_second, burst
        As in :class:`ServiceLimits`.
    now
        The clock, in seconds.
    """

    _MOST_CLIENTS = 10_000

    def __init__(self, per_second: float, burst: int, now: Callable[[], float] = monotonic) -> None:
        self._per_second = per_second
        self._burst = max(1, burst)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, n: int = 1) -> None:
        """Count `n` comments of `client`.

        A request with more comments than the bucket holds is admitted if the bucket is full. The
        client then waits longer for its next one.

        Raises
        ------
        Refusal
            With status 429 if the bucket has too few tokens; it says when to retry.
        """
        if self._per_second <= 0:
            return
        now = self._now()
        left, since = self._buckets.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        needed = min(n, self._burst)
        allowed = left >= needed
        self._buckets[client] = (left - n * allowed, now)
        if len(self._buckets) > self._MOST_CLIENTS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise too_many((needed - left) / self._per_second)


Receive = Callable[[], Any]


class Arriving:
    """The memory for bodies that are being received, shared by all clients.

    Parameters
    ----------
    most
        Bytes.
    """

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        """Reserve memory.

        Raises
        ------
        Refusal
            With status 503 if there is not enough memory left.
        """
        if size > self._left:
            raise busy()
        self._left -= size

    def give_back(self, size: int) -> None:
        """Release reserved memory."""
        self._left += size


async def read_body(
    receive: Receive,
    headers: Mapping[str, str],
    most: int,
    seconds: float,
    arriving: Arriving,
    look: Callable[[bytes], None] | None = None,
) -> bytes:
    """Receive a request's body and decompress it.

    Parameters
    ----------
    receive
        The ASGI callable.
    headers
        Names in lower case.
    most
        Largest size in bytes, before and after decompression.
    seconds
        Time limit for receiving the body.
    arriving
        The memory that is used until the body is complete.
    look
        Called with the first :data:`LOOK` raw bytes, before more is stored or anything is
        decompressed. It raises to refuse the rest.

    Raises
    ------
    Refusal
        With status 503 if no memory is left, 408 if the body arrives too slowly, 413 if it is too
        large, 415 if it is compressed other than by gzip or deflate, 400 if it is damaged.
    """
    declared = headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > most):
        raise _too_large(most)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message: MutableMapping[str, Any] = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal("The client went away.", code=408)
                piece = message.get("body", b"")
                if len(body) + len(piece) > most:
                    raise _too_large(most)
                arriving.take(len(piece))
                body += piece
                more = message.get("more_body", False)
                if look is not None and (len(body) >= LOOK or not more):
                    look(bytes(body[:LOOK]))
                    look = None
                if not more:
                    break
    except TimeoutError:
        close = {"Connection": "close"}
        what = f"The request did not arrive within {seconds:g} seconds."
        raise Refusal(what, code=408, headers=close) from None
    finally:
        arriving.give_back(len(body))
    encoding = headers.get("content-encoding")
    if not encoding:
        return bytes(body)
    return await asyncio.to_thread(unpacked, bytes(body), encoding, most)


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """Decompress a body to at most `most` bytes."""
    names = [part.strip().lower() for part in encoding.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    if len(names) > _MOST_ENCODINGS or not set(names) <= {"gzip", "x-gzip", "deflate"}:
        raise Refusal("Content-Encoding must be gzip, deflate or identity.", code=415)
    for _ in names:
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)  # recognises gzip and zlib
        try:
            body = unpack.decompress(body, most + 1)
        except zlib.error:
            raise Refusal("The compressed body is damaged.") from None
        if len(body) > most:
            raise _too_large(most)
        if not unpack.eof:
            raise Refusal("The compressed body is damaged.")
    return body


def _too_large(most: int) -> Refusal:
    close = {"Connection": "close"}
    return Refusal(
        f"Request payload size exceeds the limit: {most} bytes.", code=413, headers=close
    )
