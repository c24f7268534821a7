"""Label Studio: JSON tasks with annotations, and the flat JSON-MIN.

A task has ``data`` and ``annotations``, one per annotator, each with a list of results. A choice is
``{"from_name": "hostility", "to_name": "text", "type": "choices", "value": {"choices": [...]}}``.
Predictions come from a machine and are not labels. A cancelled annotation was skipped by its
annotator. ``ground_truth`` marks a decided answer, which becomes an adjudicated line.
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
    by_comment,
    decoded,
    labelled_row,
    mapping,
    riding,
    unknown_label,
    unlabelled_shares,
)
from moderation.labels.formats.wording import words_of
from moderation.labels.labelled_files import Answer, LabelledRow
from moderation.records import Attribute
from moderation.sources.exports import decode_row

# Label Studio identifies annotators by the e-mail address of their account. A name that is not an
# address becomes one under this domain, which nobody can own (RFC 2606).
_DOMAIN = "@annotator.invalid"
# Names that a question may have in JSON-MIN, where answers are among the task's own fields;
# --column adds others.
_QUESTIONS = (*(attribute.value for attribute in Attribute), "label", "choice", "sentiment")


class _Annotation(msgspec.Struct):
    result: list[dict[str, Any]] = []
    completed_by: int | dict[str, Any] | None = None
    was_cancelled: bool | None = None
    ground_truth: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None


class _LabelStudioTask(msgspec.Struct):
    data: dict[str, Any] | None = None
    annotations: list[_Annotation] | None = None
    completions: list[_Annotation] | None = None  # before 2021
    predictions: list[Any] | None = None
    id: int | str | None = None


def read(stream: BinaryIO, reading: ImportedTask, *, name: str) -> Imported:
    """Yield the labelled rows of a Label Studio export, JSON or JSON-MIN.

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
    for found in decoded(stream, _LabelStudioTask, name=name):
        if isinstance(found, RecordError):
            yield found
            continue
        row, task = found
        if task.data is None:
            flat = decode_row(row, dict[str, Any], name=name)
            if isinstance(flat, RecordError):
                yield flat
            else:
                yield from _flat(flat, reading, skipped, name, row.line)
            continue
        annotations = task.annotations or task.completions or []
        skipped["predictions: what a machine says is no label"] += len(task.predictions or [])
        if not annotations:
            skipped["task without annotation: untouched"] += 1
        for annotation in annotations:
            yield from _annotated(task, annotation, reading, skipped, (name, row.line))
    yield from skipped.notices(name)


def _annotated(
    task: _LabelStudioTask,
    annotation: _Annotation,
    reading: ImportedTask,
    skipped: Skipped,
    address: tuple[str, int],
) -> Imported:
    name, line = address
    if annotation.was_cancelled:
        skipped["annotation cancelled: skipped by its annotator"] += 1
        return
    answers: dict[str, Answer] = {}
    note = None
    for result in annotation.result:
        value = mapping(result.get("value"))
        if result.get("type") == "textarea" and value.get("text"):
            note = " / ".join(map(str, _listed(value["text"])))
        labels = [str(choice) for choice in _listed(value.get("choices"))]
        found = reading.wording.answers(labels, str(result.get("from_name", "")))
        if isinstance(found, str):
            yield unknown_label(found, name=name, line=line)
            return
        answers |= found
    if not answers:
        skipped["annotation without a choice: nothing was answered"] += 1
        return
    data = dict(task.data or {})
    who = _annotator(annotation.completed_by)
    beside = mapping(mapping(data.pop("moderation", None)).get(str(who)))
    fields = {
        **data,
        "labelled_at": annotation.updated_at or annotation.created_at,
        **beside,
        "adjudicated": bool(annotation.ground_truth),
        "note": note,
        "id": data.get("comment_id") or data.get("id") or task.id,
        **answers,
    }
    yield labelled_row(fields, reading, name=name, line=line, annotator=who)


def _annotator(completed_by: int | dict[str, Any] | None) -> str | int | None:
    if isinstance(completed_by, dict):
        email = str(completed_by.get("email") or completed_by.get("id") or "")
        return email.removesuffix(_DOMAIN) or None
    return completed_by


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _flat(
    task: dict[str, Any], reading: ImportedTask, skipped: Skipped, name: str, line: int
) -> Imported:
    """Yield the row of a JSON-MIN annotation, whose keys are questions and values are choices."""
    answers: dict[str, Answer] = {}
    ours = {attribute.value for attribute in Attribute}
    asked = {theirs: own for own, theirs in reading.columns.items() if own in ours}
    for question in (*_QUESTIONS, *asked):
        value = task.get(question)
        chosen = value.get("choices") if isinstance(value, dict) else value
        labels = [str(each) for each in _listed(chosen)]
        found = reading.wording.answers(labels, asked.get(question, question))
        if isinstance(found, str):
            yield unknown_label(found, name=name, line=line)
            return
        answers |= found
    if not answers:
        skipped["no choice that is known: nothing was answered"] += 1
        return
    fields = {**task, **answers, "labelled_at": task.get("updated_at") or task.get("created_at")}
    fields["id"] = task.get("comment_id") or task.get("id")
    who = task.get("annotator")
    yield labelled_row(
        fields, reading, name=name, line=line, annotator=_annotator(who) if who else None
    )


def write(rows: Sequence[LabelledRow], stream: BinaryIO, *, name: str) -> Iterator[Notice]:
    """Write one task for each comment, with the annotations of all its annotators.

    Parameters
    ----------
    rows
        The labelled rows.
    stream
        The file to write to.
    name
        The name of the file in notices.
    """
    stream.write(b"[")
    for number, group in enumerate(by_comment(rows), 1):
        first = group[0]
        data: dict[str, Any] = {"text": first.text, "comment_id": first.id}
        data |= riding(first, OF_COMMENT)
        fields = [name for name in OF_ANSWER if name not in {"adjudicated", "note", "labelled_at"}]
        if rode := {row.annotator: beside for row in group if (beside := riding(row, fields))}:
            data["moderation"] = rode
        annotations = [_annotation(row) for row in group if answers_of(row)]
        task = {"id": number, "data": data, "annotations": annotations}
        stream.write((b",\n" if number > 1 else b"\n") + msgspec.json.encode(task))
    stream.write(b"\n]\n")
    yield from unlabelled_shares(rows, name)


def _annotation(row: LabelledRow) -> dict[str, Any]:
    results = [
        _result(attribute.value, "choices", {"choices": words_of({attribute: answer})})
        for attribute, answer in answers_of(row).items()
    ]
    if row.note:
        results.append(_result("note", "textarea", {"text": [row.note]}))
    who = row.annotator if "@" in row.annotator else row.annotator + _DOMAIN
    found: dict[str, Any] = {
        "completed_by": {"email": who},
        "result": results,
        "was_cancelled": False,
        "ground_truth": row.adjudicated,
    }
    if row.labelled_at:
        found["created_at"] = row.labelled_at
    return found


def _result(question: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": question, "to_name": "text", "type": kind, "value": value}


def config() -> str:
    """Return the labelling interface of an exported project, for Label Studio's settings."""
    choices = {a: [*words_of({a: True}), *words_of({a: False}), *words_of({a: "unsure"})]
               for a in Attribute}  # fmt: skip
    blocks = "".join(
        f'  <Choices name="{attribute.value}" toName="text" choice="single">\n'
        + "".join(f'    <Choice value="{label}"/>\n' for label in labels)
        + "  </Choices>\n"
        for attribute, labels in choices.items()
    )
    return f'<View>\n  <Text name="text" value="$text"/>\n{blocks}</View>\n'
