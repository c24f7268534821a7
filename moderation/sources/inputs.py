"""Read record files, pages and platform exports as one stream of comments.

The content of an input decides its kind; only the extension of a record file (``.csv``,
``.jsonl`` ...) is trusted. Unreadable input appears in the stream as an error in its place, and
the reading continues.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from moderation.errors import InputError, ModerationError, Notice, RecordError
from moderation.files import STDIN, open_binary, storage
from moderation.files.rows import BlockLimits, cut
from moderation.records import Article, Comment
from moderation.sources.archived import OpenMember, opened_members, refuse_archive, stories_in
from moderation.sources.comment_rows.reading import (
    Item,
    Neighbours,
    RowContext,
    RowReader,
    with_threads,
)
from moderation.sources.page_files import HEAD, Origin, notices, separated
from moderation.sources.record_files.kinds import Kind, kind_of
from moderation.sources.record_files.layouts import row_layout
from moderation.sources.record_files.unwrapping import unwrapped

if TYPE_CHECKING:
    from moderation.sources.exports.reading import ExportTally

#: The limits for rows that arrive one by one, where somebody may wait for the first.
STREAM_LIMITS = BlockLimits(rows=500, size=2**16)

_EXPORT_BLOCK = BlockLimits().rows


def read_comments(
    paths: Iterable[str | Path],
    context: RowContext | None = None,
    *,
    raw: bool = True,
    limits: BlockLimits | None = None,
) -> Iterator[Item | ModerationError]:
    """Read the comments of inputs of any kind, in order.

    Parameters
    ----------
    paths
        Record files, pages, exports, the folder of a Coral dump, or ``-``.
    context
        Articles for rows that do not include their own.
    raw
        Whether to return the original rows of record files as well.
    limits
        The number of rows that are read together, so that each knows the others of its article,
        and the length of the longest row.

    Yields
    ------
    Item or ModerationError
        A RecordError in place of an unreadable row, an InputError in place of a whole input, or
        a Notice about an input.
    """
    for path in paths:
        way = _Way(str(path), context or RowContext(), raw, limits or BlockLimits())
        try:
            yield from _read_one(way)
        except InputError as error:
            if error.path is None:
                error.path = way.path
            yield error


class _Way(NamedTuple):
    """An input and the options for reading it."""

    path: str
    context: RowContext
    raw: bool
    limits: BlockLimits
    member: OpenMember | None = None

    def knowing(self, stories: dict[str, Article]) -> _Way:
        """Return a copy that knows more articles; those of the caller precede."""
        articles = {**stories, **self.context.articles}
        return self._replace(context=self.context._replace(articles=articles))


def _threaded(
    read: Iterable[Item | ModerationError], limits: BlockLimits
) -> Iterator[Item | ModerationError]:
    """Yield the same items; each comment now has the others of its article in its block."""
    waiting: list[Item | ModerationError] = []
    characters = 0
    broken = None
    try:
        for item in read:
            waiting.append(item)
            characters += len(item.comment.text) if isinstance(item, Item) else 0
            if len(waiting) >= limits.rows or characters > limits.size:
                yield from with_threads(waiting)
                waiting, characters = [], 0
    except InputError as error:  # The items read before the error come first.
        broken = error
    yield from with_threads(waiting)
    if broken is not None:
        raise broken


def _read_one(way: _Way) -> Iterator[Item | ModerationError]:
    path = way.path
    if path != STDIN and storage.is_folder(path):
        yield from _threaded(_read_export_file(Path(path), way.context), way.limits)
        return
    with open_binary(path) as stream:
        kind = _kind(stream, way)
        if kind.what == "archive":
            yield from _read_archive(stream, kind.fmt, way)
        elif kind.what == "export" and path != STDIN:  # Coral has its stories in the same folder.
            yield from _threaded(_read_export_file(Path(path), way.context), way.limits)
        else:
            yield from _read_stream(stream, kind, way)


def _kind(stream: io.BufferedReader, way: _Way) -> Kind:
    return kind_of(way.path, stream.peek(HEAD), way.context.names)


def _read_archive(
    stream: io.BufferedReader, fmt: str, way: _Way
) -> Iterator[Item | ModerationError]:
    stories: dict[str, Article] | None = None
    for member in opened_members(stream, fmt, way.path):
        if isinstance(member, ModerationError):
            yield member
            continue
        inside = way._replace(path=member.path, member=member)
        try:
            with member.opened() as content:
                kind = _kind(content, inside)
                refuse_archive(kind, member.path)
                if kind.fmt == "coral":
                    stories = stories_in(way.path, fmt) if stories is None else stories
                    inside = inside.knowing(stories)
                yield from _read_stream(content, kind, inside)
        except InputError as error:
            error.path = error.path or member.path
            yield error


def _read_stream(
    stream: io.BufferedReader, kind: Kind, way: _Way
) -> Iterator[Item | ModerationError]:
    if kind.what == "rows":
        rows = unwrapped(stream, kind.wrapped, way.path, way.context.sheet)
        yield from _read_rows(rows, kind, way)
    elif kind.what == "page":
        yield from _read_page(stream, way)
    else:
        from moderation.sources.exports.reading import ExportTally, read_export

        tally = ExportTally()
        articles = way.context.articles
        comments = read_export(stream, kind.fmt, name=way.path, articles=articles, tally=tally)
        yield from _threaded(_placed(comments, tally, way.path, way.context), way.limits)


def _read_export_file(path: Path, context: RowContext) -> Iterator[Item | ModerationError]:
    from moderation.sources.exports.reading import ExportTally, read_export_file

    tally = ExportTally()
    comments = read_export_file(path, articles=context.articles, tally=tally)
    yield from _placed(comments, tally, path, context)


def _placed(
    comments: Iterable[Comment | RecordError],
    tally: ExportTally,
    path: str | Path,
    context: RowContext,
) -> Iterator[Item | ModerationError]:
    """Yield the comments of an export with their parents, and a notice about what was left out."""
    recent = Neighbours(context)
    for number, comment in enumerate(comments):
        if number % _EXPORT_BLOCK == 0:
            recent = recent.next()
        if isinstance(comment, RecordError):
            yield comment
        else:
            yield Item(recent.place(comment))
    if tally.skipped:
        skipped = ", ".join(f"{n} {why}" for why, n in sorted(tally.skipped.items()))
        yield Notice(f"left out of the export: {skipped}", path=path)


def _read_page(stream: io.BufferedReader, way: _Way) -> Iterator[Item | ModerationError]:
    path, context, member = way.path, way.context, way.member
    origin = member.origin if member is not None else Origin(path)
    page = separated(stream, origin)
    yield from notices(page, path)
    if context.article is not None and page.comments and (page.article.title or page.article.text):
        what = "has an article of its own, which its comments are compared with"
        yield Notice(what, path=path, hint="--article counts for what has none")
    for comment in page.in_context():
        yield Item(context.place(comment), page=origin.url or path)


def _read_rows(
    stream: io.BufferedReader, kind: Kind, way: _Way
) -> Iterator[Item | ModerationError]:
    name = way.path
    layout, head = row_layout(stream, kind, dict(way.context.names), name)
    neighbours = Neighbours(way.context)
    reader = RowReader(layout, name, raw=way.raw, longest=way.limits.longest)
    n_read = n_rejected = 0
    for block in cut(stream, layout, head, way.limits, name):
        neighbours = neighbours.next()
        for item in with_threads(list(reader.placed(block, neighbours))):
            n_read += isinstance(item, Item)
            n_rejected += isinstance(item, RecordError)
            yield item
    if n_rejected and not n_read:
        yield all_rejected(name, n_rejected)


def all_rejected(path: str, n_rejected: int) -> InputError:
    """Create the error for a record file without any usable row."""
    what = f"not one of its {n_rejected:,} rows can be read as a comment"
    if n_rejected == 1:
        what = "its only row cannot be read as a comment"
    return InputError(what, path=path, hint="is it what it is named?")
