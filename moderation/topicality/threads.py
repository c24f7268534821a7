"""Which comments stand under one article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from moderation.records import Comment

#: A thread of fewer other comments has no subject of its own yet.
FEWEST = 3


def in_threads(comments: Iterable[Comment]) -> list[Comment]:
    """Give each comment the texts of all comments of its article, where it has none yet.

    Comments of one article share one tuple, in which their own texts stand too.
    """
    placed = list(comments)
    texts: dict[str, list[str]] = {}
    for comment in placed:
        key = _article_of(comment)
        if key and not comment.thread:
            texts.setdefault(key, []).append(comment.text)
    threads = {key: tuple(found) for key, found in texts.items() if len(found) > FEWEST}
    for i, comment in enumerate(placed):
        thread = () if comment.thread else threads.get(_article_of(comment), ())
        if thread:
            placed[i] = msgspec.structs.replace(comment, thread=thread)
    return placed


def has_thread(comment: Comment) -> bool:
    """Tell whether enough comments besides this one are known to make a subject."""
    others = (text for text in comment.thread if text != comment.text)
    return len(list(islice(others, FEWEST))) == FEWEST


def texts_of(comments: Iterable[Comment]) -> Iterator[str]:
    """Every text in some comments once: theirs, their parents', their articles'."""
    seen: set[str] = set()
    for comment in comments:
        article = comment.article
        whole = f"{article.title}\n{article.text}".strip() if article else ""
        for text in (comment.text, comment.parent or "", whole):
            if text and text not in seen:
                seen.add(text)
                yield text


def _article_of(comment: Comment) -> str:
    article = comment.article
    if article is None:
        return comment.article_id or ""
    return comment.article_id or article.id or article.title or article.text
