"""Read files with answers of WordPress's REST interface (``wp/v2/comments``, ``wp/v2/posts``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

import msgspec

from moderation.errors import RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.json_files import decode_row, json_rows
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.sources.exports.wxr import parent_of, why_skipped
from moderation.text.markup import html_to_text, plain_line, without_shortcodes

SOURCE = "export:wordpress-rest"


class _Text(msgspec.Struct):
    """A text as typed (``raw``, only for editors) and as shown."""

    raw: str | None = None
    rendered: str | None = None

    @property
    def html(self) -> str | None:
        return self.rendered if self.raw is None else self.raw


class _Embedded(msgspec.Struct):
    up: list[object] | None = None


class _RestComment(msgspec.Struct):
    id: int | str
    content: _Text | str
    post: int | str | None = None
    parent: int | str | None = None
    author_name: str | None = None
    date: str | None = None
    date_gmt: str | None = None
    status: str | None = None
    type: str | None = None
    embedded: _Embedded | None = msgspec.field(name="_embedded", default=None)


class _RestPost(msgspec.Struct):
    id: int | str
    title: _Text | None = None
    content: _Text | None = None
    excerpt: _Text | None = None
    link: str | None = None
    date: str | None = None
    date_gmt: str | None = None


def read_wordpress(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of one or more REST answers in a file.

    The post comes from `articles`, or from the answer itself if it was requested with ``_embed``
    (only title and address in that case). Answers list the newest comment first, so a reply may
    precede its parent: see :class:`~moderation.sources.exports.rows.Depths`.
    """
    posts = dict(articles)
    depths = Depths()
    for row in json_rows(stream, name=name):
        found = row if isinstance(row, RecordError) else decode_row(row, _RestComment, name=name)
        if isinstance(found, RecordError):
            yield found
            continue
        content = found.content if isinstance(found.content, _Text) else _Text(raw=found.content)
        if content.html is None:
            yield RecordError(
                "field missing", path=name, line=row.line, field="content.rendered", got="nothing"
            )
            continue
        make = partial(_row, found, content, posts, depths)
        yield read_row(make, name=name, line=row.line)


def _article(comment: _RestComment, posts: dict[str, Article]) -> Article | None:
    post_id = str(comment.post or "")
    if post_id not in posts and comment.embedded is not None:
        for candidate in comment.embedded.up or ():
            try:
                post = msgspec.convert(candidate, _RestPost)
            except msgspec.ValidationError:
                continue  # The error "you may not read this post" replaces the post.
            if str(post.id) == post_id:
                posts[post_id] = _post(post)
    return posts.get(post_id)


def _row(
    comment: _RestComment, content: _Text, posts: dict[str, Article], depths: Depths
) -> ExportRow:
    comment_id = str(comment.id)
    parent_id = parent_of(comment_id, str(comment.parent or ""))
    text = html_to_text(content.html or "", breaks=content.raw is not None)
    return ExportRow(
        comment=Comment(
            id=comment_id,
            text=text,
            article=_article(comment, posts),
            article_id=str(comment.post) if comment.post else None,
            parent_id=parent_id,
            author=plain_line(comment.author_name or "") or None,
            published=timestamp(comment.date_gmt, utc=True) or timestamp(comment.date),
            depth=depths.place(comment_id, parent_id),
            source=SOURCE,
        ),
        status=comment.status or "",
        skip=why_skipped(comment.type or "", comment.status or "", text),
    )


def read_posts(stream: BinaryIO, *, name: str) -> Iterator[Article | RecordError]:
    """Yield the articles of a file of ``wp/v2/posts`` answers."""
    for row in json_rows(stream, name=name):
        post = row if isinstance(row, RecordError) else decode_row(row, _RestPost, name=name)
        yield post if isinstance(post, RecordError) else _post(post)


def _post(post: _RestPost) -> Article:
    title = post.title.html if post.title else None
    body = (post.content.html if post.content else None) or (
        post.excerpt.html if post.excerpt else None
    )
    return Article(
        id=str(post.id),
        title=plain_line(title or ""),
        text=html_to_text(without_shortcodes(body or ""), breaks=True),
        published=timestamp(post.date_gmt, utc=True) or timestamp(post.date),
        url=post.link or None,
    )
