"""Common words of comments, the commonest first: what a disguise may stand for besides insults.

``words.txt`` is a list of words and their order, nothing else of any text; written by
``python -m benchmarks.wordlist`` from public collections (their licences: NOTICE). It is read only
once a text holds something that looks like a disguise.
"""

from __future__ import annotations

from collections.abc import Iterable
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


@cache
def by_shape() -> dict[tuple[int, str], list[str]]:
    """The words by length and first letter, the commonest first."""
    return shaped(ranks())


def shaped(words: Iterable[str]) -> dict[tuple[int, str], list[str]]:
    """Group words by length and first letter."""
    found: dict[tuple[int, str], list[str]] = {}
    for word in words:
        found.setdefault((len(word), word[0]), []).append(word)
    return found
