"""Refuses requests that no moderator made, and tells browsers what a page may do.

A web page of another site, or a name that an attacker points at this machine, must neither read
nor write anything. Sessions are signed cookies, and every form carries a token that only the pages
of this desk know.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from time import time
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.desk.front import Front
from moderation.desk.refusals import DeskRefusal
from moderation.errors import ModerationError
from moderation.service import Keys

COOKIE = "moderation-desk"

#: The cookie of a browser in which somebody has entered before.
KNOWN = "moderation-desk-known"

#: The cookie that says whether a browser shows insults or masks them.
WORDS = "moderation-desk-words"

#: Seconds for which a session lasts.
SESSION_SECONDS = 12 * 3_600

# Bytes and fields of a form.
_LONGEST_FORM = 64 * 1024
_MOST_FIELDS = 100

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser would send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """The outermost layer of the desk: it checks where a request comes from.

    Parameters
    ----------
    app
        What is guarded.
    keys
        Without keys, only this machine under its own name is admitted.
    front
        How browsers reach the desk.
    """

    def __init__(self, app: ASGIApp, keys: Keys, front: Front) -> None:
        self._app = app
        self._keys = keys
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before anything is read or written."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is not None:
            await PlainTextResponse(f"{refusal}\n", 403)(scope, receive, marked)
            return
        await self._app(scope, receive, marked)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        if not self._keys:
            try:
                self._keys.admit(headers)
            except ModerationError:
                return "Only this machine may ask, under its own name. Other machines need --keys."
        host = headers.get("host", "")
        if not self._front.admits(host):
            return "The desk has another name."
        if method in {"GET", "HEAD"}:
            return None
        origin = headers.get("origin")
        if origin is not None and not self._front.is_own(origin, host):
            return "The form comes from another site."
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return "The form comes from another site."
        return None


class DeskSession(NamedTuple):
    """Who sits before a browser.

    Attributes
    ----------
    name
        The moderator; None before they have given a key.
    cookie
        The value of the cookie.
    token
        What the forms of this session carry.
    is_new
        Whether the browser does not have the cookie yet.
    """

    name: str | None
    cookie: str
    token: str
    is_new: bool


class Sessions:
    """Signed sessions; the desk keeps none, so that they outlive a restart.

    Parameters
    ----------
    secret
        What signs them.
    keys
        The keys of the moderators.
    name
        The moderator where no keys are needed.
    """

    def __init__(self, secret: bytes, keys: Keys, name: str) -> None:
        self._secret = secret
        self._keys = keys
        self._name = name

    def of(self, request: Request) -> DeskSession:
        """Return the session of a request; a new one if its cookie is not ours or too old."""
        cookie = request.cookies.get(COOKIE, "")
        body, _, signature = cookie.rpartition(".")
        if body and hmac.compare_digest(self._signed("session", body).encode(), _bytes(signature)):
            name, since = self._read(body)
            valid = name in self._keys.holders if self._keys else name == self._name
            if time() - since < SESSION_SECONDS and (valid or not name):
                return self._session(name or None, cookie, is_new=False)
        return self.opened(None if self._keys else self._name)

    def opened(self, name: str | None) -> DeskSession:
        """Return a new session."""
        shown = (name or "").encode("utf-8", "surrogatepass").hex()
        body = f"{secrets.token_hex(16)}.{int(time())}.{shown}"
        return self._session(name, f"{body}.{self._signed('session', body)}", is_new=True)

    def marked(self) -> str:
        """Return a cookie for a browser in which somebody has entered."""
        body = secrets.token_hex(16)
        return f"{body}.{self._signed('known', body)}"

    def browser(self, request: Request) -> str | None:
        """Return the mark of a browser in which somebody has entered, if it has one of ours."""
        body, _, signature = request.cookies.get(KNOWN, "").rpartition(".")
        good = hmac.compare_digest(self._signed("known", body).encode(), _bytes(signature))
        return body if body and good else None

    def holder(self, key: str) -> str | None:
        """Return the name of the holder of a key; None if the key is wrong."""
        try:
            return self._keys.client("", {"authorization": f"Bearer {key}"})
        except ModerationError:
            return None

    def _session(self, name: str | None, cookie: str, *, is_new: bool) -> DeskSession:
        return DeskSession(name, cookie, self._signed("form", cookie), is_new)

    def _read(self, body: str) -> tuple[str, int]:
        _, since, shown = body.split(".")
        return bytes.fromhex(shown).decode("utf-8", "surrogatepass"), int(since)

    def _signed(self, purpose: str, text: str) -> str:
        message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


async def read_form(request: Request, session: DeskSession) -> dict[str, str]:
    """Read a form and check its token.

    Raises
    ------
    DeskRefusal
        If it is no form, is too large, or does not carry the token of the session.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise DeskRefusal("This is not a form.", status=415)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            raise DeskRefusal("The form is too large.", status=413, hint="Shorten the note.")
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise DeskRefusal("The form cannot be read.") from None
    fields = dict(pairs)
    if not hmac.compare_digest(_bytes(fields.get("token", "")), session.token.encode()):
        hint = "Go back to the queue and open the comment again."
        raise DeskRefusal("The form is not of this session.", status=403, hint=hint)
    return fields


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
