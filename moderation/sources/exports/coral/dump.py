"""Read Coral's collection dump: one MongoDB document per line, one file per collection.

The dump is a folder. ``comments.json`` and ``archivedComments.json`` hold the comments,
``stories.json`` their articles (title and address; Coral does not keep the body), and
``commentModerationActions.json`` the decisions, which are not read here.

A comment has revisions. Its text here is that of the latest one, which readers see. A decision
belongs to the revision that was judged, so each row has its ``revision_id``, and the import of
decisions can request every revision (`every_revision`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files import COMPRESSED
from moderation.records import Article, Comment
from moderation.sources.exports.json_files import JsonRow, decode_row, json_rows
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.text.markup import html_to_text, plain_line
from moderation.text.visibility import is_blank

SOURCE = "export:coral"

COMMENT_FILES = ("archivedComments.json", "comments.json")
"""The collections of comments, the older first."""

STORY_FILE = "stories.json"

_ENDINGS = ("", *sorted(COMPRESSED))


class _Revision(msgspec.Struct):
    body: str | None = None
    id: str | None = None


class _CoralComment(msgspec.Struct, rename="camel"):
    id: str
    revisions: list[_Revision]
    story_id: str | None = msgspec.field(name="storyID", default=None)
    parent_id: str | None = msgspec.field(name="parentID", default=None)
    ancestor_ids: list[str] | None = msgspec.field(name="ancestorIDs", default=None)
    author_id: str | None = msgspec.field(name="authorID", default=None)
    status: str | None = None
    created_at: object = None
    deleted_at: object = None


class _Metadata(msgspec.Struct, rename="camel"):
    title: str | None = None
    description: str | None = None
    author: str | None = None
    published_at: object = None


class _Story(msgspec.Struct):
    id: str
    url: str | None = None
    metadata: _Metadata | None = None


class _Other(msgspec.Struct, rename="camel"):
    """The fields that identify a document of another collection."""

    revisions: object = None
    url: object = None
    comment_id: object = msgspec.field(name="commentID", default=None)


def comment_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a dump that hold comments, in reading order; empty if there are none."""
    files = (folder / f"{name}{end}" for name in COMMENT_FILES for end in _ENDINGS)
    return tuple(filter(Path.is_file, files))


def story_file(folder: Path) -> Path | None:
    """Return the file of a dump that holds its articles, if it exists."""
    files = (folder / f"{STORY_FILE}{end}" for end in _ENDINGS)
    return next(filter(Path.is_file, files), None)


def read_coral(
    stream: BinaryIO,
    *,
    name: str,
    articles: Mapping[str, Article],
    every_revision: bool = False,
) -> Rows:
    """Yield the comments of a Coral collection, each with its story if `articles` has it.

    Parameters
    ----------
    stream
        ``comments.json`` or ``archivedComments.json``.
    name
        The file's name, for errors.
    articles
        The stories by id; see :func:`read_stories`.
    every_revision
        Whether to yield a row for each revision, oldest first, instead of only the latest.

    Raises
    ------
    InputError
        If the file is another collection of the dump.
    """
    depths = Depths()
    for row in json_rows(stream, name=name):
        if isinstance(row, RecordError):
            yield row
            continue
        document = decode_row(row, _CoralComment, name=name)
        if isinstance(document, RecordError):
            if row.number == 0:
                _refuse_other_collection(row, name)
            yield document
            continue
        comment = _comment(document, articles, depths)
        revisions = document.revisions or [_Revision()]
        for revision in revisions if every_revision else revisions[-1:]:
            make = partial(_row, document, revision, comment)
            yield read_row(make, name=name, line=row.line)


def _refuse_other_collection(row: JsonRow, name: str) -> None:
    other = decode_row(row, _Other, name=name)
    if isinstance(other, RecordError) or other.revisions is not None:
        return
    if other.comment_id is None and other.url is None:
        return
    raise InputError(
        "not Coral's collection of comments",
        path=name,
        line=row.line,
        got="actions on comments" if other.comment_id is not None else "stories",
        hint="give comments.json, or the folder of the dump",
    )


def _comment(document: _CoralComment, articles: Mapping[str, Article], depths: Depths) -> Comment:
    depth = depths.place(document.id, document.parent_id)
    if document.ancestor_ids:
        depth = len(document.ancestor_ids) + 1
    return Comment(
        id=document.id,
        text="",
        article=articles.get(document.story_id or ""),
        article_id=document.story_id,
        parent_id=document.parent_id,
        author=document.author_id,
        published=timestamp(document.created_at),
        depth=depth,
        source=SOURCE,
    )


def _row(document: _CoralComment, revision: _Revision, comment: Comment) -> ExportRow:
    text = html_to_text(revision.body or "")
    skip = "deleted" if document.deleted_at or not document.revisions else None
    return ExportRow(
        comment=msgspec.structs.replace(comment, text=text, revision=revision.id),
        status=document.status or "",
        skip=skip or ("blank" if is_blank(text) else None),
        revision_id=revision.id,
    )


def read_stories(stream: BinaryIO, *, name: str) -> Iterator[Article | RecordError]:
    """Yield the articles of ``stories.json``; Coral's description serves as the text."""
    for row in json_rows(stream, name=name):
        story = row if isinstance(row, RecordError) else decode_row(row, _Story, name=name)
        if isinstance(story, RecordError):
            yield story
            continue
        about = story.metadata or _Metadata()
        yield Article(
            id=story.id,
            title=plain_line(about.title or ""),
            text=html_to_text(about.description or ""),
            author=plain_line(about.author or "") or None,
            published=timestamp(about.published_at),
            url=story.url or None,
        )
