"""The layout of a record file: its format, its columns, and how its fields are read."""

from __future__ import annotations

import io

import msgspec

from moderation.files.rows import RowBlock, RowLayout, layout_of
from moderation.sources.comment_rows import REQUIRED
from moderation.sources.record_files.kinds import Kind


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
    required = {names.get(field, field) for field in REQUIRED}
    layout, head = layout_of(stream, kind.fmt, required, name)
    given = tuple(sorted(names.items()))
    return msgspec.structs.replace(layout, markup=kind.markup, names=given), head
