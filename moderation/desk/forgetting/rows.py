"""Cuts a file into its rows, each with its bytes, so that other rows stay as they are written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files.rows import LONGEST_LINE, field_size

SEPARATORS = {"csv": ",", "tsv": "\t"}

_BOM = b"\xef\xbb\xbf"
_HINT = "it stays as it is; look yourself whether it is about the comment"

# How JSON is commonly written; the first that gives the row's own bytes is taken.
_STYLES: tuple[dict[str, Any], ...] = tuple(
    {"ensure_ascii": plain, "separators": separators}
    for separators in ((",", ":"), (", ", ": "))
    for plain in (False, True)
)
_DECODER = msgspec.json.Decoder(dict[str, Any])
_QUOTING = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)


class FileRow(NamedTuple):
    """A row, or what stands between rows.

    Attributes
    ----------
    line
        Its first line, from 1.
    raw
        Its bytes, with the line's end.
    fields
        Its fields; None for a header, an empty line and a row that cannot be read.
    problem
        Why it cannot be read.
    """

    line: int
    raw: bytes
    fields: dict[str, Any] | None = None
    problem: RecordError | None = None


def rows_of(stream: BinaryIO, fmt: str, name: str) -> Iterator[FileRow]:
    """Yield all parts of a file in order; their bytes together are the file.

    Parameters
    ----------
    stream
        Decompressed bytes.
    fmt
        ``jsonl``, ``csv`` or ``tsv``.
    name
        The name of the file in errors.

    Raises
    ------
    InputError
        If a table cannot be cut into rows, so that nothing of it may be written again.
    """
    return _json_rows(stream, name) if fmt == "jsonl" else _table_rows(stream, fmt, name)


def rewritten(row: FileRow, fields: dict[str, Any], fmt: str) -> bytes:
    """Return the bytes of a row with other values, in the way in which the row was written."""
    body = row.raw.rstrip(b"\r\n")
    end = row.raw[len(body) :]
    if fmt == "jsonl":
        return _json_line(body, row.fields, fields) + end
    return _table_line(row, fields, SEPARATORS[fmt], end)


def _json_rows(stream: BinaryIO, name: str) -> Iterator[FileRow]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            what = f"a line of more than {LONGEST_LINE:,} bytes"
            raise InputError(what, path=name, line=number, hint="split it; nothing was changed")
        body = line.removeprefix(_BOM) if number == 1 else line
        if not body.strip():
            yield FileRow(number, line)
            continue
        try:
            fields = _DECODER.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            what = "not an object of JSON"
            yield FileRow(number, line, None, RecordError(what, path=name, line=number, hint=_HINT))
        else:
            yield FileRow(number, line, fields)


def _json_line(body: bytes, before: dict[str, Any] | None, after: dict[str, Any]) -> bytes:
    mark = _BOM if body.startswith(_BOM) else b""
    own = body.removeprefix(_BOM)
    for style in _STYLES:
        if json.dumps(before, **style).encode("utf-8", "surrogatepass") == own:
            return mark + json.dumps(after, **style).encode("utf-8", "surrogatepass")
    return mark + msgspec.json.encode(after)


class _Feed:
    """The lines of a table as text, of which those of the present row are kept."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._size = 0
        self.kept: list[bytes] = []
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        data = self._stream.readline(LONGEST_LINE + 1)
        if not data:
            raise StopIteration
        self.line += 1
        self._size += len(data)
        self.kept.append(data)
        if self._size > LONGEST_LINE:
            what = "a row that is too long; is a quote not closed?"
            raise InputError(what, path=self._name, line=self.first, hint="nothing was changed")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            hint = "save the file as UTF-8; nothing was changed"
            raise InputError("not UTF-8", path=self._name, line=self.line, hint=hint) from None
        return text.removeprefix("\ufeff") if self.line == 1 else text

    @property
    def first(self) -> int:
        """The first line of the present row."""
        return self.line - len(self.kept) + 1

    def taken(self) -> bytes:
        """Return the bytes of the present row, and begin another."""
        data = b"".join(self.kept)
        self.kept, self._size = [], 0
        return data


def _table_rows(stream: BinaryIO, fmt: str, name: str) -> Iterator[FileRow]:
    feed = _Feed(stream, name)
    reader = csv.reader(feed, delimiter=SEPARATORS[fmt], strict=True)
    columns: list[str] | None = None
    while True:
        try:
            with field_size(LONGEST_LINE):
                cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what, hint = f"not a row of a table ({error})", "nothing was changed"
            raise InputError(what, path=name, line=feed.first, hint=hint) from None
        line, raw = feed.first, feed.taken()
        if columns is None:
            yield FileRow(line, raw)
            if not (line == 1 and raw.removeprefix(_BOM).lower().startswith((b"sep=", b'"sep='))):
                columns = [cell.strip() for cell in cells]
        elif not cells:
            yield FileRow(line, raw)
        elif len(cells) != len(columns):
            what = f"a row of {len(columns)} columns expected"
            got = f"{len(cells)} columns"
            wrong = RecordError(what, path=name, line=line, got=got, hint=_HINT)
            yield FileRow(line, raw, None, wrong)
        else:
            yield FileRow(line, raw, dict(zip(columns, cells, strict=True)))


def _table_line(row: FileRow, fields: dict[str, Any], separator: str, end: bytes) -> bytes:
    before = list((row.fields or {}).values())
    after = ["" if value is None else value for value in fields.values()]
    for quoting in _QUOTING:
        if _written(before, separator, quoting) == row.raw[: len(row.raw) - len(end)]:
            return _written(after, separator, quoting) + end
    return _written(after, separator, csv.QUOTE_MINIMAL) + end


def _written(cells: list[Any], separator: str, quoting: int) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="").writerow(cells)  # type: ignore[arg-type]
    return text.getvalue().encode("utf-8")
