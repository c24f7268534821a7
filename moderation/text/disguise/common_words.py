"""Common words of comments, the commonest first: what a disguise may stand for besides insults.

``words.txt`` is a list of words and their order, nothing else of any text; written by
``python -m benchmarks.wordlist`` from public collections (their licences: NOTICE). It is read only
once a text holds something that looks like a disguise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("words.txt")

#: The rank of a word that is not listed.
UNLISTED = 100_000

# The shorter a word, the likelier that letters spell it by chance: of all triples of letters less
# than two in a hundred are among the commonest words of three letters, and pairs nearly all are.
_RANKS_OF_SHORT = {0: 0, 1: 0, 2: 0, 3: 3_000}


@cache
def ranks() -> dict[str, int]:
    """The number of each listed word, 0 for the commonest."""
    return {word: rank for rank, word in enumerate(PATH.read_text(encoding="ascii").split())}


def rank(word: str) -> int:
    """Number of a word, `UNLISTED` if it is none."""
    return ranks().get(word, UNLISTED)


def is_common(word: str) -> bool:
    """Whether a word is listed, and too common for its length to be spelt by chance."""
    return rank(word) < _RANKS_OF_SHORT.get(len(word), UNLISTED)


class Shapes:
    """Words by length and first letter, and the words of one such shape by any second letter.

    Parameters
    ----------
    words
        In the order in which they are given back.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[tuple[int, str], list[str]] = {}
        for word in words:
            self._words.setdefault((len(word), word[0]), []).append(word)
        self._narrowed: dict[tuple[int, str], dict[tuple[int, str], list[str]]] = {}

    def fitting(self, length: int, known: Sequence[tuple[int, str]]) -> Iterator[str]:
        """The words of a length that have all these letters at these places, the first foremost."""
        shape = (length, known[0][1])
        words = self._words.get(shape, ())
        if words and len(known) > 1:
            words = self._by_letter(shape).get(known[1], ())
        for word in words:
            if all(word[i] == letter for i, letter in known[2:]):
                yield word

    def _by_letter(self, shape: tuple[int, str]) -> dict[tuple[int, str], list[str]]:
        found = self._narrowed.get(shape)
        if found is None:
            found = {}
            for word in self._words[shape]:
                for place in enumerate(word):
                    found.setdefault(place, []).append(word)
            self._narrowed[shape] = found
        return found


@cache
def by_shape() -> Shapes:
    """The words by their shape, the commonest first."""
    return Shapes(ranks())
