"""The layout of a record file: its format, its columns, and how its fields are read."""

from __future__ import annotations

import io

import msgspec

from moderation.errors import InputError
from moderation.files.rows import RowBlock, RowLayout, layout_of
from moderation.sources.comment_rows import REQUIRED
from moderation.sources.record_files.kinds import Kind, are_html

_HEAD = 1 << 16


def row_layout(
    stream: io.BufferedReader, kind: Kind, names: dict[str, str], name: str
) -> tuple[RowLayout, RowBlock]:
    """Read everything before the first row.

    Parameters
    ----------
    stream
        Plain rows, at the start of the file.
    kind
        The kind of the file.
    names
        The file's names of our fields, where they differ.
    name
        The name of the file in errors.

    Raises
    ------
    InputError
        If a table has no header or an unusable one.
    """
    names = dict(kind.names) | names
    required = {names.get(field, field) for field in REQUIRED}
    if kind.wrapped == "workbook":
        kind = kind._replace(markup=_sheet_is_html(stream, names, name))
    layout, head = layout_of(stream, kind.fmt, required, name)
    given = tuple(sorted(names.items()))
    return msgspec.structs.replace(layout, markup=kind.markup, names=given), head


def _sheet_is_html(stream: io.BufferedReader, names: dict[str, str], name: str) -> bool:
    """Return whether the texts of a sheet are HTML; refuse a sheet that has no column of texts."""
    head = stream.peek(_HEAD)
    columns = _first_keys(head)
    wanted = names.get("text", "text")
    if columns and wanted not in columns:
        hint = f"its columns: {', '.join(columns)}; say --column text=NAME"
        raise InputError("a sheet without a column of texts", path=name, field=wanted, hint=hint)
    return are_html(head, names)


def _first_keys(head: bytes) -> list[str]:
    """Return the columns that the first row of a sheet names; each of its rows names all."""
    for line in head.split(b"\n"):
        if line.strip():
            try:
                return list(msgspec.json.decode(line, type=dict[str, str | None]))
            except msgspec.DecodeError:
                return []  # The row is longer than the head.
    return []
