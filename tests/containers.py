"""Files that hold other files, as browsers, crawlers and people make them, for tests."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import plistlib
import quopri
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

#: What its readers wrote under the invented page.
TEXTS = ["They should have done this years ago – seriously.", "Everybody but the mayor, it seems."]


def page(title: str = "Swing bridge shut", texts: Sequence[str] = tuple(TEXTS)) -> str:
    """An invented page with an article and its comments."""
    comments = "".join(
        f'<li class="comment" id="comment-{number}"><b class="fn">Reader {number}</b> '
        f'<a class="comment-date" href="#c">January {number}, 2025 at 8:00 am</a>'
        f'<div class="comment-content"><p>{text}</p></div></li>'
        for number, text in enumerate(texts, start=1)
    )
    article = "".join(
        f"<p>The council closed the swing bridge on Monday, and part {n} of it is to be mended "
        "before the winter, the mayor said after the meeting of the harbour board.</p>"
        for n in range(4)
    )
    return (
        f"<!doctype html>\n<html><head><title>{title}</title></head><body><main>"
        f'<article class="post"><h1>{title}</h1>{article}</article>'
        f'<div id="comments"><h2>{len(texts)} comments</h2><ol>{comments}</ol></div>'
        "</main></body></html>\n"
    )


def part(
    body: bytes, kind: str = "text/html", encoding: str = "quoted-printable", **fields: str
) -> bytes:
    """One part of MHTML; an underscore in a field's name is a hyphen."""
    packed = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(encoding)
    lines = [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    data = packed(body) if packed else body
    return "\n".join(lines).encode() + b"\n\n" + data


def mhtml(*parts: bytes, address: str = "https://example.org/bridge", more: str = "") -> bytes:
    """A page with all of its parts, as Chrome saves it."""
    head = (
        "From: <Saved by Blink>\n"
        f"Snapshot-Content-Location: {address}\n"
        "Subject: Swing bridge shut\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/related;\n\ttype="text/html";{more}\n\tboundary="--b--"\n\n'
    )
    body = b"".join(b"\n----b--\n" + each for each in parts)
    return (head.encode() + body + b"\n----b----\n").replace(b"\n", b"\r\n")


def web_archive(body: bytes, fmt: Any = plistlib.FMT_BINARY, **more: object) -> bytes:
    """A page as Safari saves it."""
    main = {
        "WebResourceData": body,
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "UTF-8",
        "WebResourceURL": "https://example.org/bridge",
    }
    return plistlib.dumps({"WebMainResource": main | more, "WebSubresources": []}, fmt=fmt)


def record(
    body: bytes, url: str, kind: str = "text/html; charset=utf-8", status: str = "200 OK",
    more: str = "", warc_type: str = "response",
) -> bytes:  # fmt: skip
    """One record of a WARC file: the answer of a server."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body
    digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
    head = (
        f"WARC/1.0\r\nWARC-Type: {warc_type}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Block-Digest: sha1:{digest}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def warc(records: Sequence[bytes], *, packed: bool) -> bytes:
    """A WARC file; if it is packed, each record is packed by itself."""
    info = (
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\n"
        b"Content-Length: 14\r\n\r\nsoftware: hand\r\n\r\n"
    )
    return b"".join(gzip.compress(each) if packed else each for each in (info, *records))


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def sparse_bomb(version: str, size: int) -> bytes:
    """A tar archive without an end, of a sparse file whose map has some `size` bytes."""
    blocks = size // tarfile.BLOCKSIZE
    info = tarfile.TarInfo("holes")
    if version == "old":
        info.type = tarfile.GNUTYPE_SPARSE
        head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        head[482:483] = b"\x01"  # the map goes on in blocks of its own
        head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:]))
        hole = b"00000000001\0" * 2
        block = (hole * 21).ljust(tarfile.BLOCKSIZE, b"\x01")
        return bytes(head) + block * (blocks - 1) + hole * 21 + b"\0" * 8
    fields = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}
    told = b"%d\n" % ((blocks - 1) * 128)
    info.size = blocks * tarfile.BLOCKSIZE
    info.pax_headers = fields
    return (
        info.tobuf(tarfile.PAX_FORMAT)
        + told
        + b"0\n" * ((info.size - len(told)) // 2)
        + b"\n" * (len(told) % 2)
    )
