"""Texts beside what they stand under: cosines of words and senses, for many pairs at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from moderation.ngrams import Floats, Ints
from moderation.topicality.background import Background, Singles
from moderation.topicality.profiles import Profile
from moderation.topicality.threads import FEWEST

#: More than a handful of rare words in common says no more.
MOST_SURPRISE = 30.0

# Medians of comments beside their own title, on nyt_rfd. Beside a thread, where people repeat each
# other's words, sense tells more (c3: 0.67 to 0.69, all else as before).
USUAL_WORDS_IN_TITLE, USUAL_WORDS_IN_THREAD, _USUAL_SENSE = 0.13, 0.4, 0.35

Bools = npt.NDArray[np.bool_]


class Compared(NamedTuple):
    """Texts beside one context each.

    Attributes
    ----------
    words
        Cosine of stems, less what each shares with ordinary comments.
    sense
        Cosine of senses.
    surprise
        Information in the shared stems beyond what chance shares with a context of this size, in
        nats, at most `MOST_SURPRISE`.
    known
        Whether the context has the stem, for all stems of all texts end to end.
    """

    words: Floats
    sense: Floats
    surprise: Floats
    known: Bools

    def spread(self, rows: Sequence[int], n_rows: int) -> Compared:
        """The figures at their rows among `n_rows`, NaN at all others."""
        words, sense, surprise = figures = np.full((3, n_rows), np.nan)
        figures[:, list(rows)] = self.words, self.sense, self.surprise
        return Compared(words, sense, surprise, self.known)


def likeness(compared: Compared, usual_words: float) -> Floats:
    """Words and sense in one figure, each in units of what it usually is on topic."""
    return compared.words / usual_words + compared.sense / _USUAL_SENSE


class Thread(NamedTuple):
    """The sum of an article's comments, from which each can be taken out again.

    Attributes
    ----------
    texts
        The comments, as given.
    times
        How often each text is among them.
    stems, weights
        Sum of their unit vectors.
    length
        Square of the length of that sum.
    expected, sense
        Sums of the profiles' own.
    """

    texts: tuple[str, ...]
    times: Counter[str]
    stems: Ints
    weights: Floats
    length: float
    expected: float
    sense: Singles

    @classmethod
    def of(cls, texts: tuple[str, ...], profiles: Sequence[Profile]) -> Thread:
        """Sum up the profiles of the texts."""
        if not texts:
            nothing = np.empty(0, np.int64), np.empty(0)
            return cls((), Counter(), *nothing, 0.0, 0.0, np.empty(0, np.float32))
        found = np.concatenate([profile.stems for profile in profiles])
        stems, at = np.unique(found, return_inverse=True)
        each = np.concatenate([profile.weights for profile in profiles])
        weights = np.bincount(at, each, len(stems)).astype(np.float64)
        expected = sum(profile.expected for profile in profiles)
        sense = np.sum([profile.sense for profile in profiles], axis=0)
        length = float(weights @ weights)
        return cls(texts, Counter(texts), stems, weights, length, expected, sense)

    def has_others(self, text: str) -> bool:
        """Tell whether there are enough comments besides this one to make a subject."""
        return len(self.texts) - self.times[text] >= FEWEST


def beside_contexts(
    texts: Sequence[Profile], contexts: Sequence[Profile], background: Background
) -> Compared:
    """Compare each text with its context; one length."""
    if not texts:
        return _NOTHING
    rows, mine, theirs = _shared(texts, contexts)
    expected = [t.expected + c.expected for t, c in zip(texts, contexts, strict=True)]
    dots = np.bincount(rows, mine * theirs, len(texts)).astype(np.float64)
    words = dots - expected + background.expected_square
    sense = _dots(np.stack([t.sense for t in texts]), np.stack([c.sense for c in contexts]))
    sizes = np.array([context.size for context in contexts], float)
    stems = np.concatenate([text.stems for text in texts])
    chance = -np.expm1(-background.rate(stems) * sizes[rows])
    nats = -np.log(np.maximum(chance, 1e-12))
    surplus = np.bincount(rows, nats * ((theirs > 0) - chance), len(texts))
    surprise = np.clip(surplus, -MOST_SURPRISE, MOST_SURPRISE).astype(np.float64)
    return Compared(words, sense, surprise, theirs > 0)


def beside_threads(
    texts: Sequence[Profile],
    written: Sequence[str],
    threads: Sequence[Thread],
    background: Background,
) -> Compared:
    """Compare each text with the other comments of its thread, itself taken out."""
    if not texts:
        return _NOTHING
    rows, mine, theirs = _shared(texts, threads)
    times = np.array([t.times[text] for t, text in zip(threads, written, strict=True)], float)
    dots = np.bincount(rows, mine * theirs, len(texts))
    # A text without a known word has no vector to be taken out, nor one to compare.
    whole = np.bincount(rows, mine**2, len(texts))
    squares = [thread.length for thread in threads] - 2 * times * dots + times**2 * whole
    lengths = np.sqrt(np.maximum(squares, 1e-12))
    expected = np.array([text.expected for text in texts])
    others = np.array([thread.expected for thread in threads]) - times * expected
    words = (dots - times * whole - others) / lengths - expected + background.expected_square
    own = np.stack([text.sense for text in texts])
    around = (
        np.stack([thread.sense for thread in threads]) - times[:, None].astype(np.float32) * own
    )
    size = np.linalg.norm(around, axis=1)
    sense = _dots(own, around) / np.where(size > 0, size, 1.0)
    return Compared(words, sense, np.full(len(texts), np.nan), theirs > 0)


class Covered:
    """Which stems of some texts occur in anything they are compared with."""

    def __init__(self, texts: Sequence[Profile]) -> None:
        self._row = np.repeat(np.arange(len(texts)), [len(text.stems) for text in texts])
        self._squares = np.concatenate([text.weights for text in texts]) ** 2
        self._known = np.zeros(len(self._row), bool)
        self._placed = np.zeros(len(texts), bool)

    def add(self, rows: Sequence[int], known: Bools) -> None:
        """Take note of the stems that the contexts of the texts named by `rows` have."""
        chosen = np.zeros(len(self._placed), bool)
        chosen[rows] = True
        self._placed |= chosen
        self._known[chosen[self._row]] |= known

    def shares(self) -> Floats:
        """Share of each text's squared weight that occurs; NaN without anything to compare."""
        shares = np.bincount(self._row, self._squares * self._known, len(self._placed))
        return np.where(self._placed, shares, np.nan)


