"""The web pages that may call the service from a browser (cross-origin resource sharing)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware

from moderation.errors import UsageError
from moderation.service.limits import is_local

#: Every web page; this must be requested explicitly.
ANY = "*"

# A browser sends a scheme and a host in lower case, without a trailing slash.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")

# Seconds for which a browser may cache the permission.
_REMEMBERED = 600


def read_origins(given: Iterable[str], *, keyed: bool) -> tuple[str, ...]:
    """Read the origins of ``serve --allow-origin``.

    Parameters
    ----------
    given
        The origins, each as a browser sends it, or :data:`ANY`.
    keyed
        Whether the service requires keys.

    Raises
    ------
    UsageError
        If a value is not an origin, or if no keys are required and a value is a page of another
        machine: any reader of that page could then use the service in the newsroom's name.
    """
    origins = tuple(origin.strip().lower().rstrip("/") for origin in given)
    for origin in origins:
        if origin != ANY and not _ORIGIN.fullmatch(origin):
            hint = "write scheme and host: https://www.example.org"
            raise UsageError("not the origin of a web page", got=origin, hint=hint)
        if not keyed and (origin == ANY or not is_local(origin)):
            hint = "--keys FILE, too; without keys only this machine's own pages may ask"
            raise UsageError("an origin of another machine needs keys", got=origin, hint=hint)
    return origins


def allow(app: Starlette, origins: tuple[str, ...]) -> None:
    """Allow pages of the given origins: answer preflight requests and mark every response.

    Cookies are never used, because a key goes into the address or a header.
    """
    if not origins:
        return
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Content-Encoding", "X-Goog-Api-Key"],
        expose_headers=["Retry-After"],
        max_age=_REMEMBERED,
    )
