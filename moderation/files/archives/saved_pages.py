"""Read pages that a browser saved whole into one file: MHTML and Safari's web archives.

The parts of MHTML are cut here, because the parser of the standard library looks at every line
once for each level of nesting, which a file decides. It decodes the parts.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

from moderation.errors import InputError
from moderation.files.archives.fields import HTML, Message, fields_of

#: The most parts of a saved page; a large news page has some hundreds.
_MOST_PARTS = 20_000
#: The most bytes of the fields above a part.
_LONGEST_HEAD = 1 << 16
#: How deep parts may stand in parts: a page, its alternatives, and one more.
_DEEPEST = 3

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


class SavedPage(NamedTuple):
    """A page out of the file in which it was saved.

    Attributes
    ----------
    html
        Its bytes as the server sent them.
    charset
        The encoding that the server named, if any.
    url
        Its address, if the file says it.
    frames
        The other pages in the file: what the page showed in frames.
    """

    html: bytes
    charset: str | None = None
    url: str | None = None
    frames: tuple[SavedPage, ...] = ()


def saved_page(data: bytes, form: str) -> SavedPage:
    """Return the page in a file that a browser saved.

    Parameters
    ----------
    data
        The content of the file.
    form
        What :func:`~moderation.files.archives.kinds.saved_as` found.

    Raises
    ------
    InputError
        If the file is damaged or holds no HTML.
    """
    found = _web_archive(data) if form == "webarchive" else _mhtml(data)
    if found is None or not found.html.strip():
        what = "a saved page without any HTML in it"
        raise InputError(what, hint="open it in a browser, and save the page as HTML")
    return found


def _mhtml(data: bytes) -> SavedPage | None:
    top, body = _part(data)
    pages = list(_pages(top, body, _DEEPEST))
    start = _plain(top.get_param("start", ""))
    address = _address(top, "Snapshot-Content-Location") or _address(top, "Content-Location")
    root = next((page for page in pages if start and page[0] == start), None)
    root = root or next((page for page in pages if address and page[1].url == address), None)
    root = root or next(iter(pages), None)
    if root is None:
        return None
    frames = tuple(page for _, page in pages if page is not root[1])
    return root[1]._replace(url=root[1].url or address, frames=frames)


def _pages(top: Message, body: bytes, depth: int) -> Iterator[tuple[str, SavedPage]]:
    """Yield the pages among the parts, each with its content id."""
    if top.get_content_type() in HTML:
        charset = _plain(top.get_param("charset", "")) or None
        page = SavedPage(_decoded(top, body), charset, _address(top, "Content-Location"))
        yield _plain(top.get("Content-ID", "")), page
    boundary = _plain(top.get_param("boundary", ""))
    if depth == 0 or not boundary or top.get_content_maintype() != "multipart":
        return
    for raw in _cut(body, boundary.encode("utf-8", "replace")):
        yield from _pages(*_part(raw), depth - 1)


def _cut(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield the parts between the lines of a boundary; one without an end goes to the file's."""
    line = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    start = None
    for number, found in enumerate(line.finditer(body)):
        if start is not None:
            yield body[start : found.start()].lstrip(b"\r\n")
        start = found.end()
        if found[1]:
            return
        if number > _MOST_PARTS:
            raise InputError(f"a saved page of more than {_MOST_PARTS:,} parts")
    if start is not None:
        yield body[start:].lstrip(b"\r\n")


def _part(raw: bytes) -> tuple[Message, bytes]:
    """Return the fields of a part, and what stands below them."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n")
    end = _BLANK_LINE.search(raw, 0, _LONGEST_HEAD)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw[:_LONGEST_HEAD], b"")
    return fields_of(head), body


def _decoded(top: Message, body: bytes) -> bytes:
    """Return a part without its transfer encoding; what cannot be decoded stays as it is."""
    part = Message()
    part["Content-Transfer-Encoding"] = str(top.get("Content-Transfer-Encoding", "")).strip()
    part.set_payload(body.decode("ascii", "surrogateescape"))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else body


def _plain(value: object) -> str:
    """Return a field's value without quotation marks and angle brackets."""
    return str(value).strip().strip('"').strip("<>") if isinstance(value, str) else ""


def _address(top: Message, field: str) -> str | None:
    found = " ".join(str(top.get(field, "")).split())
    return found if re.match(r"https?://", found) else None


def _web_archive(data: bytes) -> SavedPage | None:
    try:
        found = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, RecursionError) as error:
        raise _damaged(error) from None
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise _damaged(error) from None
    if not isinstance(found, dict):
        return None
    page = _resource(found.get("WebMainResource"))
    below = found.get("WebSubframeArchives")
    frames = [each.get("WebMainResource") for each in _listed(below) if isinstance(each, dict)]
    pages = (_resource(each) for each in frames[:_MOST_PARTS])
    return page and page._replace(frames=tuple(each for each in pages if each is not None))


def _damaged(error: Exception) -> InputError:
    hint = "save the page again"
    return InputError("a damaged web archive", got=type(error).__name__, hint=hint)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resource(found: Any) -> SavedPage | None:
    if not isinstance(found, dict) or not isinstance(found.get("WebResourceData"), bytes):
        return None
    kind = found.get("WebResourceMIMEType")
    if isinstance(kind, str) and kind not in HTML:
        return None
    named = (found.get("WebResourceTextEncodingName"), found.get("WebResourceURL"))
    charset, url = (each if isinstance(each, str) else None for each in named)
    return SavedPage(found["WebResourceData"], charset, url)
