"""Blocks of rows: their contents, their limits and how their rows are decoded."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

#: Longest row of a record file, in bytes; a longer one is rejected with its address. Scoring a
#: comment of this length takes some 200 MB of memory, of 4 MiB some 700 MB.
LONGEST_LINE = 2**20


class BlockLimits(NamedTuple):
    """The limits on a block.

    Attributes
    ----------
    rows
        Lines, or rows of Parquet. They take about half a second to score, so an interrupted part
        loses little, and the overhead of a part is negligible.
    size
        Bytes, except for a single longer row.
    longest
        Bytes of one row.
    """

    rows: int = 16_384
    size: int = 4 * 2**20
    longest: int = LONGEST_LINE


class RowBlock(NamedTuple):
    """Consecutive rows of one file.

    Attributes
    ----------
    line
        Line of the first, from 1 (Parquet: its number).
    offset
        Bytes before it, decompressed (Parquet: rows).
    size
        Its bytes (Parquet: rows).
    data
        The bytes, or decoded rows of Parquet; None for one line too long to be read.
    """

    line: int
    offset: int
    size: int
    data: bytes | list[dict[str, Any]] | None = None


class RowLayout(msgspec.Struct, frozen=True):
    """The facts that decoding a block needs.

    Attributes
    ----------
    fmt
        The file's format.
    columns
        A table's columns.
    markup
        Whether the texts are HTML.
    names
        Pairs of one of our fields and the file's name of it, where they differ.
    """

    fmt: str
    columns: tuple[str, ...] = ()
    markup: bool = False
    names: tuple[tuple[str, str], ...] = ()


class ParsedBlock(Generic[T]):
    """The settings with which a block is decoded.

    Parameters
    ----------
    type_
        A msgspec struct; a row that does not match it is an error.
    name
        The name of the file in errors.
    raw
        Whether to return the row's original fields, too.
    longest
        Largest number of bytes of a row.
    """

    def __init__(
        self, type_: type[T], name: str, *, raw: bool = True, longest: int = LONGEST_LINE
    ) -> None:
        self.type = type_
        self.name = name
        self.raw = raw
        self.longest = longest
        self.decoder = msgspec.json.Decoder(type_)


class Row(NamedTuple, Generic[T]):
    """One decoded row.

    Attributes
    ----------
    line
        Where it starts, from 1 (for Parquet: the row's number).
    record
        Decoded and validated.
    raw
        All original fields, including those that `record` does not have; empty if they were not
        requested.
    """

    line: int
    record: T
    raw: dict[str, Any]
