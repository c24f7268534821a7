"""Which comment is which: the same one in this week's page and in last week's labelled file.

Line numbers and the ids of a page name a comment within their file only. Two comments are one if
they say the same under the same article in answer to the same text; everything here depends on
nothing else, so that several annotators with files of their own give a comment one id.
"""

from __future__ import annotations

from hashlib import blake2b

from moderation.labels.labelled_files import LabelledRow
from moderation.records import Article, Comment
from moderation.sources.comment_rows import Item


def key_of(text: str, article: str | None, parent: str | None) -> str:
    """What tells a comment from every other: 16 hexadecimal digits.

    Parameters
    ----------
    text
        What it says.
    article
        Id of the article above it (see :func:`article_id`).
    parent
        The text it answers.
    """
    return _digest(text, article or "", parent or "")


def key_of_row(row: LabelledRow) -> str:
    """The key of the comment that a labelled row is about."""
    return key_of(row.text, row.article_id or article_id(row.article), row.parent)


def article_id(article: Article | None) -> str | None:
    """The id of an article; of one that has none, 16 digits of what it says."""
    if article is None:
        return None
    if article.id:
        return article.id
    return _digest(article.title, article.text) if article.title or article.text else None


def row_id(item: Item, key: str) -> str:
    """The id of a comment in a labelled file: its own if it was given one, else `key`."""
    of_page = item.page is not None or "page" in item.raw
    numbered = bool(item.raw) and item.raw.get("id") is None
    return key if of_page or numbered or not item.comment.id else item.comment.id


def other_id(id_: str, key: str) -> str:
    """Another id for a comment whose own stands for another text already."""
    return f"{id_}-{key[:8]}"


def drawn(key: str, purpose: str) -> float:
    """A number in [0, 1) that is as good as drawn by lot, the same whenever it is asked for.

    >>> drawn("00ff", "random") == drawn("00ff", "random") != drawn("00fe", "random")
    True
    """
    return int.from_bytes(blake2b(f"{purpose}\0{key}".encode(), digest_size=7).digest()) / 2**56


def placed(comment: Comment) -> str | None:
    """The id of the article that a comment stands under."""
    return comment.article_id or article_id(comment.article)


def _digest(*parts: str) -> str:
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=8).hexdigest()
