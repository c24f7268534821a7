"""Read rows of record files as comments, with their articles and their parents' texts.

The parent of a reply and the article of a comment are searched in the row's own block and in the
blocks shortly before it. Memory therefore stays bounded, and a block can be read without the rest
of its file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

import msgspec

from moderation.context import in_threads
from moderation.errors import ModerationError, Notice, RecordError
from moderation.files.rows import LONGEST_LINE, ParsedBlock, RowBlock, RowLayout, decode
from moderation.records import Article, Comment
from moderation.text.languages import known_language
from moderation.text.markup import shown_text
from moderation.text.visibility import is_blank

#: The number of blocks before a row's own block that are searched for its parent and its article.
LOOK_BACK = 2

#: The columns or fields that a record file must have.
REQUIRED = frozenset({"text"})


class Item(NamedTuple):
    """A comment and its origin.

    Attributes
    ----------
    comment
        The comment, with its article and parent if they are known.
    page
        The page from which it was separated, None for a row of a file.
    raw
        The row's original fields; empty for a page.
    written
        The text as the row has it, if tags or entities were taken out of it; else None.
    numbered
        Whether the row has no id, so that the comment has the number of its line.
    """

    comment: Comment
    page: str | None = None
    raw: Mapping[str, Any] = {}
    written: str | None = None
    numbered: bool = False

    @property
    def own_id(self) -> str | None:
        """The id that the row itself has; None if it comes from a page, or is a line number."""
        of_page = self.page is not None or "page" in self.raw
        return None if of_page or self.numbered else self.comment.id or None


class RowContext(NamedTuple):
    """The articles that the caller supplies.

    Attributes
    ----------
    article
        The article for every comment that has no article of its own.
    articles
        Articles by id, for rows with `article_id`.
    names
        The names of our fields in record files, where they differ.
    sheet
        The sheet of a workbook that holds the rows; empty for the first.
    """

    article: Article | None = None
    articles: Mapping[str, Article] = {}
    names: Mapping[str, str] = {}
    sheet: str = ""

    def knowing(self, article: Article) -> RowContext:
        """Return a copy with one more article."""
        return self._replace(articles={**self.articles, article.id or "": article})

    def place(self, comment: Comment, parent: str | None = None) -> Comment:
        """Add the article and the parent's text to a comment that lacks them."""
        article = comment.article or self.articles.get(comment.article_id or "") or self.article
        text = comment.parent or parent
        if article is comment.article and text is comment.parent:
            return comment
        return msgspec.structs.replace(comment, article=article, parent=text)


class ArticleFields(msgspec.Struct, frozen=True):
    """An article as rows and files of articles write it."""

    id: str | int | None = None
    title: str | None = None
    text: str | None = None
    url: str | None = None

    def known(self) -> Article:
        """Return the article; missing fields are empty."""
        return Article(
            id=_name(self.id), title=self.title or "", text=self.text or "", url=self.url or None
        )


class _Record(msgspec.Struct, frozen=True):
    """A row of a file of comments, as `interface.md` describes it; other fields are ignored."""

    text: str
    id: str | int | None = None
    article: ArticleFields | None = None
    article_id: str | int | None = None
    parent: str | None = None
    parent_id: str | int | None = None
    author: str | None = None
    published: str | None = None
    revision: str | int | None = None
    status: Any = None
    language: Any = None
    lang: Any = None
    kind: Any = None
    title: Any = None

    def article_itself(self) -> Article:
        """Return the article that `moderation separate` writes before its comments."""
        title = self.title if isinstance(self.title, str) else ""
        return Article(id=_name(self.id), title=title, text=self.text)

    def headline(self) -> ArticleFields | None:
        """Return the article of which a row tells the headline alone."""
        title = self.title.strip() if isinstance(self.title, str) else ""
        return ArticleFields(id=self.article_id, title=title) if title else None

    def shown(self) -> _Record:
        """Return the record with texts as a page shows them, without tags and entities."""
        article = self.article
        if article is not None:
            title, text = (part and shown_text(part) for part in (article.title, article.text))
            article = ArticleFields(article.id, title, text, article.url)
        parent = self.parent and shown_text(self.parent)
        title = shown_text(self.title) if isinstance(self.title, str) else None
        return msgspec.structs.replace(
            self, text=shown_text(self.text), parent=parent, article=article, title=title
        )

    def comment(self, line: int, articles: dict[ArticleFields, Article]) -> Comment:
        """Return the comment; equal articles become one object."""
        article = _one(self.article, articles)
        return Comment(
            text=self.text,
            id=_name(self.id) or str(line),
            article=article,
            article_id=_name(self.article_id) or (article.id if article else None),
            parent=self.parent,
            parent_id=_name(self.parent_id),
            author=self.author,
            published=self.published,
            revision=_name(self.revision),
            status=_name(self.status) if isinstance(self.status, str | int) else None,
            language=known_language(self.language) or known_language(self.lang),
            order=line - 1,
        )


