"""Read Disqus's XML export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import BinaryIO

from moderation.errors import RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.sources.exports.xml_files import Element, elements, lacking
from moderation.text.markup import html_to_text, plain_line
from moderation.text.visibility import is_blank

SOURCE = "export:disqus"

_THREAD = "disqus/thread"
_POST = "disqus/post"

_WANTED = {
    _THREAD: frozenset({"@dsq:id", "author/name", "createdAt", "link", "message", "title"}),
    _POST: frozenset(
        {
            "@dsq:id",
            "author/name",
            "author/username",
            "createdAt",
            "isDeleted",
            "isSpam",
            "message",
            "parent@dsq:id",
            "thread@dsq:id",
        }
    ),
}

_MENTION = re.compile(r"(@[\w-]{1,64}):disqus\b")


def read_disqus(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the posts of a Disqus export, each with its thread as the article.

    Disqus writes all threads before the posts. It stores the title and the address of an article
    but rarely its text. Memory grows with the number of threads, not of posts.
    """
    threads = dict(articles)
    depths = Depths()
    for element in elements(stream, _WANTED, name=name):
        if element.path == _THREAD:
            thread = _thread(element)
            if thread.id is not None:
                threads.setdefault(thread.id, thread)
        else:
            make = partial(_row, element, threads, depths, name)
            yield read_row(make, name=name, line=element.line)


def _thread(element: Element) -> Article:
    fields = element.fields
    return Article(
        id=fields.get("@dsq:id"),
        title=plain_line(fields.get("title", "")),
        text=html_to_text(fields.get("message", "")),
        author=plain_line(fields.get("author/name", "")) or None,
        published=timestamp(fields.get("createdAt"), utc=True),
        url=fields.get("link", "").strip() or None,
    )


def _row(
    element: Element, threads: Mapping[str, Article], depths: Depths, name: str
) -> ExportRow | RecordError:
    fields = element.fields
    if error := lacking(element, "@dsq:id", "message", name=name):
        return error
    post_id = fields["@dsq:id"]
    parent_id = fields.get("parent@dsq:id") or None
    parent_id = None if parent_id == post_id else parent_id
    thread_id = fields.get("thread@dsq:id")
    text = _MENTION.sub(r"\1", html_to_text(fields["message"]))
    comment = Comment(
        id=post_id,
        text=text,
        article=threads.get(thread_id or ""),
        article_id=thread_id,
        parent_id=parent_id,
        author=plain_line(fields.get("author/name") or fields.get("author/username", "")) or None,
        published=timestamp(fields.get("createdAt"), utc=True),
        depth=depths.place(post_id, parent_id),
        source=SOURCE,
    )
    marks = [mark for mark in ("isDeleted", "isSpam") if fields.get(mark, "").strip() == "true"]
    skip = {"isDeleted": "deleted", "isSpam": "spam"}[marks[0]] if marks else None
    return ExportRow(
        comment=comment, status=" ".join(marks), skip=skip or ("blank" if is_blank(text) else None)
    )
