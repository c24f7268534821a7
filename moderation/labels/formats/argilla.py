"""Argilla: records as its client exports them, nested or flattened.

Nested (``dataset.records.to_json``): ``{"id", "fields": {"text"}, "metadata", "suggestions",
"responses": {"hostility": [{"value": "yes", "user_id"}]}}``. Flattened (``to_list(flatten=True)``,
and a dataset pushed to a hub): ``hostility.responses``, ``hostility.responses.users``,
``hostility.responses.status``. Suggestions come from a model or a rule and are not labels. Only
submitted responses count, not drafts or discarded ones. The nested form does not distinguish them,
so all of its responses count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO
from uuid import NAMESPACE_URL, uuid5

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
from moderation.labels.formats.wording import UNSURE
from moderation.labels.labelled_files import Answer, LabelledRow

_RESPONSES = ".responses"
_SAID: Mapping[Answer, str] = {True: "yes", False: "no", UNSURE: UNSURE}


class _Response(msgspec.Struct):
    value: str | list[str] | int | float | dict[str, Any] | None = None
    user_id: str | None = None
    status: str | None = None


def read(stream: BinaryIO, reading: ImportedTask, *, name: str) -> Imported:
    """Yield the labelled rows of an Argilla dataset.

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
    untold = 0
    for found in decoded(stream, dict[str, Any], name=name):
        if isinstance(found, RecordError):
            yield found
            continue
        row, record = found
        try:
            responses = _responses(record)
        except msgspec.ValidationError as error:
            yield RecordError(str(error).replace("`", ""), path=name, line=row.line)
            continue
        untold += any(r.status is None for given in responses.values() for r in given)
        yield from _record(record, responses, reading, skipped, (name, row.line))
    yield from skipped.notices(name)
    if untold:
        what = f"{untold:,} records do not tell submitted responses from drafts"
        yield Notice(what, path=name, hint="to_list(flatten=True) tells them")


def _responses(record: dict[str, Any]) -> dict[str, list[_Response]]:
    """Return the responses by question, from either form."""
    if isinstance(record.get("responses"), dict):
        return msgspec.convert(
            {question: given or [] for question, given in record["responses"].items()},
            dict[str, list[_Response]],
        )
    found: dict[str, list[_Response]] = {}
    for key in [key for key in record if key.endswith(_RESPONSES)]:
        values = msgspec.convert(record[key] or [], list[Any])
        users = msgspec.convert(record.get(f"{key}.users") or [None] * len(values), list[Any])
        status = msgspec.convert(record.get(f"{key}.status") or [None] * len(values), list[Any])
        found[key.removesuffix(_RESPONSES)] = [
            msgspec.convert({"value": v, "user_id": u, "status": s}, _Response)
            for v, u, s in zip(values, users, status, strict=False)
        ]
    return found


def _record(
    record: dict[str, Any],
    responses: dict[str, list[_Response]],
    reading: ImportedTask,
    skipped: Skipped,
    address: tuple[str, int],
) -> Imported:
    name, line = address
    of_user: dict[str | None, dict[str, Answer]] = {}
    for question, given in responses.items():
        for response in given:
            if response.status not in {None, "submitted"}:
                skipped[f"response {response.status}, not submitted"] += 1
                continue
            value = response.value
            labels = value if isinstance(value, list) else [value]
            known = [str(label) for label in labels if isinstance(label, str)]
            found = reading.wording.answers(known, question)
            if isinstance(found, str):
                yield unknown_label(found, name=name, line=line)
                return
            of_user.setdefault(response.user_id, {}).update(found)
    if not any(of_user.values()):
        skipped["record without a response: untouched, or suggested only"] += 1
    nested = {**mapping(record.get("metadata")), **mapping(record.get("fields"))}
    beside = nested if "fields" in record else record
    rode = _decoded(beside.get("moderation"))
    for user, answers in of_user.items():
        if not answers:
            continue
        own = mapping(rode.get(user or ""))
        fields = {**beside, **_decoded(beside.get("comment")), **own, **answers}
        fields["id"] = record.get("id")
        who = own.get("annotator") or user
        yield labelled_row(fields, reading, name=name, line=line, annotator=who)


def _decoded(text: object) -> dict[str, Any]:
    """Return the attached metadata from its JSON text, or an empty object for other values."""
    try:
        return mapping(msgspec.json.decode(text) if isinstance(text, str) else None)
    except msgspec.DecodeError:
        return {}


def write(rows: Sequence[LabelledRow], stream: BinaryIO, *, name: str) -> Iterator[Notice]:
    """Write one record for each comment, for ``dataset.records.from_json``.

    Metadata can hold only strings, so the attached fields are JSON in two of them.

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
    for number, group in enumerate(by_comment(rows)):
        first = group[0]
        responses: dict[str, list[dict[str, Any]]] = {}
        rode = {}
        for row in group:
            user = str(uuid5(NAMESPACE_URL, f"annotator:{row.annotator}"))
            for attribute, answer in answers_of(row).items():
                response = {"value": _SAID[answer], "user_id": user, "status": "submitted"}
                responses.setdefault(attribute.value, []).append(response)
            rode[user] = {"annotator": row.annotator, **riding(row, OF_ANSWER)}
        metadata = {"moderation": msgspec.json.encode(rode).decode()}
        if about := riding(first, OF_COMMENT):
            metadata["comment"] = msgspec.json.encode(about).decode()
        record = {
            "id": first.id,
            "fields": {"text": first.text},
            "metadata": metadata,
            "suggestions": {},
            "responses": responses,
            "vectors": {},
        }
        stream.write((b",\n" if number else b"\n") + msgspec.json.encode(record))
    stream.write(b"\n]\n")
    yield from unlabelled_shares(rows, name)
