"""Record files in and out: JSON Lines, CSV, TSV, Parquet, plain or compressed, as streams.

A row that cannot be read is not an exception: it comes out of the stream as a
:class:`~moderation.errors.RecordError` with its address, and the next row follows. Outputs appear
whole or not at all.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from moderation import storage
from moderation.compression import compressing, damages, decompressed
from moderation.errors import InputError, RecordError, UsageError
from moderation.rows import LONGEST_LINE, Limits, Reading, Row, cut, decode, layout_of

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
    "refuse_existing",
    "sniff_format",
    "without_surrogates",
    "write_atomically",
]

STDIN = "-"

#: What the file of rejected rows adds to the name of the output beside which it lies.
REJECTED = ".rejected.jsonl"

_FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
#: Endings of compressed files.
COMPRESSED = frozenset({".gz", ".zst"})
_HEAD = 64 * 1024

T = TypeVar("T")


def format_of(path: str | Path) -> str | None:
    """The record format that a file's name promises (``jsonl``, ``csv`` ...), or None."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return _FORMATS.get(suffixes[-1]) if suffixes else None


def sniff_format(head: bytes) -> str | None:
    """The record format that the first bytes of a file show, or None (a page, say).

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
    """The whole of a file (or of standard input, ``-``), decompressed; for pages."""
    with open_binary(path) as stream:
        return stream.read()


@contextmanager
def open_binary(path: str | Path) -> Iterator[io.BufferedReader]:
    """Open a file (or standard input, ``-``) for reading, decompressed by its content.

    Raises
    ------
    InputError
        If it is missing, a folder, unreadable, or damaged in its compression.
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
    with raw:
        buffered = io.BufferedReader(cast(io.RawIOBase, raw), _HEAD)
        try:
            yield decompressed(buffered)
        except damages() as error:
            hint = "get the file again"
            raise InputError("damaged compression", path=path, got=str(error), hint=hint) from None


class _StandardInput(io.RawIOBase):
    """Standard input, left open when the reading is done."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data: bytes = cast(io.BufferedReader, sys.stdin.buffer).read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


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
        A msgspec struct; a row that does not fit it comes out as a RecordError.
    name
        The file, as errors shall call it.
    longest
        Bytes of the longest row; a longer one comes out as a RecordError.

    Yields
    ------
    Row or RecordError
        In the order of the file.
    """
    required = {
        field.encode_name for field in msgspec.structs.fields(cast(Any, type_)) if field.required
    }
    layout, head = layout_of(stream, fmt, required, name)
    reading = Reading(type_, name, longest=longest)
    for block in cut(stream, layout, head, Limits(longest=longest), name):
        yield from decode(block, layout, reading)


@contextmanager
def write_atomically(path: str | Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open an output that appears whole, when the block ends well, or not at all.

    Compressed by its name (``.gz``, ``.zst``).

    Raises
    ------
    UsageError
        If it exists and `force` is not given, or its folder does not exist.
    """
    if storage.is_remote(path):
        with _write_remotely(str(path), force=force) as remote:
            yield remote
        return
    target = Path(storage.local(path))
    refuse_existing(target, force=force)
    _refuse_unusual(target)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise UsageError(what, path=target, hint="name a folder that exists") from None
    try:
        with storage.naming(target), os.fdopen(handle, "wb") as raw:
            stream = compressing(raw, target.suffix.lower())
            yield stream
            if stream is not raw:
                stream.close()
            raw.flush()
            os.fsync(raw.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        _publish(Path(temporary), target, force=force)
    finally:
        Path(temporary).unlink(missing_ok=True)


@contextmanager
def _write_remotely(path: str, *, force: bool) -> Iterator[BinaryIO]:
    """The same through fsspec: under another name until it is whole."""
    refuse_existing(path, force=force)
    fs, name = storage.filesystem(path)
    temporary = f"{name}.{os.getpid()}.tmp"
    try:
        with fs.open(temporary, "wb") as raw:
            stream = compressing(raw, Path(name).suffix.lower())
            yield stream
            if stream is not raw:
                stream.close()
        fs.mv(temporary, name)
    finally:
        if fs.exists(temporary):
            fs.rm(temporary)


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Raise UsageError if `path` exists and may not be overwritten."""
    if not force and storage.exists(path):
        raise UsageError("exists already", path=path, hint="--force overwrites it")


def _refuse_unusual(path: Path) -> None:
    """Raise UsageError for a folder, and for a device, which a renamed file would replace."""
    if path.exists() and not path.is_file():
        raise UsageError("is no ordinary file", path=path, hint="name a file")


def _publish(temporary: Path, target: Path, *, force: bool) -> None:
    if force:
        temporary.replace(target)
        return
    try:
        target.hardlink_to(temporary)  # unlike a rename, refuses what appeared in the meantime
    except FileExistsError:
        refuse_existing(target, force=False)
    except OSError:  # a file system without hard links
        temporary.replace(target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """`text` with lone surrogates, which no file can hold, replaced by U+FFFD one for one."""
    return _SURROGATE.sub("\ufffd", text)
