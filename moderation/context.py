"""Which comments stand under one article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from moderation.records import Comment

# Words of which a comment must have as many before it can be a copy: short ones are said by many.
_FEWEST_WORDS = 6

#: A thread of fewer other comments has no subject of its own yet.
FEWEST = 3


def in_threads(comments: Iterable[Comment]) -> list[Comment]:
    """Give each comment the texts of all comments of its article, where it has none yet.

    Comments of one article share one tuple, in which their own texts stand too. A comment whose
    words stand under other articles too learns under how many.
    """
    placed = list(comments)
    texts: dict[str, list[str]] = {}
    for comment in placed:
        key = _article_of(comment)
        if key and not comment.thread:
            texts.setdefault(key, []).append(comment.text)
    copies = _copies(placed)
    threads = {key: tuple(found) for key, found in texts.items() if len(found) > FEWEST}
    for i, comment in enumerate(placed):
        thread = comment.thread or threads.get(_article_of(comment), ())
        n_copies = comment.copies or copies.get(_words_of(comment), 0)
        if thread is not comment.thread or n_copies != comment.copies:
            placed[i] = msgspec.structs.replace(comment, thread=thread, copies=n_copies)
    return placed


def _copies(comments: Iterable[Comment]) -> dict[str, int]:
    """The words of comments that stand under several articles, and under how many others."""
    articles: dict[str, set[str]] = {}
    for comment in comments:
        words, article = _words_of(comment), _article_of(comment)
        if words and article:
            articles.setdefault(words, set()).add(article)
    return {words: len(found) - 1 for words, found in articles.items() if len(found) > 1}


def _words_of(comment: Comment) -> str:
    """The words of a comment, spaces and case aside; nothing if they are few."""
    words = comment.text.lower().split()
    return " ".join(words) if len(words) >= _FEWEST_WORDS else ""


def has_thread(comment: Comment) -> bool:
    """Tell whether enough comments besides this one are known to make a subject."""
    others = (text for text in comment.thread if text != comment.text)
    return len(list(islice(others, FEWEST))) == FEWEST


def has_context(comment: Comment) -> bool:
    """Tell whether there is anything to compare a comment with."""
    return stands_under_text(comment) or has_thread(comment)


def stands_under_text(comment: Comment) -> bool:
    """Tell whether the article or the parent of a comment is known; white space is nothing."""
    article = comment.article
    around = [comment.parent or "", *((article.title, article.text) if article else ())]
    return any(text.strip() for text in around)


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
