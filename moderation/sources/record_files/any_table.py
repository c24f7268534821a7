"""Read any table as its header and rows of cells: CSV with any separator and encoding, or xlsx."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files.archives import archive_of
from moderation.files.rows import (
    BlockLimits,
    ParsedBlock,
    RowBlock,
    RowLayout,
    cut,
    decode,
    layout_of,
)
from moderation.sources.record_files.kinds import WIDE
from moderation.sources.record_files.unwrapping import unwrapped

_HEAD = 1 << 16


class Cells(NamedTuple):
    """The cells of a row by column, in the order of the columns, and the row's line."""

    line: int
    cells: dict[str, Any]


class AnyTable(NamedTuple):
    """A table whose columns may have any names.

    Attributes
    ----------
    columns
        The names of the columns.
    rows
        Each row, or why it cannot be read.
    is_utf8
        Whether the beginning of the file is UTF-8. Other bytes are read as windows-1252.
    """

    columns: tuple[str, ...]
    rows: Iterator[Cells | RecordError]
    is_utf8: bool = True


def read_any_table(stream: io.BufferedReader, *, name: str) -> AnyTable:
    """Read the header of a table; its rows are read as they are asked for.

    Parameters
    ----------
    stream
        Decompressed bytes, at the start of the file.
    name
        The name of the file in errors.

    Raises
    ------
    InputError
        If the table is empty, or has no usable header.
    """
    head = stream.peek(_HEAD)
    if archive_of(head) == "workbook":
        return _workbook(unwrapped(stream, "workbook", name), name)
    is_wide = head.startswith(WIDE)
    rows = unwrapped(stream, "encoding" if is_wide else "", name)
    layout, begin = layout_of(rows, "table", set(), name)
    if not any(layout.columns):
        raise InputError("is empty", path=name, hint="the first line names the columns")
    # A column is read by its place, because its name may be empty, or have a dot.
    places = tuple(str(place) for place in range(len(layout.columns)))
    placed = msgspec.structs.replace(layout, columns=places)
    return AnyTable(layout.columns, _decoded(rows, placed, begin, name), is_wide or _is_utf8(head))


def _workbook(rows: io.BufferedReader, name: str) -> AnyTable:
    """Read a sheet, each row of which names all columns."""
    found = _decoded(rows, RowLayout("jsonl"), RowBlock(1, 0, 0), name)
    first = next(found, None)
    if first is None or isinstance(first, RecordError):
        raise first or InputError("a sheet without rows", path=name)
    return AnyTable(tuple(first.cells), chain([first], found))


def _decoded(
    rows: io.BufferedReader, layout: RowLayout, begin: RowBlock, name: str
) -> Iterator[Cells | RecordError]:
    reading: ParsedBlock[dict[str, Any]] = ParsedBlock(dict[str, Any], name)
    for block in cut(rows, layout, begin, BlockLimits(), name):
        for row in decode(block, layout, reading):
            yield row if isinstance(row, RecordError) else Cells(row.line, row.raw)


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # which allows for a cut character
    except UnicodeDecodeError:
        return False
    return True
