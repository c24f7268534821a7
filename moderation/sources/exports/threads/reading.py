"""Read comments out of documents in which they are listed or nested."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from moderation.errors import InputError, RecordError
from moderation.files.archives import seekable
from moderation.records import Article, Comment
from moderation.sources.exports.json_files import JsonRow, decode_row, json_documents, listed_rows
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.sources.exports.threads.forms import FORMS, ArticlePaths, Form, Paths, People
from moderation.sources.exports.threads.rich_text import rich_text
from moderation.text.markup import html_to_text, plain_line, shown_text
from moderation.text.visibility import is_blank

#: Texts that a platform shows in place of a deleted comment.
_PLACEHOLDERS = ("[deleted]", "[removed]")
_GONE_STATUSES = ("deleted", "spam")

_Waiting = tuple[Any, str | None, Article | None]


def read_thread(fmt: str, stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of one source's answers.

    A document (one answer, or one line) is read whole and may have 16 million bytes; a file may
    have any number of them. The list of a form that is `large` is read object by object.

    Parameters
    ----------
    fmt
        A name in :data:`~moderation.sources.exports.threads.forms.FORMS`.
    stream, name, articles
        As for :func:`~moderation.sources.exports.reading.read_export`.
    """
    return _Reading(fmt, name, articles).rows(stream)


class _Member(NamedTuple):
    """An object in a list of comments, the id of the comment around it, and its place."""

    fields: dict[str, Any]
    above: str | None
    article: Article | None
    line: int
    number: int


