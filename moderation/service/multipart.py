"""Batch requests in Google's format: ``multipart/mixed`` with an HTTP request in each part.

The parts are small and come from two known writers (Python's email package, Node's multipart
modules). They are therefore parsed by plain splitting, which takes linear time for any content.
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
        The Content-ID, by which the client finds the answer; empty if there is none.
    method, path, query
        The parts of the request line; all are empty if it could not be parsed.
    headers
        Names in lower case.
    body
        The raw body.
    """

    id: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """The answer to one part."""

    id: str
    code: int
    headers: dict[str, str]
    body: bytes


def read_batch(content_type: str, body: bytes, most: int) -> list[BatchPart]:
    """Read the parts of a batch.

    Parameters
    ----------
    content_type
        The header of the batch, which names the boundary.
    body
        The body of the batch.
    most
        Largest number of parts.

    Raises
    ------
    Refusal
        If the body is not a batch, is empty or has too many parts. A part that cannot be parsed
        raises nothing; it gets its own error answer.
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
    """Return the first part of a partly received batch; None if there is none.

    Google's clients put the key into the parts, so this identifies the client before all is
    received.
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
    # Content-Length is ignored, because clients count characters. Trailing white space is harmless.
    path = unquote(target.path)  # some write the colon as %3A
    return BatchPart(id_, words[0].upper(), path, target.query, _headers(rest), body)


def _split(data: bytes) -> tuple[str, bytes]:
    """Split head and body at the first blank line.

    A head may be as long as its batch, because HELM's Content-IDs hold whole texts.
    """
    if data.startswith((b"\n", b"\r\n")):
        return "", data.lstrip(b"\r\n")
    blank = _BLANK.search(data)
    if blank is None:
        return data.decode("utf-8", "replace"), b""
    return data[: blank.start()].decode("utf-8", "replace"), data[blank.end() :]


def _headers(head: str) -> dict[str, str]:
    lines = _FOLDED.sub(" ", head).split("\n")  # a value may contain other Unicode line ends
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


class Asking:
    """The client of a batch; Google's clients put the key into the parts, others into the batch.

    Parameters
    ----------
    keys
        The known keys.
    query, headers
        The query and the headers of the batch.
    """

    def __init__(self, keys: Keys, query: str, headers: Mapping[str, str]) -> None:
        self._keys = keys
        self._query = query
        self._headers = headers
        self.client = ANYBODY

    def look(self, start: bytes) -> None:
        """Identify the client from the first bytes of the batch, before more is received.

        Raises
        ------
        Refusal
            If neither the batch nor its first part has a key. A compressed body is not decompressed
            for this.
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
    """Return the query and headers of a part, with those of the batch (a key, for example)."""
    own = {name: part.headers[name] for name in KEY_HEADERS if name in part.headers}
    return "&".join(filter(None, [part.query, query])), {**headers, **own}


def write_batch(answers: Sequence[Answer]) -> tuple[str, bytes]:
    """Return the content type and body of the answer to a batch, in the order of the request."""
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
    """Return ``<response-...>`` for an id, which may have angle brackets, on one line."""
    bare = _BREAKS_A_LINE.sub("", id_).removeprefix("<").removesuffix(">")
    return f"<response-{bare}>"
