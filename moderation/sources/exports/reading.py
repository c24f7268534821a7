"""Read comments from the exports of comment platforms as a stream.

Some formats have a module each: WordPress's WXR, Disqus's and IntenseDebate's XML, Blogger's
feeds, Movable Type's text, Coral's collection dump, isso's database, Staticman's files and the
answers of WordPress's REST interface. The JSON of other
platforms differs only in where it keeps things, and :mod:`~moderation.sources.exports.threads` has
a table of that. A new format needs a reader, an entry in the table below and a line in
:mod:`~moderation.sources.exports.sniff`.

Skipped rows are counted by reason and never lost silently. These are pingbacks, trackbacks and
plugins' notes, which readers did not write; deleted and empty comments; and spam, which is
advertising and not about the article. Comments that a moderator rejected or holds back are read
like all others; :func:`read_rows` passes on their status, which is the moderator's opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Protocol

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files import open_binary
from moderation.records import Article, Comment
from moderation.sources.exports.blogger import read_blogger
from moderation.sources.exports.coral.dump import (
    comment_files,
    read_coral,
    read_stories,
    story_file,
)
from moderation.sources.exports.disqus import read_disqus
from moderation.sources.exports.intense_debate import read_intense_debate
from moderation.sources.exports.isso import read_isso
from moderation.sources.exports.movable_type import read_movable_type
from moderation.sources.exports.rows import ExportRow, ExportTally, Rows
from moderation.sources.exports.sniff import sniff_export
from moderation.sources.exports.staticman import read_staticman
from moderation.sources.exports.threads import FORMS, read_thread
from moderation.sources.exports.wordpress import read_posts, read_wordpress
from moderation.sources.exports.wxr import read_wxr

__all__ = [
    "FORMATS",
    "ExportRow",
    "ExportTally",
    "read_articles",
    "read_export",
    "read_export_file",
    "read_rows",
    "sniff_export",
]

_HEAD_BYTES = 1 << 16


class _ExportReader(Protocol):
    def __call__(self, stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows: ...


class _ArticleReader(Protocol):
    def __call__(self, stream: BinaryIO, *, name: str) -> Iterator[Article | RecordError]: ...


_READERS: Mapping[str, _ExportReader] = MappingProxyType(
    {
        **{fmt: partial(read_thread, fmt) for fmt in FORMS},
        "blogger": read_blogger,
        "coral": read_coral,
        "disqus": read_disqus,
        "intense-debate": read_intense_debate,
        "isso": read_isso,
        "movable-type": read_movable_type,
        "staticman": read_staticman,
        "wordpress-rest": read_wordpress,
        "wxr": read_wxr,
    }
)
_ARTICLE_READERS: Mapping[str, _ArticleReader] = MappingProxyType(
    {"coral": read_stories, "wordpress-rest": read_posts}
)

FORMATS = tuple(_READERS)
"""The names of the formats, as :func:`sniff_export` returns them."""


def read_export(
    stream: BinaryIO,
    fmt: str,
    *,
    name: str,
    articles: Mapping[str, Article] | None = None,
    tally: ExportTally | None = None,
) -> Iterator[Comment | RecordError]:
    """Yield the comments of an export in the order of the file.

    Parameters
    ----------
    stream
        The export, opened in binary mode and decompressed. It is read once, in chunks.
    fmt
        One of :data:`FORMATS`; see :func:`sniff_export`.
    name
        The file's name, for errors.
    articles
        Articles from other files, by the platform's id: the stories of a Coral dump, the posts of
        a WordPress site (see :func:`read_articles`). They take precedence over the export's own.
    tally
        Counts the rows that were read, rejected and skipped during the reading.

    Yields
    ------
    Comment or RecordError
        A comment with its article (one object for all its comments) or, in place of an unreadable
        row, the error with its location. A damaged file yields what precedes the damage and one
        last error with its place.

    Raises
    ------
    InputError
        If nothing can be read: the file has another format, is damaged from the start, or
        contains a document type declaration.

    Notes
    -----
    Memory grows with the number of articles, not of comments. `depth` counts from parents
    earlier in the file; see :class:`~moderation.sources.exports.rows.Depths`.
    """
    tally = ExportTally() if tally is None else tally
    rows = read_rows(stream, fmt, name=name, articles=articles)
    return _comments(rows, tally)


def _comments(rows: Rows, tally: ExportTally) -> Iterator[Comment | RecordError]:
    for row in rows:
        if isinstance(row, RecordError):
            tally.rejected += 1
            yield row
        elif row.skip is not None:
            tally.skipped[row.skip] += 1
        else:
            order = tally.comments
            tally.comments += 1
            status = row.status or None
            yield msgspec.structs.replace(row.comment, order=order, status=status)


def read_rows(
    stream: BinaryIO, fmt: str, *, name: str, articles: Mapping[str, Article] | None = None
) -> Rows:
    """Yield all rows of an export with their status, including those :func:`read_export` skips.

    This serves the import of moderators' decisions. Parameters and errors are those of
    :func:`read_export`; every `order` is 0.
    """
    if fmt not in _READERS:
        raise ValueError(f"no export format {fmt!r}; there are {', '.join(FORMATS)}")
    return _until_damage(_READERS[fmt](stream, name=name, articles=articles or {}))


def _until_damage(rows: Rows) -> Rows:
    some = False
    try:
        for row in rows:
            some = some or isinstance(row, ExportRow)
            yield row
    except InputError as error:
        if not some:
            raise
        yield RecordError(
            f"{error.what}; the comments before it were read, those after it were not",
            path=error.path,
            line=error.line,
            got=error.got,
            hint=error.hint,
        )


def read_articles(stream: BinaryIO, fmt: str, *, name: str) -> Iterator[Article | RecordError]:
    """Yield the articles of a file that holds only articles.

    Parameters
    ----------
    stream
        Coral's ``stories.json`` or WordPress's ``wp/v2/posts``, binary and decompressed.
    fmt
        ``coral`` or ``wordpress-rest``.
    name
        The file's name, for errors.

    Raises
    ------
    InputError
        If the file is damaged; the articles before the damage have been yielded by then.
    """
    if fmt not in _ARTICLE_READERS:
        raise ValueError(f"{fmt!r} has no files of articles; {', '.join(_ARTICLE_READERS)} have")
    return _ARTICLE_READERS[fmt](stream, name=name)


def read_export_file(
    path: Path, *, articles: Mapping[str, Article] | None = None, tally: ExportTally | None = None
) -> Iterator[Comment | RecordError]:
    """Yield the comments of an export on disk, compressed or not, or of a Coral dump's folder.

    The articles of a Coral export come from the stories in the same folder.

    Parameters
    ----------
    path
        A file of any of the formats, or the folder of a Coral dump.
    articles, tally
        As for :func:`read_export`.

    Raises
    ------
    InputError
        If it is none of these, or nothing in it can be read.
    """
    tally = ExportTally() if tally is None else tally
    known = dict(articles or {})
    files = comment_files(path) if path.is_dir() else (path,)
    if not files:
        raise InputError("no export in this folder", path=path, hint="Coral has comments.json")
    for file in files:
        with open_binary(file) as stream:
            fmt = sniff_export(stream.peek(_HEAD_BYTES)[:_HEAD_BYTES])
            if path.is_dir():
                fmt = "coral"  # The content does not matter: a collection may be empty.
            if fmt is None:
                raise InputError("no export of a known platform", path=file)
            stories = story_file(file.parent) if fmt == "coral" and file == files[0] else None
            if stories is not None:
                yield from _add_stories(stories, known, tally)
            yield from read_export(stream, fmt, name=str(file), articles=known, tally=tally)


def _add_stories(
    path: Path, known: dict[str, Article], tally: ExportTally
) -> Iterator[RecordError]:
    with open_binary(path) as stream:
        for story in read_articles(stream, "coral", name=str(path)):
            if isinstance(story, RecordError):
                tally.rejected += 1
                yield story
            elif story.id is not None:
                known.setdefault(story.id, story)
