"""The formats by name, and their detection from the first bytes of a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from moderation.errors import InputError, Notice
from moderation.files import format_of, open_binary
from moderation.files.archives import archive_of
from moderation.labels.formats import argilla, doccano, label_studio, prodigy, spreadsheet
from moderation.labels.formats.decisions import read_coral_decisions, read_wordpress_decisions
from moderation.labels.formats.tasks import Imported, ImportedTask, by_comment
from moderation.labels.labelled_files import LabelledRow, LabelledSet
from moderation.sources.exports import outer_keys, sniff_export

_HEAD = 1 << 16


class _ReadTasks(Protocol):
    def __call__(
        self, stream: io.BufferedReader, reading: ImportedTask, *, name: str
    ) -> Imported: ...


class _Write(Protocol):
    def __call__(
        self, rows: Sequence[LabelledRow], stream: BinaryIO, *, name: str
    ) -> Iterator[Notice]: ...


class ToolFormat(NamedTuple):
    """The reader and the writer of a labelling tool's format."""

    read: _ReadTasks
    write: _Write


#: Formats of labelling tools, by the names that the commands use.
TOOLS: Mapping[str, ToolFormat] = {
    "doccano": ToolFormat(doccano.read, doccano.write),
    "label-studio": ToolFormat(label_studio.read, label_studio.write),
    "prodigy": ToolFormat(prodigy.read, prodigy.write),
    "argilla": ToolFormat(argilla.read, argilla.write),
    "csv": ToolFormat(spreadsheet.read, spreadsheet.write),
}

#: Platforms whose exports contain decisions of moderators. These formats are only read.
PLATFORMS: Mapping[str, Callable[[Path, ImportedTask], Imported]] = {
    "coral": read_coral_decisions,
    "wxr": lambda path, reading: read_wordpress_decisions(path, "wxr", reading),
    "wordpress-rest": lambda path, reading: read_wordpress_decisions(
        path, "wordpress-rest", reading
    ),
}


def read_labels(path: Path, fmt: str, reading: ImportedTask) -> Imported:
    """Read labels from another tool's file, or decisions from a platform's export.

    Parameters
    ----------
    path
        A file, compressed or not; for Coral, the folder of its dump.
    fmt
        A name in :data:`TOOLS` or :data:`PLATFORMS`.
    reading
        What the user specifies about the file.

    Yields
    ------
    LabelledRow, Article, RecordError or Notice
        Rows, the articles that they name by ``article_id``, rows that cannot be read, and notices
        about what was left out.
    """
    if fmt in PLATFORMS:
        yield from PLATFORMS[fmt](path, reading)
        return
    with open_binary(path) as stream:
        yield from TOOLS[fmt].read(stream, reading, name=str(path))


def write_labels(
    rows: Sequence[LabelledRow], fmt: str, stream: BinaryIO, *, name: str
) -> Iterator[Notice]:
    """Write rows in another tool's format.

    Parameters
    ----------
    rows
        The labelled rows.
    fmt
        A name in :data:`TOOLS`.
    stream
        The file to write to.
    name
        The name of the file in notices.

    Yields
    ------
    Notice
        What the format cannot express.
    """
    return TOOLS[fmt].write(rows, stream, name=name)


def in_context(rows: Sequence[LabelledRow], found: LabelledSet) -> list[LabelledRow]:
    """Add the articles and parents that rows only name, because another tool cannot look them up.

    Parameters
    ----------
    rows
        The labelled rows.
    found
        The labelled files with the articles and parents.
    """
    texts = {row.id: row.text for row in reversed(found.rows)}
    return [
        msgspec.structs.replace(
            row,
            article=row.article or found.articles.get(row.article_id or ""),
            parent=row.parent or texts.get(row.parent_id or ""),
        )
        for row in rows
    ]


def unanswered(rows: Sequence[LabelledRow]) -> list[LabelledRow]:
    """Return each comment once and without answers, for labelling in another tool.

    Parameters
    ----------
    rows
        The labelled rows.
    """
    about = ("id", "text", "source", "article_id", "article", "parent_id", "parent")
    return [
        LabelledRow(**{field: getattr(group[0], field) for field in about})
        for group in by_comment(rows)
    ]


def sniff_labels(path: Path) -> str:
    """Detect the format of a file.

    Parameters
    ----------
    path
        A file, or the folder of a Coral dump.

    Returns
    -------
    str
        A name in :data:`TOOLS` or :data:`PLATFORMS`.

    Raises
    ------
    InputError
        If the format is not evident.
    """
    if path.is_dir():
        return "coral"
    with open_binary(path) as stream:
        head = stream.peek(_HEAD)[:_HEAD]
    if (platform := sniff_export(head)) in PLATFORMS:
        return str(platform)
    keys = outer_keys(head.decode("utf-8-sig", "replace")).keys()
    for fmt, marks in _MARKS.items():
        if any(mark <= keys for mark in marks):
            return fmt
    if format_of(path) in {"csv", "tsv"} or archive_of(head) == "workbook":
        return "csv"
    hint = f"--from, one of: {', '.join([*TOOLS, *PLATFORMS])}"
    raise InputError("not evidently of any tool", path=path, hint=hint)


#: Keys of a file's first object that identify a tool, in the order to try.
_MARKS: Mapping[str, tuple[frozenset[str], ...]] = {
    "label-studio": (
        frozenset({"data", "annotations"}),
        frozenset({"annotation_id", "lead_time"}),
    ),
    "argilla": (frozenset({"fields", "responses"}), frozenset({"_server_id"})),
    "prodigy": (
        frozenset({"text", "answer"}),
        frozenset({"text", "options"}),
        frozenset({"text", "_task_hash"}),
    ),
    "doccano": (frozenset({"id", "text", "label"}), frozenset({"id", "text", "Comments"})),
}
