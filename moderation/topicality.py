"""What relates a comment to the article above it and to the comment it answers.

Off-topic is a relation, so every signal here compares: the comment with the title, with the whole
article, with its parent; only advertising and length, which are named as what they are, look at
the comment alone. Words and character n-grams are compared by the cosine of TF-IDF vectors against
a background of ordinary comments, so that a word that everybody uses counts for little. Features
are hashed, for the words that matter most (names) are in no vocabulary.

Only numpy is imported: this is the scoring path.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np

from moderation.ngrams import BlockSpec, Floats, Ints, Occurrence, ngram_strings
from moderation.records import Article, Comment
from moderation.text import fold
from moderation.vectorize import Counter, Counts, batches, norms, weigh

#: Signals in the order of a row of :meth:`Topicality.signals`.
SIGNALS = (
    "word_title",  # cosine of words with the title
    "char_title",  # cosine of character n-grams with the title
    "word_article",  # the same with title and text
    "char_article",
    "covered",  # share of the comment's word weight that occurs in article or parent
    "word_parent",  # cosine with the comment replied to; 0 without one
    "char_parent",
    "char_best",  # the larger of char_article and char_parent: a reply may follow the thread
    "links",  # number of web addresses, at most 3
    "contact",  # 1 with an e-mail address, a telephone number or a handle to write to
    "log_length",  # ln(1 + number of words): length is not topicality, and says so
    "log_article_length",  # ln(1 + number of words of the article), for cosines depend on it
)

# Buckets of the two hashed views. Larger tables did not change ROC AUC on nyt_rfd by 0.001.
BUCKETS = {"word": 1 << 16, "char": 1 << 17}
_CHARS = BlockSpec(analyzer="char_wb", ngram_range=(4, 5))
_TOKEN = re.compile(r"\w\w+")
# Names are bounded as in the DNS and in mail, so that no text takes more than linear time.
_LINK = re.compile(r"https?://|www\.\w|\b\w[\w-]{1,62}\.(?:com|net|org|info|biz|shop|ly|me|io)\b")
_CONTACT = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}\.\w|\+?\d[\d ().-]{7,}\d|\b(?:whats ?app|telegram)\b",
    re.IGNORECASE,
)
# Articles whose analysis is kept; a stream of comments mostly comes article by article.
_KEPT_ARTICLES = 256


class _Hashes:
    """A cutter whose features are hashes: every word has one, known or not."""

    def __init__(self, view: str) -> None:
        self._buckets = BUCKETS[view]
        self._words = view == "word"

    def cut(self, folded: str) -> Sequence[int]:
        """Buckets of the chunk's words, or of its words' character n-grams."""
        terms = _TOKEN.findall(folded) if self._words else ngram_strings(folded, _CHARS)
        return [crc32(term.encode("utf-8", "replace")) % self._buckets for term in terms]

    def features(self, rows: Ints, cut: Ints) -> tuple[Ints, Ints]:
        """As they are."""
        return rows, cut

    def occurrences(self, folded: str) -> Iterable[Occurrence]:
        """None: hashed features are not explained one by one."""
        del folded
        return ()


class _Profile(NamedTuple):
    """The unit TF-IDF vector of one text: sorted features and their weights."""

    features: Ints
    weights: Floats


class _Rows(NamedTuple):
    """Unit TF-IDF vectors of many texts, in coordinate form."""

    rows: Ints
    features: Ints
    weights: Floats

    def profiles(self, n_rows: int) -> Iterator[_Profile]:
        """Take them apart."""
        bounds = np.searchsorted(self.rows, np.arange(n_rows + 1)).tolist()
        for start, end in pairwise(bounds):
            yield _Profile(self.features[start:end], self.weights[start:end])


_NOTHING = {view: _Profile(np.empty(0, np.int64), np.empty(0)) for view in BUCKETS}
_Context = dict[str, _Profile]


class _Memory(threading.local):
    """What each thread remembers on its own: chunks, and the latest contexts."""

    def __init__(self) -> None:
        self.counter = Counter([_Hashes(view) for view in BUCKETS])
        self.contexts: dict[str, _Context] = {"": _NOTHING}


class Topicality:
    """Computes the signals between comments and what they stand under.

    Safe to use from several threads.

    Parameters
    ----------
    idf
        For each view (``word``, ``char``), inverse document frequencies by bucket, from a
        background of ordinary comments.
    """

    def __init__(self, idf: dict[str, Floats]) -> None:
        for view, buckets in BUCKETS.items():
            if idf[view].shape != (buckets,):
                raise ValueError(f"{view}: {buckets} buckets expected, found {idf[view].shape}")
        self.idf = idf
        self._memory = _Memory()

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Topicality:
        """Learn the background from ordinary comments; an unseen bucket counts as rarest."""
        counter = Counter([_Hashes(view) for view in BUCKETS])
        frequency = {view: np.zeros(buckets) for view, buckets in BUCKETS.items()}
        for batch in batches(texts):
            for view, counts in zip(BUCKETS, counter.count(batch), strict=True):
                frequency[view] += np.bincount(counts.features, minlength=BUCKETS[view])
        # Kept in single precision, as in an artifact: what is fitted scores like what is loaded.
        idf = {
            view: (np.log((1.0 + len(texts)) / (1.0 + df)) + 1).astype(np.float32).astype(float)
            for view, df in frequency.items()
        }
        return cls(idf)

    def signals(self, comments: Sequence[Comment]) -> Floats:
        """All signals of all comments.

        Parameters
        ----------
        comments
            With `article` and `parent` filled in where they are known.

        Returns
        -------
        ndarray of float64, shape (n_comments, len(SIGNALS))
        """
        if not comments:
            return np.empty((0, len(SIGNALS)))
        places = [_Place.of(comment) for comment in comments]
        self._learn({text for place in places for text in place})
        vectors = dict(zip(BUCKETS, self._vectors([c.text for c in comments]), strict=True))
        titles, articles, parents = (
            [self._memory.contexts[text] for text in texts] for texts in zip(*places, strict=True)
        )
        word, char = vectors["word"], vectors["char"]
        columns = {
            "word_title": _cosines(word, [c["word"] for c in titles]),
            "char_title": _cosines(char, [c["char"] for c in titles]),
            "word_article": _cosines(word, [c["word"] for c in articles]),
            "char_article": _cosines(char, [c["char"] for c in articles]),
            "covered": _covered(
                word, [(a["word"], p["word"]) for a, p in zip(articles, parents, strict=True)]
            ),
            "word_parent": _cosines(word, [c["word"] for c in parents]),
            "char_parent": _cosines(char, [c["char"] for c in parents]),
        }
        columns["char_best"] = np.maximum(columns["char_article"], columns["char_parent"])
        columns["links"] = np.array([min(3, len(_LINK.findall(c.text))) for c in comments], float)
        columns["contact"] = np.array([bool(_CONTACT.search(c.text)) for c in comments], float)
        columns["log_length"] = np.array([_log_words(c.text) for c in comments])
        columns["log_article_length"] = np.array([_log_words(place.article) for place in places])
        self._forget()
        return np.column_stack([columns[name] for name in SIGNALS])

    def _learn(self, texts: set[str]) -> None:
        """Analyse the contexts that are not known yet, all at once."""
        contexts = self._memory.contexts
        unknown = sorted(texts - contexts.keys())
        views = [vectors.profiles(len(unknown)) for vectors in self._vectors(unknown)]
        for text, *profiles in zip(unknown, *views, strict=True):
            contexts[text] = dict(zip(BUCKETS, profiles, strict=True))

    def _forget(self) -> None:
        contexts = self._memory.contexts
        while len(contexts) > 3 * _KEPT_ARTICLES:
            contexts.pop(next(text for text in contexts if text))

    def _vectors(self, texts: Sequence[str]) -> list[_Rows]:
        counted = self._memory.counter.count(texts)
        return [
            _unit(counts, self.idf[view], len(texts))
            for view, counts in zip(BUCKETS, counted, strict=True)
        ]

    def weight(self, word: str) -> float:
        """Inverse document frequency of one folded word against the background."""
        return float(self.idf["word"][crc32(word.encode("utf-8", "replace")) % BUCKETS["word"]])


class _Place(NamedTuple):
    """The texts that a comment is compared with."""

    title: str
    article: str
    parent: str

    @classmethod
    def of(cls, comment: Comment) -> _Place:
        article = comment.article or Article()
        return cls(article.title, f"{article.title}\n{article.text}".strip(), comment.parent or "")


class Overlap(NamedTuple):
    """Words of a comment that its article or parent has too, and words that they lack.

    The weightiest first, each as the reader wrote it.
    """

    shared: list[str]
    new: list[str]


def overlap(topicality: Topicality, comment: Comment, most: int = 5) -> Overlap:
    """Tell what a comment shares with article and parent and what it brings (for explanations)."""
    place = _Place.of(comment)
    known = set(_TOKEN.findall(fold(f"{place.article} {place.parent}")))
    words = {fold(word): word for word in reversed(_TOKEN.findall(comment.text))}
    ranked = sorted(words, key=lambda w: (-topicality.weight(w), w))
    ranked = [word for word in ranked if topicality.weight(word) > _TELLING]
    shared = [words[word] for word in ranked if word in known]
    return Overlap(shared[:most], [words[word] for word in ranked if word not in known][:most])


# A word in more than about 2 % of ordinary comments tells nothing about a topic.
_TELLING = 1 + math.log(50)


def _unit(counts: Counts, idf: Floats, n_rows: int) -> _Rows:
    weights = weigh(counts, idf)
    return _Rows(
        counts.rows, counts.features, weights / norms(counts.rows, weights, n_rows)[counts.rows]
    )


def _matched(vectors: _Rows, contexts: Sequence[_Profile]) -> Floats:
    """For each value of `vectors`, the weight of the same feature in its row's context, or 0."""
    distinct: dict[int, _Profile] = {id(context): context for context in contexts}
    number = {key: i for i, key in enumerate(distinct)}
    sizes = [len(context.features) for context in distinct.values()]
    owner = np.repeat(np.arange(len(sizes)), sizes) << 32
    keys = owner + np.concatenate([c.features for c in distinct.values()])
    if not len(keys) or not len(vectors.rows):
        return np.zeros(len(vectors.rows))
    weights = np.concatenate([context.weights for context in distinct.values()])
    context_of_row = np.array([number[id(context)] for context in contexts])
    wanted = (context_of_row[vectors.rows] << 32) + vectors.features
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: Floats = np.where(keys[at] == wanted, weights[at], 0.0)
    return found


def _cosines(vectors: _Rows, contexts: Sequence[_Profile]) -> Floats:
    products = vectors.weights * _matched(vectors, contexts)
    return np.bincount(vectors.rows, products, len(contexts)).astype(np.float64)


def _covered(vectors: _Rows, contexts: Sequence[tuple[_Profile, _Profile]]) -> Floats:
    """Share of each row's squared weight whose feature occurs in either of its contexts."""
    articles, parents = zip(*contexts, strict=True)
    known = (_matched(vectors, articles) > 0) | (_matched(vectors, parents) > 0)
    squares = vectors.weights**2 * known
    return np.bincount(vectors.rows, squares, len(contexts)).astype(np.float64)


def _log_words(text: str) -> float:
    return math.log1p(len(text.split()))
