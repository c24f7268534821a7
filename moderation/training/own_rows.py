"""Rows that were written or judged for this project and teach the shipped model hostility.

The contrast corpus is text written for the purpose. The second opinions are judgements of public
rows by the project's own guideline, without the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files import open_binary, read_records
from moderation.labels.gold import Gold
from moderation.records import Comment

T = TypeVar("T")

#: The source of the contrast corpus in gold labels and in the manifest.
CONTRAST = "contrast"


class ContrastRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comment of the contrast corpus.

    Attributes
    ----------
    id, text, hostility
        The comment and its label.
    behaviour
        What the comment does.
    batch
        The batch in which it was written. Whole batches are held out.
    second
        What a second reader, who did not know the label, answered.
    writer
        What the writer answered, if the second reader disagreed and a third one decided.
    """

    id: str
    text: str
    hostility: bool
    behaviour: str
    batch: int
    second: bool | str
    writer: bool | None = None


class Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A judgement of a public row by the project's guideline.

    Attributes
    ----------
    source, id
        The public file and the row.
    hostility
        The judgement.
    chosen
        Why the row was chosen: disagreement, group, ordinary, random or natural. All natural rows
        of a source were read.
    """

    source: str
    id: str
    hostility: bool | str
    chosen: str


def read_contrast(path: str | Path) -> list[ContrastRow]:
    """Read a file of the contrast corpus.

    Raises
    ------
    InputError
        If the file is missing or a row cannot be read.
    """
    return list(rows_of_file(Path(path), "jsonl", ContrastRow))


Opinions = Mapping[tuple[str, str], Opinion]


def read_opinions(path: str | Path) -> dict[tuple[str, str], Opinion]:
    """Read second opinions, by source and row. Unsure ones are left out."""
    return {
        (opinion.source, opinion.id): opinion
        for opinion in rows_of_file(Path(path), "jsonl", Opinion)
        if not isinstance(opinion.hostility, str)
    }


def contrast_gold(rows: Iterable[ContrastRow]) -> list[Gold]:
    """Return the contrast corpus as gold labels, grouped by batch."""
    return [
        Gold(
            comment=Comment(text=row.text, id=row.id, source=CONTRAST),
            group=f"{CONTRAST}:{row.batch}",
            source=CONTRAST,
            hostility=float(row.hostility),
            natural=False,  # Half of them are hostile; no newspaper's comments are.
        )
        for row in rows
    ]


def corrected(gold: Iterable[Gold], opinions: Opinions) -> list[Gold]:
    """Return `gold` with the mean of the published label and the second opinion, if there is one.

    Natural rows calibrate the scores. Opinions that were sought where a model disagreed would make
    an unfair sample of them, so only those opinions count for which all natural rows were read.

    Raises
    ------
    InputError
        If two rows have the id of one opinion, so that it is unclear which one was judged.
    """
    rows, judged = [], set()
    for item in gold:
        key = (item.source or "", item.comment.id or "")
        opinion, label = opinions.get(key), item.hostility
        if opinion is not None:
            if key in judged:
                raise InputError("two rows have the id of one opinion", field="id", got=key[1])
            judged.add(key)
            if label is not None and (not item.natural or opinion.chosen == "natural"):
                label = (label + float(opinion.hostility)) / 2
        rows.append(msgspec.structs.replace(item, hostility=label))
    return rows


def rows_of_file(path: Path, fmt: str, type_: type[T]) -> Iterator[T]:
    """Yield the rows of a file.

    Raises
    ------
    InputError
        If the file is missing or a row cannot be read: an incomplete source gives another model.
    """
    with open_binary(path) as stream:
        for row in read_records(stream, fmt, type_, name=str(path)):
            if isinstance(row, RecordError):
                raise InputError(row.what, path=path, line=row.line, field=row.field, hint=row.hint)
            yield row.record