@lru_cache(maxsize=16)
def _named(names: tuple[tuple[str, str], ...]) -> type[_Record]:
    """Return the form of a row whose fields have other names in the file."""
    if not names:
        return _Record
    fields: list[Any] = [
        (field.name, field.type) if field.required else (field.name, field.type, field.default)
        for field in msgspec.structs.fields(_Record)
    ]
    renamed = msgspec.defstruct("_Named", fields, bases=(_Record,), rename=dict(names), frozen=True)
    return cast("type[_Record]", renamed)


def _one(fields: ArticleFields | None, articles: dict[ArticleFields, Article]) -> Article | None:
    """Return the article of some fields; equal fields become one object."""
    if fields is None:
        return None
    if fields not in articles:
        articles[fields] = fields.known()
    return articles[fields]


def _name(value: str | int | None) -> str | None:
    return None if value is None else str(value)


class Neighbours:
    """The comments and articles, by id, that the rows of one block may refer to.

    Parameters
    ----------
    context
        The articles that the caller supplies.
    earlier
        Returns the previous blocks, latest first. It is called only if a row refers to something
        outside its own block.
    """

    def __init__(
        self, context: RowContext, earlier: Callable[[], Sequence[Neighbours]] | None = None
    ) -> None:
        self._context = context
        self._load = earlier
        self.texts: dict[str, str] = {}
        self.articles: dict[str, Article] = {}

    @cached_property
    def earlier(self) -> Sequence[Neighbours]:
        """The previous blocks, latest first."""
        return self._load() if self._load else ()

    def next(self) -> Neighbours:
        """Return those of the next block; blocks further back than LOOK_BACK are released."""
        before = (self, *self.earlier)[:LOOK_BACK]
        for known in before:
            known.__dict__["earlier"], known._load = (), None
        return Neighbours(self._context, lambda: before)

    def place(self, comment: Comment) -> Comment:
        """Add the article and the parent's text to a comment that lacks them, and store it."""
        parent = None
        if comment.parent_id and comment.parent is None:
            parent = self._found("texts", comment.parent_id)
        self.texts[comment.id] = comment.text
        wanted = comment.article_id
        if wanted and comment.article is None and wanted not in self._context.articles:
            article = self._found("articles", wanted)
            if article is not None:
                comment = msgspec.structs.replace(comment, article=article)
        return self._context.place(comment, parent)

    def _found(self, what: str, key: str) -> Any:
        found = getattr(self, what).get(key)
        if found is None:
            found = next(
                (value for known in self.earlier if (value := getattr(known, what).get(key))), None
            )
        return found


