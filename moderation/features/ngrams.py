"""The n-grams of a text: words and their neighbours, and characters inside words.

In this module, a *token* is a match of the token pattern inside a folded *chunk*
(:mod:`moderation.features.cutting`). The n-grams are those of scikit-learn's analyzers ``word`` and
``char_wb``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from moderation._types import Floats, Ints
from moderation.features import packing
from moderation.features.cutting import EACH, Cut, Placed, Places, PlacingCutter, split_tokens
from moderation.features.packing import Alphabet, Finder
from moderation.features.vocabulary import UNKNOWN, Terms, WordTerms
from moderation.text import WORD

_WORD = re.compile(r"\S+")

# The bounds of n-grams are cached for words up to this length. Longer runs are rarely words, and
# their bounds would fill the memory.
_LONGEST_WORD = 64

#: The allowed token patterns. A model folder may come from anyone, and a malicious pattern could
#: run for ever or fill the memory; other patterns are refused. None of these matches white space.
TOKEN_PATTERNS = (
    r"\b\w\w+\b",  # scikit-learn's default: words of two letters or more
    r"\b\w+\b",
    r"\w+",
    r"\w+|[^\w\s]",  # words, and each punctuation mark by itself
    # The same for all scripts: marks belong to their words, and emoji that are joined are one.
    MARKED_WORDS := rf"[{WORD}]+|[^\w\s](?:\u200d[^\w\s])*",
)
# The longest n-gram of a block.
_LONGEST_NGRAM = 12


class BlockSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The features that one block counts, and how it selects them.

    The names are scikit-learn's. `min_df` and `max_features` act only when fitting.

    Attributes
    ----------
    analyzer
        ``word`` for n-grams of the tokens that `token_pattern` finds; ``char_wb`` for n-grams of
        characters inside words, each word padded with one space on either side.
    ngram_range
        The smallest and largest n.
    token_pattern
        For ``word``: one of `TOKEN_PATTERNS`.
    min_df, max_features
        Terms in fewer than `min_df` documents are left out; of the rest, the `max_features` most
        frequent ones are kept.
    """

    analyzer: Literal["word", "char_wb"]
    ngram_range: tuple[int, int]
    token_pattern: str = r"\b\w\w+\b"
    min_df: int = 1
    max_features: int | None = None

    def __post_init__(self) -> None:
        low, high = self.ngram_range
        if not 1 <= low <= high <= _LONGEST_NGRAM:
            most = f"from at least 1 to at most {_LONGEST_NGRAM}"
            raise ValueError(f"ngram_range must rise {most}, found {self.ngram_range}")
        if self.token_pattern not in TOKEN_PATTERNS:
            raise ValueError(f"token_pattern is none of {', '.join(TOKEN_PATTERNS)}")

    @property
    def lengths(self) -> int:
        """The number of different n."""
        return self.ngram_range[1] - self.ngram_range[0] + 1

    @property
    def longest(self) -> int:
        """The largest n."""
        return self.ngram_range[1]


def _ngram_bounds(length: int, low: int, high: int) -> Iterable[tuple[int, int]]:
    """Return the bounds of the ``char_wb`` n-grams of a padded word of `length` characters.

    As in scikit-learn, a word shorter than the smallest n counts once as a whole.

    >>> _ngram_bounds(4, 2, 5)
    ((0, 2), (0, 3), (0, 4), (1, 3), (1, 4), (2, 4))
    """
    if length <= _LONGEST_WORD:
        return _remembered_bounds(length, low, high)
    return _bounds(length, low, high)


