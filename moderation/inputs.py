"""Whatever holds comments, as one stream of comments: record files, pages, platform exports.

What an input is, its content decides; only a record file's own extension (``.csv``, ``.jsonl`` ...)
is believed. What cannot be read comes out of the stream as an error, in its place, and the rest
goes on.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from moderation.errors import InputError, ModerationError, Notice, RecordError
from moderation.files import STDIN, format_of, open_binary, read_records, sniff_format
from moderation.pages import separate
from moderation.pages.export_sniff import sniff_export
from moderation.records import Article, Comment, Page

if TYPE_CHECKING:
    from moderation.pages.exports import ExportTally

#: A reply finds its parent's text among this many comments before it in the same file.
LOOK_BACK = 50_000

#: Comments of a file that are read before the first is let go, so that each knows the others of
#: its article; fewer on standard input, where somebody may be waiting.
LOOK_AHEAD = 20_000
LOOK_AHEAD_STDIN = 500
_LOOK_AHEAD_CHARACTERS = 16 * 2**20

_HEAD = 1 << 16
_LONGEST_PAGE = 64 * 2**20


class Item(NamedTuple):
    """A comment and where it came from.

    Attributes
    ----------
    comment
        With its article and parent, where they are known.
    page
        The page it was separated from, None for a row of a file.
    raw
        The row's fields as they were; empty for a page.
    """

    comment: Comment
    page: str | None = None
    raw: Mapping[str, Any] = {}


class Context(NamedTuple):
    """Articles that the caller brings.

    Attributes
    ----------
    article
        Stands above every comment that has no article of its own.
    articles
        By id, for rows with `article_id`.
    """

    article: Article | None = None
    articles: Mapping[str, Article] = {}

    def knowing(self, article: Article) -> Context:
        """The same with one article more."""
        return self._replace(articles={**self.articles, article.id or "": article})

    def place(self, comment: Comment, parent: str | None = None) -> Comment:
        """Give a comment its article and its parent's text, where it lacks them."""
        article = comment.article or self.articles.get(comment.article_id or "") or self.article
        text = comment.parent or parent
        if article is comment.article and text is comment.parent:
            return comment
        return msgspec.structs.replace(comment, article=article, parent=text)


def read_comments(
    paths: Iterable[str | Path], context: Context | None = None
) -> Iterator[Item | ModerationError]:
    """Read comments out of inputs of any kind, in order.

    Parameters
    ----------
    paths
        Record files, pages, exports, the folder of a Coral dump, or ``-``.
    context
        Articles that rows do not bring themselves.

    Yields
    ------
    Item or ModerationError
        A RecordError in the place of a row that cannot be read, an InputError in the place of a
        whole input, a Notice about one.
    """
    for path in paths:
        ahead = LOOK_AHEAD_STDIN if str(path) == STDIN else LOOK_AHEAD
        try:
            yield from _threaded(_read_one(path, context or Context()), ahead)
        except InputError as error:
            if error.path is None:
                error.path = str(path)
            yield error


def read_page(path: str | Path) -> Page:
    """Read and separate one page.

    Raises
    ------
    InputError
        If it is missing, empty, binary, or larger than 64 MiB.
    """
    with open_binary(path) as stream:
        return _separated(stream, path)


