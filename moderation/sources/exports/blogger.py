"""Read Blogger's backup and its takeout, which are Atom feeds of posts and comments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import BinaryIO

from moderation.errors import RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.sources.exports.xml_files import Element, elements, lacking
from moderation.text.markup import html_to_text, plain_line
from moderation.text.visibility import is_blank

SOURCE = "export:blogger"

_ENTRY = "feed/entry"
_WANTED = {
    _ENTRY: frozenset(
        {
            "author/name",
            "blogger:inReplyTo",
            "blogger:parent",
            "blogger:status",
            "blogger:type",
            "category@term",
            "content",
            "id",
            "published",
            "thr:in-reply-to@ref",
            "title",
        }
    )
}
_KINDS = {"kind#post": "post", "kind#comment": "comment"}
_SKIPPED = {"SPAM_COMMENT": "spam", "SPAM": "spam", "DELETED": "deleted", "TRASHED": "deleted"}


def read_blogger(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of a feed, each with its post.

    The backup names a comment's post, and the takeout either its post or the comment that it
    answers. Posts stand before comments in both. Memory grows with the number of posts, and with
    the ids of comments by 100 bytes each, because any of them may be named as a parent.
    """
    known = dict(articles)
    posts_of: dict[str, str | None] = {}
    depths = Depths()
    for element in elements(stream, _WANTED, name=name):
        kind = _kind(element)
        if kind == "post":
            article = _article(element)
            if article.id is not None:
                known.setdefault(article.id, article)
        elif kind == "comment":
            make = partial(_row, element, known, posts_of, depths, name)
            yield read_row(make, name=name, line=element.line)


def _kind(element: Element) -> str:
    term = element.fields.get("category@term", "")
    for mark, kind in _KINDS.items():
        if term.endswith(mark):
            return kind
    found = element.fields.get("blogger:type", "").strip().lower()
    return found or ("" if "kind#" in term else "post")  # The first category may be a label.


def _article(element: Element) -> Article:
    fields = element.fields
    return Article(
        id=fields.get("id", "").strip() or None,
        title=plain_line(fields.get("title", "")),
        text=html_to_text(fields.get("content", "")),
        author=plain_line(fields.get("author/name", "")) or None,
        published=timestamp(fields.get("published")),
    )


def _row(
    element: Element,
    known: Mapping[str, Article],
    posts_of: dict[str, str | None],
    depths: Depths,
    name: str,
) -> ExportRow | RecordError:
    fields = element.fields
    if error := lacking(element, "id", "content", name=name):
        return error
    comment_id = fields["id"].strip()
    named = ("blogger:inReplyTo", "thr:in-reply-to@ref", "blogger:parent")
    above = [fields[field].strip() for field in named if fields.get(field, "").strip()]
    parent_id = next((id_ for id_ in above if id_ not in known and id_ != comment_id), None)
    post = next((id_ for id_ in above if id_ in known), None) or posts_of.get(parent_id or "")
    posts_of[comment_id] = post
    text = html_to_text(fields["content"])
    status = fields.get("blogger:status", "").strip()
    comment = Comment(
        id=comment_id,
        text=text,
        article=known.get(post or ""),
        article_id=post,
        parent_id=parent_id,
        author=plain_line(fields.get("author/name", "")) or None,
        published=timestamp(fields.get("published")),
        depth=depths.place(comment_id, parent_id),
        source=SOURCE,
    )
    skip = _SKIPPED.get(status) or ("blank" if is_blank(text) else None)
    return ExportRow(comment=comment, status=status, skip=skip)
