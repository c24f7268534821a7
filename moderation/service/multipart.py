"""Several requests in one: ``multipart/mixed`` with an HTTP request in each part, as Google's.

The parts are small and come from two known writers (Python's email package, Node's multipart
modules), so they are read by plain splitting: linear in their length, whatever they hold.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from moderation.service.errors import Refusal
from moderation.service.limits import ANYBODY, KEY_HEADERS, Keys

_BOUNDARY = re.compile(
    r"multipart/mixed\s*;(?:[^;]*;)*?\s*boundary=(?:\"([^\"]{1,200})\"|([^\s;]{1,200}))",
    re.IGNORECASE,
)
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLDED = re.compile(r"\r?\n[ \t]+")
_BREAKS_A_LINE = re.compile(r"[\x00-\x1f\x7f]+")


class BatchPart(NamedTuple):
    """One request of a batch.

    Attributes
    ----------
    id
        Its Content-ID, by which the client finds the answer; empty if it has none.
    method, path, query
        Of its request line; all empty if that could not be read.
    headers
        Names in lower case.
    body
        As it came.
    """

    id: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """What is sent for one part."""

    id: str
    code: int
    headers: dict[str, str]
    body: bytes


def read_batch(content_type: str, body: bytes, most: int) -> list[BatchPart]:
    """Read the parts of a batch.

    Parameters
    ----------
    content_type
        Header of the whole, which names the boundary.
    body
        Of the whole.
    most
        Parts at most.

    Raises
    ------
    Refusal
        If it is no batch, is empty, or has too many parts. A part that cannot be read is none of
        these: it is answered on its own.
    """
    found = _BOUNDARY.match(content_type[:1_000])
    if found is None:
        raise Refusal("A batch is multipart/mixed with a boundary.")
    boundary = re.escape((found[1] or found[2]).encode("utf-8", "replace"))
    lines = re.compile(rb"(?:\n|\A)--" + boundary + rb"(--)?[ \t]*+\r?(?:\n|\Z)")
    parts: list[BatchPart] = []
    start = None
    for line in chain(lines.finditer(body), [None]):
        if start is not None:
            if len(parts) == most:
                raise Refusal(f"A batch may hold {most} requests.")
            parts.append(_part(body[start : line.start() if line else len(body)]))
        if line is None or line[1]:
            break
        start = line.end() - line.group().endswith(b"\n")  # a part may be empty
    if not parts:
        raise Refusal("The batch holds no request.")
    return parts


def first_part(content_type: str, start: bytes) -> BatchPart | None:
    """The first part of a batch, of whose body only the start has been read; None if there is none.

    The keys of Google's clients stand in the parts, so this tells who asks before all is read.
    """
    found = _BOUNDARY.match(content_type[:1_000])
    if found is None:
        return None
    line = b"--" + (found[1] or found[2]).encode("utf-8", "replace")
    _, line, rest = start.partition(line)
    return _part(rest[rest.find(b"\n") :]) if line else None


def _part(piece: bytes) -> BatchPart:
    head, payload = _split(piece.removeprefix(b"\n"))
    outer = _headers(head)
    request, body = _split(payload.lstrip(b"\r\n"))
    line, _, rest = request.partition("\n")
    words = line.split()
    id_ = outer.get("content-id", "")
    if len(words) < 2:
        return BatchPart(id_, "", "", "", {}, b"")
    try:
        target = urlsplit(words[1])
    except ValueError:
        return BatchPart(id_, "", "", "", {}, b"")
    # Content-Length is not believed: clients count characters. White space ends no JSON.
    path = unquote(target.path)  # some write the colon as %3A
    return BatchPart(id_, words[0].upper(), path, target.query, _headers(rest), body)


def _split(data: bytes) -> tuple[str, bytes]:
    """Part head and body by the first blank line.

    A head may be as long as its batch: HELM's Content-IDs hold whole texts.
    """
    if data.startswith((b"\n", b"\r\n")):
        return "", data.lstrip(b"\r\n")
    blank = _BLANK.search(data)
    if blank is None:
        return data.decode("utf-8", "replace"), b""
    return data[: blank.start()].decode("utf-8", "replace"), data[blank.end() :]


def _headers(head: str) -> dict[str, str]:
    lines = _FOLDED.sub(" ", head).split("\n")  # other line ends of Unicode may stand in a value
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


class Asking:
    """Who sends a batch: the key may stand in the batch or, as with Google's clients, in its parts.

    Parameters
    ----------
    keys
        Known here.
    query, headers
        Of the batch.
    """

    def __init__(self, keys: Keys, query: str, headers: Mapping[str, str]) -> None:
        self._keys = keys
        self._query = query
        self._headers = headers
        self.client = ANYBODY

    def look(self, start: bytes) -> None:
        """Find out who it is from the first bytes of the batch, before more is read of it.

        Raises
        ------
        Refusal
            If neither the batch nor its first part has a key. What is packed is not unpacked to
            look for one.
        """
        query, headers = self._query, self._headers
        try:
            self.client = self._keys.client(query, headers)
        except Refusal:
            packed = headers.get("content-encoding")
            part = first_part(headers.get("content-type", ""), start)
            if part is None or packed:
                raise
            self.client = self._keys.client(*asked_with(part, query, headers))


def asked_with(
    part: BatchPart, query: str, headers: Mapping[str, str]
) -> tuple[str, Mapping[str, str]]:
    """Query and headers of a part, with what the batch as a whole brings (a key, say)."""
    own = {name: part.headers[name] for name in KEY_HEADERS if name in part.headers}
    return "&".join(filter(None, [part.query, query])), {**headers, **own}


def write_batch(answers: Sequence[Answer]) -> tuple[str, bytes]:
    """Content type and body of the answer to a batch, in the order asked."""
    boundary = f"batch_{secrets.token_hex(16)}"
    pieces = []
    for answer in answers:
        outer = ["Content-Type: application/http"]
        if answer.id:
            outer.append(f"Content-ID: {_response_id(answer.id)}")
        status = f"HTTP/1.1 {answer.code} {HTTPStatus(answer.code).phrase}"
        inner = [f"{name}: {value}" for name, value in answer.headers.items()]
        inner.append(f"Content-Length: {len(answer.body)}")
        head = "\r\n".join([f"--{boundary}", *outer, "", status, *inner, "", ""])
        pieces.append(head.encode() + answer.body + b"\r\n")
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode()
    return f"multipart/mixed; boundary={boundary}", body


def _response_id(id_: str) -> str:
    """``<response-...>`` of the id asked, which may stand in angle brackets; on one line."""
    bare = _BREAKS_A_LINE.sub("", id_).removeprefix("<").removesuffix(">")
    return f"<response-{bare}>"
