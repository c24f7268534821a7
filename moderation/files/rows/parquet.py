"""Parquet by row numbers, read forward slice by slice."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any, BinaryIO, cast

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files.rows.blocks import BlockLimits, ParsedBlock, Row, RowBlock, T
from moderation.files.rows.jsonl import too_long
from moderation.files.rows.problems import invalid

_BATCH_ROWS = 1024
_BATCH_SIZE = 2**20
_NO_FIELDS: dict[str, Any] = {}


class ParquetRows:
    """The rows of a Parquet file by number; cheapest in ascending order.

    Parameters
    ----------
    stream
        Binary; copied to a temporary file first if it cannot seek.
    name
        The name of the file in errors.

    Raises
    ------
    InputError
        If it is damaged, or pyarrow is not installed.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._name = name
        try:
            import pyarrow.parquet as pq
        except ImportError:
            hint = "pip install pyarrow"
            raise InputError("Parquet needs pyarrow", path=name, hint=hint) from None
        self._copy = None if stream.seekable() else _copied(stream)
        try:
            with _damage(name):
                file = self._copy or stream
                self._file = pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
                meta = self._file.metadata
                groups = [meta.row_group(i) for i in range(meta.num_row_groups)]
        except InputError:
            self.close()
            raise
        self._sizes = [group.num_rows for group in groups]
        self.n_rows = sum(self._sizes)
        #: Average number of bytes of a row, at least 1.
        self.row_size = 1 + sum(group.total_byte_size for group in groups) // max(1, self.n_rows)
        self._batch_rows = min(_BATCH_ROWS, 1 + _BATCH_SIZE // self.row_size)
        self._seek(0)

    def close(self) -> None:
        """Delete the temporary copy; the caller closes the stream."""
        if self._copy is not None:
            self._copy.close()

    def blocks(self, limits: BlockLimits) -> Iterator[RowBlock]:
        """Yield the bounds of blocks of rows, without their data."""
        count = max(1, min(limits.rows, limits.size // self.row_size))
        for start in range(0, self.n_rows, count):
            yield RowBlock(start + 1, start, min(count, self.n_rows - start))

    def _seek(self, row: int) -> None:
        """Begin with the row group that holds `row`."""
        group, start = 0, 0
        while group < len(self._sizes) and start + self._sizes[group] <= row:
            start += self._sizes[group]
            group += 1
        self._at = start
        self._rest: Any = None
        groups = list(range(group, len(self._sizes)))
        self._batches = self._file.iter_batches(batch_size=self._batch_rows, row_groups=groups)

    def read(self, start: int, count: int) -> list[dict[str, Any]]:
        """Return rows `start` to ``start + count``, fewer at the end, with dates as text."""
        found: list[dict[str, Any]] = []
        with _damage(self._name):
            if start < self._at:
                self._seek(start)
            while len(found) < count:
                batch = self._rest if self._rest is not None else next(self._batches, None)
                self._rest = None
                if batch is None:
                    break
                skipped = max(0, start - self._at)
                if skipped >= len(batch):
                    self._at += len(batch)
                    continue
                taken = batch.slice(skipped, count - len(found))
                used = skipped + len(taken)
                self._rest = batch.slice(used) if used < len(batch) else None
                self._at += used
                found += taken.to_pylist()
        return [{key: _plain(value) for key, value in row.items()} for row in found]


@contextmanager
def _damage(name: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        hint = "write the file again"
        raise InputError("damaged Parquet data", path=name, got=str(error), hint=hint) from None


def _copied(stream: BinaryIO) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the reader
    shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return cast(BinaryIO, copy)


def cut(stream: BinaryIO, limits: BlockLimits, name: str) -> Iterator[RowBlock]:
    """Cut a file into blocks of rows."""
    with closing(ParquetRows(stream, name)) as rows:
        for block in rows.blocks(limits):
            yield block._replace(data=rows.read(block.offset, block.size))


def decode(
    data: list[dict[str, Any]], first: int, reading: ParsedBlock[T]
) -> Iterator[Row[T] | RecordError]:
    """Validate rows, the first of which has the number `first`."""
    for number, raw in enumerate(data, first):
        given = {key: value for key, value in raw.items() if value is not None}
        text = given.get("text")
        if isinstance(text, str) and len(text) > reading.longest:
            yield too_long(number, reading)
            continue
        try:
            record = msgspec.convert(given, reading.type)
        except msgspec.ValidationError as error:
            yield invalid(str(error), number, given, reading)
        else:
            yield Row(number, record, raw if reading.raw else _NO_FIELDS)


def _plain(value: Any) -> Any:
    """Return a date as JSON writes it, and any other value unchanged."""
    return value.isoformat() if isinstance(value, date) else value
