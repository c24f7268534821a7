"""Read a JSON export as a stream of objects: one per line, or an array of any size."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, TypeVar

import msgspec

from moderation.errors import InputError, RecordError
from moderation.sources.exports.decoding import utf8_chunks
from moderation.sources.exports.rows import LONGEST_FIELD

LONGEST_ROW = 4 * LONGEST_FIELD
"""The largest object in bytes; a larger one means that a quotation mark is missing."""

# Matches up to the next bracket outside strings, or to a string that does not end in this chunk.
_INSIDE_OBJECTS = re.compile(
    rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(["{}\[\]])', re.DOTALL
)
_INSIDE_STRINGS = re.compile(rb'[^"\\]*+(["\\])')
_NOT_PUNCTUATION = re.compile(rb"[^\s,\[\]]")
_BRACE_ALONE = re.compile(rb"\s*+\{[ \t\r]*\n")
_PLACE = re.compile(r"(.*) - at `\$\.?(.*)`")

T = TypeVar("T")


class JsonRow(NamedTuple):
    """One object of the file, undecoded: its bytes, its line (from 1), its number (from 0)."""

    raw: bytes
    line: int
    number: int


def json_documents(stream: BinaryIO, *, name: str) -> Iterator[JsonRow | RecordError]:
    """Yield objects of which the first may run over several lines, one line after its brace.

    As :func:`json_rows`, which takes a file that begins with an object for JSON Lines. Here, its
    first line has to be a whole object.
    """
    chunks = utf8_chunks(stream, name=name)
    head = b""
    for chunk in chunks:
        head += chunk
        if b"\n" in head.lstrip() or len(head) > LONGEST_FIELD:
            break
    first = head.lstrip().partition(b"\n")[0].strip()
    by_line = first.startswith(b"{") and first.endswith(b"}")
    return (_by_line if by_line else _by_brackets)(itertools.chain([head], chunks), name)


def json_rows(stream: BinaryIO, *, name: str) -> Iterator[JsonRow | RecordError]:
    """Yield the objects of a JSON file without reading it whole.

    A JSON Lines file is cut at its line ends, so a damaged line affects only itself. Anything else
    (an array, several arrays from one request per page, an object over several lines) is cut
    where the outermost objects begin and end.

    Parameters
    ----------
    stream
        The file, opened in binary mode and decompressed.
    name
        Its name, for errors.

    Raises
    ------
    InputError
        If the file ends within an object, or an object exceeds the limit without an end. The
        objects before it have been yielded by then.
    """
    chunks = utf8_chunks(stream, name=name)
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head.split(maxsplit=2)) > 1 or len(head) > LONGEST_FIELD:
            break
    by_line = head.lstrip().startswith(b"{") and not _BRACE_ALONE.match(head)
    return (_by_line if by_line else _by_brackets)(itertools.chain([head], chunks), name)


def _by_line(chunks: Iterator[bytes], name: str) -> Iterator[JsonRow | RecordError]:
    index = 0
    for line, raw in enumerate(_lines(chunks), start=1):
        if raw is None:
            yield _too_long(name, line)
        elif stripped := raw.strip():
            yield JsonRow(stripped, line, index)
            index += 1


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Yield the lines; None replaces a line longer than :data:`LONGEST_ROW`."""
    pending: list[bytes] = []
    length = 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for end in ended:
            length += len(end)
            yield b"".join([*pending, end]) if length <= LONGEST_ROW else None
            pending, length = [], 0
        length += len(rest)
        if length <= LONGEST_ROW:
            pending.append(rest)
        else:
            pending = []
    if length:
        yield b"".join(pending) if length <= LONGEST_ROW else None


def _by_brackets(
    chunks: Iterator[bytes], name: str, splitter: _Splitter | None = None
) -> Iterator[JsonRow | RecordError]:
    splitter = splitter or _Splitter()
    for chunk in chunks:
        for piece in splitter.feed(chunk):
            if splitter.ended:
                return
            if piece.raw.startswith(b"{"):
                yield piece
            else:
                yield RecordError(
                    "not an object", path=name, line=piece.line, got="something else between them"
                )
        if splitter.length > LONGEST_ROW:
            what = f"an object of more than {LONGEST_ROW:,} bytes, or without an end"
            hint = "repair it, or fetch it in smaller pages"
            raise InputError(what, path=name, line=splitter.row_line, hint=hint)
    if splitter.depth:
        raise InputError(
            "the file ends in the midst of an object",
            path=name,
            line=splitter.row_line,
            hint="export it again",
        )


