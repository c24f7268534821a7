"""Sentences of a comment, and places in it as the wire counts them: in UTF-16 code units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

# What may end a sentence: stops and what closes behind them, or the end of a line.
_STOP = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]++[\"'\u2019\u201d)\]]*+(?=\s)|\n++")
_SPACE = re.compile(r"\s*+")
_LAST_WORD = re.compile(r"[\w.]{1,12}\Z")
# Shortened words whose point ends no sentence; single letters (initials) neither.
_SHORTENED = frozenset(
    "mr mrs ms dr prof sen rep gov gen col sgt capt lt st rev hon jr sr vs etc cf no vol fig "
    "e.g i.e a.m p.m u.s u.k u.n d.c inc ltd co corp dept est approx jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

#: Sentences of one comment that are told apart: 20 KB of prose have a few hundred. A comment of
#: full stops would have thousands, each scored, and once for each name in the answer.
MOST_SENTENCES = 1_000


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` begin and end.

    Returns
    -------
    list of (begin, end)
        In code points; they follow each other without a gap, white space belongs to the sentence
        before it, and together they are the text. Empty for an empty text. The last of
        `MOST_SENTENCES` holds all that follows.
    """
    found: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        if stop.group() == "." and _is_shortened(text, stop.start()):
            continue
        space = _SPACE.match(text, stop.end())
        assert space is not None
        end = space.end()
        if end > begin and not text[begin:end].isspace():
            found.append((begin, end))
            begin = end
            if len(found) == MOST_SENTENCES - 1:
                break
    if begin < len(text):
        if found and text[begin:].isspace():
            found[-1] = (found[-1][0], len(text))
        else:
            found.append((begin, len(text)))
    return found


def _is_shortened(text: str, point: int) -> bool:
    word = _LAST_WORD.search(text[max(0, point - 12) : point])
    if word is None:
        return False
    before = word.group().lower().lstrip(".")
    return before in _SHORTENED or (len(before) == 1 and before.isalpha() and before != "i")


def utf16(text: str, places: Sequence[int]) -> list[int]:
    """Places in code points as places in UTF-16 code units.

    Parameters
    ----------
    text
        What they are places in.
    places
        Ascending, each at most ``len(text)``.
    """
    if _ASTRAL.search(text) is None:
        return list(places)
    units = list(accumulate((1 + (c > "\uffff") for c in text), initial=0))
    return [units[place] for place in places]


def utf16_length(text: str) -> int:
    """Length of `text` in UTF-16 code units."""
    return len(text) + len(_ASTRAL.findall(text))
