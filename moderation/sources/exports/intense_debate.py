"""Read IntenseDebate's XML export: blog posts, each with its comments.

The elements are those that IntenseDebate's own importer for WordPress reads (Automattic, plugin
intensedebate-importer): ``blogpost`` with an encoded ``url``; ``comment`` with ``id`` and
``parentid``, and ``name``, ``email``, ``url``, ``ip``, ``text``, ``date``, ``gmt`` and ``score``
in it. The export leaves out comments that are not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import BinaryIO
from urllib.parse import unquote

from moderation.errors import RecordError
from moderation.records import Article, Comment
from moderation.sources.exports.rows import Depths, ExportRow, Rows, read_row, timestamp
from moderation.sources.exports.xml_files import ANY_ROOT, Element, elements, lacking
from moderation.text.markup import html_to_text, plain_line
from moderation.text.visibility import is_blank

SOURCE = "export:intense-debate"

_POST = f"{ANY_ROOT}/blogpost"
_OF_COMMENT = frozenset({"@id", "@parentid", "date", "gmt", "name", "text"})
_COMMENTS = (f"{_POST}/comments/comment", f"{_POST}/comment")
_WANTED = {
    _POST: frozenset({"guid", "title", "url"}),
    **dict.fromkeys(_COMMENTS, _OF_COMMENT),
}


def read_intense_debate(stream: BinaryIO, *, name: str, articles: Mapping[str, Article]) -> Rows:
    """Yield the comments of an export, each with its post: the title and the address."""
    post: Element | None = None
    article = Article()
    depths = Depths()
    for element in elements(stream, _WANTED, name=name):
        if element.path in _COMMENTS:
            if element.parent is not post or post is None:
                post = element.parent
                article = _article(post, articles)
                depths = Depths()
            make = partial(_row, element, article, depths, name)
            yield read_row(make, name=name, line=element.line)


def _article(post: Element | None, known: Mapping[str, Article]) -> Article:
    fields = {} if post is None else post.fields
    url = unquote(fields.get("url", "").strip()) or None
    found = known.get(url or "")
    return found or Article(id=url, title=plain_line(fields.get("title", "")), url=url)


def _row(element: Element, article: Article, depths: Depths, name: str) -> ExportRow | RecordError:
    fields = element.fields
    if error := lacking(element, "@id", "text", name=name):
        return error
    comment_id = fields["@id"].strip()
    parent = fields.get("@parentid", "").strip()
    parent_id = None if parent in ("", "0", comment_id) else parent
    text = html_to_text(fields["text"], breaks=True)
    comment = Comment(
        id=comment_id,
        text=text,
        article=article if article.title else None,
        article_id=article.id,
        parent_id=parent_id,
        author=plain_line(fields.get("name", "")) or None,
        published=timestamp(fields.get("gmt"), utc=True) or timestamp(fields.get("date")),
        depth=depths.place(comment_id, parent_id),
        source=SOURCE,
    )
    return ExportRow(comment=comment, skip="blank" if is_blank(text) else None)
