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
from moderation.topicality.comparing import (
    USUAL_WORDS_IN_THREAD,
    USUAL_WORDS_IN_TITLE,
    Compared,
    Covered,
    Thread,
    beside_contexts,
    beside_threads,
    likeness,
)
from moderation.topicality.profiles import Profile, Profiler
from moderation.topicality.stems import TOKEN, stem

#: Signals of the comment alone.
ALONE: dict[str, Callable[[str], float]] = {
    "links": surface.links,
    "contact": surface.contact,
    "promotion": surface.promotion,
    "notice": surface.notice,
    "site_talk": surface.site_talk,
    "shouting": surface.shouting,
    "emptiness": surface.emptiness,
    "brevity": surface.brevity,
}

#: Signals in the order of a row of :meth:`Topicality.signals`.
SIGNALS = (
    "like_title",  # likeness to the title, in words and sense
    "words",  # cosine of stems with article or parent, the larger: a reply may follow the thread
    "sense",  # cosine of senses, likewise
    "surprise",  # information in the stems shared with either, beyond chance, likewise
    "covered",  # share of the comment's weight whose stems occur in article or parent
    "like_thread",  # likeness to the other comments of the article
    *ALONE,
)

#: Length is not topicality; with these left out, a model tells what it knows without it.
LENGTH_SIGNALS = ("emptiness", "brevity")

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

    def __reduce__(self) -> tuple[type[Topicality], tuple[Background]]:
        """Travel to another process as arrays; what is remembered stays behind."""
        return Topicality, (self.background,)

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
        found = dict.fromkeys(SIGNALS, np.full(len(comments), np.nan))
        if comments:
            found |= self._compared(comments)
            for name, read in ALONE.items():
                found[name] = np.array([read(comment.text) for comment in comments])
        return np.column_stack([found[name] for name in SIGNALS])

    def senses(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of sense of texts, shape (n_texts, n_dimensions)."""
        profiles = self._profiler.profiles(texts)
        return np.stack([profile.sense for profile in profiles]).astype(np.float64)

    def _compared(self, comments: Sequence[Comment]) -> dict[str, Floats]:
        places = [_Place.of(comment) for comment in comments]
        own, profile = self._profiles(comments, places)
        covered = Covered(own)
        beside: dict[str, Compared] = {}
        for context, texts in zip(_Place._fields, zip(*places, strict=True), strict=True):
            rows = [i for i, text in enumerate(texts) if text]
            contexts = [profile[texts[i]] for i in rows]
            compared = beside_contexts([own[i] for i in rows], contexts, self.background)
            beside[context] = compared.spread(rows, len(own))
            if context != "title":
                covered.add(rows, compared.known)
        article, parent = beside["article"], beside["parent"]
        return {
            "like_title": likeness(beside["title"], USUAL_WORDS_IN_TITLE),
            "words": np.fmax(article.words, parent.words),
            "sense": np.fmax(article.sense, parent.sense),
            "surprise": np.fmax(article.surprise, parent.surprise),
            "covered": covered.shares(),
            "like_thread": likeness(self._beside_threads(comments, own), USUAL_WORDS_IN_THREAD),
        }

    def _profiles(
        self, comments: Sequence[Comment], places: Sequence[_Place]
    ) -> tuple[list[Profile], dict[str, Profile]]:
        """Profiles of comments and of all they are compared with, all analysed at once."""
        threads = self._memory.threads
        while len(threads) > _KEPT_THREADS:
            del threads[next(iter(threads))]
        missing = {id(c.thread): c.thread for c in comments if id(c.thread) not in threads}
        wanted = dict.fromkeys(comment.text for comment in comments)
        wanted |= dict.fromkeys(text for place in places for text in place)
        wanted |= dict.fromkeys(text for thread in missing.values() for text in thread)
        profile = dict(zip(wanted, self._profiler.profiles(list(wanted)), strict=True))
        for key, texts in missing.items():
            threads[key] = Thread.of(texts, [profile[text] for text in texts])
        return [profile[comment.text] for comment in comments], profile

    def _beside_threads(self, comments: Sequence[Comment], own: Sequence[Profile]) -> Compared:
        threads = [self._memory.threads[id(comment.thread)] for comment in comments]
        rows = [i for i, t in enumerate(threads) if t.has_others(comments[i].text)]
        texts = [comments[i].text for i in rows]
        around = [threads[i] for i in rows]
        compared = beside_threads([own[i] for i in rows], texts, around, self.background)
        return compared.spread(rows, len(own))


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
