"""Common words of comments, the most common first, that a disguise may stand for besides insults.

``words.txt`` is an ordered list of words and holds nothing else of any text. The command
``python -m benchmarks.wordlist`` writes it from public collections (for their licences, see
NOTICE). It is read only when a text contains something that looks like a disguise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("words.txt")

#: The rank of a word that is not listed.
UNLISTED = 100_000

# The shorter a word, the more likely it is that letters spell it by chance. Fewer than 2 % of all
# triples of letters are common words of three letters, but nearly all pairs are words.
_RANKS_OF_SHORT = {0: 0, 1: 0, 2: 0, 3: 3_000}


@cache
def ranks() -> dict[str, int]:
    """Return the rank of each listed word, 0 for the most common."""
    return {word: rank for rank, word in enumerate(PATH.read_text(encoding="ascii").split())}


def rank(word: str) -> int:
    """Return the rank of a word, or `UNLISTED`."""
    return ranks().get(word, UNLISTED)


def is_listed(word: str) -> bool:
    """Return whether a word is listed."""
    return word in ranks()


def is_common(word: str) -> bool:
    """Return whether a word is listed and too common for its length to be spelt by chance."""
    return rank(word) < _RANKS_OF_SHORT.get(len(word), UNLISTED)


class Shapes:
    """Words by length and first letter, and within these by any other letter.

    Parameters
    ----------
    words
        The words, in the order in which they are returned.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[tuple[int, str], list[str]] = {}
        for word in words:
            self._words.setdefault((len(word), word[0]), []).append(word)
        self._narrowed: dict[tuple[int, str], dict[tuple[int, str], list[str]]] = {}

    def fitting(self, length: int, known: Sequence[tuple[int, str]]) -> Iterator[str]:
        """Yield the words of a length that have all these (place, letter) pairs, the first at 0."""
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
    """Return the words by shape, the most common first."""
    return Shapes(ranks())
