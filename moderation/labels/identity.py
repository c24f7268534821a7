"""The identity of a comment across files, such as this week's page and last week's labelled file.

Line numbers and page ids identify a comment only within one file. Two comments are the same if
they have the same text, article and parent text. Nothing else counts, so that annotators with
separate files give a comment the same id.
"""

from __future__ import annotations

from hashlib import blake2b

from moderation.labels.labelled_files import LabelledRow
from moderation.records import Article, Comment
from moderation.sources.comment_rows import Item


def key_of(text: str, article: str | None, parent: str | None) -> str:
    """Return the key that identifies a comment: 16 hexadecimal digits.

    Parameters
    ----------
    text
        The text of the comment.
    article
        The id of its article (see :func:`article_id`).
    parent
        The text of the comment it replies to.
    """
    return _digest(text, article or "", parent or "")


def key_of_row(row: LabelledRow) -> str:
    """Return the key of the comment that a labelled row is about."""
    return key_of(row.text, row.article_id or article_id(row.article), row.parent)


def article_id(article: Article | None) -> str | None:
    """Return the id of an article, or 16 hash digits of its text if it has no id.

    Parameters
    ----------
    article
        The article, if any.
    """
    if article is None:
        return None
    if article.id:
        return article.id
    return _digest(article.title, article.text) if article.title or article.text else None


def row_id(item: Item, key: str) -> str:
    """Return the id of a comment in a labelled file: its own if it has one, otherwise `key`.

    Parameters
    ----------
    item
        The comment as it was read.
    key
        The key of the comment.
    """
    return item.own_id or key


def other_id(id_: str, key: str) -> str:
    """Return a new id for a comment whose own id already belongs to another text.

    Parameters
    ----------
    id_
        The id of the comment.
    key
        The key of the comment.
    """
    return f"{id_}-{key[:8]}"


def drawn(key: str, purpose: str) -> float:
    """Return a pseudo-random number in [0, 1) that depends only on the arguments.

    >>> drawn("00ff", "random") == drawn("00ff", "random") != drawn("00fe", "random")
    True
    """
    return int.from_bytes(blake2b(f"{purpose}\0{key}".encode(), digest_size=7).digest()) / 2**56


def placed(comment: Comment) -> str | None:
    """Return the id of a comment's article."""
    return comment.article_id or article_id(comment.article)


def _digest(*parts: str) -> str:
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=8).hexdigest()
