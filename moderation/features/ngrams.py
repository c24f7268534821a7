"""What the n-grams of a text are: words and their neighbours, characters inside words.

A block cuts a folded *chunk* (what stands between white space) into numbers once; what a document
holds follows from the numbers of its chunks. The n-grams are those of scikit-learn's analysers
``word`` and ``char_wb``, for a token pattern that never crosses white space.
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

# Places in an array: numbers, or all in order.
Places = Ints | slice
EACH = slice(None)

_WORD = re.compile(r"\S+")

# Bounds of n-grams are remembered for words up to this length; a longer one is no word, and its
# bounds would fill memory.
_LONGEST_WORD = 64


#: What a token may be. A pattern may come from anybody's model folder, and one of the wrong kind
#: takes for ever or fills the memory; hence these and no others. None of them matches white space.
TOKEN_PATTERNS = (
    r"\b\w\w+\b",  # scikit-learn's default: words of two letters or more
    r"\b\w+\b",
    r"\w+",
    r"\w+|[^\w\s]",  # words, and every mark by itself
)

# The longest n-gram of a block.
_LONGEST_NGRAM = 12


class BlockSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one block of features counts, and how its counts are weighed.

    The names are scikit-learn's. `min_df` and `max_features` act only when fitting.

    Attributes
    ----------
    analyzer
        ``word``: n-grams of the tokens that `token_pattern` finds; ``char_wb``: n-grams of
        characters inside words, each word padded with one space on either side.
    ngram_range
        Smallest and largest n.
    token_pattern
        For ``word``: one of `TOKEN_PATTERNS`.
    min_df, max_features
        Terms in fewer documents are left out; of the rest, the most frequent are kept.
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
        """How many n there are."""
        return self.ngram_range[1] - self.ngram_range[0] + 1

    @property
    def longest(self) -> int:
        """The largest n."""
        return self.ngram_range[1]


class Cutter(Protocol):
    """The part of a block that knows what a feature is.

    One that also has ``cut_all`` (:class:`BatchCutter`) is asked about many chunks at once.

    Attributes
    ----------
    chunkwise
        Whether what a chunk is cut into are its features, whatever its neighbours.
    """

    chunkwise: bool

    def cut(self, folded: str) -> Sequence[int]:
        """Numbers of what a folded chunk holds; remembered per chunk."""

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """Features of the concatenated cuts of all chunks of all documents.

        Returns
        -------
        tuple
            Where in `cut` each begins, and its number.
        """

    def occurrences(self, folded: str) -> Occurrences:
        """Each known feature of a folded text with its place, for explanations."""


@runtime_checkable
class BatchCutter(Protocol):
    """A cutter that cuts many chunks at once faster than one by one."""

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Cut each folded chunk."""


class Cut(NamedTuple):
    """Chunks that were cut: their numbers end to end, and how many each has."""

    numbers: npt.NDArray[np.int32]
    sizes: Ints

    @classmethod
    def of(cls, cuts: Sequence[Sequence[int]]) -> Cut:
        """Lay the numbers of each chunk end to end."""
        sizes = np.fromiter(map(len, cuts), np.int64, len(cuts))
        return cls(np.fromiter(chain.from_iterable(cuts), np.int32, int(sizes.sum())), sizes)

    def known(self) -> Cut:
        """The same without what is `UNKNOWN`."""
        known = self.numbers != UNKNOWN
        before = np.concatenate(([0], np.cumsum(known)))
        ends = np.concatenate(([0], np.cumsum(self.sizes)))
        return Cut(self.numbers[known], np.diff(before[ends]))


def cut_all(cutter: Cutter, chunks: Sequence[str]) -> Cut:
    """Cut folded chunks, at once if the cutter can."""
    if isinstance(cutter, BatchCutter):
        return cutter.cut_all(chunks)
    return Cut.of([cutter.cut(chunk) for chunk in chunks])


