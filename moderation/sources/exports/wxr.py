"""Read WordPress's export (WXR), and Disqus's import format, which is based on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import BinaryIO

from moderation.errors import RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.sources.exports.xml_files import Element, elements, lacking
from moderation.text.markup import html_to_text, plain_line, without_shortcodes
from moderation.text.visibility import is_blank

SOURCE = "export:wxr"

_AUTHOR = "rss/channel/wp:author"
_ITEM = "rss/channel/item"
_COMMENT = "rss/channel/item/wp:comment"

_WANTED = {
    _AUTHOR: frozenset({"wp:author_login", "wp:author_display_name"}),
    _ITEM: frozenset(
        {
            "content:encoded",
            "dc:creator",
            "dsq:thread_identifier",
            "excerpt:encoded",
            "link",
            "title",
            "wp:post_date",
            "wp:post_date_gmt",
            "wp:post_id",
        }
    ),
    _COMMENT: frozenset(
        {
            "wp:comment_approved",
            "wp:comment_author",
            "wp:comment_content",
            "wp:comment_date",
            "wp:comment_date_gmt",
            "wp:comment_id",
            "wp:comment_parent",
            "wp:comment_type",
        }
    ),
}

READERS_TYPES = frozenset({"", "comment", "review"})
"""The comment types that readers write; other types are pingbacks and plugins' notes."""

SKIPPED_STATUSES = {"spam": "spam", "trash": "deleted", "post-trashed": "deleted"}
"""The reason for skipping a comment, by status. Plugins export spam; WordPress itself does not."""


def read_wxr(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of a WXR file, each with its post.

    WordPress writes the title, body and dates of a post before its comments, so the post is
    complete at its first comment. If the file lists authors, the post's author has the name that
    readers see.
    """
    names: dict[str, str] = {}
    item: Element | None = None
    article = Article()
    depths = Depths()
    for element in elements(stream, _WANTED, name=name):
        if element.path == _AUTHOR:
            login = element.fields.get("wp:author_login", "")
            names[login] = element.fields.get("wp:author_display_name", "") or login
        elif element.path == _COMMENT:
            if element.parent is not item:
                item = element.parent
                article = _article(item, names, articles)
                depths = Depths()
            make = partial(_row, element, article, depths, name)
            yield read_row(make, name=name, line=element.line)


def _article(item: Element | None, names: dict[str, str], known: Mapping[str, Article]) -> Article:
    fields = {} if item is None else item.fields
    post_id = (fields.get("wp:post_id") or fields.get("dsq:thread_identifier") or "").strip()
    if post_id in known:
        return known[post_id]
    login = fields.get("dc:creator", "").strip()
    body = fields.get("content:encoded", "") or fields.get("excerpt:encoded", "")
    return Article(
        id=post_id or fields.get("link", "").strip() or None,
        title=plain_line(fields.get("title", "")),
        text=html_to_text(without_shortcodes(body), breaks=True),
        author=names.get(login, login) or None,
        published=timestamp(fields.get("wp:post_date_gmt"), utc=True)
        or timestamp(fields.get("wp:post_date")),
        url=fields.get("link", "").strip() or None,
    )


def _row(element: Element, article: Article, depths: Depths, name: str) -> ExportRow | RecordError:
    fields = element.fields
    if error := lacking(element, "wp:comment_id", "wp:comment_content", name=name):
        return error
    comment_id = fields["wp:comment_id"].strip()
    parent_id = parent_of(comment_id, fields.get("wp:comment_parent", "").strip())
    status = fields.get("wp:comment_approved", "").strip()
    text = html_to_text(fields["wp:comment_content"], breaks=True)
    comment = Comment(
        id=comment_id,
        text=text,
        article=article,
        article_id=article.id,
        parent_id=parent_id,
        author=plain_line(fields.get("wp:comment_author", "")) or None,
        published=timestamp(fields.get("wp:comment_date_gmt"), utc=True)
        or timestamp(fields.get("wp:comment_date")),
        depth=depths.place(comment_id, parent_id),
        source=SOURCE,
    )
    kind = fields.get("wp:comment_type", "").strip()
    return ExportRow(comment=comment, status=status, skip=why_skipped(kind, status, text))


def parent_of(comment_id: str, parent_id: str) -> str | None:
    """Return the parent's id, or None if WordPress gives 0 or the comment itself."""
    return None if parent_id in ("", "0", comment_id) else parent_id


def why_skipped(kind: str, status: str, text: str) -> str | None:
    """Return the reason for not scoring a WordPress comment: its type, its status, or no text."""
    if kind not in READERS_TYPES:
        return kind
    return SKIPPED_STATUSES.get(status) or ("blank" if is_blank(text) else None)