class RowReader:
    """Read the blocks of one record file as comments.

    Parameters
    ----------
    layout
        The file's format, and its columns if it is a table.
    name
        The name of the file in errors.
    raw
        Whether to return the original rows as well.
    longest
        The length of the longest row in bytes.
    """

    def __init__(
        self, layout: RowLayout, name: str, *, raw: bool = True, longest: int = LONGEST_LINE
    ) -> None:
        self._layout = layout
        form = _named(layout.names)
        self._reading = ParsedBlock(form, name, raw=raw, longest=longest)
        # A comment may have a title of its own. A title is a headline only if the caller says so.
        self._headed = "title" in dict(layout.names)

    def known(self, block: RowBlock, context: RowContext) -> Neighbours:
        """Return what later blocks may refer to in the rows of a block."""
        neighbours = Neighbours(context)
        for _ in self.placed(block, neighbours):
            pass
        return neighbours

    def placed(self, block: RowBlock, neighbours: Neighbours) -> Iterator[Item | ModerationError]:
        """Yield the comments of a block, with articles and parents, and the errors in it."""
        name = self._reading.name
        articles: dict[ArticleFields, Article] = {}
        doubtful = _Doubtful(name)
        for row in decode(block, self._layout, self._reading):
            if isinstance(row, RecordError):
                yield row
                continue
            line, record, raw = row
            written = None
            if self._layout.markup:
                shown = record.shown()
                written = record.text if shown.text != record.text else None
                record = shown
            if record.kind == "article":
                article = record.article_itself()
                neighbours.articles[article.id or ""] = article
                continue
            if is_blank(record.text):
                hint = "nothing to score"
                yield RecordError("text is empty", path=name, line=line, field="text", hint=hint)
                continue
            comment = neighbours.place(record.comment(line, articles))
            if self._headed and comment.article is None:
                headline = _one(record.headline(), articles)
                comment = msgspec.structs.replace(comment, article=headline)
            doubtful.look_at(comment, line)
            yield Item(comment, raw=raw, written=written, numbered=record.id is None)
        yield from doubtful.notices()


class Recurring(Notice):
    """A notice about many rows of one file, reported once even if the file is read in parts.

    Attributes
    ----------
    n_rows
        The number of rows concerned.
    names
        The ids that these rows name. They are limited by NAMES to bound the memory.
    """

    #: The largest number of different names that is counted.
    NAMES = 10_000

    n_rows: int = 0
    names: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, field: str, n_rows: int, names: frozenset[str], path: str | None, line: int | None
    ) -> Recurring:
        """Create the notice for a field, with the line of the first row."""
        named, thing, hint = _DOUBTS[field]
        n_names = _counted(min(len(names), cls.NAMES), thing, len(names) > cls.NAMES)
        what = f"{_counted(n_rows, 'comment')} {named.format(n_names)}"
        notice = cls(what, path=path, line=line, field=field, hint=hint)
        notice.n_rows, notice.names = n_rows, names
        return notice

    def plus(self, later: Recurring) -> Recurring:
        """Combine two notices about the same field of the same file."""
        names = self.names if len(self.names) > self.NAMES else self.names | later.names
        n_rows = self.n_rows + later.n_rows
        return Recurring.of(self.field or "", n_rows, names, self.path, self.line)


# For each field: the verb, the noun and the hint of the message.
_DOUBTS = {
    "article_id": (
        "naming {} not known",
        "article",
        "off-topic has only parents and threads to compare with; --articles FILE gives articles",
    ),
    "parent_id": ("in reply to {} not found before them", "parent", "read without"),
    "id": ("with {} given to another before", "id", "replies find the later one"),
}


def _counted(n: int, thing: str, more: bool = False) -> str:
    return f"{'over ' if more else ''}{n:,} {thing}{'' if n == 1 else 's'}"


class _Doubtful:
    """The open questions about the ids in a block of rows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[tuple[str | None, str]] = set()
        self._found: dict[str, list[tuple[str, int]]] = {field: [] for field in _DOUBTS}

    def look_at(self, comment: Comment, line: int) -> None:
        """Note an article or parent that was not found, and an id that its article already has."""
        if comment.article_id and comment.article is None:
            self._found["article_id"].append((comment.article_id, line))
        if comment.parent_id and comment.parent is None:
            self._found["parent_id"].append((comment.parent_id, line))
        key = (comment.article_id, comment.id)
        if key in self._seen:
            self._found["id"].append((comment.id, line))
        self._seen.add(key)

    def notices(self) -> Iterator[Recurring]:
        """Yield the notices about the block."""
        for field, found in self._found.items():
            if found:
                names = frozenset(name for name, _ in found)
                yield Recurring.of(field, len(found), names, self._name, found[0][1])


def with_threads(items: Sequence[Item | ModerationError]) -> Iterator[Item | ModerationError]:
    """Yield the same items; each comment now has the other comments of its article."""
    comments = iter(in_threads(item.comment for item in items if isinstance(item, Item)))
    for item in items:
        comment = next(comments) if isinstance(item, Item) else None
        if isinstance(item, Item) and comment is not None and comment is not item.comment:
            yield item._replace(comment=comment)
        else:
            yield item
