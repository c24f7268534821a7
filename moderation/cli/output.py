"""Output of records in the requested format: JSON Lines, CSV, Parquet or a table."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

import msgspec
import typer

from moderation.cli.options import OutputFormat
from moderation.cli.wrapping import wrapped
from moderation.errors import UsageError
from moderation.files import format_of
from moderation.files.records import WRITERS, Record, encoded, no_formula
from moderation.files.storage import naming
from moderation.files.writing import refuse_existing, write_atomically
from moderation.text.visibility import printable, printable_json, printable_lines

__all__ = [
    "Record",
    "Styled",
    "Write",
    "chosen_format",
    "coloured",
    "encoded",
    "no_formulas",
    "record_stream",
    "refuse_format",
    "say",
    "say_json",
    "styled",
    "tell",
    "write_records",
    "writing",
    "writing_text",
]

Write = Callable[[Record], None]


def chosen_format(asked: OutputFormat | None, output: Path | None) -> OutputFormat:
    """Return the requested format; else the output's extension or the terminal decides."""
    if asked is not None:
        return asked
    if output is not None:
        by_name = format_of(output)
        if by_name == "tsv":
            raise UsageError("TSV is not written", path=output, hint="name it .csv or .jsonl")
        return (
            OutputFormat(by_name) if by_name in {"jsonl", "csv", "parquet"} else OutputFormat.JSONL
        )
    return OutputFormat.TABLE if sys.stdout.isatty() else OutputFormat.JSONL


@contextmanager
def writing(output: Path | None, fmt: OutputFormat, *, force: bool) -> Iterator[Write]:
    """Open an output for records; a file appears complete if the block succeeds.

    Raises
    ------
    UsageError
        If the output exists and `force` is not given, or the format needs a file.
    """
    refuse_format(fmt, output)
    with _binary(output, fmt, force=force) as stream:
        writer = WRITERS[fmt.value](stream)
        yield writer.write
        writer.close()


def write_records(
    records: Iterator[Record],
    output: Path | None,
    fmt: OutputFormat,
    *,
    force: bool,
    even_none: Callable[[], bool] = lambda: False,
) -> None:
    """Write records; no file appears where there is none to write.

    Parameters
    ----------
    records
        What is written; it is read once.
    even_none
        Returns, once `records` has turned out to be empty, whether an empty file is right.

    Raises
    ------
    UsageError
        As for :func:`writing`.
    """
    refuse_format(fmt, output)
    if output is not None:
        refuse_existing(output, force=force)
    first = list(islice(records, 1))
    if first or output is None or even_none():
        with writing(output, fmt, force=force) as write:
            for record in chain(first, records):
                write(record)


def refuse_format(fmt: OutputFormat, output: Path | None) -> None:
    """Raise UsageError for a table in a file, and for Parquet outside a file."""
    if fmt is OutputFormat.TABLE:
        raise UsageError("a table is for a terminal", hint="write --format jsonl or csv")
    if fmt is OutputFormat.PARQUET and output is None:
        raise UsageError("Parquet is written to a file", hint="add -o FILE.parquet")


def no_formulas(record: Record) -> Record:
    """Return a record whose texts no spreadsheet takes for formulas."""
    return {
        name: no_formula(value) if isinstance(value, str) else value
        for name, value in record.items()
    }


@contextmanager
def writing_text(output: Path | None, *, force: bool) -> Iterator[Callable[[str], None]]:
    """Open an output for text; a file appears complete if the block succeeds.

    Raises
    ------
    UsageError
        If the output exists and `force` is not given.
    """
    with _binary(output, OutputFormat.TABLE, force=force) as stream:

        def write(text: str) -> None:
            stream.write(text.encode())

        yield write


@contextmanager
def _binary(output: Path | None, fmt: OutputFormat, *, force: bool) -> Iterator[BinaryIO]:
    if output is not None:
        with write_atomically(output, force=force) as stream:
            yield stream
        return
    with naming("standard output"):
        yield record_stream(fmt)
        sys.stdout.buffer.flush()


class _OnTerminal:
    """Standard output on a terminal, which no record can control.

    Parameters
    ----------
    stream
        Binary.
    escaped
        A function that makes whole lines of text printable.
    """

    def __init__(self, stream: BinaryIO, escaped: Callable[[str], str]) -> None:
        self._stream = stream
        self._escaped = escaped

    def write(self, data: bytes) -> int:
        """Write whole characters."""
        return self._stream.write(self._escaped(data.decode("utf-8", "replace")).encode())


def record_stream(fmt: OutputFormat) -> BinaryIO:
    """Return standard output as a stream for records in a format."""
    stream = sys.stdout.buffer
    if not sys.stdout.isatty():
        return stream
    escaped = printable_json if fmt is OutputFormat.JSONL else printable_lines
    return cast(BinaryIO, _OnTerminal(stream, escaped))


def say_json(document: Any, *, one_line: bool = False) -> None:
    """Print one JSON document, indented unless `one_line` is set."""
    data = encoded(document) if one_line else msgspec.json.format(encoded(document), indent=2)
    sys.stdout.write(_showable(printable_json(data.decode()), sys.stdout) + "\n")


class Styled(str):
    """Printable text with our own style codes, which is sent to the terminal unchanged."""

    __slots__ = ()


def styled(text: str, *, fg: str | None = None, bold: bool = False, underline: bool = False) -> str:
    """Return `text` printable, and styled if standard output shows styles."""
    text = printable(text)
    if not coloured():
        return text
    return Styled(typer.style(text, fg=fg, bold=bold or None, underline=underline or None))


def coloured() -> bool:
    """Return whether standard output shows colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(*parts: str) -> None:
    """Print one line for a person to standard output; a terminal shows it wrapped at words.

    The output is no more than this line and cannot control the terminal. A character that the
    encoding lacks becomes a question mark.

    Parameters
    ----------
    parts
        The parts of the line, in sequence; a :class:`Styled` part keeps its codes.
    """
    line = "".join(part if isinstance(part, Styled) else printable(part) for part in parts)
    _write(line, sys.stdout)


def tell(message: str) -> None:
    """Print one line for a person to standard error, as :func:`say` does."""
    _write(f"moderation: {printable(message)}", sys.stderr)


def _write(line: str, stream: TextIO) -> None:
    if stream.isatty():
        line = "\n".join(wrapped(line, shutil.get_terminal_size().columns))
    stream.write(_showable(line, stream) + "\n")


def _showable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
