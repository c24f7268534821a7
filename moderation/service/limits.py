"""Who may ask, how much at once, and how often."""

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

# Headers that only a proxy adds.
_PASSED_ON = ("forwarded", "via", "x-forwarded-for")

#: Bytes of a body by which it must be known who sends it.
LOOK = 64 * 1024

# Content encodings one in another: more would cost as many unpackings of one body.
_MOST_ENCODINGS = 2


class ServiceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one request, and one client, may use.

    Attributes
    ----------
    body, batch_body
        Bytes of a request, and of a batch, also after decompression. A context entry may hold
        1 MB, twice.
    arriving
        Bytes of all requests together that have begun to come and are not all there.
    batch_parts
        Requests in a batch: as many as Google's client library puts into one.
    per_second, burst
        Comments a second for each client, in the long run and at once; 0: as many as come.
    body_seconds, header_seconds
        In which a request's body, and its head, must have come; the latter also what is left of a
        body that was refused.
    answer_seconds
        In which it is answered or given up.
    waiting
        Long requests of one client that may wait for their turn.
    connections
        Open at once, in each process.
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
    """API keys, each with the name of its holder; without any, only this machine may ask.

    Parameters
    ----------
    keys
        Holder by key.
    """

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        self._holders = {_digest(key): name for key, name in (keys or {}).items()}

    def __len__(self) -> int:
        return len(self._holders)

    def client(self, query: str, headers: Mapping[str, str]) -> str:
        """Who asks.

        Parameters
        ----------
        query
            Of the request (``key=...``).
        headers
            Names in lower case.

        Raises
        ------
        Refusal
            400 with an unknown key, 403 without any, or as :meth:`admit` does.
        """
        if not self._holders:
            self.admit(headers)
            return ANYBODY
        name = None
        offered = _offered(query, headers)
        for key in offered:
            digest = _digest(key)
            for known, holder in self._holders.items():  # all of them, whatever is found
                if hmac.compare_digest(known, digest):
                    name = holder
        if name is None:
            raise wrong_key() if offered else no_key()
        return name

    def check(self, query: str, headers: Mapping[str, str]) -> None:
        """Refuse an unknown key where none is needed: clients ask there whether theirs is good.

        Raises
        ------
        Refusal
            400, with an unknown key.
        """
        if self._holders and _offered(query, headers):
            self.client(query, headers)

    def admit(self, headers: Mapping[str, str]) -> None:
        """Admit whoever asks under this machine's own name.

        Raises
        ------
        Refusal
            403, where there are no keys, for whoever asks through another name than this machine's
            own: another machine's request passed on, or a web page in a browser.
        """
        named_so = is_local(headers.get("host")) and is_local(headers.get("origin"))
        if not named_so or any(name in headers for name in _PASSED_ON):
            raise no_key()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _offered(query: str, headers: Mapping[str, str]) -> list[str]:
    """Every key that a request brings, wherever clients put one."""
    fields = parse_qs(query, max_num_fields=50) if query.count("&") < 50 else {}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    offered = [*fields.get("key", ()), *fields.get("access_token", ()), bearer]
    return [key for key in [*offered, headers.get("x-goog-api-key", "")] if key]


def is_local(host: str | None) -> bool:
    """Tell whether a Host or Origin header names this machine; True if there is none."""
    if host is None:
        return True
    try:
        name = urlsplit(host if "://" in host else f"//{host}").hostname
        return name == "localhost" or is_loopback(name or "")
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_keys(path: str | Path | None) -> Keys:
    """Read a file of keys: a line each, the key alone or ``name key``; ``#`` begins a remark."""
    keys = {}
    for number, words in _lines(path):
        if len(words) > 2 or len(words[-1]) < 16:
            hint = "one key of at least 16 characters a line, a name before it if you like"
            raise InputError("not a key", path=path, line=number, hint=hint)
        keys[words[-1]] = words[0] if len(words) == 2 else f"key-{number}"
    if path is not None and not keys:
        raise InputError("no key in it", path=path, hint="write one key a line")
    return Keys(keys)


def read_secrets(path: str | Path | None) -> tuple[bytes, ...]:
    """Read a file of signing secrets, one a line; several are good at once during rotation."""
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
    """A bucket for each client that fills steadily; each comment takes one measure from it.

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

    def take(self, client: str) -> None:
        """Count one comment of `client`.

        Raises
        ------
        Refusal
            429, if its bucket is empty; it tells when to try again.
        """
        if self._per_second <= 0:
            return
        now = self._now()
        left, since = self._buckets.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        if len(self._buckets) > self._MOST_CLIENTS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise too_many((1 - left) / self._per_second)


Receive = Callable[[], Any]


class Arriving:
    """Memory for bodies that are on their way, shared by all clients.

    Parameters
    ----------
    most
        Bytes.
    """

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        """Use some of it.

        Raises
        ------
        Refusal
            503, if there is not so much.
        """
        if size > self._left:
            raise busy()
        self._left -= size

    def give_back(self, size: int) -> None:
        """It is free again."""
        self._left += size


async def read_body(
    receive: Receive,
    headers: Mapping[str, str],
    most: int,
    seconds: float,
    arriving: Arriving,
    look: Callable[[bytes], None] | None = None,
) -> bytes:
    """Read a request's body, decompressed.

    Parameters
    ----------
    receive
        As ASGI gives it.
    headers
        Names in lower case.
    most
        Bytes, before and after decompression.
    seconds
        In which it must have come.
    arriving
        Where its memory is taken from until it is there.
    look
        Is given the first :data:`LOOK` bytes as they came, before more is kept or anything is
        unpacked; it raises to refuse the rest.

    Raises
    ------
    Refusal
        503 if there is none, 408 if it comes too slowly, 413 if it is too large, 415 if it is
        packed otherwise than by gzip or deflate, 400 if it is damaged.
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
    """Undo the content encoding of a body, never beyond `most` bytes."""
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
