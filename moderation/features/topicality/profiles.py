"""Texts as arrays for comparison: unit vectors of the forms of words, and of sense.

A comment is needed again and again: first with the other comments of its thread, then by itself,
and as the parent of replies. A :class:`ProfileStore` therefore analyzes each text once, and keeps
the arrays of all texts end to end::

    text      number   forms                       senses
    "Shut!"   0        [a b | x]   starts | stems  row 0
    "A pier"  1        [c | y z]                   row 1
                       a b x c y z  in one array,  which Profiles.vectors parts again
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features.counting import Counter, Pool, batches
from moderation.features.reading.batch import Batch, TokenCache
from moderation.features.sparse.counts import norms, row_sums
from moderation.features.sparse.growing import Growing
from moderation.features.topicality.background import Background, Singles

# A store of so many forms or texts forgets the older half of its texts. It takes some 80 MB. A part
# of an archive has up to 16,384 comments or two million forms, which are needed until its end.
_KEPT_FORMS, _KEPT_TEXTS = 2_500_000, 20_000


class Profiles(NamedTuple):
    """Profiles of texts: each has a unit vector of beginnings of words and one of stems.

    Attributes
    ----------
    forms, weights
        The forms in all vectors end to end, ascending in each vector, and their weights.
    places
        The index of each form in the arrays of the background.
    vectors
        The vector of each form: twice the row of the text, plus one for stems.
    expected
        The cosine of each vector with the mean of ordinary comments, shape (n_texts, 2).
    sizes
        The number of words of each text.
    senses
        Unit vectors of sense, centred on the mean of ordinary comments; zero if no word is known.
        Shape (n_texts, n_dimensions).
    """

    forms: Ints
    weights: Floats
    places: Ints
    vectors: Ints
    expected: Floats
    sizes: Floats
    senses: Singles


class ProfileStore(threading.local):
    """Makes profiles of texts, and keeps them up to a limit. Each thread has a store of its own.

    Parameters
    ----------
    background
        The use of stems in ordinary comments.
    reading
        Reads texts that are not in a batch.
    """

    def __init__(self, background: Background, reading: TokenCache) -> None:
        self._background, self._reading = background, reading
        self._counter = Counter([background.forms])
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._n_dropped = 0  # numbers are those of all texts since the last call
        self._forms, self._weights = Pool(), Growing(np.float64)
        self._expected, self._sizes = Growing(np.float64, 2), Growing(np.float64)
        self._senses = Growing(np.float32, len(self._background.mean))

    @property
    def _arrays(self) -> tuple[Growing, ...]:
        """The arrays with one row for each text."""
        return self._expected, self._sizes, self._senses

    def trim(self) -> None:
        """Forget the older half of the texts if the store is full."""
        if self._forms.used <= _KEPT_FORMS and len(self._numbers) <= _KEPT_TEXTS:
            return
        old = [*islice(self._numbers, (len(self._numbers) + 1) // 2)]
        before = self._forms.used
        self._forms.drop(len(old))
        self._weights.drop(before - self._forms.used)
        for array in self._arrays:
            array.drop(len(old))
        self._n_dropped += len(old)
        for text in old:
            del self._numbers[text]

    def add(self, texts: Sequence[str], batch: Batch | None = None) -> None:
        """Analyze those texts that are not in the store.

        Parameters
        ----------
        texts
            Texts, each of them as often as desired.
        batch
            The same texts in the same order, if they have been read.
        """
        new: dict[str, int] = {}
        for row, text in enumerate(texts):
            if text not in self._numbers:
                new.setdefault(text, row)
        if not new:
            return
        try:
            self._analyse(batch.only([*new.values()]) if batch else self._reading.read([*new]))
        except BaseException:
            self._forget()  # some arrays may have the texts and others not
            raise
        first = self._n_dropped + len(self._numbers)
        self._numbers.update(zip(new, range(first, first + len(new)), strict=True))

    def profiles(self, texts: Sequence[str]) -> Profiles:
        """Return the profiles of texts that have been added since the store was emptied."""
        which = self._which(texts)
        places, sizes = self._forms.places(which)
        forms = self._forms.contents()[0].take(places, mode="wrap").astype(np.int64)
        vectors = np.repeat(2 * np.arange(len(texts)), sizes)
        vectors += forms >= self._background.n_starts
        return Profiles(
            forms,
            self._weights.values.take(places, mode="wrap"),
            self._background.places(forms),
            vectors,
            *(array.values[which] for array in self._arrays),
        )

    def _which(self, texts: Sequence[str]) -> Ints:
        """Return the rows of texts that are in the store."""
        return np.fromiter(map(self._numbers.__getitem__, texts), np.intp) - self._n_dropped

    def senses(self, texts: Sequence[str]) -> Singles:
        """Return the senses of texts, which are added as far as they are missing; see `trim`."""
        found = [np.empty((0, len(self._background.mean)), np.float32)]
        for some in batches(texts):
            self.trim()
            self.add(some)
            found.append(self._senses.values[self._which(some)])
        return np.concatenate(found)

    def _analyse(self, batch: Batch) -> None:
        background, n = self._background, len(batch.texts)
        rows, forms, times = self._counter.count(batch)[0]
        vectors = 2 * rows.astype(np.int64) + (forms >= background.n_starts)
        places = background.places(forms)
        raw = background.form_weight.take(places)
        several = np.flatnonzero(times > 1)
        raw[several] *= 1.0 + np.log(times[several])
        weights = raw / norms(vectors, raw, 2 * n).take(vectors)
        expected = row_sums(vectors, weights * background.form_expected.take(places), 2 * n)
        self._forms.extend(forms, np.bincount(rows, minlength=n))
        self._weights.extend(weights)
        self._expected.extend(expected.reshape(n, 2))
        self._sizes.extend(row_sums(vectors, times, 2 * n)[1::2])
        self._senses.extend(self._senses_of(vectors, places, weights, n))

    def _senses_of(self, vectors: Ints, places: Ints, weights: Floats, n_texts: int) -> Singles:
        mean, table = self._background.mean, self._background.term_vectors
        total = np.zeros((n_texts, len(mean)), np.float32)
        stems, single = places - self._background.n_starts, weights.astype(np.float32)
        bounds = np.searchsorted(vectors, np.arange(1, 2 * n_texts + 1)).tolist()
        for own, start, end in zip(total, bounds[::2], bounds[1::2], strict=True):
            if end > start:
                np.dot(single[start:end], table.take(stems[start:end], axis=0), out=own)
        lengths = np.linalg.norm(total, axis=1, keepdims=True)
        known = lengths > 0
        return np.where(known, unit(total / np.where(known, lengths, 1) - mean), np.float32(0))


def unit(vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Scale each row to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
