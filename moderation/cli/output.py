"""Records out, in the format asked for: JSON Lines, CSV, Parquet, or a table for a person."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from moderation.cli.options import Format
from moderation.errors import UsageError
from moderation.files import format_of, without_surrogates, write_atomically

Record = dict[str, Any]
Write = Callable[[Record], None]


def chosen_format(asked: Format | None, output: Path | None) -> Format:
    """The format asked for, else by the output's extension, else by what standard output is."""
    if asked is not None:
        return asked
    if output is not None:
        by_name = format_of(output)
        if by_name == "tsv":
            raise UsageError("TSV is not written", path=output, hint="name it .csv or .jsonl")
        return Format(by_name) if by_name in {"jsonl", "csv", "parquet"} else Format.JSONL
    return Format.TABLE if sys.stdout.isatty() else Format.JSONL


@contextmanager
def writing(output: Path | None, fmt: Format, *, force: bool) -> Iterator[Write]:
    """Open an output for records; a file appears whole, when the block ends well.

    Raises
    ------
    UsageError
        If the output exists and `force` is not given, or the format needs a file.
    """
    if fmt is Format.TABLE:
        raise UsageError("a table is for a terminal", hint="write --format jsonl or csv")
    if fmt is Format.PARQUET and output is None:
        raise UsageError("Parquet is written to a file", hint="add -o FILE.parquet")
    with _binary(output, force=force) as stream:
        writer = _WRITERS[fmt](stream)
        yield writer.write
        writer.close()


@contextmanager
def _binary(output: Path | None, *, force: bool) -> Iterator[BinaryIO]:
    if output is not None:
        with write_atomically(output, force=force) as stream:
            yield stream
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


_DIFFER = "write --format jsonl, whose rows may differ"


def encoded(document: Any) -> bytes:
    """A record, or a list of them, as JSON, lone surrogates replaced."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(_writable(document))


class _JsonLines:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, record: Record) -> None:
        self._stream.write(encoded(record) + b"\n")

    def close(self) -> None:
        pass


class _Csv:
    """CSV whose columns are those of the first record; nested values as JSON."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._text = io.StringIO(newline="")
        self._columns: list[str] | None = None

    def write(self, record: Record) -> None:
        writer = csv.writer(self._text)
        if self._columns is None:
            self._columns = list(record)
            writer.writerow(self._columns)
        new = [name for name in record if name not in self._columns]
        if new:
            what = f"a row has fields that the first has not: {', '.join(new)}"
            raise UsageError(what, hint=_DIFFER)
        record = cast(Record, _writable(record))
        writer.writerow([_cell(record.get(column)) for column in self._columns])
        self._stream.write(self._text.getvalue().encode("utf-8"))
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> None:
        pass


class _Parquet:
    """Parquet in row groups, so that memory stays bounded."""

    _ROWS = 10_000

    def __init__(self, stream: BinaryIO) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            hint = "pip install pyarrow"
            raise UsageError("Parquet needs pyarrow", hint=hint) from None
        self._stream = stream
        self._rows: list[Record] = []
        self._writer: Any = None

    def write(self, record: Record) -> None:
        self._rows.append(cast(Record, _writable(record)))
        if len(self._rows) == self._ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = self._writer.schema if self._writer else None
        names = list(schema.names if schema else dict.fromkeys(n for r in self._rows for n in r))
        new = next((name for row in self._rows for name in row if name not in names), None)
        if new is not None:
            raise UsageError(f"a row has a field that the first have not: {new}", hint=_DIFFER)
        rows = [{name: row.get(name) for name in names} for row in self._rows]
        try:
            table = pa.Table.from_pylist(rows, schema=schema)
        except (pa.ArrowException, OverflowError) as error:
            what = f"rows that do not fit into one table ({error})"
            raise UsageError(what, hint=_DIFFER) from None
        if self._writer is None:
            nulls = [i for i, f in enumerate(table.schema) if pa.types.is_null(f.type)]
            schema = table.schema
            for i in nulls:  # a column that begins with nulls is a number, or text
                kind = (
                    pa.float64()
                    if schema.field(i).name in {"hostility", "off_topic"}
                    else pa.string()
                )
                schema = schema.set(i, schema.field(i).with_type(kind))
            table = table.cast(schema)
            self._writer = pq.ParquetWriter(self._stream, schema)
        self._writer.write_table(table)
        self._rows = []

    def close(self) -> None:
        if self._rows or self._writer is None:
            self._flush()
        self._writer.close()


_WRITERS: dict[Format, Any] = {
    Format.JSONL: _JsonLines,
    Format.CSV: _Csv,
    Format.PARQUET: _Parquet,
}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return msgspec.json.encode(value).decode()
    return value


def _writable(value: Any) -> Any:
    """`value` with every lone surrogate in it replaced: no file can hold one."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {_writable(key): _writable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    return value


def say_json(document: Any) -> None:
    """Print one JSON document, indented."""
    say(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


# What could move the cursor, colour the screen or turn the reading direction: a comment must not
# write on the moderator's terminal.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """`text` on one line, with U+FFFD for all that is more than a character to look at."""
    return _UNPRINTABLE.sub("\ufffd", text)


def coloured() -> bool:
    """Whether standard output shows colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(line: str) -> None:
    """Print one line for a person to standard output, whatever its encoding can show."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
