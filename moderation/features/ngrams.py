"""The n-grams of a text: words and their neighbours, and characters inside words.

A block analyzes each folded *chunk* (a run without white space) into numbers once; the features of
a document follow from the numbers of its chunks. In this module, a *token* is a match of the token
pattern inside a chunk. The n-grams are those of scikit-learn's analyzers ``word`` and ``char_wb``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import msgspec
import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features import packing
from moderation.features.packing import Alphabet, Finder
from moderation.features.sparse.occurrences import Occurrences
from moderation.features.vocabulary import UNKNOWN, Terms, WordTerms

Places = Ints | slice  # places in an array: indices, or a slice of all
EACH = slice(None)

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


class Cutter(Protocol):
    """The analyzer of a block: it extracts features from text.

    An analyzer that also has ``cut_all`` (:class:`BatchCutter`) gets many chunks at once.

    Attributes
    ----------
    chunkwise
        Whether the numbers of a chunk are its features, independent of its neighbours.
    """

    chunkwise: bool

    def cut(self, folded: str) -> Sequence[int]:
        """Return the numbers of a folded chunk; callers cache them."""

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """Return the place in `cut` where each feature begins, and its number.

        `cut` holds the concatenated numbers of all chunks; `rows` gives the document of each.
        """

    def occurrences(self, folded: str) -> Iterator[Occurrences]:
        """Yield each known feature of a folded text with its place, part by part."""


@runtime_checkable
class BatchCutter(Protocol):
    """An analyzer that is faster with many chunks at once."""

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Analyze each folded chunk."""


class Cut(NamedTuple):
    """Analyzed chunks: their numbers end to end, and how many each has."""

    numbers: npt.NDArray[np.int32]
    sizes: Ints

    @classmethod
    def of(cls, cuts: Sequence[Sequence[int]]) -> Cut:
        """Concatenate the numbers of each chunk."""
        sizes = np.fromiter(map(len, cuts), np.int64, len(cuts))
        return cls(np.fromiter(chain.from_iterable(cuts), np.int32, int(sizes.sum())), sizes)

    def known(self) -> Cut:
        """Return the same without `UNKNOWN` numbers."""
        known = self.numbers != UNKNOWN
        before = np.concatenate(([0], np.cumsum(known)))
        ends = np.concatenate(([0], np.cumsum(self.sizes)))
        return Cut(self.numbers[known], np.diff(before[ends]))


def cut_all(cutter: Cutter, chunks: Sequence[str]) -> Cut:
    """Analyze folded chunks, all at once if the analyzer supports it."""
    if isinstance(cutter, BatchCutter):
        return cutter.cut_all(chunks)
    return Cut.of([cutter.cut(chunk) for chunk in chunks])


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

    def occurrences(self, folded: str) -> Iterator[Occurrences]:
        """Yield each known n-gram of a folded text with its place."""
        # A word of invisible characters folds to nothing and leaves two adjacent spaces.
        begins = np.fromiter((word.start() for word in _WORD.finditer(folded)), np.int64)
        for words in packing.pieces(folded.split()):
            features = self._looked_up(words).numbers
            known = np.flatnonzero(features != UNKNOWN)
            lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
            word, starts, ends = (
                of_all[known] for of_all in packing.places(lengths, *self._spec.ngram_range)
            )
            # Padding has no place in the text, so it is assigned to the letter beside it.
            first = np.clip(starts, 1, lengths[word] - 2)
            last = np.clip(ends, 2, lengths[word] - 1)
            before = begins[word] - 1
            placed = (features[known], before + first, before + last)
            begins = begins[len(words) :]
            yield Occurrences(*(of_all.astype(np.int32) for of_all in placed))


def split_tokens(pattern: re.Pattern[str], chunks: Sequence[str]) -> tuple[list[str], Ints]:
    """Return the tokens of folded chunks end to end, and how many each chunk has.

    Parameters
    ----------
    pattern
        The token pattern; it matches no white space and has no groups.
    """
    # One call finds all tokens, and the line end after each chunk as if it were a token.
    found = _or_line_end(pattern).findall("\n".join([*chunks, ""]))
    ends = np.flatnonzero(np.fromiter(map("\n".__eq__, found), np.bool_, len(found)))
    return [token for token in found if token != "\n"], np.diff(ends, prepend=-1) - 1


@cache
def _or_line_end(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"{pattern.pattern}|\n", pattern.flags)


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

    def occurrences(self, folded: str) -> Iterator[Occurrences]:
        """Yield each known n-gram of a folded text, from its first to its last token."""
        tokens = self._pattern.findall(folded)
        numbers = np.array(self._terms.tokens.find_all(tokens), np.int64)
        places = chain.from_iterable(token.span() for token in self._pattern.finditer(folded))
        spans = np.fromiter(places, np.int32).reshape(-1, 2)
        found = [
            (features, spans[at, 0], spans[at + n, 1])
            for n, (at, features) in enumerate(self._grams(np.zeros_like(numbers), numbers))
        ]
        features, starts, ends = map(np.concatenate, zip(*found, strict=True))
        order = np.lexsort((ends, starts))
        ordered = (of_all[order].astype(np.int32) for of_all in (features, starts, ends))
        yield Occurrences(*ordered)


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

    def cutter(self) -> Cutter:
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
