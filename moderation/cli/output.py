"""Records out, in the format asked for: JSON Lines, CSV, Parquet, or a table for a person."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from moderation.cli.options import Format
from moderation.errors import UsageError
from moderation.files import format_of, write_atomically
from moderation.writing import WRITERS, Record, encoded

__all__ = [
    "Record",
    "Write",
    "chosen_format",
    "coloured",
    "encoded",
    "printable",
    "refuse_format",
    "say",
    "say_json",
    "writing",
]

Write = Callable[[Record], None]


def chosen_format(asked: Format | None, output: Path | None) -> Format:
    """The format asked for, else by the output's extension, else by what standard output is."""
    if asked is not None:
        return asked
    if output is not None:
        by_name = format_of(output)
        if by_name == "tsv":
            raise UsageError("TSV is not written", path=output, hint="name it .csv or .jsonl")
        return Format(by_name) if by_name in {"jsonl", "csv", "parquet"} else Format.JSONL
    return Format.TABLE if sys.stdout.isatty() else Format.JSONL


@contextmanager
def writing(output: Path | None, fmt: Format, *, force: bool) -> Iterator[Write]:
    """Open an output for records; a file appears whole, when the block ends well.

    Raises
    ------
    UsageError
        If the output exists and `force` is not given, or the format needs a file.
    """
    refuse_format(fmt, output)
    with _binary(output, force=force) as stream:
        writer = WRITERS[fmt.value](stream)
        yield writer.write
        writer.close()


def refuse_format(fmt: Format, output: Path | None) -> None:
    """Raise UsageError for a table in a file, and for Parquet anywhere else."""
    if fmt is Format.TABLE:
        raise UsageError("a table is for a terminal", hint="write --format jsonl or csv")
    if fmt is Format.PARQUET and output is None:
        raise UsageError("Parquet is written to a file", hint="add -o FILE.parquet")


@contextmanager
def _binary(output: Path | None, *, force: bool) -> Iterator[BinaryIO]:
    if output is not None:
        with write_atomically(output, force=force) as stream:
            yield stream
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def say_json(document: Any) -> None:
    """Print one JSON document, indented."""
    say(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


# What could move the cursor, colour the screen or turn the reading direction: a comment must not
# write on the moderator's terminal.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """`text` on one line, with U+FFFD for all that is more than a character to look at."""
    return _UNPRINTABLE.sub("\ufffd", text)


def coloured() -> bool:
    """Whether standard output shows colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(line: str) -> None:
    """Print one line for a person to standard output, whatever its encoding can show."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
