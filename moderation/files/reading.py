"""Reads record files as streams: JSON Lines, CSV, TSV, Parquet, plain or compressed.

A row that cannot be read raises nothing. The stream yields a
:class:`~moderation.errors.RecordError` with its address instead, and the next row follows.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files import storage
from moderation.files.compression import damages, decompressed
from moderation.files.pieces import PieceReader
from moderation.files.rows import LONGEST_LINE, BlockLimits, ParsedBlock, cut, decode, layout_of
from moderation.files.rows.blocks import Row

__all__ = [
    "COMPRESSED",
    "LONGEST_LINE",
    "REJECTED",
    "STDIN",
    "Row",
    "format_of",
    "open_binary",
    "read_bytes",
    "read_records",
    "sniff_format",
]

STDIN = "-"

#: Suffix of the file of rejected rows, which is written beside the output.
REJECTED = ".rejected.jsonl"

_FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
#: Suffixes of compressed files.
COMPRESSED = frozenset({".bz2", ".gz", ".xz", ".zst"})
_HEAD = 64 * 1024

T = TypeVar("T")


def format_of(path: str | Path) -> str | None:
    """Return the record format that a file's name indicates (``jsonl``, ``csv`` ...), or None."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return _FORMATS.get(suffixes[-1]) if suffixes else None


def sniff_format(head: bytes) -> str | None:
    """Return the record format of a file with these first bytes, or None (a page, for example).

    >>> sniff_format(b'{"text": "hello"}'), sniff_format(b"id,text"), sniff_format(b"<html>")
    ('jsonl', 'csv', None)
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    lines = head.decode("utf-8-sig", errors="replace").lstrip().splitlines()
    first = lines[0].lstrip() if lines else ""
    if first.startswith("{") and re.match(r'\{\s*("|\}|$)', first):
        return "jsonl"
    for fmt, separator in (("csv", ","), ("tsv", "\t")):
        names = [name.strip().strip('"') for name in first.split(separator)]
        if "text" in names and all(re.fullmatch(r"[\w. -]{1,40}", name) for name in names):
            return fmt
    return None


def read_bytes(path: str | Path) -> bytes:
    """Return a whole file (or standard input, ``-``), decompressed; for pages."""
    with open_binary(path) as stream:
        return stream.read()


@contextmanager
def open_binary(path: str | Path) -> Iterator[io.BufferedReader]:
    """Open a file (or standard input, ``-``) for reading, and decompress it.

    Raises
    ------
    InputError
        If it is missing, a folder or unreadable, or its compressed data are damaged.
    """
    try:
        if str(path) == STDIN:
            raw: Any = _StandardInput()
        else:
            raw = storage.open_to_read(path)
    except FileNotFoundError:
        raise InputError("no such file", path=path, hint="check the name") from None
    except IsADirectoryError:
        raise InputError("is a folder", path=path, hint="name the files in it") from None
    except OSError as error:
        raise InputError(f"cannot be opened ({error.strerror})", path=path) from None
    with opened(raw, path) as stream:
        yield stream


@contextmanager
def opened(raw: IO[bytes], path: str | Path) -> Iterator[io.BufferedReader]:
    """Read an open file, decompressed, and close it.

    Raises
    ------
    InputError
        If its compressed data are damaged.
    """
    with raw:
        buffered = io.BufferedReader(cast(io.RawIOBase, raw), _HEAD)
        try:
            yield decompressed(buffered)
        except damages() as error:
            hint = "get the file again"
            raise InputError("damaged compression", path=path, got=str(error), hint=hint) from None


class _StandardInput(PieceReader):
    """Standard input, which stays open after reading."""

    def piece(self, size: int) -> bytes:
        return cast(io.BufferedReader, sys.stdin.buffer).read1(size)


def read_records(
    stream: io.BufferedReader,
    fmt: str,
    type_: type[T],
    *,
    name: str,
    longest: int = LONGEST_LINE,
) -> Iterator[Row[T] | RecordError]:
    """Decode a stream of records.

    Parameters
    ----------
    stream
        Decompressed bytes.
    fmt
        ``jsonl``, ``csv``, ``tsv`` or ``parquet``.
    type_
        A msgspec struct; a row that does not match it gives a RecordError.
    name
        The name of the file in errors.
    longest
        Largest number of bytes of a row; a longer row gives a RecordError.

    Yields
    ------
    Row or RecordError
        In the order of the file.
    """
    required = {
        field.encode_name for field in msgspec.structs.fields(cast(Any, type_)) if field.required
    }
    layout, head = layout_of(stream, fmt, required, name)
    reading = ParsedBlock(type_, name, longest=longest)
    for block in cut(stream, layout, head, BlockLimits(longest=longest), name):
        yield from decode(block, layout, reading)
