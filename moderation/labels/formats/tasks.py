"""Code shared by all formats: texts with attached fields are read into rows and written back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import msgspec

from moderation.errors import Notice, RecordError
from moderation.labels.formats.wording import Wording, certain_answer
from moderation.labels.labelled_files import Answer, LabelledRow
from moderation.records import Article, Attribute
from moderation.sources.exports import JsonRow, decode_row, json_rows
from moderation.text.visibility import is_blank

T = TypeVar("T")

#: The results of an import: rows, the articles that they name, errors and notices.
Imported = Iterator[LabelledRow | Article | RecordError | Notice]

#: Fields of a row that describe the comment, and those that describe one annotator's answer.
OF_COMMENT = ("source", "article_id", "article", "parent_id", "parent")
OF_ANSWER = (
    "guideline", "labelled_at", "note", "adjudicated", "selection", "chance", "model", "score_seen",
    "token",
)  # fmt: skip

#: Fields of a comment that a project may have named otherwise (``--column``).
_RENAMED = ("text", "id", *OF_COMMENT, "guideline", "note")
_NAME = re.compile(r"[\w. -]{1,40}")

_HINT = "say what it means: --label '{}=not hostile', for one"


class ImportedTask(NamedTuple):
    """What the user specifies about a file to import.

    Attributes
    ----------
    wording
        The meaning of labels.
    annotator, guideline, source
        Values for every row. If one is empty, the file's own value is used. The file's name
        replaces a missing annotator or source.
    columns
        The file's names of columns or fields, by our field.
    decisions
        The meaning of moderators' decisions, in addition to the platform's table.
    """

    wording: Wording
    annotator: str = ""
    guideline: str = ""
    source: str = ""
    columns: Mapping[str, str] = {}
    decisions: Mapping[str, str] = {}


class Skipped(Counter[str]):
    """The number of items left out on purpose, by reason."""

    def notices(self, name: str) -> Iterator[Notice]:
        """Yield one notice for each reason."""
        for reason, n in (+self).items():
            yield Notice(f"{n:,} left out: {reason}", path=name)


def decoded(
    stream: BinaryIO, form: type[T], *, name: str
) -> Iterator[tuple[JsonRow, T] | RecordError]:
    """Yield each object of a JSON file with its row, or the error if it cannot be read.

    Parameters
    ----------
    stream
        The file to read.
    form
        The type of the objects.
    name
        The name of the file in errors.
    """
    for row in json_rows(stream, name=name):
        task = row if isinstance(row, RecordError) else decode_row(row, form, name=name)
        if isinstance(row, RecordError):
            yield row
        elif isinstance(task, RecordError):
            yield task
        else:
            yield row, task


def riding(row: LabelledRow, fields: Iterable[str]) -> dict[str, Any]:
    """Return those of `fields` that `row` has, as JSON values.

    Parameters
    ----------
    row
        The labelled row.
    fields
        The names of the fields.
    """
    known = msgspec.to_builtins(row)
    return {name: known[name] for name in fields if name in known}


def mapping(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, or an empty one, because metadata may be anything."""
    return value if isinstance(value, dict) else {}


def answers_of(row: LabelledRow) -> dict[Attribute, Answer]:
    """Return the answers of a row, without shares of annotators."""
    found = {attribute: certain_answer(row.answer(attribute)) for attribute in Attribute}
    return {attribute: answer for attribute, answer in found.items() if answer is not None}


def by_comment(rows: Iterable[LabelledRow]) -> list[list[LabelledRow]]:
    """Return the rows grouped by comment, in order of first appearance."""
    groups: dict[str, list[LabelledRow]] = {}
    for row in rows:
        groups.setdefault(row.id, []).append(row)
    return list(groups.values())


def unlabelled_shares(rows: Sequence[LabelledRow], name: str) -> Iterator[Notice]:
    """Report answers that a tool's labels cannot express.

    Parameters
    ----------
    rows
        The labelled rows.
    name
        The name of the file in notices.
    """
    lost = sum(
        row.answer(attribute) is not None and certain_answer(row.answer(attribute)) is None
        for row in rows
        for attribute in Attribute
    )
    if lost:
        what = f"{lost:,} answers are shares of annotators, which are no label: left out"
        yield Notice(what, path=name, hint="--to csv keeps them")


def labelled_row(
    fields: Mapping[str, Any],
    reading: ImportedTask,
    *,
    name: str,
    line: int,
    annotator: object = None,
) -> LabelledRow | RecordError:
    """Build a row and validate it.

    Parameters
    ----------
    fields
        Values by our names: ``text``, ``hostility``, ``off_topic`` and attached fields. Other
        names are ignored, and a value of a wrong type is an error.
    reading
        What the user specifies about the file.
    name, line
        The file and line of the row.
    annotator
        The annotator in the file; a number is the tool's own id.

    Returns
    -------
    LabelledRow or RecordError
        The row, or the error if it is not valid.
    """
    given = {key: fields[key] for key in LabelledRow.__struct_fields__ if key in fields}
    for ours, theirs in reading.columns.items():
        if ours in _RENAMED and theirs in fields:
            given[ours] = fields[theirs]
    given = {key: value for key, value in given.items() if value is not None}
    if "text" not in given:
        return _without_text(fields, reading, name, line)
    stem = Path(name).name.partition(".")[0]
    for key in ("id", "article_id", "parent_id"):
        if isinstance(given.get(key), int):
            given[key] = str(given[key])
    if isinstance(annotator, int):
        annotator = f"user-{annotator}"
    given["annotator"] = reading.annotator or annotator or given.get("annotator") or stem
    given["guideline"] = reading.guideline or given.get("guideline") or ""
    given["source"] = reading.source or given.get("source") or stem
    given.setdefault("id", f"{stem}:{line}")
    try:
        row = msgspec.convert(given, LabelledRow)
    except msgspec.ValidationError as error:
        what, _, field = str(error).replace("`", "").partition(" - at $.")
        return RecordError(what, path=name, line=line, field=field or None)
    if is_blank(row.text):
        return RecordError("nothing but white space", path=name, line=line, field="text")
    return row


def _without_text(
    fields: Mapping[str, Any], reading: ImportedTask, name: str, line: int
) -> RecordError:
    """Return an error that names the fields that there are; their contents are not shown."""
    wanted = reading.columns.get("text", "text")
    there = [key for key in fields if _NAME.fullmatch(key) and isinstance(fields[key], str)]
    hint = f"--column text=NAME names it; fields: {', '.join(there[:12]) or 'none'}"
    return RecordError("no text in the row", path=name, line=line, field=wanted, hint=hint)


def unknown_label(what: str, *, name: str, line: int, label: str = "LABEL") -> RecordError:
    """Return an error that says what to do about a label with an unknown meaning."""
    return RecordError(what, path=name, line=line, field="label", hint=_HINT.format(label))
