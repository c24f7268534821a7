"""Read the pages in a WARC file, as crawlers write it: one record for each answer of a server.

The package warcio reads these files as well. It gives a file up at the first damage, however, and
the records behind it are lost with it, so that the format is read here. In a compressed file,
every record is packed by itself, and the reading goes on at the next one.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from moderation.errors import InputError, ModerationError, Notice
from moderation.files.archives.fields import HTML, Message, fields_of
from moderation.files.archives.member_files import Allowance, Member, shown
from moderation.files.compression import GzipUntilDamage
from moderation.files.pieces import PieceReader

_MAGIC = b"\x1f\x8b\x08"
_BEGINS = b"WARC/1."
_HEAD = 64 * 1024
#: The most bytes of a page, and of the fields above it.
_LONGEST_PAGE = 64 * 2**20
#: The most damaged places of a file: a file with more is not what it says that it is.
_MOST_DAMAGES = 1_000
#: So far back from a damage the next record is searched: damaged data unpack to nonsense before
#: they are seen to be damaged.
_LOOK_BACK = 64 * 1024
_PIECE = 4 * 1024
_PADDING = b"\x00\r\n"

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")

Found = Iterator[Member | ModerationError]


def warc_members(stream: io.BufferedReader, name: str, stored: int | None = None) -> Found:
    """Yield the pages of a WARC file; see :func:`~moderation.files.archives.members_of`."""
    reading = _Reading(name, Allowance(stored, most=None))
    packed = stream.raw.packed if isinstance(stream.raw, GzipUntilDamage) else None
    if packed is not None and packed.seekable():
        packed.seek(0)
        yield from reading.packed(packed)
    else:
        yield from reading.records(stream)
    if reading.n_others:
        yield Notice(f"{reading.n_others:,} records that are no page left out", path=name)


class _Reading:
    """The reading of one file."""

    def __init__(self, name: str, allowance: Allowance) -> None:
        self.n_others = 0
        self._name = name
        self._allowance = allowance
        self._number = 0
        self._damages = 0

    def packed(self, file: Any) -> Found:
        """Yield what stands in a file of records that are each packed by gzip."""
        at, ended = 0, True
        while True:
            at, junk = _find(file, at)
            if junk and ended:  # Behind a damage, there is more of it.
                self._number += 1
                yield self._damage()
            if at < 0:
                return
            member = _Packed(file, at)
            before = self._number
            try:
                yield from self.records(io.BufferedReader(member, _HEAD))
                at, ended = member.end(), True
            except (zlib.error, EOFError):
                self._number = max(self._number, before + 1)
                yield self._damage()
                at, ended = max(at + len(_MAGIC), member.at - _LOOK_BACK), False

    def records(self, stream: io.BufferedReader) -> Found:
        """Yield what stands in records one after another."""
        lost = False
        while line := stream.readline(_HEAD):
            if line.startswith(_BEGINS):
                self._number += 1
                lost = False
                fields = _fields(stream)
                length = fields.get("content-length", "").strip()
                if not re.fullmatch(r"\d{1,18}", length):
                    yield self._damage()
                    lost = True
                    continue
                block = _Block(stream, int(length))
                yield from self._record(fields, block)
                if block.skip():
                    yield self._damage("ends before it should")
            elif line.strip() and not lost:
                lost = True
                self._number += 1
                yield self._damage()

    def _damage(self, what: str = "is damaged") -> InputError:
        self._damages += 1
        hint = "the other records are read"
        if self._damages > _MOST_DAMAGES:
            what = f"a WARC file that is damaged in more than {_MOST_DAMAGES:,} places"
            raise InputError(what, path=self._name, hint="get the file again")
        return InputError(f"record {self._number:,} {what}", path=self._name, hint=hint)

    def _record(self, fields: Message, block: _Block) -> Found:
        kind = fields.get("warc-type", "").strip().lower()
        head = block.read(_HEAD) if kind in ("response", "resource") else b""
        answer = _answer(head) if kind == "response" else _Answer(fields, 0)
        if not head or answer is None or answer.fields.get_content_type() not in HTML:
            self.n_others += 1
            return
        url = " ".join(fields.get("warc-target-uri", "").strip("<> ").split())
        path = f"{self._name}/{shown(url)}"
        if block.length > _LONGEST_PAGE:
            yield InputError(f"a page of more than {_LONGEST_PAGE >> 20} MiB", path=path)
            return
        whole = head + block.read(block.left)
        if block.left or _differs(whole, fields.get("warc-block-digest", "")):
            yield self._damage("is not what its checksum says")
            return
        body = _unpacked(whole[answer.begins :], answer.fields)
        if isinstance(body, str):
            hint = "save the page as HTML"
            yield InputError(f"packed as {body}, which is not read", path=path, hint=hint)
            return
        self._allowance.take(len(body), self._name)
        charset = answer.fields.get_param("charset")
        named = charset if isinstance(charset, str) else None
        yield Member(url or f"record {self._number}", io.BytesIO(body), url or None, named)


class _Answer(NamedTuple):
    """The fields above a page, and where it begins."""

    fields: Message
    begins: int


def _answer(head: bytes) -> _Answer | None:
    """Return the fields of an answer that gave a page; None for errors and redirections."""
    status = _STATUS.match(head)
    end = _BLANK_LINE.search(head)
    if status is None or end is None or not status[1].startswith(b"2"):
        return None
    return _Answer(fields_of(head[: end.start()].partition(b"\n")[2]), end.end())


def _fields(stream: io.BufferedReader) -> Message:
    lines, size = [], 0
    while size < _HEAD and (line := stream.readline(_HEAD)).strip():
        lines.append(line)
        size += len(line)
    return fields_of(b"".join(lines))


class _Block:
    """The content of a record."""

    def __init__(self, stream: io.BufferedReader, length: int) -> None:
        self._stream = stream
        self.length = self.left = length

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer if the file ends."""
        data = self._stream.read(min(size, self.left))
        self.left -= len(data)
        return data

    def skip(self) -> bool:
        """Read to the end, and return whether bytes are missing."""
        while self.left and self.read(_HEAD):
            pass
        return self.left > 0