def listed_rows(
    stream: BinaryIO, key: str, *, name: str, behind: bool = False
) -> tuple[dict[str, Any], Iterator[JsonRow | RecordError]]:
    """Read the objects of one list within an object of any size.

    Parameters
    ----------
    stream
        The file, opened in binary mode and decompressed.
    key
        The name of the list.
    name
        The file's name, for errors.
    behind
        Whether the list may stand behind others of any length; nothing before it is kept.

    Returns
    -------
    before : dict
        What the object holds before the list; empty if that cannot be read.
    rows : iterator
        The objects of the list; they are read as they are asked for.

    Raises
    ------
    InputError
        If there is no such list.
    """
    chunks = utf8_chunks(stream, name=name)
    # Every quotation mark within a string is escaped, so that only a key can match.
    opening = re.compile(rb'(?<!\\)"%s"\s*+:\s*+\[' % re.escape(key.encode()))
    head = bytearray()
    found = None
    line = 1
    for chunk in chunks:
        searched = max(0, len(head) - len(key) - 64)
        if behind:
            line += head.count(b"\n", 0, searched)
            del head[:searched]
            searched = 0
        head += chunk
        found = opening.search(head, searched)
        if found is not None or len(head) > LONGEST_ROW:
            break
    if found is None:
        hint = "was it saved with its comments?"
        raise InputError(f"no list of {key} in it", path=name, hint=hint)
    before = _so_far(bytes(head[: found.start()]))
    line += head.count(b"\n", 0, found.end())
    rest = itertools.chain([bytes(head[found.end() :])], chunks)
    return before, _by_brackets(rest, name, _ListSplitter(line))


def _so_far(head: bytes) -> dict[str, Any]:
    """Decode the beginning of an object that is cut before one of its keys."""
    try:
        found = msgspec.json.decode(head.strip().rstrip(b",") + b"}")
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class _Splitter:
    """Finds where the outermost objects begin and end, chunk by chunk."""

    #: Whether what follows does not belong to the list.
    ended = False

    def __init__(self, line: int = 1) -> None:
        self.depth = 0
        self.row_line = line
        self.length = 0
        self._line = line
        self._index = 0
        self._in_string = False
        self._escaped = False  # Whether a chunk ended between a backslash and its character.
        self._pending: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[JsonRow]:
        """Yield the objects that end in `chunk`, and any text between them."""
        start = position = 0
        if self._escaped:
            position, self._escaped = 1, False
        while True:
            if not self.depth:
                start, position = position, chunk.find(b"{", position) + 1
                yield from self._between(chunk[start : position - 1 if position else None])
                if not position:
                    return
                start = position - 1
                self.row_line = self._line
                self.depth = 1
            found = (_INSIDE_STRINGS if self._in_string else _INSIDE_OBJECTS).match(chunk, position)
            if found is None:
                break
            position = self._pass(found[1], found.end())
            self._escaped = position > len(chunk)
            if not self.depth:
                yield self._row(chunk[start:position])
        self._pending.append(chunk[start:])
        self.length += len(chunk) - start

    def _pass(self, mark: bytes, position: int) -> int:
        """Note a bracket, quotation mark or backslash that ends at `position`; return the next."""
        if mark == b"\\":
            return position + 1
        if mark == b'"':
            self._in_string = not self._in_string
        else:
            self.depth += 1 if mark in b"{[" else -1
        return position

    def _between(self, junk: bytes) -> Iterator[JsonRow]:
        found = _NOT_PUNCTUATION.search(junk)
        if found is not None:
            line = self._line + junk.count(b"\n", 0, found.start())
            yield JsonRow(found[0], line, self._index)
        self._line += junk.count(b"\n")

    def _row(self, end: bytes) -> JsonRow:
        raw = b"".join([*self._pending, end])
        row = JsonRow(raw, self.row_line, self._index)
        self._line += raw.count(b"\n")
        self._index += 1
        self._pending, self.length = [], 0
        return row


class _ListSplitter(_Splitter):
    """Finds the objects of one list, which ends with its bracket."""

    def _between(self, junk: bytes) -> Iterator[JsonRow]:
        inside, bracket, _ = junk.partition(b"]")
        if not self.ended:
            yield from super()._between(inside)
        self.ended = self.ended or bool(bracket)


def decode_row(row: JsonRow, form: type[T], *, name: str) -> T | RecordError:
    """Decode one object as `form`, or return an error with its location."""
    try:
        return msgspec.json.decode(row.raw, type=form)
    except msgspec.ValidationError as error:
        return _invalid(error, row, name)
    except (msgspec.DecodeError, RecursionError):
        pass
    # The only text that JSON allows and msgspec rejects is half a surrogate pair (an emoji that a
    # database column cut in two).
    try:
        text = json.dumps(json.loads(row.raw), ensure_ascii=False)
        mended = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return msgspec.json.decode(mended, type=form)
    except msgspec.ValidationError as error:
        return _invalid(error, row, name)
    except (ValueError, RecursionError):
        return RecordError("not valid JSON", path=name, line=row.line, got=f"object {row.number}")


def _invalid(error: msgspec.ValidationError, row: JsonRow, name: str) -> RecordError:
    found = _PLACE.fullmatch(str(error))
    what, field = (found[1], found[2]) if found else (str(error), None)
    return RecordError(what, path=name, line=row.line, field=field, got=f"object {row.number}")


def _too_long(name: str, line: int) -> RecordError:
    return RecordError("line too long", path=name, line=line, got=f"over {LONGEST_ROW:,} bytes")
