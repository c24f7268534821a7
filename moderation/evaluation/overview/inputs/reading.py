"""Comments with their verdicts: from files that ``score`` wrote, or scored as they are read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, Literal, NamedTuple

import msgspec

from moderation.errors import InputError, ModerationError, RecordError
from moderation.files import format_of, open_binary, read_records, storage
from moderation.files.rows import ParquetRows, layout_of
from moderation.records import Verdict
from moderation.sources.comment_rows import Item

#: The fields that every record of ``moderation score`` has.
SCORED = frozenset({"hostility", "action", "model"})


class ScoredRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record that ``moderation score`` wrote, as far as an overview needs it."""

    action: Literal["publish", "review", "hold"]
    hostility: float | None = None
    model: str = ""


class ScoredComment(NamedTuple):
    """A comment with its verdict.

    Attributes
    ----------
    action
        ``publish``, ``review`` or ``hold``.
    judged
        Whether a model scored it for hostility.
    model
        The version of the model.
    row
        The fields of the comment.
    """

    action: str
    judged: bool
    model: str
    row: Mapping[str, Any]


def is_scored(path: str) -> bool:
    """Return whether a file holds records that ``moderation score`` wrote."""
    fmt = format_of(path)
    if storage.is_folder(path) or fmt is None:
        return False
    try:
        with open_binary(path) as stream:
            return frozenset(_columns(stream, fmt, path)) >= SCORED
    except InputError:
        return False  # whoever reads it as comments says what is wrong


def _columns(stream: io.BufferedReader, fmt: str, path: str) -> Iterable[str]:
    if fmt == "parquet":
        with closing(ParquetRows(stream, path)) as rows:
            return next(iter(rows.read(0, 1)), ())
    if fmt != "jsonl":
        return layout_of(stream, fmt, set(), path)[0].columns
    for line in stream:
        if line.strip():
            try:
                first = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, RecursionError):
                return ()
            return first if isinstance(first, dict) else ()
    return ()


def read_scored(path: str) -> Iterator[ScoredComment | ModerationError]:
    """Read a file that ``moderation score`` wrote.

    Parameters
    ----------
    path
        JSON Lines, CSV, TSV or Parquet, which may be compressed.

    Yields
    ------
    ScoredComment or ModerationError
        In the order of the file; an InputError where it is damaged.
    """
    try:
        with open_binary(path) as stream:
            for found in read_records(stream, format_of(path) or "jsonl", ScoredRow, name=path):
                if isinstance(found, RecordError):
                    yield found
                else:
                    row = found.record
                    yield ScoredComment(row.action, row.hostility is not None, row.model, found.raw)
    except InputError as error:
        yield error


def scored_comment(item: Item, verdict: Verdict) -> ScoredComment:
    """Return a comment that was just scored, with the fields of its input.

    Parameters
    ----------
    item
        The comment as it was read.
    verdict
        Its verdict.
    """
    comment = item.comment
    row: dict[str, Any] = dict(item.raw)
    if (article := comment.article) is not None:
        given = row["article"] if isinstance(row.get("article"), dict) else {}
        known = {"id": article.id, "title": article.title, "url": article.url}
        row["article"] = {**given, **known}
    row |= {
        "id": comment.id,
        "text": comment.text,
        "article_id": comment.article_id,
        "parent": comment.parent,
        "author": comment.author,
        "published": comment.published,
        "page": item.page or item.raw.get("page"),
    }
    judged = verdict.hostility.value is not None
    return ScoredComment(verdict.action.value, judged, verdict.model, row)
