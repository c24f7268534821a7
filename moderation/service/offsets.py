"""Sentences of a comment, and places in it as the wire counts them: in UTF-16 code units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from moderation.text import closes_sentence

# A chunk and the white space behind it.
_CHUNK = re.compile(r"(\S++)(\s*+)")
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
    for chunk in _CHUNK.finditer(text):
        if "\n" in chunk[2] or closes_sentence(chunk[1]):
            found.append((begin, chunk.end()))
            begin = chunk.end()
            if len(found) == MOST_SENTENCES - 1:
                break
    if begin < len(text):
        found.append((begin, len(text)))
    return found


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
