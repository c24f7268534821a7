"""JSON Lines, cut at line ends and decoded line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec

from moderation.errors import RecordError
from moderation.files.rows.blocks import BlockLimits, ParsedBlock, Row, RowBlock, T
from moderation.files.rows.problems import invalid, shown

_BOM = b"\xef\xbb\xbf"
_BAD_JSON = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_NO_FIELDS: dict[str, Any] = {}


def cut(stream: io.BufferedReader, limits: BlockLimits, head: RowBlock) -> Iterator[RowBlock]:
    """Cut a stream, read as far as `head`, into blocks that end with a line.

    A line that is too long for any block becomes a separate block without data.
    """
    line, offset, ended = head.line, head.offset, False
    data = head.data if isinstance(head.data, bytes) else b""
    while True:
        while len(data) < limits.size and not ended:
            piece = stream.read(limits.size - len(data))
            ended = not piece
            data += piece
        if not data:
            return
        size = _whole_lines(data, limits.rows, ended=ended)
        if not size and len(data) <= limits.longest:
            piece = stream.read(limits.longest + 1 - len(data))
            ended = not piece
            data += piece
            continue
        if size:
            yield RowBlock(line, offset, size, data[:size])
            line += data.count(b"\n", 0, size)
            data = data[size:]
        else:
            size, data = _passed_over(stream, data)
            yield RowBlock(line, offset, size)
            line += 1
        offset += size


def _whole_lines(data: bytes, rows: int, *, ended: bool) -> int:
    """Return the number of bytes of the first whole lines, at most `rows` of them."""
    lines = data.split(b"\n", rows)
    if len(lines) > rows:
        return len(data) - len(lines[-1])
    return len(data) if ended else len(data) - len(lines[-1])


def _passed_over(stream: io.BufferedReader, data: bytes) -> tuple[int, bytes]:
    """Skip to the end of a line that is too long; return its size and the bytes after it."""
    passed = 0
    while data:
        end = data.find(b"\n") + 1
        if end:
            return passed + end, data[end:]
        passed += len(data)
        data = stream.read(len(data))
    return passed, b""


def decode(data: bytes, first: int, reading: ParsedBlock[T]) -> Iterator[Row[T] | RecordError]:
    """Decode whole lines, the first of which has the number `first`."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    decoded, longest, wants_raw = reading.decoder.decode, reading.longest, reading.raw
    for number, line in enumerate(lines, first):
        if len(line) > longest:
            yield too_long(number, reading)
            continue
        try:
            record = decoded(line)
            raw = msgspec.json.decode(line) if wants_raw else _NO_FIELDS
        except _BAD_JSON:
            row = _odd(line, number, reading)
            if row is not None:
                yield row
        else:
            yield Row(number, record, raw)


def _odd(line: bytes, number: int, reading: ParsedBlock[T]) -> Row[T] | RecordError | None:
    """Decode a line that is blank, follows a byte order mark or is wrong."""
    if number == 1:
        line = line.removeprefix(_BOM)
    if not line or line.isspace():
        return None
    name = reading.name
    try:
        raw = msgspec.json.decode(line)
    except _BAD_JSON as error:
        what = f"not a line of JSON ({error})"
        hint = "one JSON object a line"
        return RecordError(what, path=name, line=number, got=shown(line), hint=hint)
    if not isinstance(raw, dict):
        what = "a row must be a JSON object"
        return RecordError(what, path=name, line=number, got=type(raw).__name__)
    try:
        return Row(number, reading.decoder.decode(line), raw)
    except msgspec.ValidationError as error:
        return invalid(str(error), number, raw, reading)


def too_long(line: int, reading: ParsedBlock[Any]) -> RecordError:
    """Return the error for a row over the limit."""
    what = f"longer than {reading.longest:,} bytes"
    return RecordError(what, path=reading.name, line=line, hint="split or shorten it")
