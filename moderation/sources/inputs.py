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

import msgspec

from moderation.errors import InputError, ModerationError, Notice, RecordError
from moderation.files import (
    COMPRESSED,
    REJECTED,
    STDIN,
    open_binary,
    sniff_format,
    storage,
)
from moderation.files.rows import BlockLimits, cut
from moderation.pages import separate
from moderation.records import Article, Comment, Page
from moderation.sources.comment_rows.reading import (
    ArticleFields,
    Item,
    Neighbours,
    RowContext,
    RowReader,
    with_threads,
)
from moderation.sources.record_files.kinds import Kind, kind_of
from moderation.sources.record_files.layouts import row_layout
from moderation.sources.record_files.unwrapping import unwrapped

if TYPE_CHECKING:
    from moderation.sources.exports.reading import ExportTally

__all__ = [
    "SUFFIXES",
    "Item",
    "RowContext",
    "all_rejected",
    "expanded",
    "notices",
    "read_article",
    "read_comments",
    "read_page",
    "with_threads",
]

#: The limits for rows that arrive one by one, where somebody may wait for the first.
STREAM_LIMITS = BlockLimits(rows=500, size=2**16)

_HEAD = 1 << 16
_EXPORT_BLOCK = BlockLimits().rows
_LONGEST_PAGE = 64 * 2**20


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
        way = _Way(path, context or RowContext(), raw, limits or BlockLimits())
        try:
            yield from _read_one(way)
        except InputError as error:
            if error.path is None:
                error.path = str(path)
            yield error


#: The file extensions that a folder is searched for; the files may also be compressed.
SUFFIXES = frozenset(".jsonl .ndjson .csv .tsv .parquet .json .xml .html .htm .txt .atom".split())


def expanded(paths: Iterable[str]) -> Iterator[str | ModerationError]:
    """Yield every input separately; wildcards and folders are replaced by their files.

    The folder of a Coral dump is one input. In any other folder, the extensions select the files.
    Files of other kinds are reported; hidden files and files of rejected rows are skipped.
    """
    for given in paths:
        found = [given] if given == STDIN else storage.matches(given)
        if not found:
            yield InputError("no file matches", path=given, hint="check the name")
        for path in found:
            if path == STDIN or not storage.is_folder(path) or _is_dump(path):
                yield path
            else:
                yield from _within(path)


def _is_dump(path: str) -> bool:
    from moderation.sources.exports.coral.dump import comment_files

    return not storage.is_remote(path) and bool(comment_files(Path(path)))


def _within(folder: str) -> Iterator[str | ModerationError]:
    others = n_found = 0
    for path in storage.files_below(folder):
        parts = path[len(folder) :].strip("/").split("/")
        if any(part.startswith(".") for part in parts) or path.endswith(REJECTED):
            continue
        suffixes = [suffix.lower() for suffix in Path(parts[-1]).suffixes]
        kinds = [suffix for suffix in suffixes if suffix not in COMPRESSED]
        if kinds and kinds[-1] in SUFFIXES:
            n_found += 1
            yield path
        else:
            others += 1
    if not n_found:
        yield InputError("no record file, page or export in it", path=folder, hint="name a file")
    elif others:
        yield Notice(f"{others} files of other kinds left out", path=folder)


class _Way(NamedTuple):
    """An input and the options for reading it."""

    path: str | Path
    context: RowContext
    raw: bool
    limits: BlockLimits


def read_page(path: str | Path, *, longest: int = _LONGEST_PAGE) -> Page:
    """Read and separate one page.

    Parameters
    ----------
    path
        The page's file.
    longest
        The largest accepted size in bytes.

    Returns
    -------
    Page
        The article, the comments and what is neither.

    Raises
    ------
    InputError
        If it is missing, empty, binary, larger than `longest` bytes (64 MiB), or holds records or
        an export, in which the comments are already separate.
    """
    with open_binary(path) as stream:
        what = kind_of(path, stream.peek(_HEAD)).what
        if what != "page":
            holds = "an export" if what == "export" else "records"
            hint = "its comments are apart already: moderation score reads them"
            raise InputError(f"holds {holds}, not a page", path=path, hint=hint)
        return _separated(stream, path, longest)


def read_article(path: str | Path) -> Article:
    """Read one article: a JSON object with ``title`` and ``text``, or a page.

    Returns
    -------
    Article
        The article; that of a page is without its comments.

    Raises
    ------
    InputError
        If it cannot be read or holds no text.
    """
    with open_binary(path) as stream:
        if sniff_format(stream.peek(_HEAD)) == "jsonl":
            article = _json_article(stream.read(_LONGEST_PAGE), path)
        else:
            article = _separated(stream, path).article
    if not (article.title or article.text):
        raise InputError("no article in it", path=path, hint="give a page or plain text")
    return article


def _json_article(data: bytes, path: str | Path) -> Article:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=ArticleFields).known()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        hint = "one JSON object with title and text"
        raise InputError(f"no article ({error})", path=path, hint=hint) from None


def notices(page: Page, path: str | Path) -> Iterator[Notice]:
    """Yield the notices about a page whose comments are missing or incomplete."""
    if page.comments_elsewhere:
        what = f"its comments live in an embed ({page.comments_elsewhere}), not in the page"
        yield Notice(what, path=path, hint="export them from there")
    elif not page.comments:
        yield Notice("no comments found", path=path, hint="only its article can be read")
    found = len(page.comments)
    # Some platforms count pingbacks as comments.
    pingbacks = sum(piece.reason == "pingback" for piece in page.left_out)
    if page.comments and page.declared_count not in {None, found, found + pingbacks}:
        yield Notice(f"the page declares {page.declared_count} comments, {found} found", path=path)


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
    path, limits = way.path, way.limits
    if str(path) != STDIN and storage.is_folder(path):
        yield from _threaded(_read_export_file(Path(path), way.context), limits)
        return
    with open_binary(path) as stream:
        kind = kind_of(path, stream.peek(_HEAD), way.context.names)
        if kind.what == "rows":
            yield from _read_rows(unwrapped(stream, kind.wrapped, str(path)), kind, way)
        elif kind.what == "page":
            yield from _read_page(stream, path, way.context)
        elif str(path) != STDIN:  # A Coral dump has its stories in the same folder.
            yield from _threaded(_read_export_file(Path(path), way.context), limits)
        else:
            from moderation.sources.exports.reading import ExportTally, read_export

            tally = ExportTally()
            comments = read_export(stream, kind.fmt, name=STDIN, tally=tally)
            yield from _threaded(_placed(comments, tally, path, way.context), limits)


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


def _read_page(
    stream: io.BufferedReader, path: str | Path, context: RowContext
) -> Iterator[Item | ModerationError]:
    page = _separated(stream, path)
    yield from notices(page, path)
    if context.article is not None and page.comments and (page.article.title or page.article.text):
        what = "has an article of its own, which its comments are compared with"
        yield Notice(what, path=path, hint="--article counts for what has none")
    for comment in page.in_context():
        yield Item(context.place(comment), page=str(path))


def _separated(stream: io.BufferedReader, path: str | Path, longest: int = _LONGEST_PAGE) -> Page:
    data = stream.read(longest + 1)
    if len(data) > longest:
        hint = "is it a record file? name it .jsonl or .csv"
        raise InputError(f"a page of more than {longest >> 20} MiB", path=path, hint=hint)
    try:
        return separate(data)
    except InputError as error:
        error.path = str(path)
        raise


def _read_rows(
    stream: io.BufferedReader, kind: Kind, way: _Way
) -> Iterator[Item | ModerationError]:
    name = str(way.path)
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
