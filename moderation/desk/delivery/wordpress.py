"""A WordPress site, asked over its REST interface by an application password.

Requests go to the one address that is given: redirects are not followed, and proxies of the
environment are not used. What WordPress answers is read to a limit of size and time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec

from moderation.desk.delivery.wishes import TRASH
from moderation.errors import InputError, UsageError
from moderation.service import is_loopback

#: The comments that WordPress lists in one answer.
MOST = 100

_ROUTE = "/wp/v2/comments"
_REST_ROOT = "/wp-json"

# Seconds for a connection, for each piece of an answer, and for the whole of it.
_CONNECT, _PIECE, _WHOLE = 5.0, 15.0, 60.0

# Bytes of an answer: a hundred comments of 64 KiB, as typed and as shown, have at most 13 MiB.
_LARGEST = 32 * 2**20

#: Seconds before a question is asked again. A site may ask for more, and it gets up to a minute.
PAUSES = (1.0, 4.0)
_LONGEST_PAUSE = 60.0

# Our plugin makes no label of a change that came from the desk, which has its label already.
_HEADERS = {
    "Accept": "application/json",
    "User-Agent": "moderation",
    "X-Moderation-Source": "desk",
}

# A site that is busy or restarts.
_BUSY = frozenset({429, 502, 503, 504})

# What to do about its refusals.
_REMEDIES = {
    401: "make an application password for this user (Users, Profile); the web server has to hand "
    "the header Authorization on to PHP",
    403: "give this user the role of an editor, or let the site's firewall admit this machine",
}

# What an answer raises that is not what was asked for.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class SiteError(InputError):
    """A site that cannot be used at all: what was changed so far is in the log."""


class SiteBusyError(SiteError):
    """A site that gave no answer; it may have done what was asked all the same."""


class SiteComment(NamedTuple):
    """A comment of the site.

    Attributes
    ----------
    status
        WordPress's word: approved, hold, spam, trash, post-trashed or one of a plugin.
    texts
        The text as typed and as shown.
    """

    status: str
    texts: tuple[str, ...]


class _Content(msgspec.Struct):
    raw: str | None = None
    rendered: str | None = None


class _Comment(msgspec.Struct):
    id: int
    status: str
    content: _Content = msgspec.field(default_factory=_Content)


class _Refusal(msgspec.Struct):
    code: str | int = ""


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class WordPress:
    """A site.

    Parameters
    ----------
    url
        The address of the site, or of its REST interface (``…/wp-json``). It is https, or http on
        this machine.
    user, password
        The name of an account, and an application password of it.

    Attributes
    ----------
    name
        The address of the site, however it was given.

    Raises
    ------
    UsageError
        If the address is none, or the password would be sent in the open.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = _checked(url)
        self.name = self.url.removesuffix(_REST_ROOT)
        if not user or ":" in user:
            raise UsageError("no name of an account", field="--user", hint="without a colon")
        self.user = user
        self._client = httpx.Client(
            auth=httpx.BasicAuth(user, password),
            timeout=httpx.Timeout(_PIECE, connect=_CONNECT),
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            headers=_HEADERS,
        )

    def comments(self, ids: Iterable[str]) -> dict[str, SiteComment]:
        """Return the comments that the site has of these numbers, at most a hundred.

        Raises
        ------
        SiteError
            If the site gives no list of comments.
        """
        asked = {
            "include": ",".join(ids),
            "status": "any",
            "type": "all",
            "context": "edit",
            "per_page": str(MOST),
            "_fields": "id,status,content",
        }
        answer = self._patiently("GET", "", asked)
        if answer.status != httpx.codes.OK:
            raise self._error(answer)
        try:
            listed = msgspec.json.decode(answer.body, type=list[_Comment])
        except _UNREADABLE:
            raise self._no_rest(answer.status) from None
        return {str(each.id): _found(each) for each in listed}

    def change(self, id_: str, status: str) -> str | None:
        """Ask for another status of a comment, once.

        A comment is moved to the bin by the request that WordPress refuses where the bin is
        switched off. So nothing is ever deleted for good. As WordPress's own pages do, it is sent
        by POST, because many servers refuse the method DELETE.

        Returns
        -------
        str or None
            WordPress's code of its refusal; None if the comment has the status.

        Raises
        ------
        SiteBusyError
            If there was no answer. The change may have been made.
        SiteError
            If the site cannot be used.
        """
        sent = None if status == TRASH else {"status": status}
        headers = {"X-HTTP-Method-Override": "DELETE"} if status == TRASH else None
        answer = self._ask("POST", f"/{id_}", {"_fields": "id,status"}, sent, headers)
        if answer.status != httpx.codes.OK:
            code = _code(answer)
            if code and answer.status != httpx.codes.UNAUTHORIZED:
                return code
            raise self._error(answer)
        try:
            now = msgspec.json.decode(answer.body, type=_Comment).status
        except _UNREADABLE:
            raise self._no_rest(answer.status) from None
        return None if now == status else f"status {now}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _patiently(self, method: str, path: str, asked: Mapping[str, str]) -> _Answer:
        """Ask a question that changes nothing, again if the site is busy."""
        for pause in PAUSES:
            try:
                return self._ask(method, path, asked)
            except SiteBusyError:
                wait(pause)
        return self._ask(method, path, asked)

    def _ask(
        self,
        method: str,
        path: str,
        asked: Mapping[str, str],
        sent: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Answer:
        address, query = self.url, dict(asked)
        if address.endswith(_REST_ROOT):
            address += _ROUTE + path
        else:  # WordPress answers to this whatever its permalinks are
            address, query = f"{address}/", {"rest_route": _ROUTE + path, **asked}
        try:
            with self._client.stream(
                method, address, params=query, json=sent, headers=headers
            ) as response:
                answer = _Answer(response.status_code, response.headers, _read(response))
        except (httpx.ConnectError, httpx.UnsupportedProtocol) as error:
            if isinstance(error.__cause__, ssl.SSLError) or "certificate" in str(error).lower():
                hint = (
                    "renew its certificate, or name the file of your own authority in SSL_CERT_FILE"
                )
                raise SiteError(
                    "its certificate is not trusted", path=self.url, hint=hint
                ) from None
            raise self._silent(type(error).__name__) from None
        except (httpx.HTTPError, TimeoutError, UnicodeError) as error:  # a name that none can have
            raise self._silent(type(error).__name__) from None
        if answer.status in _BUSY:
            wait(min(_seconds(answer.headers.get("retry-after")), _LONGEST_PAUSE))
            raise self._silent(f"status {answer.status}")
        return answer

    def _silent(self, found: str) -> SiteBusyError:
        hint = "try again later; what was changed so far is in the log"
        return SiteBusyError("the site does not answer", path=self.url, got=found, hint=hint)

    def _error(self, answer: _Answer) -> SiteError:
        code = _code(answer)
        if 300 <= answer.status < 400:
            target = urlsplit(answer.headers.get("location", ""))
            where = f"{target.scheme}://{target.hostname}{target.path}"[:200]
            hint = "redirects are not followed; if this is your site, give that address as --url"
            return SiteError("the site redirects", path=self.url, got=where, hint=hint)
        found = f"status {answer.status} {code}".strip()
        if remedy := _REMEDIES.get(answer.status):
            return SiteError("WordPress refuses", path=self.url, got=found, hint=remedy)
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            hint = "its error log says why"
            return SiteError("the site fails", path=self.url, got=found, hint=hint)
        return self._no_rest(answer.status)

    def _no_rest(self, status: int) -> SiteError:
        hint = (
            "give the address of the site's front page, or that of its REST interface (.../wp-json)"
        )
        what = "no REST interface of WordPress answers"
        return SiteError(what, path=self.url, got=f"status {status}", hint=hint)


def wait(seconds: float) -> None:
    """Do nothing for some time."""
    time.sleep(seconds)


def _checked(url: str) -> str:
    """Return the address of a site without a slash at its end; a refusal quotes no password."""
    hint = "https://paper.example, for example"
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port, httpx.URL(url.strip())
    except (ValueError, httpx.InvalidURL):
        raise UsageError("no address", field="--url", hint=hint) from None
    if parts.username is not None or parts.password is not None:
        what = "an address with a name or a password in it"
        raise UsageError(what, field="--url", hint="name the account by --user alone")
    if (
        not host
        or " " in host
        or parts.query
        or parts.fragment
        or parts.scheme not in {"http", "https"}
    ):
        raise UsageError("no address of a site", field="--url", got=url[:200], hint=hint)
    if parts.scheme == "http" and not (host == "localhost" or is_loopback(host)):
        hint = "begin it with https://"
        what = "the password would be sent unencrypted"
        raise UsageError(what, field="--url", got=url[:200], hint=hint)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _read(response: httpx.Response) -> bytes:
    """Return the body of an answer."""
    end, body = time.monotonic() + _WHOLE, bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LARGEST or time.monotonic() > end:
            raise TimeoutError
    return bytes(body)


def _found(comment: _Comment) -> SiteComment:
    texts = (comment.content.raw, comment.content.rendered)
    return SiteComment(comment.status, tuple(text for text in texts if text is not None))


def _code(answer: _Answer) -> str:
    """Return WordPress's code of an error; an empty string if it is none of WordPress."""
    try:
        code: Any = msgspec.json.decode(answer.body, type=_Refusal).code
    except _UNREADABLE:
        return ""
    return str(code)[:80]


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0.0
