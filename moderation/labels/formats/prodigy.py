"""Prodigy: the JSON Lines of ``prodigy db-out`` and ``db-in``.

Two interfaces are read. One is binary, ``{"text", "label": "hostile", "answer": "accept"}``: the
label holds if it was accepted, and its opposite if it was rejected. The other is a choice,
``{"text", "options": [...], "accept": ["hostile", "on topic"], "answer": "accept"}``. An ignored
task is not judged, and a choice that was rejected, or without an accepted option, gives no label.
Prodigy asks one question at a time, so one annotator's answers about one text are combined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
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
from moderation.labels.formats.wording import LABELS, words_of
from moderation.labels.labelled_files import Answer, LabelledRow

# Seconds since 1970 up to the end of the year 9999, the last that a date can hold.
_LATEST = 253_402_300_800


class _ProdigyTask(msgspec.Struct):
    text: str
    answer: str = ""
    label: str | None = None
    accept: list[str | int] | None = None
    options: list[dict[str, Any]] | None = None
    meta: dict[str, Any] | None = None
    annotator: str | None = msgspec.field(name="_annotator_id", default=None)
    session: str | None = msgspec.field(name="_session_id", default=None)
    timestamp: float | None = msgspec.field(name="_timestamp", default=None)


def read(stream: BinaryIO, reading: ImportedTask, *, name: str) -> Imported:
    """Yield the labelled rows of a Prodigy dataset.

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
    together: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for found in decoded(stream, _ProdigyTask, name=name):
        if isinstance(found, RecordError):
            yield found
            continue
        row, task = found
        answers = _answers(task, reading, skipped)
        if isinstance(answers, str):
            yield unknown_label(answers, name=name, line=row.line)
            continue
        if answers:
            fields = {**_fields(task), **answers}
            key = str(fields.get("id") or task.text), str(fields.get("annotator"))
            line, known = together.get(key, (row.line, {}))
            together[key] = line, {**known, **fields}
    for line, fields in together.values():
        who = fields.pop("annotator", None)
        yield labelled_row(fields, reading, name=name, line=line, annotator=who)
    yield from skipped.notices(name)


def _answers(
    task: _ProdigyTask, reading: ImportedTask, skipped: Skipped
) -> dict[str, Answer] | str:
    if task.answer not in {"accept", "reject"}:
        skipped["ignored, or not answered"] += 1
        return {}
    if task.options is not None or task.accept is not None:
        return _chosen(task, reading, skipped)
    if task.label is None:
        skipped["no label was asked about"] += 1
        return {}
    answers = reading.wording.answers([task.label])
    if isinstance(answers, str) or task.answer == "accept":
        return answers
    return {key: not answer for key, answer in answers.items() if isinstance(answer, bool)}


def _chosen(task: _ProdigyTask, reading: ImportedTask, skipped: Skipped) -> dict[str, Answer] | str:
    if task.answer == "reject" or not task.accept:
        skipped["a choice with nothing accepted"] += 1
        return {}
    shown = {str(o.get("id")): str(o.get("text", o.get("id"))) for o in task.options or ()}
    # The wording may know an option by its id or by the text that the annotator read.
    labels = [
        label if reading.wording.said(label) is not None else shown.get(label, label)
        for label in map(str, task.accept)
    ]
    return reading.wording.answers(labels)


def _fields(task: _ProdigyTask) -> dict[str, Any]:
    fields = dict(task.meta or {})
    fields["id"] = fields.pop("comment_id", None) or fields.get("id")
    fields["text"] = task.text
    fields["annotator"] = task.annotator or task.session or fields.get("annotator")
    if task.timestamp is not None and 0 < task.timestamp < _LATEST:
        moment = datetime.fromtimestamp(task.timestamp, tz=UTC)
        fields["labelled_at"] = moment.isoformat(timespec="seconds")
    return {key: value for key, value in fields.items() if value is not None}


def write(rows: Sequence[LabelledRow], stream: BinaryIO, *, name: str) -> Iterator[Notice]:
    """Write one choice for each row for ``prodigy db-in``; a recipe can ask unanswered ones.

    Parameters
    ----------
    rows
        The labelled rows.
    stream
        The file to write to.
    name
        The name of the file in notices.
    """
    options = [{"id": label, "text": label} for label in LABELS]
    for row in rows:
        labels = words_of(answers_of(row))
        task: dict[str, Any] = {"text": row.text, "options": options}
        task["meta"] = {"comment_id": row.id, **riding(row, (*OF_COMMENT, *OF_ANSWER))}
        if labels:
            task |= {"accept": labels, "answer": "accept"}
            task |= {"_annotator_id": row.annotator, "_session_id": row.annotator}
        stream.write(msgspec.json.encode(task) + b"\n")
    yield from unlabelled_shares(rows, name)
