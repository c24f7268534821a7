"""Texts beside what they stand under: cosines of words and senses, for many pairs at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.ngrams import Floats, Ints
from moderation.topicality.background import Background, Singles
from moderation.topicality.profiles import Bag, Profile
from moderation.topicality.threads import FEWEST
from moderation.vectorize import totals

#: More than a handful of rare words in common says no more.
MOST_SURPRISE = 30.0

# Medians of comments beside their own title, on nyt_rfd.
_USUAL_WORDS, _USUAL_SENSE = 0.13, 0.35

Bools = npt.NDArray[np.bool_]


class Compared(NamedTuple):
    """Texts beside one context each.

    Attributes
    ----------
    words
        Cosine of stems, less what each shares with ordinary comments.
    starts
        The same of beginnings of words.
    sense
        Cosine of senses.
    surprise
        Information in the shared stems beyond what chance shares with a context of this size, in
        nats, at most `MOST_SURPRISE`.
    known
        Whether the context has the stem, for all stems of all texts end to end.
    """

    words: Floats
    starts: Floats
    sense: Floats
    surprise: Floats
    known: Bools

    def spread(self, rows: Sequence[int], n_rows: int) -> Compared:
        """The figures at their rows among `n_rows`, NaN at all others."""
        words, starts, sense, surprise = figures = np.full((4, n_rows), np.nan)
        figures[:, list(rows)] = self.words, self.starts, self.sense, self.surprise
        return Compared(words, starts, sense, surprise, self.known)


def likeness(
    texts: Sequence[Profile], contexts: Sequence[Profile], background: Background
) -> Floats:
    """Words and sense in one figure, each in units of what it usually is on topic."""
    if not texts:
        return np.empty(0)
    bags, others = [text.words for text in texts], [context.words for context in contexts]
    rows, mine, theirs = _shared(bags, others)
    words = _less_expected(rows, mine * theirs, bags, others) + background.expected_square
    return words / _USUAL_WORDS + _near(texts, contexts) / _USUAL_SENSE


class Thread(NamedTuple):
    """The senses of an article's comments, from which each can be taken out again.

    Attributes
    ----------
    texts
        The comments, as given.
    times
        How often each text is among them.
    sense
        Sum of their senses.
    """

    texts: tuple[str, ...]
    times: Counter[str]
    sense: Singles

    @classmethod
    def of(cls, texts: tuple[str, ...], profiles: Sequence[Profile]) -> Thread:
        """Sum up the profiles of the texts."""
        nothing = np.empty(0, np.float32)
        senses = np.stack([profile.sense for profile in profiles]) if texts else nothing
        return cls(texts, Counter(texts), senses.sum(axis=0) if texts else nothing)

    def has_others(self, text: str) -> bool:
        """Tell whether there are enough comments besides this one to make a subject."""
        return len(self.texts) - self.times[text] >= FEWEST


def beside_contexts(
    texts: Sequence[Profile], contexts: Sequence[Profile], background: Background
) -> Compared:
    """Compare each text with its context; one length."""
    if not texts:
        return _NOTHING
    bags, others = [text.words for text in texts], [context.words for context in contexts]
    rows, mine, theirs = _shared(bags, others)
    words = _less_expected(rows, mine * theirs, bags, others) + background.expected_square
    begun, others = [text.starts for text in texts], [context.starts for context in contexts]
    of_start, first, second = _shared(begun, others)
    starts = _less_expected(of_start, first * second, begun, others)
    starts += background.start_expected_square
    sizes = np.array([context.size for context in contexts], float)
    stems = np.concatenate([bag.numbers for bag in bags])
    chance = -np.expm1(-background.rate(stems) * sizes[rows])
    nats = -np.log(np.maximum(chance, 1e-12))
    surplus = totals(rows, nats * ((theirs > 0) - chance), len(texts))
    surprise = np.clip(surplus, -MOST_SURPRISE, MOST_SURPRISE)
    return Compared(words, starts, _near(texts, contexts), surprise, theirs > 0)


def beside_threads(
    texts: Sequence[Profile], written: Sequence[str], threads: Sequence[Thread]
) -> Floats:
    """Cosine of senses of each text and the other comments of its thread, itself taken out.

    Words tell less here, for in a thread people repeat each other's (c3: 0.70 with, 0.72 without).
    """
    times = np.array([t.times[text] for t, text in zip(threads, written, strict=True)])
    own = np.stack([text.sense for text in texts])
    around = np.stack([thread.sense for thread in threads])
    around = around - times[:, None].astype(np.float32) * own
    size = np.linalg.norm(around, axis=1)
    return _dots(own, around) / np.where(size > 0, size, 1.0)


class Covered:
    """Which stems of some texts occur in anything they are compared with."""

    def __init__(self, texts: Sequence[Profile]) -> None:
        self._row = np.repeat(np.arange(len(texts)), [len(text.words.numbers) for text in texts])
        self._squares = np.concatenate([text.words.weights for text in texts]) ** 2
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


_NOTHING = Compared(np.empty(0), np.empty(0), np.empty(0), np.empty(0), np.empty(0, bool))


def _near(texts: Sequence[Profile], contexts: Sequence[Profile]) -> Floats:
    """Mean of the cosines of senses in all bands of directions."""
    own = np.stack([text.subjects for text in texts])
    return _dots(own, np.stack([context.subjects for context in contexts]))


def _dots(one: Singles, other: Singles) -> Floats:
    dots: Floats = np.einsum("ij,ij->i", one, other).astype(np.float64)
    return dots


def _less_expected(
    rows: Ints, products: Floats, bags: Sequence[Bag], others: Sequence[Bag]
) -> Floats:
    """Dot products of bags, less what each shares with ordinary comments."""
    expected = [bag.expected + other.expected for bag, other in zip(bags, others, strict=True)]
    return totals(rows, products, len(bags)) - expected


def _shared(bags: Sequence[Bag], contexts: Sequence[Bag]) -> tuple[Ints, Floats, Floats]:
    """Row, own weight and weight in the context of all that all bags hold, end to end."""
    distinct = {id(context.numbers): context for context in contexts}
    number = {key: i for i, key in enumerate(distinct)}
    sizes = [len(context.numbers) for context in distinct.values()]
    rows = np.repeat(np.arange(len(bags)), [len(bag.numbers) for bag in bags])
    weights = np.concatenate([bag.weights for bag in bags])
    if not len(rows) or not sum(sizes):
        return rows, weights, np.zeros(len(rows))
    keys = np.repeat(np.arange(len(sizes)) << 32, sizes)
    keys += np.concatenate([context.numbers for context in distinct.values()])
    theirs = np.concatenate([context.weights for context in distinct.values()])
    of_text = np.array([number[id(context.numbers)] for context in contexts]) << 32
    wanted = of_text[rows] + np.concatenate([bag.numbers for bag in bags])
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return rows, weights, np.where(keys[at] == wanted, theirs[at], 0.0)
