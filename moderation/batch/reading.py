"""Reads the comments of one part without the rest of its input."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, cast

from moderation.batch.plan import Options, Part, PlannedInput
from moderation.errors import InputError, ModerationError
from moderation.files import open_binary
from moderation.files.rows import ParquetRows, RowBlock
from moderation.sources import read_comments
from moderation.sources.comment_rows import (
    LOOK_BACK,
    Item,
    Neighbours,
    RowContext,
    RowReader,
    with_threads,
)
from moderation.sources.record_files import open_rows

_PIECE = 2**18


class ChangedError(InputError):
    """An input has changed since the work was planned."""


def comments_of(
    source: PlannedInput, before: Sequence[Part], part: Part, context: RowContext, options: Options
) -> Iterator[Item | ModerationError]:
    """Read one part.

    Parameters
    ----------
    source
        The input; only its parts `before` and `part` are read.
    before
        The parts immediately before, latest first, as far as the look-back reaches.
    context
        The articles that the caller supplies.

    Raises
    ------
    ChangedError
        If the bytes of the part differ from those that were planned.
    """
    if source.what != "rows":
        return read_comments([source.place], context, raw=options.keep, limits=options.limits)
    name = source.path
    rows = RowReader(source.layout, name, raw=options.keep, longest=options.longest)

    def earlier() -> list[Neighbours]:
        bare = RowReader(source.layout, name, raw=False, longest=options.longest)
        return [bare.known(_block(source, known, options), context) for known in before]

    block = _block(source, part, options)
    return with_threads(list(rows.placed(block, Neighbours(context, earlier))))


def _block(source: PlannedInput, part: Part, options: Options) -> RowBlock:
    """Return the rows of a part, which must be unchanged since the plan."""
    if part.too_long:
        return RowBlock(part.line, part.offset, part.size)
    data: Any
    if not (source.compressed or source.wrapped) and source.layout.fmt != "parquet":
        with open_binary(source.place) as stream:
            stream.seek(part.offset)
            data = stream.read(part.size)
    else:
        data = _READERS.of(source, options).read(part.offset, part.size)
    wrong = part.checksum is not None and zlib.crc32(data) != part.checksum
    if wrong or len(data) != part.size:
        hint = "score it again from the beginning, with --force"
        raise ChangedError("changed while it was scored", path=source.path, hint=hint)
    return RowBlock(part.line, part.offset, part.size, data)


class _Forward:
    """A compressed or wrapped file, read forward once while its parts are requested in order.

    The last bytes are kept, because later parts may look back at them.
    """

    def __init__(self, source: PlannedInput, sheet: str, kept: int) -> None:
        self._rows = (source.place, source.wrapped, sheet)
        self._kept = kept
        self._stack = ExitStack()
        self._open()

    def _open(self) -> None:
        self._stack.close()
        self._stream = self._stack.enter_context(open_rows(*self._rows))
        self._tail = bytearray()
        self._at = 0

    def read(self, offset: int, size: int) -> bytes:
        """Return bytes of the decompressed file."""
        if offset < self._at - len(self._tail):
            self._open()
        end = offset + size
        while self._at < end and (piece := self._stream.read(min(_PIECE, end - self._at))):
            self._tail += piece
            self._at += len(piece)
            if len(self._tail) > 2 * self._kept:
                del self._tail[: -self._kept]
        start = offset - (self._at - len(self._tail))
        return bytes(self._tail[start : start + size])

    def close(self) -> None:
        self._stack.close()


class _Rows:
    """A Parquet file that is read forward while its parts are requested in order."""

    def __init__(self, source: PlannedInput) -> None:
        self._stack = ExitStack()
        stream = self._stack.enter_context(open_binary(source.place))
        self._rows = ParquetRows(cast(Any, stream), source.path)

    def read(self, offset: int, size: int) -> list[dict[str, Any]]:
        """Return rows by number."""
        return self._rows.read(offset, size)

    def close(self) -> None:
        self._rows.close()
        self._stack.close()


class _Readers(threading.local):
    """The file that the current thread reads forward; it stays open between parts."""

    def __init__(self) -> None:
        self._source: tuple[str, str] | None = None
        self._reader: _Forward | _Rows | None = None

    def of(self, source: PlannedInput, options: Options) -> _Forward | _Rows:
        wanted = (source.place, source.digest)
        if self._reader is None or self._source != wanted:
            self.close()
            if source.layout.fmt == "parquet":
                self._reader = _Rows(source)
            else:
                kept = (LOOK_BACK + 1) * (options.part_size + options.longest)
                self._reader = _Forward(source, options.sheet, kept)
            self._source = wanted
        return self._reader

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None


_READERS = _Readers()


def close_readers() -> None:
    """Close the file that the current thread keeps open between parts."""
    _READERS.close()
