"""The bytes of an export as clean UTF-8, whatever they were written in.

Exports are dumped from databases that have been moved for decades: declared encodings lie, single
comments are in another encoding than their file, and control characters that XML and JSON forbid
stand in the text. None of that may cost a newsroom its archive, so it is mended on the way in.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from moderation.errors import InputError

CHUNK_BYTES = 1 << 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; UTF-32 before UTF-16, whose mark begins like it."""

_TEXT_ENCODINGS = ("utf", "iso8859", "cp", "koi8", "ascii", "gb", "big5", "euc", "shift_jis", "mac")
"""How the names of the encodings begin that a file may declare; Python also knows zip and hex."""

_STRICTER_NAMES = {"iso8859-1": "cp1252", "ascii": "utf-8", "utf-16": "utf-8", "utf-32": "utf-8"}
"""Declarations that are taken differently: Latin-1 and windows-1252 are confused everywhere, and
a file whose declaration can be read as ASCII is not UTF-16."""

_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")

_FORBIDDEN = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")

_MIXED = "moderation.mixed"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that do not fit their file's encoding as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _as_windows_1252)


def encoding_of(head: bytes, *, name: str = "") -> str:
    """Say in which encoding a file is, from its first bytes.

    Parameters
    ----------
    head
        The first bytes; 300 are enough.
    name
        The file's name, for the error.

    Returns
    -------
    str
        A name that :mod:`codecs` knows.

    Raises
    ------
    InputError
        If the file declares an encoding that is none.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head[1:2] == b"\x00" and head[:1] in b"<{[ \n":
        return "utf-16-le"
    if head[:1] == b"\x00" and head[1:2] in b"<{[ \n":
        return "utf-16-be"
    declared = _DECLARATION.match(head)
    if declared is None:
        return "utf-8"
    label = declared[1].decode("ascii")
    try:
        known = codecs.lookup(label).name
    except LookupError:
        known = ""
    if not known.startswith(_TEXT_ENCODINGS) or known == "utf-7":
        raise InputError("unknown encoding", path=name, line=1, got=label)
    return "utf-8" if _is_utf8(head) else _STRICTER_NAMES.get(known, known)


def _is_utf8(head: bytes) -> bool:
    """Whether letters beyond ASCII occur and all of them are UTF-8; hardly ever by accident."""
    try:
        # Not final: the last character may be cut.
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def utf8_chunks(stream: BinaryIO, *, name: str) -> Iterator[bytes]:
    """Yield the content of `stream` as UTF-8 that XML and JSON allow.

    Bytes that are not of the file's encoding are read as windows-1252; control characters become
    blanks; the number of lines does not change. A chunk never ends within a character.

    Parameters
    ----------
    stream
        Opened in binary mode, decompressed; it is read by :data:`CHUNK_BYTES`.
    name
        The file's name, for the error.

    Raises
    ------
    InputError
        If the file declares an encoding that is none, or its compression is damaged.
    """
    chunk = _read(stream, name)
    decoder = codecs.getincrementaldecoder(encoding_of(chunk, name=name))(errors=_MIXED)
    while True:
        clean = decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
        clean = clean.translate(_FORBIDDEN)
        for noncharacter in _NONCHARACTERS:
            clean = clean.replace(noncharacter, b" ")
        if clean:
            yield clean
        if not chunk:
            return
        chunk = _read(stream, name)


def _read(stream: BinaryIO, name: str) -> bytes:
    try:
        return stream.read(CHUNK_BYTES)
    except (EOFError, OSError, zlib.error) as error:
        what = "cannot be read to its end"
        raise InputError(what, path=name, got=str(error), hint="fetch it again") from None
