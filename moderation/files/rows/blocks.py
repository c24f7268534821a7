"""What a block of rows is, how large it may be, and how its rows are read."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

#: Longest row of a record file, in bytes; a longer one is rejected with its address. Scoring a
#: comment of this length takes some 200 MB of memory, of 4 MiB some 700 MB.
LONGEST_LINE = 2**20


class BlockLimits(NamedTuple):
    """How large a block may grow.

    Attributes
    ----------
    rows
        Lines, or rows of Parquet. Some half a second of scoring: little is lost with a part that
        was interrupted, and its beginning and end cost nothing beside it.
    size
        Bytes, but for a single longer row.
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
    """What must be known of a file to decode a block of it: its format, a table's columns."""

    fmt: str
    columns: tuple[str, ...] = ()


class ParsedBlock(Generic[T]):
    """How rows shall be read.

    Parameters
    ----------
    type_
        A msgspec struct; a row that does not fit it is an error.
    name
        The file, as errors shall call it.
    raw
        Also give the row's fields as they were.
    longest
        Bytes of the longest row.
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
        All its fields as they were, also those that `record` does not know; empty where they were
        not asked for.
    """

    line: int
    record: T
    raw: dict[str, Any]