def _ngram_bounds(length: int, low: int, high: int) -> Iterable[tuple[int, int]]:
    """Where the ``char_wb`` n-grams of a padded word of `length` characters begin and end.

    As in scikit-learn, a word shorter than n counts whole, once, and for no longer n.

    >>> _ngram_bounds(4, 2, 5)
    ((0, 2), (0, 3), (0, 4), (1, 3), (1, 4), (2, 4))
    """
    if length <= _LONGEST_WORD:
        return _remembered_bounds(length, low, high)
    return _bounds(length, low, high)


def _bounds(length: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    # In the order of packing.windows: what is added up over a chunk is the same to the last bit.
    if length < low:
        yield 0, low
    for start in range(length - low + 1):
        for n in range(low, min(high, length - start) + 1):
            yield start, start + n


@lru_cache(maxsize=4 * _LONGEST_WORD)
def _remembered_bounds(length: int, low: int, high: int) -> tuple[tuple[int, int], ...]:
    return tuple(_bounds(length, low, high))


def ngram_strings(folded: str, spec: BlockSpec) -> list[str]:
    """All ``char_wb`` n-grams of a folded chunk.

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
    """All ``char_wb`` n-grams of folded chunks, packed into numbers, and how many each has."""
    words = "\n".join(chunks).split()
    codes, lengths = packing.padded(words)
    packed, counts = packing.windows(alphabet.numbers(codes), lengths, *spec.ngram_range)
    # Nearly every chunk is one word; spaces are all the white space that folding leaves.
    n_words = [1 if chunk and " " not in chunk else len(chunk.split()) for chunk in chunks]
    before = np.concatenate(([0], np.cumsum(counts)))[np.cumsum([0, *n_words])]
    return packed, np.diff(before)


class CharCutter:
    """Character n-grams: a chunk's features do not depend on its neighbours.

    Parameters
    ----------
    spec
        A block whose analyser is ``char_wb``.
    terms
        The vocabulary.
    """

    chunkwise = True

    def __init__(self, spec: BlockSpec, terms: Terms) -> None:
        self._spec = spec
        self._terms = terms
        self._finder: Finder | None = None

    def cut(self, folded: str) -> Sequence[int]:
        """Feature numbers of the chunk's known n-grams, repeated as often as they occur."""
        numbers = self._terms.find_all(ngram_strings(folded, self._spec))
        return [number for number in numbers if number != UNKNOWN]

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Cut many folded chunks at once."""
        cuts = [Cut.of([]), *(self._looked_up(piece).known() for piece in packing.pieces(chunks))]
        return Cut(*map(np.concatenate, zip(*cuts, strict=True)))

    def _looked_up(self, chunks: Sequence[str]) -> Cut:
        """Every n-gram of some chunks, also those that are `UNKNOWN`."""
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

    def occurrences(self, folded: str) -> Occurrences:
        """Each known n-gram of a folded text, with its place."""
        found = [Occurrences.of()]
        # A word of invisible characters folds to nothing, and leaves two spaces side by side.
        begins = np.fromiter((word.start() for word in _WORD.finditer(folded)), np.int64)
        for words in packing.pieces(folded.split()):
            features = self._looked_up(words).numbers.astype(np.int64)
            known = np.flatnonzero(features != UNKNOWN)
            lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
            word, starts, ends = (
                of_all[known] for of_all in packing.places(lengths, *self._spec.ngram_range)
            )
            # Padding has no place in the text: it counts for the letter beside it.
            first = np.clip(starts, 1, lengths[word] - 2)
            last = np.clip(ends, 2, lengths[word] - 1)
            before = begins[word] - 1
            found.append(Occurrences(features[known], before + first, before + last))
            begins = begins[len(words) :]
        return Occurrences(*map(np.concatenate, zip(*found, strict=True)))


def split_tokens(pattern: re.Pattern[str], chunks: Sequence[str]) -> tuple[list[str], Ints]:
    """The tokens of folded chunks end to end, and how many each has.

    Parameters
    ----------
    pattern
        Of a token; it matches no white space and has no groups.
    """
    # One call for all: a line end behind each chunk, found like a token.
    found = _or_line_end(pattern).findall("\n".join([*chunks, ""]))
    ends = np.flatnonzero(np.fromiter(map("\n".__eq__, found), np.bool_, len(found)))
    return [token for token in found if token != "\n"], np.diff(ends, prepend=-1) - 1


@cache
def _or_line_end(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"{pattern.pattern}|\n", pattern.flags)


class WordCutter:
    """Word n-grams: a chunk gives tokens, and a document's tokens in order give the n-grams.

    Parameters
    ----------
    spec
        A block whose analyser is ``word``.
    terms
        The vocabulary.
    """

    chunkwise = False

    def __init__(self, spec: BlockSpec, terms: WordTerms) -> None:
        self._pattern = re.compile(spec.token_pattern)
        self._terms = terms
        self._levels = _levels(terms)

    def cut(self, folded: str) -> Sequence[int]:
        """Token numbers in order; unknown tokens keep their place, for they part neighbours."""
        return self._terms.tokens.find_all(self._pattern.findall(folded))

    def cut_all(self, chunks: Sequence[str]) -> Cut:
        """Cut many folded chunks at once."""
        tokens, sizes = split_tokens(self._pattern, chunks)
        return Cut(np.array(self._terms.tokens.find_all(tokens), np.int32), sizes)

    def features(self, rows: Ints, cut: Ints) -> tuple[Places, Ints]:
        """Look up the n-grams of each length, longer ones among those whose beginning is known."""
        places, found = zip(*self._grams(rows, cut), strict=True)
        return np.concatenate(places), np.concatenate(found)

    def _grams(self, rows: Ints, cut: Ints) -> Iterator[tuple[Ints, Ints]]:
        """For each length from one token on: where known n-grams begin, and their numbers."""
        cut = cut.astype(np.int64)  # keys of several tokens are wide
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

    def occurrences(self, folded: str) -> Occurrences:
        """Each known n-gram of a folded text, from its first token's start to its last's end."""
        return Occurrences.of(self._occurrences(folded))

    def _occurrences(self, folded: str) -> Iterator[tuple[int, int, int]]:
        tokens = list(self._pattern.finditer(folded))
        numbers = self._terms.tokens.find_all([token.group() for token in tokens])
        levels = self._grams(np.zeros(len(tokens), np.int64), np.array(numbers, np.int64))
        found = [
            (first, n, feature)
            for n, (places, features) in enumerate(levels, start=1)
            for first, feature in zip(places.tolist(), features.tolist(), strict=True)
        ]
        for first, n, feature in sorted(found):
            yield feature, tokens[first].start(), tokens[first + n - 1].end()


class _Level(NamedTuple):
    """N-grams of one length: finds keys (beginning × tokens + last token), and their features."""

    finder: Finder
    feature: Ints

    def find(self, at: Ints, keys: Ints) -> tuple[Ints, Ints]:
        """Keep the places whose key is known; return them and the keys' positions."""
        places = self.finder.find(keys)
        known = places != UNKNOWN
        return at[known], places[known]


def _levels(terms: WordTerms) -> list[_Level]:
    """Sort the vocabulary into one level a length; beginnings that are no terms are UNKNOWN."""
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
        """The cutter that numbers features as `terms` does."""
        if self.spec.analyzer == "word":
            return WordCutter(self.spec, self.word_terms())
        return CharCutter(self.spec, self.char_terms())

    def word_terms(self) -> WordTerms:
        """The terms by their tokens."""
        terms = self.terms
        return terms if isinstance(terms, WordTerms) else WordTerms.of(terms, self.spec.longest)

    def char_terms(self) -> Terms:
        """The terms end to end."""
        return self.terms if isinstance(self.terms, Terms) else Terms.of(self.terms)
