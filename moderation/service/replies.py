"""What every route does: it reads the head of a request and writes an answer as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from moderation.service import errors as refusals
from moderation.service.field_masks import masked, read_mask
from moderation.service.transport import JSON

# An answer is valid only now and only for this client, and no answer is a web page.
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Reply(NamedTuple):
    """An answer before it is serialized."""

    code: int
    document: Any
    headers: Mapping[str, str] = {}


def headers_of(request: Request) -> dict[str, str]:
    """Return the first header of each name. `dict` would search all headers for each name."""
    found = reversed(request.headers.raw)
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in found}


def query_of(request: Request) -> str:
    """Return the raw query. `Request.url` would include the Host header, which can be forged."""
    return str(request.scope["query_string"].decode("latin-1"))


def shaped(document: Any, query: str) -> Any:
    """Return the answer in the form that the query requests."""
    if "=" not in query:
        return document
    fields = parameters(query)
    if fields.get("alt", "json") != "json":
        raise refusals.invalid("alt must be json")
    if "fields" in fields:
        document = masked(msgspec.to_builtins(document), read_mask(fields["fields"]))
    return pretty(document, query)


def pretty(document: Any, query: str) -> Any:
    """Return the answer, indented if the query requests it."""
    if "prettyPrint" in query and parameters(query).get("prettyPrint") == "true":
        return msgspec.Raw(msgspec.json.format(encoded(document), indent=2))
    return document


def parameters(query: str) -> dict[str, str]:
    """Return the last value of each parameter of a query."""
    try:
        return {name: values[-1] for name, values in parse_qs(query, max_num_fields=100).items()}
    except ValueError:
        raise refusals.invalid("Too many parameters") from None


def encoded(document: Any) -> bytes:
    """Return a document as JSON."""
    if isinstance(document, msgspec.Raw):
        return bytes(document)
    return msgspec.json.encode(document)


def response(reply: Reply) -> Response:
    """Return an answer as Starlette sends it."""
    if isinstance(reply.document, Response):
        return reply.document
    headers = {**_HEADERS, **reply.headers}
    return Response(
        encoded(reply.document), status_code=reply.code, headers=headers, media_type=JSON
    )
