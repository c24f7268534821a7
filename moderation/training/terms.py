"""What is known about the terms of a vocabulary before any label is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import scipy.sparse as sp

from moderation.features import Block
from moderation.text.groups import names_group, pieces_of

# A proper name is written with a capital within sentences, this many times and in more than this
# share of cases. Both numbers were chosen by reading the list that they give on data/train.
_FEWEST_CAPITALS = 3
_SHARE_OF_CAPITALS = 0.9
_SHORTEST_NAME = 3

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z]+")


class Terms(NamedTuple):
    """The terms of a vocabulary.

    Attributes
    ----------
    blocks
        The terms, block by block.
    vectors
        The vector of each term, shape (n_terms, n_dimensions); None for none. A part of each
        term's weight is then linear in its vector.
    names
        Proper names, in lower case.
    """

    blocks: Sequence[Block]
    vectors: sp.csr_matrix | None = None
    names: frozenset[str] = frozenset()


def proper_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that texts write with a capital within their sentences.

    Texts without capitals, or of capitals alone, do not count.

    Parameters
    ----------
    texts
        Original texts, not folded.

    Returns
    -------
    frozenset of str
        The names in lower case. Names of groups are left out, because they have rules of their own.

    Examples
    --------
    >>> sorted(proper_names(["Ask Mirela. We saw Mirela, and Mirela saw us."]))
    ['mirela']
    """
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        if not text[:1].isupper():
            continue
        for sentence in _SENTENCE_END.split(text):
            if sentence.isupper():
                continue
            for word in _WORD.findall(sentence)[1:]:
                is_name = word[0].isupper() and not (len(word) > 1 and word.isupper())
                (capital if is_name else small)[word.lower()] += 1
    return frozenset(
        word
        for word, n in capital.items()
        if n >= _FEWEST_CAPITALS
        and n > _SHARE_OF_CAPITALS * (n + small[word])
        and len(word) >= _SHORTEST_NAME
        and not names_group(word)
    )


def of_names(block: Block, names: frozenset[str]) -> list[int]:
    """Return the numbers of a block's terms that hold a proper name.

    A character n-gram counts if it is a part of a name and of no common word.
    """
    if block.spec.analyzer == "char_wb":
        pieces = pieces_of(names, 0)
        return [n for n, term in enumerate(block.terms) if term in pieces]
    return [n for n, term in enumerate(block.terms) if not names.isdisjoint(term.split(" "))]
