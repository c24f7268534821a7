"""The signals that relate comments to their contexts."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from moderation._types import Floats, Ints
from moderation.context import tells_subject
from moderation.features.counting import batches
from moderation.features.reading.batch import Batch, TokenCache
from moderation.features.topicality.background import Background
from moderation.features.topicality.comparison import NONE, TextComparison, Thread, beside_threads
from moderation.features.topicality.profiles import Profiles, ProfileStore
from moderation.features.topicality.stems import TOKEN, stem
from moderation.features.topicality.surface import Surface
from moderation.records import Article, Comment
from moderation.text.folding import ENGLISH, Folding

#: Signals of the comment alone.
ALONE = (
    "links",
    "contact",
    "promotion",
    "notice",
    "site_talk",
    "copies",  # the number of other articles with a comment of the same words, at most 3
    "shouting",
    "emptiness",
    "brevity",
)

#: Signals in the order of a row of :meth:`Topicality.signals`.
SIGNALS = (
    "like_title",  # likeness to the title, in words and sense
    "like_lead",  # likeness to the first words of the article's text
    "words",  # the larger cosine of stems with article and parent: a reply may follow its parent
    "starts",  # the same for beginnings of words
    "sense",  # the same for senses
    "surprise",  # the same for information in shared stems, beyond chance
    "covered",  # share of the comment's weight whose stems occur in article or parent
    "like_thread",  # cosine of senses with the other comments of the article
    *ALONE,
    "thin",  # how much of the article is missing: 1 for a headline, 0 from some 100 words on
)

#: Older models know only these signals, the first ones.
OLDER_SIGNALS = SIGNALS[:-1]

#: Signals of length. A model without them shows what it can tell from the other signals.
LENGTH_SIGNALS = ("emptiness", "brevity")

# The number of words in the lead, and the fewest words of an article that has a lead of its own.
_LEAD, _HAS_LEAD = 60, 150

# Up to so many words, an article counts as a headline, and from so many on as whole. The first
# covers a headline with a sentence below it; the articles of labelled/ have 110 words and more.
_HEADLINE, _WHOLE_ARTICLE = 30, 100

# `thin` without any article: with 1, comments beside a thread alone were hardly ever flagged.
_NO_ARTICLE_THIN = 0.5

# The most other articles that count for the signal `copies`.
_MOST_COPIES = 3

# The number of articles and parents whose stems are cached for explanations, and of words.
_KEPT_STEMS, _KEPT_WORDS = 64, 1 << 14

# The number of comments whose signals are kept; a batch adds at most some hundreds.
_KEPT_SIGNALS = 4096

# The number of cached threads; each takes some 20 kB for an article with fifty comments.
_KEPT_THREADS = 1024


def usual_signals(signals: Floats) -> Floats:
    """Return the mean of each signal over its known values; 0 if there are none."""
    known = ~np.isnan(signals)
    total = np.where(known, signals, 0.0).sum(axis=0)
    mean: Floats = total / np.maximum(known.sum(axis=0), 1)
    return mean


class Topicality:
    """Computes the signals that relate comments to their contexts.

    It is safe to use from several threads.

    Parameters
    ----------
    background
        The use of words in ordinary comments.
    reading
        The token cache, which other models may share.
    """

    def __init__(self, background: Background, reading: TokenCache | None = None) -> None:
        self.background = background
        self._reading = TokenCache() if reading is None else reading
        self._store = ProfileStore(background, self._reading)
        self._surface = Surface(background)
        self._memory = _SignalMemory()

    def __reduce__(self) -> tuple[type[Topicality], tuple[Background, TokenCache]]:
        """Pickle only the background and the folding, without the caches."""
        return Topicality, (self.background, self._reading)

    @classmethod
    def fit(cls, texts: Iterable[str], folding: Folding = ENGLISH) -> Topicality:
        """Learn the background from ordinary comments. This imports scipy."""
        from moderation.features.topicality.fitting import learn_background

        return cls(learn_background(texts, folding=folding), TokenCache(folding))

    @property
    def folding(self) -> Folding:
        """How texts are folded."""
        return self._reading.folding

    def signals(self, comments: Sequence[Comment]) -> Floats:
        """Compute all signals of all comments.

        Parameters
        ----------
        comments
            Comments with `article`, `parent` and `thread`, as far as they are known.

        Returns
        -------
        ndarray of float64, shape (n_comments, len(SIGNALS))
            The signals; NaN if there is nothing to compare with.
        """
        if len(comments) == 1:
            kept = self._memory.latest.get(id(comments[0]))
            if kept is not None:
                return kept[1][None]
        found = [
            self.signals_of(some, self._reading.read([comment.text for comment in some]))
            for some in batches(comments, length=_length)
        ]
        return np.concatenate(found) if found else np.empty((0, len(SIGNALS)))

    def signals_of(self, comments: Sequence[Comment], batch: Batch) -> Floats:
        """Compute all signals of some comments, whose texts `batch` holds; see :meth:`signals`."""
        self._store.trim()
        self._store.add(batch.texts, batch)
        threads = self._threads(comments)
        around, contexts = _contexts_of(comments)
        self._store.add([*around, *batch.texts])  # as far as they are not there
        profiles = self._store.profiles(batch.texts)
        others = self._store.profiles(around)
        comparison = TextComparison(profiles, others, contexts, self.background)
        near = comparison.compared()
        _, _, like_title, like_lead = near.likeness
        found = {
            **self._surface.signals(batch, profiles),
            "copies": np.minimum([comment.copies for comment in comments], _MOST_COPIES),
            "like_title": like_title,
            "like_lead": like_lead,
            "words": np.fmax(*near.words[:2]),
            "starts": np.fmax(*near.starts[:2]),
            "sense": np.fmax(*near.sense[:2]),
            "surprise": np.fmax(comparison.surprise(0), comparison.surprise(1)),
            "covered": comparison.covered(2),
            "like_thread": _beside_threads(batch.texts, profiles, threads),
            "thin": _thinness(others.sizes, contexts[0]),
        }
        rows = np.column_stack([found[name] for name in SIGNALS])
        self._memory.keep(comments, rows)
        return rows

    def senses(self, texts: Sequence[str]) -> Floats:
        """Return the unit vectors of sense of texts, shape (n_texts, n_dimensions)."""
        return self._store.senses(texts).astype(np.float64)

    def _threads(self, comments: Sequence[Comment]) -> list[Thread]:
        """Return the thread of each comment."""
        threads = self._memory.threads
        while len(threads) > _KEPT_THREADS:
            del threads[next(iter(threads))]
        missing = {id(c.thread): c.thread for c in comments if id(c.thread) not in threads}
        for texts in batches(dict.fromkeys(chain(*missing.values()))):
            self._store.trim()
            self._store.add(texts)  # the comments of many threads at once
        for key, own in missing.items():
            threads[key] = Thread.of(own, self._store.senses([text for text in own if text]))
        return [threads[id(comment.thread)] for comment in comments]


def _beside_threads(texts: Sequence[str], profiles: Profiles, threads: Sequence[Thread]) -> Floats:
    near = np.full(len(texts), np.nan)
    rows = [i for i, thread in enumerate(threads) if thread.has_others(texts[i])]
    if rows:
        own = [texts[i] for i in rows]
        near[rows] = beside_threads(own, profiles.senses[rows], [threads[i] for i in rows])
    return near


def _thinness(sizes: Floats, articles: Ints) -> Floats:
    """Return how much of each article is missing, given the rows of the articles in `sizes`."""
    words = np.clip(sizes.take(articles), _HEADLINE, _WHOLE_ARTICLE)
    thin = np.log(_WHOLE_ARTICLE / words) / math.log(_WHOLE_ARTICLE / _HEADLINE)
    return np.where(articles == NONE, _NO_ARTICLE_THIN, thin)


class _SignalMemory(threading.local):
    """What was computed last; each entry keeps alive what its key identifies.

    Attributes
    ----------
    threads
        The threads by the identity of their texts.
    latest
        Comments and their signals by the identity of the comments, which are often explained after
        they were scored.
    """

    def __init__(self) -> None:
        self.threads: dict[int, Thread] = {}
        self.latest: dict[int, tuple[Comment, Floats]] = {}

    def keep(self, comments: Sequence[Comment], rows: Floats) -> None:
        """Keep the signals of comments."""
        if len(self.latest) > _KEPT_SIGNALS:
            self.latest.clear()
        self.latest.update(zip(map(id, comments), zip(comments, rows, strict=True), strict=True))


def _contexts_of(comments: Sequence[Comment]) -> tuple[list[str], Ints]:
    """Return the distinct contexts of comments, and the number of each comment's own ones.

    The first is the empty text, which stands for a missing context. The others are the articles,
    the parents, the titles and the leads; an article that several comments share is split once.
    """
    row = {"": NONE}

    def number(text: str) -> int:
        return row.setdefault(text, len(row))

    read: dict[int, tuple[int, ...]] = {}
    rows = []
    for comment in comments:
        article = comment.article or _NO_ARTICLE
        numbers = read.get(id(article))
        if numbers is None:
            numbers = read[id(article)] = tuple(map(number, _parts_of(article)))
        parent = number(comment.parent.strip()) if comment.parent else NONE
        rows.append((numbers[0], parent, numbers[1], numbers[2]))
    return [*row], np.array(rows).T


_NO_ARTICLE = Article()


def _parts_of(article: Article) -> tuple[str, str, str]:
    """Return the whole text, the title and the lead of an article; none if it tells no subject."""
    if not tells_subject(article):
        return "", "", ""
    words = article.text.split(None, _HAS_LEAD)
    lead = " ".join(words[:_LEAD]) if len(words) > _HAS_LEAD else ""
    return f"{article.title}\n{article.text}".strip(), article.title.strip(), lead


def _length(comment: Comment) -> int:
    return len(comment.text)


class Overlap(NamedTuple):
    """The words of a comment that its article or parent has too, and its other words.

    The words with the largest weight come first, each as the reader wrote it.
    """

    shared: list[str]
    new: list[str]


@lru_cache(maxsize=_KEPT_STEMS)
def _stems_in(folding: Folding, text: str) -> frozenset[str]:
    return frozenset(map(stem, TOKEN.findall(folding.fold(text))))


@lru_cache
def _kept_stems(folding: Folding) -> dict[str, str]:
    """Return the cached stems of words as written, up to a limit."""
    del folding
    return {}


def _stems_by_word(folding: Folding, words: Iterable[str]) -> dict[str, str]:
    """Return the stem of each different word; new words are folded together."""
    kept = _kept_stems(folding)
    found = {word: kept.get(word, "") for word in words}
    missing = [word for word, one in found.items() if not one]
    if missing:
        if len(kept) > _KEPT_WORDS:
            kept.clear()
        found |= zip(missing, map(stem, folding.fold_chunks(missing)), strict=True)
        kept |= {word: found[word] for word in missing}
    return found


def overlap(topicality: Topicality, comment: Comment, most: int = 5) -> Overlap:
    """Return at most `most` shared and `most` new words of a comment, for explanations."""
    background, folding = topicality.background, topicality.folding
    whole, _, _ = _parts_of(comment.article or _NO_ARTICLE)
    around = [_stems_in(folding, whole), _stems_in(folding, comment.parent or "")]
    words: dict[str, str] = {}
    for word, one in _stems_by_word(folding, TOKEN.findall(comment.text)).items():
        words.setdefault(one, word)
    numbers = np.array([background.stems.number(one) for one in words], np.int64)
    weights, least = background.weight(numbers).tolist(), background.telling
    telling = sorted(
        (-weight, one) for one, weight in zip(words, weights, strict=True) if weight > least
    )
    found: tuple[list[str], list[str]] = ([], [])
    for _, one in telling:
        found[not any(one in stems for stems in around)].append(words[one])
    return Overlap(*(some[:most] for some in found))
