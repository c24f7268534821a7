"""Tables as spreadsheets write them: with any separator, encoding and word for TRUE.

Excel separates cells by a comma or, where the comma is the decimal mark, a semicolon. It writes
UTF-8 with a byte order mark, UTF-16 with tabs, or the machine's old code page. It writes TRUE, WAHR
or VRAI for a tick, and 0,33 for a third. All of these are read, and so are workbooks (xlsx).

A spreadsheet treats a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula. Comments may
begin so, sometimes with bad intent. Such a cell is written with a leading apostrophe, which makes
it text, and the apostrophe is removed in reading.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from moderation.errors import InputError, Notice, RecordError
from moderation.files.records import is_formula, no_formula
from moderation.labels.formats.tasks import Imported, ImportedTask, Skipped, labelled_row, riding
from moderation.labels.formats.wording import answer_of
from moderation.labels.labelled_files import Answer, LabelledRow
from moderation.records import Attribute
from moderation.sources.record_files import read_any_table

#: Names that a column may have, by our field, in addition to the field's own name.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("comment", "comment text", "kommentar", "commentaire", "comentario", "commento"),
    "id": ("comment id", "comment_id", "nr", "no", "number"),
    "hostility": ("hostile", "is hostile", "toxic", "feindselig", "hostil", "ostile"),
    "off_topic": ("off-topic", "off topic", "offtopic", "irrelevant", "themenfremd"),
    "annotator": ("moderator", "labeller", "labeler", "rater", "who", "wer"),
    "labelled_at": ("date", "labelled", "datum"),
    "note": ("notes", "remark", "bemerkung", "kommentar zur bewertung"),
    "article.title": ("article", "title", "headline", "artikel", "titel"),
}

_NO_ANSWER = {"", "-", "–", "—", "n/a", "na", "null", "none", "#n/a", "#nv"}
_WRITTEN = (
    "id", "text", "hostility", "off_topic", "annotator", "guideline", "labelled_at", "note",
    "source", "article_id", "article.id", "article.title", "article.text", "article.author",
    "article.published", "article.url", "parent_id", "parent", "adjudicated", "selection", "chance",
    "model", "score_seen", "token",
)  # fmt: skip


def read(stream: io.BufferedReader, reading: ImportedTask, *, name: str) -> Imported:
    """Yield the labelled rows of a table, whose rows are one annotator's answers on a comment.

    Parameters
    ----------
    stream
        The file to read.
    reading
        What the user specifies about the file.
    name
        The name of the file in errors.
    """
    table = read_any_table(stream, name=name)
    if not table.is_utf8:
        what, hint = "not UTF-8: read as windows-1252", "save it as CSV UTF-8 if letters are wrong"
        yield Notice(what, path=name, hint=hint)
    fields = _fields(table.columns, reading.columns, name)
    left = [c for c, f in zip(table.columns, fields, strict=True) if c and f is None]
    if left:
        what = f"columns left out: {', '.join(left[:8])}"
        yield Notice(what, path=name, line=1, hint="--column FIELD=COLUMN reads one")
    skipped = Skipped()
    for row in table.rows:
        if isinstance(row, RecordError):
            yield row
            continue
        given = zip(fields, row.cells.values(), strict=True)
        cells = {field: cell for field, cell in given if cell}
        if any(cell.strip() for cell in cells.values()):
            yield from _row(cells, reading, skipped, (name, row.line))
    yield from skipped.notices(name)


def _fields(header: Sequence[str], own: Mapping[str, str], name: str) -> list[str | None]:
    """Return our field for each column, or None for an unknown column."""
    known = {theirs: ours for ours, words in COLUMNS.items() for theirs in words}
    known |= {field: field for field in _WRITTEN}
    for ours, theirs in own.items():
        if theirs not in header:
            hint = f"columns: {', '.join(header[:12])}"
            raise InputError("no such column", path=name, line=1, field=theirs, hint=hint)
        known = {column: field for column, field in known.items() if field != ours}
    known |= {theirs.casefold(): ours for ours, theirs in own.items()}
    fields = [known.get(column.casefold()) for column in header]
    if "text" not in fields:
        hint = f"--column text=COLUMN names it; columns: {', '.join(header[:12])}"
        raise InputError("no column with the comments", path=name, line=1, hint=hint)
    if not {"hostility", "off_topic"} & set(fields):
        hint = f"--column hostility=COLUMN names it; columns: {', '.join(header[:12])}"
        raise InputError("no column with answers", path=name, line=1, hint=hint)
    twice = next((f for f in fields if f is not None and fields.count(f) > 1), None)
    if twice is not None:
        hint = f"--column {twice}=COLUMN names the one to read"
        raise InputError(f"two columns for {twice}", path=name, line=1, hint=hint)
    return fields


def _row(
    cells: dict[str | None, str], reading: ImportedTask, skipped: Skipped, address: tuple[str, int]
) -> Imported:
    name, line = address
    fields: dict[str, Any] = {}
    for field, cell in cells.items():
        if field is None or not cell.strip():
            continue
        first, _, rest = field.partition(".")
        if rest:
            fields.setdefault(first, {})[rest] = _plain(cell)
        elif first in {"hostility", "off_topic"}:
            try:
                fields[first] = _answer(cell, reading, Attribute(first))
            except ValueError:
                what, hint = "no answer that is known", "yes, no, unsure, a share, or --label"
                # A longer cell may be a comment, which belongs in no message.
                got = repr(cell) if len(cell) <= 20 else f"a text of {len(cell):,} characters"
                yield RecordError(what, path=name, line=line, field=first, got=got, hint=hint)
                return
        else:
            fields[first] = _plain(cell)
    if fields.get("hostility") is None and fields.get("off_topic") is None:
        skipped["rows without an answer"] += 1
        return
    if "adjudicated" in fields:
        fields["adjudicated"] = fields["adjudicated"].casefold() in {"true", "wahr", "vrai", "1"}
    for name in {"score_seen", "chance"} & fields.keys():
        fields[name] = _share(fields[name])
    yield labelled_row(fields, reading, name=name, line=line)


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def _answer(cell: str, reading: ImportedTask, attribute: Attribute) -> Answer:
    """Return the answer in a cell; raise ValueError if it is unknown."""
    word = cell.strip().casefold()
    if word in _NO_ANSWER:
        return None
    said = reading.wording.said(word, attribute.value)
    if said is not None and said.attribute is attribute:
        return said.answer
    try:
        return answer_of(word)
    except KeyError:
        return _share(word)


def _share(word: str) -> float:
    percent = word.endswith("%")
    value = float(word.removesuffix("%").strip().replace(",", ".")) / (100 if percent else 1)
    if not 0 <= value <= 1:
        raise ValueError(word)
    return value


def write(rows: Sequence[LabelledRow], stream: BinaryIO, *, name: str) -> Iterator[Notice]:
    """Write one line for each row: UTF-8 with a byte order mark, commas, and no formulas.

    Parameters
    ----------
    rows
        The labelled rows.
    stream
        The file to write to.
    name
        The name of the file in notices.
    """
    del name
    told = [riding(row, LabelledRow.__struct_fields__) for row in rows]
    flat = [_flat(fields) for fields in told]
    needed = {"id", "text", "hostility", "off_topic", "annotator"}
    columns = [c for c in _WRITTEN if c in needed or any(c in fields for fields in flat)]
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, columns, lineterminator="\r\n")
    table.writeheader()
    table.writerows(flat)
    stream.write(text.getvalue().encode("utf-8-sig", "replace"))
    yield from ()


def _flat(fields: Mapping[str, Any]) -> dict[str, str]:
    flat = {
        f"{name}.{within}" if within else name: part
        for name, value in fields.items()
        for within, part in (value.items() if isinstance(value, dict) else ((None, value),))
    }
    return {name: _cell(value) for name, value in flat.items() if value is not None}


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return repr(value)
    return no_formula(str(value))
