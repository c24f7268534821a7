"""The kind of an input, by its first bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from moderation.errors import InputError
from moderation.files import format_of, sniff_format
from moderation.files.archives import archive_of, saved_as
from moderation.files.encodings import MIXED
from moderation.sources.exports import sniff_export
from moderation.sources.record_files.unknown import refuse_no_page, refuse_unknown
from moderation.text.markup import has_markup

_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*+\[\s*+\{\s*+\"")
_GOES_ON = (b"{", b"[", b",")
_NO_NAMES: Mapping[str, str] = {}

#: The marks with which files in UTF-16 and UTF-32 begin.
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SEPARATED = {",": "csv", "\t": "tsv", ";": "semicolons", "|": "bars"}
#: What the columns of a table may be called if its name does not say that it is one.
_COLUMN = re.compile(r"[\w. -]{1,40}")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)

#: A file's texts are HTML if this share of those in its first bytes has tags or entities. Set by
#: judgement: platforms that store HTML have them in most texts, and forums about HTML in few.
_ENOUGH_MARKUP = 0.2
_LOOKED_AT = 1000

#: What the columns of tables that platforms write are called: Coral's download for its readers.
_KNOWN_TABLES: tuple[Mapping[str, str], ...] = (
    {
        "text": "Comment Text",
        "id": "Comment ID",
        "published": "Published Timestamp",
        "article_id": "Article URL",
    },
)


class Kind(NamedTuple):
    """The kind of an input.

    Attributes
    ----------
    what
        `rows` in a record format, an `export` of a platform, a `page`, or an `archive` of these.
    fmt
        The record format, the platform, or the kind of the archive.
    wrapped
        What has to be taken off before rows can be cut: an ``array`` around them, another
        ``encoding`` than UTF-8, or a ``workbook``; empty for plain rows.
    markup
        Whether the texts of its rows are HTML.
    names
        Pairs of one of our fields and its name in a table of a known platform.
    """

    what: str
    fmt: str = ""
    wrapped: str = ""
    markup: bool = False
    names: tuple[tuple[str, str], ...] = ()


def kind_of(path: str | Path, head: bytes, names: Mapping[str, str] = _NO_NAMES) -> Kind:
    """Determine the kind of an input by its first bytes, and for record files by the name too.

    Parameters
    ----------
    path
        The name of the input.
    head
        The first bytes of its content.
    names
        The file's names of our fields, where they differ.

    Returns
    -------
    Kind
        Its kind and format.

    Raises
    ------
    InputError
        If it is empty, or JSON that is neither a platform's export nor one object per line.
    """
    if not head:
        raise InputError("is empty", path=path, hint="give a file with comments in it")
    if (container := _container(path, head)) is not None:
        return container
    if export := sniff_export(head):
        return Kind("export", export)
    refuse_unknown(path, head)
    if _ARRAY.match(head):
        return Kind("rows", "jsonl", "array", _are_html(_array_texts(head, names)))
    fmt = format_of(path)
    seems = fmt or sniff_format(head)
    tabular = seems is None or seems in _SEPARATED.values()
    if tabular and (table := _table(head, names, fmt)) is not None:
        return table
    fmt = seems
    if fmt == "jsonl" and _runs_over_lines(head):
        hint = "one object a line: jq -c . FILE > FILE.jsonl (for a list in it: '.LIST[]')"
        raise InputError("a JSON object over many lines", path=path, hint=hint)
    if fmt == "jsonl":
        wide = head.startswith(WIDE)  # as PowerShell writes what a command prints
        known = _as_text(head).encode() if wide else head
        return Kind("rows", fmt, "encoding" if wide else "", are_html(known, names))
    if fmt is None:
        refuse_no_page(path, head)
    return Kind("rows", fmt) if fmt else Kind("page")


def are_html(head: bytes, names: Mapping[str, str]) -> bool:
    """Return whether the texts of JSON Lines are HTML, by the first bytes."""
    return _are_html(_line_texts(head, names))


def _container(path: str | Path, head: bytes) -> Kind | None:
    """Return the kind of a file that holds a page, a table or other files inside itself."""
    if saved_as(head):
        return Kind("page")
    archive = archive_of(head)
    if archive == "workbook":
        return Kind("rows", "jsonl", "workbook")
    if archive == "office":
        hint = "save its table as CSV or xlsx"
        raise InputError("an office document, not a file of comments", path=path, hint=hint)
    return Kind("archive", archive) if archive else None


def _table(head: bytes, names: Mapping[str, str], fmt: str | None) -> Kind | None:
    """Return the kind of a table with a column of texts, whatever its separator and encoding."""
    wrapped = "encoding" if head.startswith(WIDE) else ""
    text = _as_text(head)
    wanted = names.get("text", "text")
    declared = _SEPARATOR_LINE.match(text)
    text = text[declared.end() :] if declared else text
    order = [declared[1]] if declared else [",", ";", "\t", "|"]
    if fmt == "tsv":
        order = ["\t", *order]
    for separator in order:
        if separator not in _SEPARATED:
            continue
        rows = _cells(text, separator)
        header = [cell.strip() for cell in next(rows, [])]
        layout: Mapping[str, str] = {}
        if wanted not in header:
            layout = next((each for each in _KNOWN_TABLES if {*each.values()} <= {*header}), {})
        wanted = layout.get("text", wanted)
        names_all = len(header) > 1 and all(_COLUMN.fullmatch(cell) for cell in header)
        if wanted in header and (names_all or fmt is not None):
            at = header.index(wanted)
            markup = _are_html(row[at] for row in rows if len(row) > at)
            return Kind("rows", _SEPARATED[separator], wrapped, markup, tuple(layout.items()))
    return None


def _as_text(head: bytes) -> str:
    for mark in WIDE[2:] + WIDE[:2]:
        if head.startswith(mark):
            return head.decode("utf-32" if len(mark) == 4 else "utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", MIXED)


def _cells(text: str, separator: str) -> Iterator[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from islice(rows, _LOOKED_AT)
    except csv.Error:
        return


def _are_html(texts: Iterator[str]) -> bool:
    n = n_marked = 0
    for n, text in enumerate(islice(texts, _LOOKED_AT), start=1):  # noqa: B007
        n_marked += has_markup(text)
    return n_marked > 0 and n_marked >= _ENOUGH_MARKUP * n


def _line_texts(head: bytes, names: Mapping[str, str]) -> Iterator[str]:
    for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        yield from _text_of(line, names)


def _array_texts(head: bytes, names: Mapping[str, str]) -> Iterator[str]:
    from moderation.sources.exports import JsonRow, json_rows

    try:
        for row in json_rows(io.BytesIO(head), name=""):
            if isinstance(row, JsonRow):
                yield from _text_of(row.raw, names)
    except InputError:  # The head ends within an object.
        return


def _text_of(raw: bytes, names: Mapping[str, str]) -> Iterator[str]:
    found = _decoded(raw)
    text = found.get(names.get("text", "text")) if isinstance(found, dict) else None
    if isinstance(text, str):
        yield text


def _runs_over_lines(head: bytes) -> bool:
    """Whether a file begins with an indented object: neither of its first two lines is JSON.

    If only the first line is not JSON, it is a damaged row, and the rows after it can be read.
    """
    lines = [line for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    first = lines[0].strip() if len(lines) > 1 else b""
    if not (first.startswith(b"{") and first.endswith(_GOES_ON)):
        return False
    return _decoded(first) is None and _decoded(lines[1]) is None


def _decoded(line: bytes) -> Any:
    """Return the value of a line of JSON, or None if it is none."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
