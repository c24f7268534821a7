"""CSV and TSV, whose rows may span several lines; one reader both cuts and decodes them.

A quote that is never closed turns the rest of the file into one row. Such a row is abandoned: its
first line is reported as an error, and reading restarts at its second line, so that later rows are
not lost. The amount of repeated reading is bounded for each block, so that time stays linear.
"""

from __future__ import annotations

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files.encodings import MIXED, repaired
from moderation.files.rows import jsonl
from moderation.files.rows.blocks import BlockLimits, ParsedBlock, Row, RowBlock, RowLayout, T
from moderation.files.rows.problems import invalid, named

SEPARATORS = {"csv": ",", "tsv": "\t", "semicolons": ";", "bars": "|"}

_SEPARATOR_LINE = re.compile(rb'(?:\xef\xbb\xbf)?"?sep=."?\r?\n', re.IGNORECASE)

# Largest number of times that a block may be read again after abandoned rows.
_READ_AGAIN = 4
_LONGEST_HEADER = 2**20
_NO_FIELDS: dict[str, Any] = {}


class _Lines:
    """The lines of a block, passed to the CSV reader until a row is too long."""

    def __init__(self, data: bytes, longest: int) -> None:
        text = data.decode("utf-8", "surrogateescape")
        if "\n" in text:
            self.lines = io.StringIO(text, newline="\n").readlines()
        else:  # as old Macs wrote them
            self.lines = text.splitlines(keepends=True) if "\r" in text else [text] * bool(text)
        self._longest = longest
        self._size = 0
        self.at = 0

    def begin(self, at: int) -> None:
        """The next row begins here."""
        self.at = at
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at == len(self.lines) or self._size > self._longest:
            raise StopIteration
        line = self.lines[self.at]
        self.at += 1
        self._size += len(line)
        return line


class _Given(NamedTuple):
    """A raw row: its first line within the block, its fields and its fault.

    `open` says that the block ended within the row.
    """

    line: int
    fields: Sequence[str]
    wrong: str | None
    open: bool


def _rows(data: bytes, separator: str, columns: int, longest: int) -> Sequence[_Given]:
    """Read the rows of a block; abandoned rows are read line by line."""
    with field_size(longest):  # all of them at once: the limit is the process's
        return [*_parsed(data, separator, columns, longest)]


# One thread at a time may have a limit of its own.
_LIMITING = threading.RLock()


@contextmanager
def field_size(longest: int) -> Iterator[None]:
    """Set the field size limit of :mod:`csv`, and restore it afterwards."""
    with _LIMITING:
        before = csv.field_size_limit(longest)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _parsed(data: bytes, separator: str, columns: int, longest: int) -> Iterator[_Given]:
    lines = _Lines(data, longest)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    left = _READ_AGAIN * len(data)
    while lines.at < len(lines.lines):
        start = lines.at
        lines.begin(start)
        wrong = None
        fields: Sequence[str] = ()
        try:
            fields = next(reader)
        except (csv.Error, StopIteration) as error:
            wrong = f"not a row of CSV ({error})"
            reader = csv.reader(lines, delimiter=separator, strict=True)
        open_ = wrong is not None and lines.at == len(lines.lines)
        if lines.at - start > 1 and left > 0 and (wrong or len(fields) != columns):
            left -= sum(map(len, lines.lines[start : lines.at]))
            lines.begin(start + 1)
            wrong = wrong or "a quoted field runs over several lines, and the row does not fit"
        yield _Given(start, fields, wrong, open_)


def layout_of(
    stream: io.BufferedReader, fmt: str, required: set[str], name: str
) -> tuple[RowLayout, RowBlock]:
    """Read the header; see :func:`moderation.files.rows.layout_of`."""
    first = stream.readline(_LONGEST_HEADER)
    above = b""
    if _SEPARATOR_LINE.fullmatch(first):  # Excel's own note; the format knows the separator.
        above, first = first, stream.readline(_LONGEST_HEADER)
    rest = b""
    if b"\n" not in first and b"\r" in first:
        first, rest = first[: first.index(b"\r") + 1], first[first.index(b"\r") + 1 :]
    lines, size, n_quotes = [first], len(first), first.count(b'"')
    while n_quotes % 2 and size < _LONGEST_HEADER and not rest:
        more = stream.readline(_LONGEST_HEADER)
        if not more:
            break
        lines.append(more)
        size, n_quotes = size + len(more), n_quotes + more.count(b'"')
    first = b"".join(lines)
    header = first.removeprefix(b"\xef\xbb\xbf").decode("utf-8", MIXED)
    fmt, columns = _columns(header, fmt, required, name)
    line, offset = len(lines) + 1 + bool(above), len(above) + len(first)
    return RowLayout(fmt, tuple(columns)), RowBlock(line, offset, len(rest), rest)


def _columns(header: str, fmt: str, required: set[str], name: str) -> tuple[str, list[str]]:
    """Return the format that the separator of a header tells, and its columns.

    Spreadsheets take any separator, so the format of the name is only the first to be tried.
    """
    found = {each: _cells(header, SEPARATORS[each], name) for each in SEPARATORS}
    most = max(found, key=lambda each: len(found[each]))
    tried = (fmt if fmt in found else most, *found)
    fmt = next((each for each in tried if required <= {*found[each]}), tried[0])
    if found[fmt] and (missing := required - {*found[fmt]}):
        column, there = min(missing), ", ".join(named(each) for each in found[most][:12])
        hint = f"the first line must name the columns, {column} among them; it names: {there}"
        hint += f"; --column {column}=NAME reads another" if column == "text" else ""
        raise InputError(f"no column {column}", path=name, line=1, hint=hint)
    twice = next((column for column, n in Counter(found[fmt]).items() if column and n > 1), None)
    if twice is not None:
        what = "two columns have one name"
        raise InputError(what, path=name, line=1, field=named(twice), hint="rename one")
    return fmt, found[fmt]


