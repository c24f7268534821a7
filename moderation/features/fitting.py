"""Learning a vocabulary from a corpus: its n-grams, their document frequencies and a selection.

The whole corpus is counted at once. Each distinct token is analyzed once, one sort finds equal
n-grams, and n-grams that are too rare to be kept are left out before any text is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Ints
from moderation.features import packing
from moderation.features.counting import Pool, batches
from moderation.features.cutting import Cut, split_tokens
from moderation.features.ngrams import Block, BlockSpec, ngram_strings, packed_ngrams
from moderation.features.packing import Alphabet
from moderation.features.sparse.counts import Counts, Rows, run_starts, sum_up
from moderation.features.tokens import ChunkReader
from moderation.features.vocabulary import UNKNOWN
from moderation.text.folding import Folding

# Stands for an n-gram with a character that is too rare to be numbered.
_NONE = -1

# The number of tokens that are counted together: those of some thousand texts.
_COUNTED_CHUNKS = 200_000


class Corpus(NamedTuple):
    """Texts as rows of numbers of distinct tokens.

    Attributes
    ----------
    folded
        The distinct tokens, folded.
    rows, chunks
        The row and number of each token, text by text.
    n_rows
        The number of texts.
    """

    folded: list[str]
    rows: Rows
    chunks: Ints
    n_rows: int

    @classmethod
    def of(cls, texts: Sequence[str], folding: Folding) -> Corpus:
        """Read original texts."""
        reader = ChunkReader(folding)
        rows, chunks, n_rows = [np.empty(0, np.int32)], [np.empty(0, np.int64)], 0
        for batch in batches(texts):
            batch_rows, batch_chunks, *_ = reader.read(batch)
            rows.append(batch_rows + np.int32(n_rows))
            chunks.append(batch_chunks)
            n_rows += len(batch)
        folded = folding.fold_chunks(reader.take_new())
        return cls(folded, np.concatenate(rows), np.concatenate(chunks), n_rows)

    @property
    def repeated(self) -> Ints:
        """How often each distinct token occurs in the corpus."""
        return np.bincount(self.chunks, minlength=len(self.folded))


class Learnt:
    """A block learnt from a corpus, and the counts of its terms in that corpus.

    Parameters
    ----------
    spec
        The block to learn.
    corpus
        The texts to learn from.
    """

    def __init__(self, spec: BlockSpec, corpus: Corpus) -> None:
        self._counted = _Words(spec, corpus) if spec.analyzer == "word" else _Chars(spec, corpus)
        occurrences = self._counted.occurrences
        documents = np.zeros(len(occurrences), np.int64)
        for counts in self._counted.counts():
            documents += np.bincount(counts.features, minlength=len(documents))
        kept = np.flatnonzero(documents >= max(spec.min_df, 1))
        if spec.max_features is not None and len(kept) > spec.max_features:
            order = np.argsort(-occurrences[kept], kind="stable")
            kept = np.sort(kept[order[: spec.max_features]])
        names = self._counted.names(kept)
        ascending = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
        kept = kept[ascending]
        idf = np.log((1.0 + corpus.n_rows) / (1.0 + documents[kept])) + 1.0
        self.block = Block(spec, tuple(names[i] for i in ascending), idf)
        self._counted.keep(kept)

    def counts(self) -> Iterator[Counts]:
        """Yield the counts of the block's terms, some thousand texts at a time."""
        return self._counted.counts()


class _Chars:
    """Character n-grams: the sum of those of each token."""

    def __init__(self, spec: BlockSpec, corpus: Corpus) -> None:
        self._corpus = corpus
        repeated = corpus.repeated
        grams, sizes, self._name = _char_ngrams(spec, corpus.folded, repeated)
        order = np.argsort(grams)
        ascending = grams[order]
        first = run_starts(ascending)
        each = np.diff(first, append=len(grams))
        # A term cannot be in more texts than it has occurrences.
        total = np.repeat(repeated, sizes)[order]
        occurrences = np.add.reduceat(total, first) if len(first) else each
        frequent = (occurrences >= spec.min_df) & (ascending[first] != _NONE)
        self._grams = ascending[first[frequent]]
        self.occurrences = occurrences[frequent]
        number = np.where(frequent, np.cumsum(frequent) - 1, UNKNOWN)
        numbers = np.empty(len(grams), np.int32)
        numbers[order] = np.repeat(number, each)
        self._pool = _pool(numbers, sizes)

    def counts(self) -> Iterator[Counts]:
        rows, chunks = self._corpus.rows, self._corpus.chunks
        start = 0
        while start < len(rows):
            end = min(start + _COUNTED_CHUNKS, len(rows))
            end = int(np.searchsorted(rows, rows[end - 1], "right"))
            # Rows are counted from the first one, so that the sort keys are short.
            base = rows[start]
            counts = sum_up(*self._pool.gather(rows[start:end] - base, chunks[start:end]))
            yield counts._replace(rows=counts.rows + base)
            start = end

    def names(self, kept: Ints) -> list[str]:
        return self._name(self._grams[kept])

    def keep(self, kept: Ints) -> None:
        final = np.full(len(self._grams), UNKNOWN, np.int32)
        final[kept] = np.arange(len(kept))
        values, sizes = self._pool.contents()
        self._pool = _pool(final[values], sizes)


