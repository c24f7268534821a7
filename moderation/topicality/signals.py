"""The signals between comments and what they stand under."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from moderation.ngrams import Floats
from moderation.records import Article, Comment
from moderation.text import fold
from moderation.topicality import surface
from moderation.topicality.background import Background
from moderation.topicality.comparing import Covered, Thread, beside_contexts, beside_threads
from moderation.topicality.profiles import Profiler
from moderation.topicality.stems import TOKEN, stem

#: What a comment is compared with, in words and in sense.
CONTEXTS = ("title", "article", "parent", "thread")

#: Signals of the comment alone.
ALONE: dict[str, Callable[[str], float]] = {
    "links": surface.links,
    "contact": surface.contact,
    "promotion": surface.promotion,
    "site_talk": surface.site_talk,
    "shouting": surface.shouting,
    "emptiness": surface.emptiness,
    "log_length": surface.log_length,
}

#: Signals in the order of a row of :meth:`Topicality.signals`.
SIGNALS = (
    *(f"words_{context}" for context in CONTEXTS),  # cosine of stems beyond what anybody shares
    *(f"sense_{context}" for context in CONTEXTS),  # cosine of senses
    "words_closest",  # the largest of article and parent: a reply may follow the thread
    "sense_closest",
    "covered",  # share of the comment's weight whose stems occur in any of them
    *ALONE,
)

#: Length is not topicality; with these left out, a model tells what it knows without it.
LENGTH_SIGNALS = ("emptiness", "log_length")

# Threads that are remembered; some 20 kB each for an article with fifty comments.
_KEPT_THREADS = 1024


def usual_signals(signals: Floats) -> Floats:
    """Mean of each signal where it is known; 0 where it never is."""
    known = ~np.isnan(signals)
    total = np.where(known, signals, 0.0).sum(axis=0)
    mean: Floats = total / np.maximum(known.sum(axis=0), 1)
    return mean


class Topicality:
    """Computes the signals between comments and what they stand under.

    Safe to use from several threads.

    Parameters
    ----------
    background
        What is known of words from ordinary comments.
    """

    def __init__(self, background: Background) -> None:
        self.background = background
        self._profiler = Profiler(background)
        self._memory = _Memory()

    @classmethod
    def fit(cls, texts: Iterable[str]) -> Topicality:
        """Learn the background from ordinary comments; imports scipy."""
        from moderation.topicality.learning import learn_background

        return cls(learn_background(texts))

    def signals(self, comments: Sequence[Comment]) -> Floats:
        """All signals of all comments.

        Parameters
        ----------
        comments
            With `article`, `parent` and `thread` filled in where they are known.

        Returns
        -------
        ndarray of float64, shape (n_comments, len(SIGNALS))
            NaN where there is nothing to compare with.
        """
        column = {name: np.full(len(comments), np.nan) for name in SIGNALS}
        if comments:
            self._compare(comments, column)
            for kind in ("words", "sense"):
                both = column[f"{kind}_article"], column[f"{kind}_parent"]
                column[f"{kind}_closest"] = np.fmax(*both)
            for name, read in ALONE.items():
                column[name] = np.array([read(comment.text) for comment in comments])
        return np.column_stack([column[name] for name in SIGNALS])

    def _compare(self, comments: Sequence[Comment], column: dict[str, Floats]) -> None:
        places = [_Place.of(comment) for comment in comments]
        threads = self._memory.threads
        missing = {id(c.thread): c.thread for c in comments if id(c.thread) not in threads}
        wanted = [comment.text for comment in comments]
        wanted += {text: None for place in places for text in place if text}
        wanted += {text: None for thread in missing.values() for text in thread}
        profile = dict(zip(wanted, self._profiler.profiles(wanted), strict=True))
        for key, texts in missing.items():
            threads[key] = Thread.of(texts, [profile[text] for text in texts])
        own = [profile[comment.text] for comment in comments]
        covered = Covered(own)
        for context, texts in zip(_Place._fields, zip(*places, strict=True), strict=True):
            rows = [i for i, text in enumerate(texts) if text]
            beside = [profile[texts[i]] for i in rows]
            compared = beside_contexts([own[i] for i in rows], beside, self.background)
            column[f"words_{context}"][rows] = compared.words
            column[f"sense_{context}"][rows] = compared.sense
            if context != "title":
                covered.add(rows, compared.known)
        column["covered"] = covered.shares()
        rows = [i for i, c in enumerate(comments) if threads[id(c.thread)].has_others(c.text)]
        around = [threads[id(comments[i].thread)] for i in rows]
        alone = [own[i] for i in rows], [comments[i].text for i in rows]
        compared = beside_threads(*alone, around, self.background)
        column["words_thread"][rows], column["sense_thread"][rows], _ = compared
        while len(threads) > _KEPT_THREADS:
            del threads[next(iter(threads))]


class _Memory(threading.local):
    """The latest threads; each holds the texts by whose identity it is found."""

    def __init__(self) -> None:
        self.threads: dict[int, Thread] = {}


class _Place(NamedTuple):
    """The texts that a comment is compared with; empty where there is none."""

    title: str
    article: str
    parent: str

    @classmethod
    def of(cls, comment: Comment) -> _Place:
        article = comment.article or Article()
        whole = f"{article.title}\n{article.text}".strip()
        return cls(article.title.strip(), whole, (comment.parent or "").strip())


class Overlap(NamedTuple):
    """Words of a comment that its article or parent has too, and words that they lack.

    The weightiest first, each as the reader wrote it.
    """

    shared: list[str]
    new: list[str]


def overlap(topicality: Topicality, comment: Comment, most: int = 5) -> Overlap:
    """Tell what a comment shares with article and parent and what it brings (for explanations)."""
    background = topicality.background
    place = _Place.of(comment)
    known = {stem(token) for token in TOKEN.findall(fold(f"{place.article} {place.parent}"))}
    words: dict[str, str] = {}
    for word in TOKEN.findall(comment.text):
        words.setdefault(stem(fold(word)), word)
    numbers = np.array([background.stems.number(one) for one in words], np.int64)
    weights = dict(zip(words, background.weight(numbers).tolist(), strict=True))
    telling = sorted(
        (one for one in words if weights[one] > background.telling),
        key=lambda one: (-weights[one], one),
    )
    shared = [words[one] for one in telling if one in known]
    return Overlap(shared[:most], [words[one] for one in telling if one not in known][:most])
