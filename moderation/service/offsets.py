"""Sentence boundaries of a comment, and their offsets in UTF-16 code units for the wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from moderation.text.folding import Folding

# A token and the white space after it.
_CHUNK = re.compile(r"(\S++)(\s*+)")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

#: Largest number of sentences that are separated in one comment: 20 KB of prose have a few hundred.
#: A comment of full stops would have thousands, and each would be scored and would appear once for
#: each name in the answer.
MOST_SENTENCES = 1_000


def sentences(text: str, folding: Folding) -> list[tuple[int, int]]:
    """Return where the sentences of `text` begin and end.

    Parameters
    ----------
    text
        The comment as written.
    folding
        The folding of the language, which knows the ends of its sentences.

    Returns
    -------
    list of (begin, end)
        Offsets in code points. The sentences have no gaps between them and together are the whole
        text; white space belongs to the sentence before it. The list is empty for an empty text.
        The last of `MOST_SENTENCES` holds the rest of the text.
    """
    found: list[tuple[int, int]] = []
    begin = 0
    ends = [
        chunk.end()
        for chunk in _CHUNK.finditer(text)
        if "\n" in chunk[2] or folding.closes_sentence(chunk[1])
    ]
    for end in sorted({*ends, *folding.breaks(text)})[: MOST_SENTENCES - 1]:
        found.append((begin, end))
        begin = end
    if begin < len(text):
        found.append((begin, len(text)))
    return found


def utf16(text: str, places: Sequence[int]) -> list[int]:
    """Convert offsets in code points to offsets in UTF-16 code units.

    Parameters
    ----------
    text
        The text that the offsets refer to.
    places
        Ascending offsets, each at most ``len(text)``.
    """
    if _ASTRAL.search(text) is None:
        return list(places)
    units = list(accumulate((1 + (c > "\uffff") for c in text), initial=0))
    return [units[place] for place in places]


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text) + len(_ASTRAL.findall(text))