def _char_ngrams(
    spec: BlockSpec, folded: Sequence[str], repeated: Ints
) -> tuple[Ints, Ints, Callable[[Ints], list[str]]]:
    """Return n-grams as numbers, how many each token has, and a function to name numbers."""
    codes = packing.code_points("".join(folded))
    lengths = np.fromiter(map(len, folded), np.int64, len(folded))
    seen = np.bincount(codes, np.repeat(repeated, lengths), ord(" ") + 1)
    seen[ord(" ")] = np.inf  # around every word
    letters = np.flatnonzero(seen)
    if len(letters) > packing.MOST_CHARACTERS:
        letters = np.flatnonzero(seen >= spec.min_df)  # rarer characters are in no term
    if spec.longest > packing.LONGEST or len(letters) > packing.MOST_CHARACTERS:
        return _listed_ngrams(spec, folded)
    alphabet = Alphabet(letters.astype(np.uint32))
    grams, sizes = packed_ngrams(folded, spec, alphabet)
    grams[alphabet.lacks(grams)] = _NONE
    return grams, sizes, alphabet.texts


def _listed_ngrams(
    spec: BlockSpec, folded: Sequence[str]
) -> tuple[Ints, Ints, Callable[[Ints], list[str]]]:
    """Do the same for n-grams that cannot be packed: number them in order of occurrence."""
    numbers = _Growing()
    cut = Cut.of([[numbers[gram] for gram in ngram_strings(chunk, spec)] for chunk in folded])
    listed = list(numbers)
    return cut.numbers.astype(np.int64), cut.sizes, lambda n: [listed[i] for i in n.tolist()]


def _pool(numbers: Rows, sizes: Ints) -> Pool:
    """Make a pool of the numbers of each token without `UNKNOWN`."""
    pool = Pool()
    pool.extend(*Cut(numbers, sizes).known())
    return pool


class _Words:
    """Word n-grams by length; each is the number of its first n - 1 tokens and its last token."""

    def __init__(self, spec: BlockSpec, corpus: Corpus) -> None:
        tokens, sizes = split_tokens(re.compile(spec.token_pattern), corpus.folded)
        number = _Growing()
        pool = Pool()
        pool.extend(np.array([number[token] for token in tokens], np.int32), sizes)
        self._tokens = list(number)
        rows, cut = pool.gather(corpus.rows, corpus.chunks)
        last = cut.astype(np.int64)
        begun = last
        self._low = spec.ngram_range[0]
        self._levels: list[Ints] = []  # the keys of the n-grams of each length, ascending
        self._offsets = [0]
        found_rows, found = [], []
        for n in range(1, spec.longest + 1):
            at = np.flatnonzero(rows[n - 1 :] == rows[: max(0, len(rows) - n + 1)])
            if n == 1:
                keys, begun = np.arange(len(self._tokens)), last
            else:
                pairs = begun[at] * len(self._tokens) + last[at + n - 1]
                keys, inverse = np.unique(pairs, return_inverse=True)
                begun = np.full(len(rows), UNKNOWN)
                begun[at] = inverse
            self._levels.append(keys)
            if n >= self._low:
                found_rows.append(rows[at])
                found.append(begun[at] + self._offsets[-1])
                self._offsets.append(self._offsets[-1] + len(keys))
        features = np.concatenate(found)
        self.occurrences = np.bincount(features, minlength=self._offsets[-1])
        self._counts = sum_up(np.concatenate(found_rows), features)

    def counts(self) -> Iterator[Counts]:
        yield self._counts

    def names(self, kept: Ints) -> list[str]:
        named = []
        for i, start in enumerate(self._offsets[:-1]):
            numbers = kept[(kept >= start) & (kept < self._offsets[i + 1])] - start
            level = i + self._low - 1
            parts: list[Ints] = []
            while level:
                numbers, last = np.divmod(self._levels[level][numbers], len(self._tokens))
                parts.insert(0, last)
                level -= 1
            parts.insert(0, numbers)
            tokens = self._tokens
            named += [
                " ".join([tokens[n] for n in gram])
                for gram in zip(*(part.tolist() for part in parts), strict=True)
            ]
        return named

    def keep(self, kept: Ints) -> None:
        final = np.full(len(self.occurrences), UNKNOWN)
        final[kept] = np.arange(len(kept))
        rows, features, counts = self._counts
        features = final[features]
        known = features != UNKNOWN
        self._counts = Counts(rows[known], features[known], counts[known])


class _Growing(dict[str, int]):
    """Numbers keys in the order in which they are first looked up."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number
