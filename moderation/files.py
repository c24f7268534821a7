"""Record files in and out: JSON Lines, CSV, TSV, Parquet, plain or compressed, as streams.

A row that cannot be read is not an exception: it comes out of the stream as a
:class:`~moderation.errors.RecordError` with its address, and the next row follows. Outputs appear
whole or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO, Generic, NamedTuple, TypeVar, cast

import msgspec

from moderation.compression import DAMAGES, compressing, decompressed
from moderation.errors import InputError, RecordError, UsageError

STDIN = "-"

#: Longest line of a record file, in bytes; a longer one is rejected with its address.
LONGEST_LINE = 16 * 2**20

_FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
_COMPRESSED = {".gz", ".zst"}
_HEAD = 64 * 1024

T = TypeVar("T")


class Row(NamedTuple, Generic[T]):
    """One decoded row.

    Attributes
    ----------
    line
        Where it starts, from 1 (for Parquet: the row's number).
    record
        Decoded and validated.
    raw
        All its fields as they were, also those that `record` does not know.
    """

    line: int
    record: T
    raw: dict[str, Any]


def format_of(path: str | Path) -> str | None:
    """The record format that a file's name promises (``jsonl``, ``csv`` ...), or None."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
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
            raw = Path(path).open("rb")  # noqa: SIM115 - closed below
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
        except DAMAGES as error:
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
    stream: io.BufferedReader, fmt: str, type_: type[T], *, name: str
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

    Yields
    ------
    Row or RecordError
        In the order of the file.
    """
    if fmt == "jsonl":
        rows = _read_jsonl(stream, name)
    elif fmt == "parquet":
        rows = _read_parquet(stream, name)
    else:
        required = _required(type_)
        rows = _read_csv(stream, "," if fmt == "csv" else "\t", name, required)
    strict = fmt in {"jsonl", "parquet"}
    for line, raw in rows:
        if isinstance(raw, RecordError):
            yield raw
            continue
        # In a table, an empty cell is a field that is not there.
        given = raw if fmt == "jsonl" else {k: v for k, v in raw.items() if v is not None}
        try:
            yield Row(line, msgspec.convert(given, type_, strict=strict), raw)
        except msgspec.ValidationError as error:
            yield _record_error(str(error), name, line, type_, given)


def _required(type_: type) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(type_) if field.required}


def _read_jsonl(
    stream: io.BufferedReader, name: str
) -> Iterator[tuple[int, dict[str, Any] | RecordError]]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            what = f"line longer than {LONGEST_LINE:,} bytes"
            yield number, RecordError(what, path=name, line=number, hint="split or shorten it")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.isspace():
            continue
        try:
            raw = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            what = f"not a line of JSON ({error})"
            hint = "one JSON object a line"
            yield number, RecordError(what, path=name, line=number, got=_shown(line), hint=hint)
            continue
        if not isinstance(raw, dict):
            what = "a row must be a JSON object"
            yield number, RecordError(what, path=name, line=number, got=type(raw).__name__)
            continue
        yield number, raw


def _read_csv(
    stream: io.BufferedReader, separator: str, name: str, required: set[str]
) -> Iterator[tuple[int, dict[str, Any] | RecordError]]:
    csv.field_size_limit(LONGEST_LINE)
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    try:
        reader = csv.reader(text, delimiter=separator, strict=True)
        yield from _csv_rows(reader, name, required)
    finally:
        if not stream.closed:  # as it is where the reading is given up
            text.detach()  # the stream is its opener's to close


def _csv_rows(
    reader: Any, name: str, required: set[str]
) -> Iterator[tuple[int, dict[str, Any] | RecordError]]:
    try:
        header = [field.strip() for field in next(reader)]
    except StopIteration:
        return
    except csv.Error as error:
        raise InputError(f"no readable header ({error})", path=name, line=1) from None
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        what = "two columns have one name"
        raise InputError(what, path=name, line=1, field=_named(twice), hint="rename one")
    if any(_SURROGATE.search(column) for column in header):
        raise InputError("not UTF-8", path=name, line=1, hint="save the file as UTF-8")
    for column in sorted(required - set(header)):
        hint = f"the first line must name the columns, {column} among them"
        raise InputError(f"no column {column}", path=name, line=1, hint=hint)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, RecordError(f"not a row of CSV ({error})", path=name, line=line)
            continue
        if not fields:
            continue
        yield line, _csv_row(header, fields, name, line)


def _csv_row(
    header: list[str], fields: list[str], name: str, line: int
) -> dict[str, Any] | RecordError:
    if len(fields) != len(header):
        what = f"a row of {len(header)} columns expected"
        return RecordError(what, path=name, line=line, got=f"{len(fields)} columns")
    if any("\udc80" <= c <= "\udcff" for field in fields for c in field):
        return RecordError("not UTF-8", path=name, line=line, hint="save the file as UTF-8")
    row: dict[str, Any] = {}
    for column, field in zip(header, fields, strict=True):
        first, _, rest = column.partition(".")
        if field == "" and column != "text":
            row.setdefault(first, None)
        elif rest:  # article.title and the like
            parent = row[first] = row.get(first) or {}
            if not isinstance(parent, dict):
                what = f"columns {first} and {column} exclude each other"
                return RecordError(what, path=name, line=line, field=column)
            parent[rest] = field
        else:
            row[column] = field
    return row


def _read_parquet(stream: io.BufferedReader, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        hint = "pip install pyarrow"
        raise InputError("Parquet needs pyarrow", path=name, hint=hint) from None
    line = 0
    try:
        table = pq.ParquetFile(io.BytesIO(stream.read()) if not stream.seekable() else stream)
        for batch in table.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                line += 1
                yield line, {key: _plain(value) for key, value in row.items()}
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        hint = "write the file again"
        raise InputError("damaged Parquet data", path=name, got=str(error), hint=hint) from None


def _plain(value: Any) -> Any:
    """Dates as JSON writes them; all else as it is."""
    return value.isoformat() if isinstance(value, date) else value


_WHERE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_MISSING_FIELD = re.compile(r"Object missing required field `(?P<field>[^`]*)`")


def _record_error(
    message: str, name: str, line: int, type_: type, raw: dict[str, Any]
) -> RecordError:
    """Turn a validation message into an error with field, value and advice."""
    match = _WHERE.match(message)
    assert match is not None
    path = (match["path"] or "").lstrip(".")
    if unknown := _UNKNOWN_FIELD.match(message):
        field = unknown["field"]
        known = [f.name for f in msgspec.structs.fields(type_)]
        close = get_close_matches(field, known, 1)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
        return RecordError("unknown field", path=name, line=line, field=_named(field), hint=hint)
    if missing := _MISSING_FIELD.match(message):
        field = ".".join(filter(None, [path, missing["field"]]))
        hint = f"fields in this row: {', '.join(map(_named, raw)) or 'none'}"
        return RecordError(
            "required field is missing", path=name, line=line, field=field, hint=hint
        )
    what = match["what"].replace("`", "")
    return RecordError(what, path=name, line=line, field=path or None)


_NAME = re.compile(r"[\w.-]{1,30}( [\w.-]{1,30})?")


def _named(field: str) -> str:
    """A field's name for an error, unless it is rather a comment (a table without a header)."""
    return field if _NAME.fullmatch(field) else f"a name of {len(field)} characters"


def _shown(line: bytes) -> str:
    """How a line begins, for an error: enough to recognise its kind, not to read it."""
    return f"{line[:2].decode('utf-8', errors='replace')!r} and {max(0, len(line) - 2):,} bytes"


@contextmanager
def write_atomically(path: str | Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open an output that appears whole, when the block ends well, or not at all.

    Compressed by its name (``.gz``, ``.zst``).

    Raises
    ------
    UsageError
        If it exists and `force` is not given, or its folder does not exist.
    """
    target = Path(path)
    refuse_existing(target, force=force)
    _refuse_unusual(target)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise UsageError(what, path=target, hint="name a folder that exists") from None
    try:
        with os.fdopen(handle, "wb") as raw:
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


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Raise UsageError if `path` exists and may not be overwritten."""
    if not force and Path(path).exists():
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