_NOTHING = Compared(np.empty(0), np.empty(0), np.empty(0), np.empty(0, bool))


def _dots(one: Singles, other: Singles) -> Floats:
    dots: Floats = np.einsum("ij,ij->i", one, other).astype(np.float64)
    return dots


class _Weighed(Protocol):
    @property
    def stems(self) -> Ints: ...
    @property
    def weights(self) -> Floats: ...


def _shared(texts: Sequence[Profile], contexts: Sequence[_Weighed]) -> tuple[Ints, Floats, Floats]:
    """Row, weight in the text and in its context of every stem of every text, end to end."""
    distinct = {id(context): context for context in contexts}
    number = {key: i for i, key in enumerate(distinct)}
    sizes = [len(context.stems) for context in distinct.values()]
    rows = np.repeat(np.arange(len(texts)), [len(text.stems) for text in texts])
    weights = np.concatenate([text.weights for text in texts])
    if not len(rows) or not sum(sizes):
        return rows, weights, np.zeros(len(rows))
    keys = np.repeat(np.arange(len(sizes)) << 32, sizes)
    keys += np.concatenate([context.stems for context in distinct.values()])
    theirs = np.concatenate([context.weights for context in distinct.values()])
    of_text = np.array([number[id(context)] for context in contexts]) << 32
    wanted = of_text[rows] + np.concatenate([text.stems for text in texts])
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return rows, weights, np.where(keys[at] == wanted, theirs[at], 0.0)
