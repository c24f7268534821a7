"""doccano: JSON Lines of text classification, one text per line.

A line is ``{"id": 7, "text": "...", "label": ["hostile"], "Comments": ["..."]}``, perhaps with
other columns. The ``id`` is doccano's own, so the comment's id is stored as ``comment_id``. doccano
does not record the annotator (it exports one file for each, named after them). It does not record
either whether a text without labels was examined, so such a text is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec

from moderation.errors import Notice, RecordError
from moderation.labels.formats.tasks import (
    OF_ANSWER,
    OF_COMMENT,
    Imported,
    ImportedTask,
    Skipped,
    answers_of,
    decoded,
    labelled_row,
    riding,
    unknown_label,
    unlabelled_shares,
)
from moderation.labels.formats.wording import words_of
from moderation.labels.labelled_files import LabelledRow
from moderation.sources.exports import decode_row

_UNTOUCHED = "no label: untouched, for all the file tells"


class _DoccanoTask(msgspec.Struct):
    text: str | None = None
    label: list[str] | str | None = None
    id: int | str | None = None
    comments: list[str] | None = msgspec.field(name="Comments", default=None)


def read(stream: BinaryIO, reading: ImportedTask, *, name: str) -> Imported:
    """Yield the labelled rows of a doccano export.

    Parameters
    ----------
    stream
        The file to read.
    reading
        What the user specifies about the file.
    name
        The name of the file in errors.
    """
    skipped = Skipped()
    for found in decoded(stream, _DoccanoTask, name=name):
        if isinstance(found, RecordError):
            yield found
            continue
        row, task = found
        labels = [task.label] if isinstance(task.label, str) else task.label or []
        if not labels:
            skipped[_UNTOUCHED] += 1
            continue
        answers = reading.wording.answers(labels)
        if isinstance(answers, str):
            yield unknown_label(answers, name=name, line=row.line)
            continue
        beside = decode_row(row, dict[str, Any], name=name)
        fields = {} if isinstance(beside, RecordError) else beside
        fields["id"] = fields.pop("comment_id", None) or task.id
        if task.comments and not fields.get("note"):
            fields["note"] = " / ".join(task.comments)
        yield labelled_row({**fields, **answers}, reading, name=name, line=row.line)
    yield from skipped.notices(name)


def write(rows: Sequence[LabelledRow], stream: BinaryIO, *, name: str) -> Iterator[Notice]:
    """Write one line for each row, for import into doccano with its labels.

    Parameters
    ----------
    rows
        The labelled rows.
    stream
        The file to write to.
    name
        The name of the file in notices.
    """
    for number, row in enumerate(rows, 1):
        task = {
            "id": number,
            "text": row.text,
            "label": words_of(answers_of(row)),
            "comment_id": row.id,
            "annotator": row.annotator,
            **riding(row, (*OF_COMMENT, *OF_ANSWER)),
        }
        stream.write(msgspec.json.encode(task) + b"\n")
    yield from unlabelled_shares(rows, name)
