"""Turn what wraps the rows of a record file (an array, another encoding) into plain lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from moderation.errors import InputError
from moderation.files import open_binary
from moderation.sources.exports import JsonRow, json_rows, utf8_chunks

_HEAD = 1 << 16


@contextmanager
def open_rows(path: str | Path, wrapped: str, sheet: str = "") -> Iterator[io.BufferedReader]:
    """Open a record file for reading, decompress it, and unwrap its rows.

    Parameters
    ----------
    path
        The file.
    wrapped
        What wraps its rows, as :class:`~moderation.sources.record_files.kinds.Kind` names it.
    sheet
        The sheet of a workbook that holds the rows; empty for the first.
    """
    with open_binary(path) as stream:
        yield unwrapped(stream, wrapped, str(path), sheet)


def unwrapped(
    stream: io.BufferedReader, wrapped: str, name: str, sheet: str = ""
) -> io.BufferedReader:
    """Return a stream of plain rows in UTF-8; a stream that nothing wraps is not changed."""
    if not wrapped:
        return stream
    if wrapped == "workbook":
        from moderation.sources.record_files.workbooks import workbook_lines

        chunks = workbook_lines(stream, sheet, name)
    elif wrapped == "array":
        chunks = _array_lines(stream, name)
    else:
        chunks = utf8_chunks(stream, name=name)
    return io.BufferedReader(cast(io.RawIOBase, _Chunks(chunks)), _HEAD)


def _array_lines(stream: io.BufferedReader, name: str) -> Iterator[bytes]:
    """Yield one line for each object of an array, as far as possible the line of its beginning.

    Objects that share a line get lines of their own, so that lines still name rows.
    """
    at = 1
    try:
        for row in json_rows(stream, name=name):
            raw = row.raw if isinstance(row, JsonRow) else b"null"  # refused as no object
            line = max(at, row.line or at)
            yield b"\n" * (line - at) + raw.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"
            at = line + 1
    except InputError as error:  # An object without an end is a row that cannot be read.
        yield b"\n" * max(0, (error.line or at) - at) + b"{\n"


class _Chunks(io.RawIOBase):
    """A raw stream of chunks of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
