"""Reads appeals from a file of records, and takes them down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from moderation.desk.appeals.entering import NewAppeal, UnfitAppeal, enter_appeal
from moderation.desk.store.database import Database
from moderation.errors import InputError, RecordError
from moderation.files import format_of, open_binary, read_records, sniff_format


class _AppealRow(msgspec.Struct, frozen=True):
    id: str | int
    text: str
    author: str | None = None
    appealed_at: str | None = None
    article_id: str | int | None = None


class Taken(NamedTuple):
    """What became of a row: a new appeal, or one that was taken before."""

    line: int
    is_new: bool


def take_appeals(database: Database, path: str | Path, who: str) -> Iterator[Taken | RecordError]:
    """Take the appeals of a file down; a row that cannot be taken gives an error with its address.

    Parameters
    ----------
    database
        The store.
    path
        A record file with ``id`` (of the comment) and ``text``, and perhaps ``author``,
        ``appealed_at`` and ``article_id``.
    who
        The person who enters them.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    with open_binary(path) as stream:
        fmt = format_of(path) or sniff_format(stream.peek(4096))
        if fmt is None:
            hint = "appeals are records (JSON Lines, CSV, TSV, Parquet) with id and text"
            raise InputError("is no file of appeals", path=path, hint=hint)
        for row in read_records(stream, fmt, _AppealRow, name=str(path)):
            if isinstance(row, RecordError):
                yield row
                continue
            record = row.record
            given = NewAppeal(
                id=str(record.id),
                text=record.text,
                author=record.author,
                at=record.appealed_at,
                article=None if record.article_id is None else str(record.article_id),
            )
            try:
                line = enter_appeal(database, given, who)
            except UnfitAppeal as unfit:
                what = unfit.what.removesuffix(".")
                yield RecordError(
                    f"{what[:1].lower()}{what[1:]}",
                    path=path,
                    line=row.line,
                    field=unfit.field,
                    hint=unfit.hint and unfit.hint.removesuffix("."),
                )
            else:
                yield Taken(row.line, line is not None)
