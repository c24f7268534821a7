"""Rows of record files, cut into blocks of bounded size and decoded block by block.

A file of any length is read as :class:`RowBlock` after block. A block holds whole rows and knows
where it begins, so that another process can read and decode it alone and finds the same rows in
it. ``blocks`` defines a block. ``jsonl``, ``delimited`` and ``parquet`` each cut and decode one
family of formats. ``problems`` turns a fault in a row into an error with its address.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from moderation.errors import RecordError
from moderation.files.rows import delimited as tables
from moderation.files.rows import jsonl, parquet
from moderation.files.rows.blocks import (
    LONGEST_LINE,
    BlockLimits,
    ParsedBlock,
    Row,
    RowBlock,
    RowLayout,
    T,
)
from moderation.files.rows.delimited import field_size
from moderation.files.rows.parquet import ParquetRows

__all__ = [
    "LONGEST_LINE",
    "BlockLimits",
    "ParquetRows",
    "ParsedBlock",
    "RowBlock",
    "RowLayout",
    "cut",
    "decode",
    "field_size",
    "layout_of",
]


def layout_of(
    stream: io.BufferedReader, fmt: str, required: set[str], name: str
) -> tuple[RowLayout, RowBlock]:
    """Read everything before the first row.

    Parameters
    ----------
    stream
        Decompressed bytes, at the start of the file.
    fmt
        ``jsonl``, ``csv``, ``tsv`` or ``parquet``; ``table`` if the header tells the separator.
    required
        Columns that a table must have; the separator is the first that gives them.
    name
        The name of the file in errors.

    Returns
    -------
    layout : Layout
    head : Block
        Where the first row begins.

    Raises
    ------
    InputError
        If a table has no header or an unusable one.
    """
    if fmt == "table" or fmt in tables.SEPARATORS:
        return tables.layout_of(stream, fmt, required, name)
    return RowLayout(fmt), RowBlock(1, 0, 0)


def cut(
    stream: io.BufferedReader, layout: RowLayout, head: RowBlock, limits: BlockLimits, name: str
) -> Iterator[RowBlock]:
    """Cut a stream, read as far as `head`, into blocks of whole rows, in order.

    Raises
    ------
    InputError
        If it is damaged.
    """
    if layout.fmt == "jsonl":
        return jsonl.cut(stream, limits, head)
    if layout.fmt == "parquet":
        return parquet.cut(cast(BinaryIO, stream), limits, name)
    return tables.cut(stream, layout, head, limits)


def decode(
    block: RowBlock, layout: RowLayout, reading: ParsedBlock[T]
) -> Iterator[Row[T] | RecordError]:
    """Decode the rows of a block; an unreadable row gives an error in its place."""
    if block.data is None:
        return iter([jsonl.too_long(block.line, reading)])
    if layout.fmt == "jsonl":
        return jsonl.decode(cast(bytes, block.data), block.line, reading)
    if layout.fmt == "parquet":
        return parquet.decode(cast(list[dict[str, Any]], block.data), block.line, reading)
    return tables.decode(cast(bytes, block.data), block.line, layout, reading)
