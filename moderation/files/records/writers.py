"""Writes records to a stream as JSON Lines, CSV or Parquet.

Each writer takes records one by one; :data:`WRITERS` maps formats to writers. The same records give
the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol, cast

import msgspec

from moderation.errors import ModerationError, RecordError, UsageError
from moderation.files.writing.atomic import without_surrogates

Record = dict[str, Any]

_DIFFER = "write --format jsonl, whose rows may differ"


class Writer(Protocol):
    """A writer of records; after it is closed, all records are written."""

    def write(self, record: Record) -> None:
        """Take one."""

    def close(self) -> None:
        """Write what is still held; the stream is its opener's to close."""


def encoded(document: Any) -> bytes:
    """Return a record or a list of records as JSON, with lone surrogates replaced."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(writable(msgspec.to_builtins(document)))


def problem_record(problem: ModerationError) -> Record:
    """Return the record of a rejected row or a rejected input."""
    return {
        "file": problem.path,
        "line": problem.line,
        "field": problem.field,
        "reason": problem.what,
        "found": problem.got,
        "hint": problem.hint,
        "kind": "row" if isinstance(problem, RecordError) else "input",
    }


class JsonLines:
    """One JSON object a line."""

    _LINES = 256

    def __init__(self, stream: BinaryIO, columns: Sequence[str] | None = None) -> None:
        del columns  # rows may differ
        self._stream = stream
        self._encoder = msgspec.json.Encoder()
        self._waiting: list[Record] = []

    def write(self, record: Record) -> None:
        """Take one record; several are encoded together."""
        self._waiting.append(record)
        if len(self._waiting) == self._LINES:
            self._flush()

    def _flush(self) -> None:
        try:
            lines = self._encoder.encode_lines(self._waiting)
        except UnicodeEncodeError:
            lines = self._encoder.encode_lines([writable(record) for record in self._waiting])
        self._stream.write(lines)
        self._waiting = []

    def close(self) -> None:
        """Write what is still held."""
        self._flush()


class Csv:
    """CSV; a nested field is a column with a dot in its name, and a list is JSON.

    Parameters
    ----------
    stream
        Binary.
    columns
        The columns of the table; the header is then not written. By default they are the columns of
        the first record, and the header is written.
    """

    def __init__(self, stream: BinaryIO, columns: Sequence[str] | None = None) -> None:
        self._stream = stream
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._columns = columns
        self._known = frozenset(columns or ())

    def write(self, record: Record) -> None:
        """Write one row."""
        if any(type(value) is dict for value in record.values()):
            record = flattened(record)
        if self._columns is None:
            self._columns = list(record)
            self._known = frozenset(record)
            self._writer.writerow(self._columns)
        if not record.keys() <= self._known:
            new = ", ".join(name for name in record if name not in self._known)
            raise UsageError(f"a row has fields that the first has not: {new}", hint=_DIFFER)
        self._writer.writerow([_cell(record.get(column)) for column in self._columns])
        if self._text.tell() > 2**16:
            self._flush()

    def _flush(self) -> None:
        text = self._text.getvalue()
        try:
            data = text.encode()
        except UnicodeEncodeError:
            data = without_surrogates(text).encode()
        self._stream.write(data)
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> None:
        """Write what is still held."""
        self._flush()


def csv_header(columns: Sequence[str]) -> bytes:
    """The first line of a table."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(columns)
    return without_surrogates(text.getvalue()).encode()


def flattened(record: Record, above: str = "") -> Record:
    """Flatten nested fields to names with a dot, as tables are read: ``article.title``."""
    found: Record = {}
    for name, value in record.items():
        if isinstance(value, dict) and value:
            found |= flattened(value, f"{above}{name}.")
        else:
            found[above + name] = value if value != {} else None
    return found


class Parquet:
    """Parquet in row groups, so that memory stays bounded."""

    _ROWS = 10_000

    def __init__(self, stream: BinaryIO, columns: Sequence[str] | None = None) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            hint = "pip install pyarrow"
            raise UsageError("Parquet needs pyarrow", hint=hint) from None
        del columns  # the first rows determine them
        self._stream = stream
        self._rows: list[Record] = []
        self._writer: Any = None

    def write(self, record: Record) -> None:
        """Take one record; a row group is written at once."""
        self._rows.append(cast(Record, writable(record)))
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
            table = table.cast(_without_nulls(table.schema))
            self._writer = pq.ParquetWriter(self._stream, table.schema)
        self._writer.write_table(table)
        self._rows = []

    def close(self) -> None:
        """Write what is still held."""
        if self._rows or self._writer is None:
            self._flush()
        self._writer.close()


def _without_nulls(schema: Any) -> Any:
    """Return a schema in which a column that begins with nulls is a number or text."""
    import pyarrow as pa

    for i, field in enumerate(schema):
        if pa.types.is_null(field.type):
            number = field.name in {"hostility", "off_topic"}
            schema = schema.set(i, field.with_type(pa.float64() if number else pa.string()))
    return schema


WRITERS: dict[str, type[JsonLines | Csv | Parquet]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "parquet": Parquet,
}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return encoded(value).decode()
    return value


# First characters that make a cell a formula; the full-width forms count too.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula, apostrophes left out."""
    return text.lstrip("'").startswith(_FORMULA)


def no_formula(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula.

    >>> no_formula("=1+1"), no_formula("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if is_formula(text) else text


def writable(value: Any) -> Any:
    """Return `value` with every lone surrogate replaced, because no file can contain one."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {writable(key): writable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [writable(item) for item in value]
    return value