class _Reading:
    """The reading of one file: its articles so far, and the depths of its comments."""

    def __init__(self, fmt: str, name: str, articles: Mapping[str, Article]) -> None:
        self._form: Form = FORMS[fmt]
        self._source = f"export:{fmt}"
        self._name = name
        self._articles = dict(articles)
        self._article: Article | None = None
        self._depths = Depths()
        self._keys: dict[str, str] = {}
        self._number = 0
        self._people: dict[str, str] = {}
        self._alone = False  # Whether documents are single comments, of any articles.

    def rows(self, stream: BinaryIO) -> Rows:
        if self._form.large:
            yield from self._large(stream)
            return
        for row in json_documents(stream, name=self._name):
            document = self._decoded(row)
            if isinstance(document, RecordError):
                yield document
            elif isinstance(row, JsonRow):
                yield from self._document(document, row.line)

    def _large(self, stream: BinaryIO) -> Rows:
        if self._form.people is None:
            yield from self._listed(stream)
            return
        with seekable(cast(io.BufferedReader, stream), self._name) as whole:
            begins = whole.tell()
            self._people = dict(self._names(whole, self._form.people))
            whole.seek(begins)
            yield from self._listed(whole)

    def _names(self, stream: BinaryIO, people: People) -> Iterator[tuple[str, str]]:
        """Yield the names of the people behind the comments, whose list may stand at the end."""
        try:
            _, rows = listed_rows(stream, people.listed, name=self._name, behind=True)
            for row in rows:
                fields = self._decoded(row)
                if isinstance(fields, dict):
                    yield _text(fields, people.key) or "", _text(fields, people.name) or ""
        except InputError:  # The list is damaged or missing: the comments are read without names.
            return

    def _listed(self, stream: BinaryIO) -> Rows:
        before, rows = listed_rows(stream, self._form.large, name=self._name)
        self._article = self._known(self._form.of_document, before)
        for row in rows:
            fields = self._decoded(row)
            if isinstance(fields, RecordError):
                yield fields
            elif isinstance(row, JsonRow):
                yield from self._members([fields], row.line)

    def _decoded(self, row: JsonRow | RecordError) -> dict[str, Any] | RecordError:
        if isinstance(row, RecordError):
            return row
        return decode_row(row, dict[str, Any], name=self._name)

    def _document(self, document: dict[str, Any], line: int) -> Rows:
        found = [_at(document, path) for path in self._form.lists]
        lists = [each for each in found if isinstance(each, list)]
        if lists:
            self._article = self._known(self._form.of_document, document) or self._article
            for members in lists:
                yield from self._members(members, line)
        elif self._form.alone and "version" not in document:
            self._alone = True
            yield from self._members([document], line)

    def _members(self, members: list[Any], line: int) -> Rows:
        """Yield comments and their replies, in the order of the page."""
        waiting: list[_Waiting] = [(each, None, None) for each in reversed(members)]
        while waiting:
            fields, above, article = waiting.pop()
            self._number += 1
            fields = self._numbered(fields)
            if not isinstance(fields, dict):
                got = f"comment {self._number}"
                yield RecordError("not an object", path=self._name, line=line, got=got)
                continue
            inner = _inner(fields)
            article = self._article_of(inner) or article
            member = _Member(inner, above, article, line, self._number)
            if self._is_article(fields, member.fields):
                own = self._known(self._form.of_comment, member.fields, anew=True)
                self._article = _merged(own, self._article)
                if self._article is not None and self._article.id is not None:
                    self._articles[self._article.id] = self._article
            else:
                yield read_row(partial(self._row, member), name=self._name, line=line)
            own_id = _text(member.fields, self._form.id)
            replies = _first(member.fields, self._form.replies)
            if isinstance(replies, list):
                waiting += [(each, own_id, article) for each in reversed(replies)]

    def _numbered(self, fields: Any) -> Any:
        """Return a comment that has an id, if comments of this form may lack one."""
        if not self._form.numbered:
            return fields
        if isinstance(fields, str):
            fields = {"text": fields}
        if isinstance(fields, dict) and _text(fields, self._form.id) is None:
            return fields | {self._form.id[0]: str(self._number)}
        return fields

    def _is_article(self, *candidates: dict[str, Any]) -> bool:
        if self._form.is_article is None:
            return False
        field, value = self._form.is_article
        return any(each.get(field) == value for each in candidates)

    def _row(self, member: _Member) -> ExportRow | RecordError:
        form, fields = self._form, member.fields
        comment_id = _text(fields, form.id)
        body = _first(fields, form.text)
        body = rich_text(body) if form.rich else body
        if body is None and any(_at(fields, path) == "" for path in form.text):
            body = ""
        skip = self._why_skipped(fields, body)
        if comment_id is None or (skip is None and not isinstance(body, str)):
            field = form.id[0] if comment_id is None else form.text[0]
            got = f"comment {member.number}"
            what = "field missing, or no text"
            return RecordError(what, path=self._name, line=member.line, field=field, got=got)
        key = _text(fields, form.key) if form.key else None
        article = member.article
        scope = article.id if article else ""
        if key is not None:
            self._keys[f"{scope}/{key}"] = comment_id
        parent_id = self._parent(fields, scope or "") or member.above
        parent_id = None if parent_id == comment_id else parent_id
        text = _shown(body) if isinstance(body, str) else ""
        comment = Comment(
            id=comment_id,
            text=text,
            article=article if article and (article.title or article.text) else None,
            article_id=article.id if article else None,
            parent_id=parent_id,
            author=self._author(fields),
            published=_moment(_first(fields, form.published)),
            depth=self._depths.place(comment_id, parent_id),
            source=self._source,
        )
        status = _text(fields, ("status", "state")) or ""
        return ExportRow(
            comment=comment, status=status, skip=skip or ("blank" if is_blank(text) else None)
        )

    def _author(self, fields: dict[str, Any]) -> str | None:
        name = _text(fields, self._form.author)
        if name is None and self._form.people is not None:
            name = self._people.get(_text(fields, self._form.people.of_comment) or "")
        return plain_line(name or "") or None

    def _why_skipped(self, fields: dict[str, Any], body: object) -> str | None:
        if fields.get("kind") == "more" or ("children" in fields and "count" in fields):
            return "not loaded"
        gone = any(fields.get(field) for field in self._form.gone)
        if gone or body in _PLACEHOLDERS or fields.get("status") in _GONE_STATUSES:
            return "deleted"
        return None

    def _parent(self, fields: dict[str, Any], scope: str) -> str | None:
        parent = _text(fields, self._form.parent)
        if parent is None or parent in self._form.roots or parent.startswith("t3_"):
            return None
        if self._form.key:
            return self._keys.get(f"{scope}/{parent}")
        parent = parent.removeprefix("t1_")
        return None if parent in self._articles or parent == scope else parent

    def _article_of(self, fields: dict[str, Any]) -> Article | None:
        paths = self._form.of_comment
        of_article = tuple(path for path in paths.id if path != "id")  # not the comment's own
        own_id = _text(fields, of_article)
        known = self._articles.get((own_id or "").removeprefix("t3_"))
        if known is not None:
            return known
        if self._alone and own_id is None:
            return self._articles.get(_text(fields, self._form.parent) or "")
        if self._article is not None and self._form.of_document.id:
            return self._article
        if self._article is not None and self._form.is_article is not None:
            return self._article
        bare = ArticlePaths(id=of_article, title=paths.title[:1], url=paths.url)
        return self._known(bare, fields) or self._article

    def _known(
        self, paths: ArticlePaths, fields: dict[str, Any], *, anew: bool = False
    ) -> Article | None:
        """Return an article; equal ids give one object, unless it is to be read anew."""
        found = {name: _text(fields, each) for name, each in zip(paths._fields, paths, strict=True)}
        if not (found["id"] or found["title"]):
            return None
        key = (found["id"] or "").removeprefix("t3_") or None
        if key in self._articles and not anew:
            return self._articles[key]
        article = Article(
            id=key,
            title=plain_line(found["title"] or ""),
            text=html_to_text(found["text"] or ""),
            author=plain_line(found["author"] or "") or None,
            published=_moment(_first(fields, paths.published)),
            url=found["url"],
        )
        if key is not None and (article.title or article.url):
            self._articles[key] = article
        return article


