"""Convert the bytes of an export to clean UTF-8, whatever their encoding.

Exports come from databases that have been moved for decades. Declared encodings are wrong, single
comments have another encoding than their file, and the text contains control characters that XML
and JSON forbid. None of this may cost a newsroom its archive, so it is repaired on reading.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from moderation.errors import InputError
from moderation.files.encodings import MIXED

CHUNK_BYTES = 1 << 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; UTF-32 precedes UTF-16, whose mark begins in the same way."""

_TEXT_ENCODINGS = ("utf", "iso8859", "cp", "koi8", "ascii", "gb", "big5", "euc", "shift_jis", "mac")
"""Prefixes of the encodings that a file may declare; Python's codecs also include zip and hex."""

_STRICTER_NAMES = {"iso8859-1": "cp1252", "ascii": "utf-8", "utf-16": "utf-8", "utf-32": "utf-8"}
"""Declarations that are replaced. Latin-1 is often confused with windows-1252, and a file whose
declaration can be read as ASCII is not UTF-16."""

_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")

_FORBIDDEN = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def encoding_of(head: bytes, *, name: str = "") -> str:
    """Determine the encoding of a file from its first bytes.

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
        If the file declares an encoding that does not exist.
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
    """Whether there are non-ASCII letters and all are valid UTF-8, which is rarely accidental."""
    try:
        # This is not the final call, because the last character may be cut.
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def utf8_chunks(stream: BinaryIO, *, name: str) -> Iterator[bytes]:
    """Yield the content of `stream` as UTF-8 that XML and JSON allow.

    Bytes that are invalid in the file's encoding are read as windows-1252. Control characters
    become blanks. The number of lines does not change. A chunk never ends within a character.

    Parameters
    ----------
    stream
        Opened in binary mode and decompressed; it is read in steps of :data:`CHUNK_BYTES`.
    name
        The file's name, for the error.

    Raises
    ------
    InputError
        If the file declares an encoding that does not exist, or its compression is damaged.
    """
    chunk = _read(stream, name)
    decoder = codecs.getincrementaldecoder(encoding_of(chunk, name=name))(errors=MIXED)
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