def _cells(header: str, separator: str, name: str) -> list[str]:
    try:
        cells = next(csv.reader(io.StringIO(header, newline=""), delimiter=separator), [])
    except csv.Error as error:
        raise InputError(f"no readable header ({error})", path=name, line=1) from None
    return [cell.strip() for cell in cells]


def cut(
    stream: io.BufferedReader, layout: RowLayout, head: RowBlock, limits: BlockLimits
) -> Iterator[RowBlock]:
    """Cut a stream, after its header, into blocks of whole rows."""
    separator, n_columns = SEPARATORS[layout.fmt], len(layout.columns)
    carried = RowBlock(head.line, head.offset, 0, b"")
    for piece in jsonl.cut(stream, limits, head):
        if not isinstance(piece.data, bytes):  # one line that is too long
            if carried.size:
                yield carried
            yield piece
            carried = RowBlock(piece.line + 1, piece.offset + piece.size, 0, b"")
            continue
        assert isinstance(carried.data, bytes)
        data = carried.data + piece.data
        whole, line = len(data), carried.line
        for row in _rows(data, separator, n_columns, limits.longest):
            if row.open:
                lines = _Lines(data, limits.longest).lines[row.line :]
                size = len("".join(lines).encode("utf-8", "surrogateescape"))
                if size <= limits.longest:
                    whole -= size
                    break
        if whole:
            yield RowBlock(line, carried.offset, whole, data[:whole])
        rest = data[whole:]
        line += data.count(b"\n", 0, whole)
        carried = RowBlock(line, carried.offset + whole, len(rest), rest)
    if carried.size:
        yield carried


def decode(
    data: bytes, first: int, layout: RowLayout, reading: ParsedBlock[T]
) -> Iterator[Row[T] | RecordError]:
    """Decode whole rows, the first of which begins in line `first`."""
    columns = layout.columns
    nesting = _Nesting.of(columns)
    clean = _is_utf8(data)
    for read in _rows(data, SEPARATORS[layout.fmt], len(columns), reading.longest):
        line = first + read.line
        if read.wrong is None and not read.fields:
            continue
        row = read if clean else read._replace(fields=[repaired(cell) for cell in read.fields])
        raw = (
            _row(row, columns, nesting, reading, line)
            if nesting.inner
            else _flat(row, columns, reading, line)
        )
        if isinstance(raw, RecordError):
            yield raw
            continue
        # An empty cell is a missing field.
        given = {key: value for key, value in raw.items() if value is not None}
        try:
            record = msgspec.convert(given, reading.type, strict=False)
        except msgspec.ValidationError as error:
            yield invalid(str(error), line, given, reading)
        else:
            yield Row(line, record, raw if reading.raw else _NO_FIELDS)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unfit(
    row: _Given, columns: Sequence[str], reading: ParsedBlock[Any], line: int
) -> RecordError:
    if row.wrong is not None:
        hint = "is a quote not closed, or not doubled?"
        return RecordError(row.wrong, path=reading.name, line=line, hint=hint)
    what = f"a row of {len(columns)} columns expected"
    return RecordError(what, path=reading.name, line=line, got=f"{len(row.fields)} columns")


def _flat(
    row: _Given, columns: Sequence[str], reading: ParsedBlock[Any], line: int
) -> dict[str, Any] | RecordError:
    if row.wrong is not None or len(row.fields) != len(columns):
        return _unfit(row, columns, reading, line)
    found = {column: field or None for column, field in zip(columns, row.fields, strict=True)}
    if "text" in found:
        found["text"] = found["text"] or ""
    return found


class _Nesting(NamedTuple):
    """The columns of a table with columns for nested fields, such as ``article.title``.

    Attributes
    ----------
    fields
        The fields of a row, in the order of their first columns.
    outer
        The places and the names of ordinary columns.
    inner
        The place, the field and the field inside it of each nested one.
    """

    fields: tuple[str, ...]
    outer: tuple[tuple[int, str], ...]
    inner: tuple[tuple[int, str, str], ...]

    @classmethod
    def of(cls, columns: Sequence[str]) -> _Nesting:
        parts = [(at, *column.partition(".")[::2]) for at, column in enumerate(columns)]
        inner = tuple((at, first, rest) for at, first, rest in parts if rest)
        taken = {at for at, _, _ in inner}
        outer = tuple((at, column) for at, column in enumerate(columns) if at not in taken)
        fields = tuple(first if rest else columns[at] for at, first, rest in parts)
        return cls(fields, outer, inner)


def _row(
    row: _Given, columns: Sequence[str], nesting: _Nesting, reading: ParsedBlock[Any], line: int
) -> dict[str, Any] | RecordError:
    """Decode a row with columns for nested fields."""
    cells = row.fields
    if row.wrong is not None or len(cells) != len(columns):
        return _unfit(row, columns, reading, line)
    found: dict[str, Any] = dict.fromkeys(nesting.fields)
    for at, column in nesting.outer:
        found[column] = cells[at] or None
    if "text" in found:
        found["text"] = found["text"] or ""
    for at, first, rest in nesting.inner:
        if cells[at]:
            parent = found[first] = found[first] or {}
            if not isinstance(parent, dict):
                what = f"columns {first} and {columns[at]} exclude each other"
                return RecordError(what, path=reading.name, line=line, field=columns[at])
            parent[rest] = cells[at]
    return found