def _bounds(length: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    # The order is that of packing.windows, so that sums over a chunk are equal to the last bit.
    if length < low:
        yield 0, low
    for start in range(length - low + 1):
        for n in range(low, min(high, length - start) + 1):
            yield start, start + n


@lru_cache(maxsize=4 * _LONGEST_WORD)
def _remembered_bounds(length: int, low: int, high: int) -> tuple[tuple[int, int], ...]:
    return tuple(_bounds(length, low, high))


def ngram_strings(folded: str, spec: BlockSpec) -> list[str]:
    """Return all ``char_wb`` n-grams of a folded chunk.

    >>> ngram_strings("ab", BlockSpec(analyzer="char_wb", ngram_range=(2, 5)))
    [' a', ' ab', ' ab ', 'ab', 'ab ', 'b ']
    """
    found: list[str] = []
    for word in folded.split():
        padded = f" {word} "
        bounds = _ngram_bounds(len(padded), *spec.ngram_range)
        found.extend([padded[start:end] for start, end in bounds])
    return found


def packed_ngrams(chunks: Sequence[str], spec: BlockSpec, alphabet: Alphabet) -> tuple[Ints, Ints]:
    """Return all ``char_wb`` n-grams of folded chunks as numbers, and how many each has."""
    words = "\n".join(chunks).split()
    codes, lengths = packing.padded(words)
    packed, counts = packing.windows(alphabet.numbers(codes), lengths, *spec.ngram_range)
    # Nearly every chunk is one word. Folded text has no white space but spaces.
    n_words = [1 if chunk and " " not in chunk else len(chunk.split()) for chunk in chunks]
    before = np.concatenate(([0], np.cumsum(counts)))[np.cumsum([0, *n_words])]
    return packed, np.diff(before)


class CharCutter:
    """Character n-grams: the features of a chunk do not depend on its neighbours.

    Parameters
    ----------
    spec
        A block whose analyzer is ``char_wb``.
    terms
        The vocabulary.
    """

    chunkwise = True

    def __init__(self, spec: BlockSpec, terms: Terms) -> None:
        self._spec = spec
        self._terms = terms
        self._finder: Finder | None = None

    def cut(self, folded: str) -> Sequence[int]:
        """Return the number of each occurrence of a known n-gram in the chunk."""
        numbers = self._terms.find_all(ngram_strings(folded, self._spec))
        return [number for number in numbers if number != UNKNOWN]

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Analyze many folded chunks at once."""
        cuts = [Cut.of([]), *(self._looked_up(piece).known() for piece in packing.pieces(chunks))]
        return Cut(*map(np.concatenate, zip(*cuts, strict=True)))

    def _looked_up(self, chunks: Sequence[str]) -> Cut:
        """Look up every n-gram of some chunks, including `UNKNOWN` ones."""
        n_ngrams = self._spec.lengths * sum(len(chunk) + 2 for chunk in chunks)
        fits = self._spec.longest <= packing.LONGEST
        keys = self._terms.packed if fits and self._terms.worth_packing(n_ngrams) else None
        if keys is None:
            return Cut.of([self._terms.find_all(ngram_strings(c, self._spec)) for c in chunks])
        grams, sizes = packed_ngrams(chunks, self._spec, keys.alphabet)
        if self._finder is None:
            self._finder = Finder(keys.keys, UNKNOWN)
        return Cut(self._finder.find(grams).astype(np.int32), sizes)

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """As they are."""
        del rows
        return EACH, cut

    def placed(self, chunks: Sequence[str]) -> Placed:
        """Analyze folded chunks and keep the place of each known n-gram."""
        parts = map(self._placed, packing.pieces(chunks))
        return Placed(*map(np.concatenate, zip(*parts, strict=True)))

    def _placed(self, chunks: Sequence[str]) -> Placed:
        cut = self._looked_up(chunks)
        begins, lengths = _words_in(chunks)
        known = np.flatnonzero(cut.numbers != UNKNOWN)
        word, starts, ends = (
            of_all[known] for of_all in packing.places(lengths + 2, *self._spec.ngram_range)
        )
        # Padding has no place in the text, so it is assigned to the letter beside it.
        first = begins[word] + np.clip(starts, 1, lengths[word]) - 1
        last = begins[word] + np.clip(ends, 2, lengths[word] + 1) - 1
        return Placed(*cut.known(), first.astype(np.int32), last.astype(np.int32))

    def grams(self, cut: Ints) -> tuple[Ints, Places, Places]:
        """As they are."""
        return cut, EACH, EACH


def _words_in(chunks: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the start in its chunk, and the length, of each word of folded chunks.

    Nearly every chunk is one word. A chunk of invisible characters folds to nothing.
    """
    spans = chain.from_iterable(map(re.Match.span, _WORD.finditer("\n".join(chunks))))
    starts, ends = np.fromiter(spans, np.int64).reshape(-1, 2).T
    begins = _begins(chunks)
    return starts - begins[np.searchsorted(begins, starts, "right") - 1], ends - starts


def _begins(chunks: Sequence[str]) -> Ints:
    """Return where each chunk begins if they are joined with one character between them."""
    return np.cumsum([0, *(len(chunk) + 1 for chunk in chunks)])[:-1]


class WordCutter:
    """Word n-grams: chunks yield tokens, and consecutive tokens of a document form n-grams.

    Parameters
    ----------
    spec
        A block whose analyzer is ``word``.
    terms
        The vocabulary.
    """

    chunkwise = False

    def __init__(self, spec: BlockSpec, terms: WordTerms) -> None:
        self._pattern = re.compile(spec.token_pattern)
        self._terms = terms
        self._levels = _levels(terms)

    def cut(self, folded: str) -> Sequence[int]:
        """Return token numbers in order, with `UNKNOWN` ones, which separate their neighbours."""
        return self._terms.tokens.find_all(self._pattern.findall(folded))

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Analyze many folded chunks at once."""
        tokens, sizes = split_tokens(self._pattern, chunks)
        return Cut(np.array(self._terms.tokens.find_all(tokens), np.int32), sizes)

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """Look up n-grams by length; a longer one is only looked up if its beginning is known."""
        places, found = zip(*self._grams(rows, cut), strict=True)
        return np.concatenate(places), np.concatenate(found)

    def _grams(self, rows: Ints, cut: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Yield, for each length from one token on, the places and numbers of known n-grams."""
        cut = cut.astype(np.int64)  # keys of several tokens need 64 bits
        n_tokens = len(self._terms.tokens)
        known_token = cut != UNKNOWN
        followed = np.append((rows[1:] == rows[:-1]) & known_token[1:], False)
        at = np.flatnonzero(known_token)
        nodes = cut[at]
        for n, level in enumerate(self._levels, start=1):
            if n > 1:
                longer = followed[at + n - 2]
                at, nodes = at[longer], nodes[longer]
                at, nodes = level.find(at, nodes * n_tokens + cut[at + n - 1])
            features = level.feature[nodes]
            known = features != UNKNOWN
            yield at[known], features[known]

    def placed(self, chunks: Sequence[str]) -> Placed:
        """Analyze folded chunks and keep the place of each token."""
        found = self._pattern.finditer("\n".join(chunks))
        spans = np.fromiter(chain.from_iterable(map(re.Match.span, found)), np.int64)
        spans, begins, cut = spans.reshape(-1, 2), _begins(chunks), self.cut_all(chunks)
        spans -= np.repeat(begins, cut.sizes)[:, None]
        return Placed(*cut, *spans.astype(np.int32).T)

    def grams(self, cut: Ints) -> tuple[Ints, Places, Places]:
        """Return the known n-grams of one document, ordered by their first and last token."""
        found = [
            (features, at, at + n)
            for n, (at, features) in enumerate(self._grams(np.zeros_like(cut), cut))
        ]
        features, first, last = map(np.concatenate, zip(*found, strict=True))
        order = np.lexsort((last, first))
        return features[order], first[order], last[order]


class _Level(NamedTuple):
    """N-grams of one length. A key is beginning × number of tokens + last token."""

    finder: Finder
    feature: Ints

    def find(self, at: Ints, keys: Ints) -> tuple[Ints, Ints]:
        """Return the places whose key is known, and the positions of these keys."""
        places = self.finder.find(keys)
        known = places != UNKNOWN
        return at[known], places[known]


def _levels(terms: WordTerms) -> list[_Level]:
    """Make one level per length; beginnings that are not terms have the feature `UNKNOWN`."""
    n_tokens = len(terms.tokens)
    grams = terms.grams.astype(np.int64)
    lengths = (grams != UNKNOWN).sum(axis=1)
    nodes, keys = grams[:, 0].copy(), np.arange(n_tokens)
    levels = []
    for n in range(1, grams.shape[1] + 1):
        begun = np.flatnonzero(lengths >= n)
        if n > 1:
            keys, nodes[begun] = np.unique(
                nodes[begun] * n_tokens + grams[begun, n - 1], return_inverse=True
            )
        feature = np.full(len(keys), UNKNOWN)
        whole = np.flatnonzero(lengths == n)
        feature[nodes[whole]] = whole
        levels.append(_Level(Finder(keys, UNKNOWN), feature))
    return levels


class Block(NamedTuple):
    """A fitted block: its terms in ascending order and their inverse document frequencies."""

    spec: BlockSpec
    terms: Sequence[str]
    idf: Floats

    def cutter(self) -> PlacingCutter:
        """Return the analyzer that numbers features in the order of `terms`."""
        if self.spec.analyzer == "word":
            return WordCutter(self.spec, self.word_terms())
        return CharCutter(self.spec, self.char_terms())

    def word_terms(self) -> WordTerms:
        """Return the terms as token numbers."""
        terms = self.terms
        return terms if isinstance(terms, WordTerms) else WordTerms.of(terms, self.spec.longest)

    def char_terms(self) -> Terms:
        """Return the terms stored end to end."""
        return self.terms if isinstance(self.terms, Terms) else Terms.of(self.terms)
