"""The context of comments: their articles, parents, threads and copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from moderation.records import Comment

# The fewest words of a comment that can count as a copy: many people write the same short ones.
_FEWEST_WORDS = 6

#: The fewest other comments that give a thread a subject of its own.
FEWEST = 3


def in_threads(comments: Iterable[Comment]) -> list[Comment]:
    """Fill in the thread and the number of copies of each comment that lacks them.

    All comments of one article share one tuple of texts, which includes their own.

    Parameters
    ----------
    comments
        All comments of the input.

    Returns
    -------
    list of Comment
        The comments in the same order.
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
    """Map the words of comments that occur under several articles to the number of others."""
    articles: dict[str, set[str]] = {}
    for comment in comments:
        words, article = _words_of(comment), _article_of(comment)
        if words and article:
            articles.setdefault(words, set()).add(article)
    return {words: len(found) - 1 for words, found in articles.items() if len(found) > 1}


def _words_of(comment: Comment) -> str:
    """Return the words in lower case with single spaces; an empty string if there are few."""
    words = comment.text.lower().split()
    return " ".join(words) if len(words) >= _FEWEST_WORDS else ""


def has_thread(comment: Comment) -> bool:
    """Return whether the thread has enough other comments to have a subject."""
    others = (text for text in comment.thread if text != comment.text)
    return len(list(islice(others, FEWEST))) == FEWEST


def has_context(comment: Comment) -> bool:
    """Return whether there is anything to compare a comment with."""
    return stands_under_text(comment) or has_thread(comment)


def stands_under_text(comment: Comment) -> bool:
    """Return whether the article or parent of a comment is known and is not just white space."""
    article = comment.article
    around = [comment.parent or "", *((article.title, article.text) if article else ())]
    return any(text.strip() for text in around)


def texts_of(comments: Iterable[Comment]) -> Iterator[str]:
    """Yield each distinct text of the comments, their parents and their articles once."""
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