def _differs(block: bytes, digest: str) -> bool:
    """Whether a block is not what its checksum says; checksums of other kinds are not looked at."""
    kind, _, value = digest.strip().partition(":")
    if kind.lower() != "sha1" or not value:
        return False
    found = hashlib.sha1(block, usedforsecurity=False)
    return value not in (base64.b32encode(found.digest()).decode(), found.hexdigest())


def _unpacked(body: bytes, fields: Message) -> bytes | str:
    """Return a page without what its transfer wrapped it in, or the name of an unknown packing."""
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _without_chunks(body)
    for packing in fields.get("content-encoding", "").lower().replace(",", " ").split()[:3]:
        if packing in ("gzip", "x-gzip", "deflate"):
            body = _inflated(body)
        elif packing != "identity" and b"<" not in body[:1000]:
            return shown(packing[:40])
    return body


def _without_chunks(body: bytes) -> bytes:
    """Join the chunks of a body; one that some writer has joined already is returned as it is."""
    found: list[bytes] = []
    at = 0
    while size := _SIZE.match(body, at):
        length = int(size[1], 16)
        at = size.end()
        if length == 0:
            return b"".join(found)
        found.append(body[at : at + length])
        at += length + 2 if body[at + length : at + length + 1] == b"\r" else length + 1
    return b"".join(found) if found else body


def _inflated(body: bytes) -> bytes:
    for window in (47, -15):  # with the head of gzip or zlib, and without any
        try:
            return zlib.decompressobj(window).decompress(body, _LONGEST_PAGE)
        except zlib.error:
            continue
    return body


def _find(file: Any, at: int) -> tuple[int, bool]:
    """Return where the next packed record begins (-1: nowhere), and whether junk precedes it."""
    file.seek(at)
    kept, junk = b"", False
    while chunk := file.read(_HEAD):
        whole: bytes = kept + chunk
        found = whole.find(_MAGIC)
        junk = junk or bool(whole[: max(found, 0)].strip(_PADDING))
        if found >= 0:
            return at - len(kept) + found, junk
        junk = junk or bool(whole.strip(_PADDING))
        at += len(chunk)
        kept = chunk[-2:]
    return -1, junk


class _Packed(PieceReader):
    """One gzip member of a file, unpacked."""

    def __init__(self, file: Any, begins: int) -> None:
        self._file = file
        self._unpacking = zlib.decompressobj(31)
        self._waiting: bytes = b""
        self.at: int = begins
        file.seek(begins)

    def piece(self, size: int) -> bytes:
        while not self._unpacking.eof:
            if not self._waiting:
                self._file.seek(self.at)
                self._waiting = self._file.read(_PIECE)
                if not self._waiting:
                    raise EOFError("the file ends in the midst of a record")
                self.at += len(self._waiting)
            data: bytes = self._unpacking.decompress(self._waiting, size)
            self._waiting = self._unpacking.unconsumed_tail
            if data:
                return data
        return b""

    def end(self) -> int:
        """Return where the next member begins, after all of this one has been read."""
        rest: bytes = self._unpacking.unused_data
        return self.at - len(rest)