def _merged(own: Article | None, known: Article | None) -> Article | None:
    """Return the article with the title of its document and the text of its first post."""
    if own is None or known is None or own.title:
        return own or known
    return msgspec.structs.replace(own, title=known.title, id=known.id or own.id)


def _inner(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a thing that Reddit wraps with its kind."""
    inner = fields.get("data")
    return inner if isinstance(inner, dict) and "kind" in fields else fields


def _at(fields: dict[str, Any], path: str) -> Any:
    found: Any = fields
    for name in path.split("."):
        if name == "0" and isinstance(found, list):
            found = found[0] if found else None
        else:
            found = found.get(name) if isinstance(found, dict) else None
    return found


def _first(fields: dict[str, Any], paths: Paths) -> Any:
    values: Iterator[Any] = (_at(fields, path) for path in paths)
    return next((value for value in values if value not in (None, "")), None)


def _text(fields: dict[str, Any], paths: Paths) -> str | None:
    """Return the first text or number at the paths; anything else is not there."""
    values = (_at(fields, path) for path in paths)
    return next(
        (
            str(value)
            for value in values
            if isinstance(value, str | int) and not isinstance(value, bool) and value != ""
        ),
        None,
    )


def _shown(body: str) -> str:
    text = html_to_text(body) if "</" in body or "<p>" in body or "<br" in body else None
    return shown_text(body).strip() if text is None else text


def _moment(value: object) -> str | None:
    """Return a time in ISO 8601 from its text, or from seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, tz=UTC).isoformat().replace("+00:00", "Z")
        except (ValueError, OverflowError, OSError):
            return None
    found = timestamp(value, utc=True)
    if found is None and isinstance(value, str) and "," in value[:10]:
        try:  # as in the heads of e-mail: Mon, 06 Jan 2025 08:00:00 GMT
            found = parsedate_to_datetime(value[:60]).isoformat().replace("+00:00", "Z")
        except (ValueError, OverflowError):
            return None
    return found
