"""The context of comments: their articles, parents, threads and copies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from moderation.records import Article, Comment

# The fewest words of a comment that can count as a copy: many people write the same short ones.
_FEWEST_WORDS = 6

# Titles of these words alone stand where an export or a failed visit to the page found none, or
# name no subject ("Open thread").
_PLACEHOLDERS = frozenset(
    "a access an and another article articles asset auto blog breaking comment comments default "
    "denied discuss discussion discussions document draft entry error false forbidden found "
    "front general headline home homepage htm html index item just latest loading main missing "
    "moment name nan new news nil no none not null of on open page php placeholder please post "
    "posts replies reply server stories story test the thread title top undefined unknown "
    "unnamed untitled update updates wait website welcome your".split()
)
# A word has no digits, so that ids have none, unless its script sets words without blanks.
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])|[^\W\d_\x00-\u024f]{2,}")
# The first part of an address (its path may have words), and a random id (it may have letters).
_NO_WORDS = re.compile(
    r"(?:https?://|\bwww\.)[^/\s]*|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE
)

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
    keys, words = [*map(_article_of, placed)], [*map(_words_of, placed)]
    texts: dict[str, list[str]] = {}
    for key, comment in zip(keys, placed, strict=True):
        if key and not comment.thread:
            texts.setdefault(key, []).append(comment.text)
    copies = _copies(words, keys)
    threads = {key: tuple(found) for key, found in texts.items() if len(found) > FEWEST}
    for i, comment in enumerate(placed):
        thread = comment.thread or threads.get(keys[i], ())
        n_copies = comment.copies or copies.get(words[i], 0)
        if thread is not comment.thread or n_copies != comment.copies:
            placed[i] = msgspec.structs.replace(comment, thread=thread, copies=n_copies)
    return placed


def _copies(words: Iterable[str], articles: Iterable[str]) -> dict[str, int]:
    """Map the words of comments that occur under several articles to the number of others."""
    under: dict[str, set[str]] = {}
    for text, article in zip(words, articles, strict=True):
        if text and article:
            under.setdefault(text, set()).add(article)
    return {text: len(found) - 1 for text, found in under.items() if len(found) > 1}


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
    """Return whether the parent of a comment, or an article that tells its subject, is known."""
    article = comment.article
    if article is not None and tells_subject(article):
        return True
    return bool(comment.parent and comment.parent.strip())


def tells_subject(article: Article) -> bool:
    """Return whether an article has a text, or a title that is more than "Untitled" or an id."""
    if article.text.strip():
        return True
    # Most titles tell it by one of their first words, which is found faster without patterns.
    if any(w.isalpha() and w.lower() not in _PLACEHOLDERS for w in article.title.split()):
        return True
    title = _NO_WORDS.sub(" ", article.title)
    words = (word.group().lower() for word in _WORD.finditer(title))
    return any(word not in _PLACEHOLDERS for word in words)


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
