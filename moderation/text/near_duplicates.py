"""Detection of texts that are exact or near copies of each other.

MinHash (Broder 1997) finds near copies: texts whose sets of three-word runs have a Jaccard
similarity of at least :data:`ALIKE`. Time and memory grow linearly with the texts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

#: The Jaccard similarity of three-word runs from which two texts are near copies.
ALIKE = 0.7

_RUN = 3
_TOKENS = re.compile(r"\w+|[^\w\s]")

# 12 bands of 4 minima: 96 % of pairs that share 7 in 10 runs meet in a band. A quarter of pairs
# that share 4 in 10 do so too, and are compared in vain.
_BANDS, _ROWS = 12, 4
# The most earlier texts in each band with which a text is compared: a thousand copies of one
# advert must not cost a million comparisons.
_COMPARED = 3


class Copies(NamedTuple):
    """Texts that are copies of each other.

    Attributes
    ----------
    members
        The ascending indices of the texts; at least two.
    exact
        Whether all are equal except for case and white space.
    """

    members: tuple[int, ...]
    exact: bool


def near_copies(texts: Sequence[str]) -> list[Copies]:
    """Group texts that are copies of each other.

    Parameters
    ----------
    texts
        The texts to compare.

    Returns
    -------
    list of Copies
        The groups in order of their first texts. Texts without a copy are left out.
    """
    plain = [plainly(text) for text in texts]
    number: dict[str, int] = {}
    for text in plain:
        number.setdefault(text, len(number))
    roots = _united([_runs(text) for text in number])
    groups: dict[int, list[int]] = {}
    for place, text in enumerate(plain):
        groups.setdefault(_root(roots, number[text]), []).append(place)
    return [
        Copies(tuple(places), exact=len({plain[place] for place in places}) == 1)
        for places in groups.values()
        if len(places) > 1
    ]


def plainly(text: str) -> str:
    """Return `text` with case folded and white space reduced to single spaces."""
    return " ".join(text.casefold().split())


def _runs(text: str) -> frozenset[int]:
    """Return hashes of the runs of three words, or of the whole text if it is shorter."""
    words = _TOKENS.findall(text)
    runs = zip(*(words[i:] for i in range(_RUN)), strict=False)
    found = frozenset(zlib.crc32(" ".join(run).encode("utf-8", "replace")) for run in runs)
    return found or frozenset({zlib.crc32(" ".join(words).encode("utf-8", "replace"))})


def _united(runs: Sequence[frozenset[int]]) -> list[int]:
    """Return, for each text, an earlier near copy of it or itself (a union-find forest)."""
    roots = list(range(len(runs)))
    met: list[dict[bytes, list[int]]] = [{} for _ in range(_BANDS)]
    for place, own in enumerate(runs):
        signature = _signature(own)
        for band, known in enumerate(met):
            others = known.setdefault(signature[band].tobytes(), [])
            for other in others:
                first, second = _root(roots, other), _root(roots, place)
                if first != second and _alike(own, runs[other]):
                    roots[max(first, second)] = min(first, second)
            if len(others) < _COMPARED:
                others.append(place)
    return roots


def _root(roots: list[int], place: int) -> int:
    while roots[place] != place:
        roots[place] = roots[roots[place]]
        place = roots[place]
    return place


def _alike(first: frozenset[int], second: frozenset[int]) -> bool:
    common = len(first & second)
    return common >= ALIKE * (len(first) + len(second) - common)


_HASHES = np.random.default_rng(0).integers(
    2**63, size=(2, _BANDS * _ROWS, 1), dtype=np.uint64
) | np.uint64(1)


def _signature(runs: frozenset[int]) -> npt.NDArray[np.uint64]:
    """Return the minima of the hashed runs, shape (bands, rows)."""
    values = np.fromiter(runs, np.uint64, len(runs))
    hashed = (_HASHES[0] * values + _HASHES[1]) >> np.uint64(32)
    minima: npt.NDArray[np.uint64] = hashed.min(axis=1).reshape(_BANDS, _ROWS)
    return minima
