"""The words of the lexicon with their endings, indexed by the parts that a disguise leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from moderation.text.disguise.common_words import UNLISTED, Shapes, rank
from moderation.text.disguise.lexicon import (
    ALIASES,
    COMMONEST,
    ENDINGS,
    EVERYDAY,
    STEMS,
    TELLING,
    WORDS,
)

PREFIX = 3
_REPEATED = re.compile(r"(.)(?=\1)", re.DOTALL)

# Few people disguise a harmless word. A word of the lexicon is therefore preferred to another word
# that is up to this many times as common. Tuned on masked words of civil_stripped: with 3, 10 and
# 30, 94, 96.5 and 97 % of the hostile comments are still flagged, and the scores of harmless ones
# change by .020, .027 and .030.
_LIKELIER = 10


def squeezed(word: str) -> str:
    """Return a word without repeated letters: ``hel`` for ``hell``."""
    return _REPEATED.sub("", word)


def unlikeliness(word: str) -> float:
    """Return how unlikely a word is behind a disguise, compared with others."""
    known = word in listed() or (word in words() and rank(word) < UNLISTED)
    return rank(word) / _LIKELIER if known else rank(word)


@cache
def words() -> dict[str, None]:
    """Return all words that may be disguised, the likelier first; forms with endings are last."""
    found: dict[str, None] = dict.fromkeys(STEMS)
    found.update(dict.fromkeys(sorted(WORDS | TELLING)))
    for stem in STEMS:
        found.update(dict.fromkeys(_forms(stem)))
    return found


def _forms(stem: str) -> Iterator[str]:
    """Yield a stem with each ending, in each way to spell that."""
    for ending in ENDINGS:
        yield stem + ending
        if len(stem) < 6 and ending[0] in "eiy" and stem[-1] not in "aeiouysxck":
            yield stem + stem[-1] + ending
        if stem.endswith("e") and ending[0] in "eiy":
            yield stem[:-1] + ending


def is_insult(word: str) -> bool:
    """Return whether a folded word is an insult or a slur, and not usually something else."""
    return word in _insults()


@cache
def _insults() -> frozenset[str]:
    found = set(WORDS)
    for stem in STEMS:
        if stem not in EVERYDAY:
            found.update((stem, *_forms(stem)))
    return frozenset(found - EVERYDAY)


@cache
def listed() -> frozenset[str]:
    """Return the words that the lexicon itself lists."""
    return frozenset((*STEMS, *COMMONEST, *ALIASES.values())) | WORDS | TELLING


@cache
def by_prefix() -> dict[str, set[int]]:
    """Return the lengths of the words by their first letters."""
    found: dict[str, set[int]] = {}
    for word in (*words(), *ALIASES):
        found.setdefault(word[:PREFIX], set()).add(len(word))
    return found


@cache
def by_letters() -> dict[str, list[str]]:
    """Return the words by their letters without repetition."""
    found: dict[str, list[str]] = {}
    for word in words():
        found.setdefault(squeezed(word), []).append(word)
    return found


@cache
def by_shape() -> Shapes:
    """Return the words by shape."""
    return Shapes(words())