def read_article(path: str | Path) -> Article:
    """Read one article: a JSON object with ``title`` and ``text``, or a page.

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
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Article).known()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        hint = "one JSON object with title and text"
        raise InputError(f"no article ({error})", path=path, hint=hint) from None


def notices(page: Page, path: str | Path) -> Iterator[Notice]:
    """What the user of a page should know: comments that are not there, or not all."""
    if page.comments_elsewhere:
        what = f"its comments live in an embed ({page.comments_elsewhere}), not in the page"
        yield Notice(what, path=path, hint="export them from there")
    elif not page.comments:
        yield Notice("no comments found", path=path, hint="only its article can be read")
    found = len(page.comments)
    pingbacks = sum(piece.reason == "pingback" for piece in page.left_out)  # some platforms count
    if page.comments and page.declared_count not in {None, found, found + pingbacks}:
        yield Notice(f"the page declares {page.declared_count} comments, {found} found", path=path)


def _threaded(
    read: Iterable[Item | ModerationError], ahead: int
) -> Iterator[Item | ModerationError]:
    """The same, each comment with those of its article among `ahead` of them."""
    waiting: list[Item | ModerationError] = []
    characters = 0
    broken = None
    try:
        for item in read:
            waiting.append(item)
            characters += len(item.comment.text) if isinstance(item, Item) else 0
            if len(waiting) >= ahead or characters > _LOOK_AHEAD_CHARACTERS:
                yield from _with_threads(waiting)
                waiting, characters = [], 0
    except InputError as error:  # what was read before it comes first
        broken = error
    yield from _with_threads(waiting)
    if broken is not None:
        raise broken


def _with_threads(items: Iterable[Item | ModerationError]) -> Iterator[Item | ModerationError]:
    from moderation.topicality import in_threads  # numpy: only scoring needs it

    items = list(items)
    comments = iter(in_threads(item.comment for item in items if isinstance(item, Item)))
    for item in items:
        yield item._replace(comment=next(comments)) if isinstance(item, Item) else item


def _read_one(path: str | Path, context: Context) -> Iterator[Item | ModerationError]:
    if str(path) != STDIN and Path(path).is_dir():
        yield from _read_export_file(Path(path), context)
        return
    with open_binary(path) as stream:
        head = stream.peek(_HEAD)
        if not head:
            raise InputError("is empty", path=path, hint="give a file with comments in it")
        export = sniff_export(head)
        fmt = format_of(path) or sniff_format(head)
        if export and str(path) != STDIN:  # a Coral dump has its stories in the same folder
            yield from _read_export_file(Path(path), context)
        elif export:
            from moderation.pages.exports import ExportTally, read_export

            tally = ExportTally()
            comments = read_export(stream, export, name=STDIN, tally=tally)
            yield from _placed(comments, tally, path, context)
        elif fmt:
            yield from _read_rows(stream, fmt, str(path), context)
        else:
            yield from _read_page(stream, path, context)


def _read_export_file(path: Path, context: Context) -> Iterator[Item | ModerationError]:
    from moderation.pages.exports import ExportTally, read_export_file

    tally = ExportTally()
    comments = read_export_file(path, articles=context.articles, tally=tally)
    yield from _placed(comments, tally, path, context)


def _placed(
    comments: Iterable[Comment | RecordError],
    tally: ExportTally,
    path: str | Path,
    context: Context,
) -> Iterator[Item | ModerationError]:
    """The comments of an export with their parents, and a word on what it left out."""
    recent = _Recent()
    for comment in comments:
        if isinstance(comment, RecordError):
            yield comment
        else:
            yield Item(context.place(comment, recent.parent_of(comment)))
    if tally.skipped:
        skipped = ", ".join(f"{n} {why}" for why, n in sorted(tally.skipped.items()))
        yield Notice(f"left out of the export: {skipped}", path=path)


def _read_page(
    stream: io.BufferedReader, path: str | Path, context: Context
) -> Iterator[Item | ModerationError]:
    page = _separated(stream, path)
    yield from notices(page, path)
    for comment in page.in_context():
        yield Item(context.place(comment), page=str(path))


def _separated(stream: io.BufferedReader, path: str | Path) -> Page:
    data = stream.read(_LONGEST_PAGE + 1)
    if len(data) > _LONGEST_PAGE:
        hint = "is it a record file? name it .jsonl or .csv"
        raise InputError(f"a page of more than {_LONGEST_PAGE >> 20} MiB", path=path, hint=hint)
    try:
        return separate(data)
    except InputError as error:
        error.path = str(path)
        raise


class _Article(msgspec.Struct, frozen=True):
    id: str | int | None = None
    title: str | None = None
    text: str | None = None

    def known(self) -> Article:
        return Article(id=_name(self.id), title=self.title or "", text=self.text or "")


class _Record(msgspec.Struct, frozen=True):
    """A row of a file of comments, as `interface.md` describes it; other fields are ignored."""

    text: str
    id: str | int | None = None
    article: _Article | None = None
    article_id: str | int | None = None
    parent: str | None = None
    parent_id: str | int | None = None
    author: str | None = None
    published: str | None = None

    def article_itself(self, raw: Mapping[str, Any]) -> Article:
        title = raw.get("title")
        return Article(
            id=_name(self.id), title=title if isinstance(title, str) else "", text=self.text
        )

    def comment(self, line: int) -> Comment:
        article = self.article.known() if self.article else None
        return Comment(
            text=self.text,
            id=_name(self.id) or str(line),
            article=article,
            article_id=_name(self.article_id) or (article.id if article else None),
            parent=self.parent,
            parent_id=_name(self.parent_id),
            author=self.author,
            published=self.published,
            order=line - 1,
        )


def _name(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _read_rows(
    stream: io.BufferedReader, fmt: str, name: str, context: Context
) -> Iterator[Item | ModerationError]:
    recent = _Recent()
    missing: set[str] = set()
    for row in read_records(stream, fmt, _Record, name=name):
        if isinstance(row, RecordError):
            yield row
            continue
        if row.raw.get("kind") == "article":  # as `moderation separate` writes them
            context = context.knowing(row.record.article_itself(row.raw))
            continue
        comment = row.record.comment(row.line)
        if not comment.text.strip():
            what = "text is empty"
            yield RecordError(what, path=name, line=row.line, field="text", hint="nothing to score")
            continue
        placed = context.place(comment, recent.parent_of(comment))
        wanted = comment.article_id
        if placed.article is None and wanted is not None and wanted not in missing:
            missing.add(wanted)
            what = f"no article {wanted!r}"
            hint = "off_topic is null without it; --articles FILE gives articles by id"
            yield Notice(what, path=name, line=row.line, field="article_id", hint=hint)
        yield Item(placed, raw=row.raw)


class _Recent:
    """Texts of the latest comments of a file, for the replies to them."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def parent_of(self, comment: Comment) -> str | None:
        """The text that `comment` replies to, if it is among them; remembers `comment`."""
        parent = self._texts.get(comment.parent_id) if comment.parent_id else None
        self._texts[comment.id] = comment.text
        if len(self._texts) > LOOK_BACK:
            del self._texts[next(iter(self._texts))]
        return parent
