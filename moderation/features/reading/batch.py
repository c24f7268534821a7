"""Texts read together, as numbers of distinct tokens that are folded once.

A :class:`Batch` is passed to everything that counts or scores its texts, so that they are read only
once. This module is on the scoring path and imports only numpy.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Ints
from moderation.features.packing import pieces
from moderation.features.tokens import ChunkReader, Read
from moderation.text.folding import ENGLISH, Folding
from moderation.text.languages import english_words

# A table of one of these sizes is full. This limits the memory for a stream of any length to some
# 100 MB. In data/train, 60,000 comments hold 200,000 distinct tokens.
_REMEMBERED_CHUNKS = 200_000
_REMEMBERED_CHARACTERS = 16_000_000


class Batch(NamedTuple):
    """Texts that were read together.

    Attributes
    ----------
    texts
        The texts as written.
    read
        Their tokens as numbers.
    table
        The table that numbers the tokens.
    """

    texts: Sequence[str]
    read: Read
    table: TokenTable

    def written(self) -> list[str]:
        """Return all tokens as written."""
        return [self.table.written[chunk] for chunk in self.read.chunks.tolist()]

    def folded(self) -> list[str]:
        """Return all tokens folded. A folded text has one blank between two of them."""
        return [self.table.folded[chunk] for chunk in self.read.chunks.tolist()]

    def begins(self) -> Ints:
        """Return where each token begins in the folded text, and another one would behind it.

        The batch has one text.
        """
        sizes = np.fromiter(map(len, self.folded()), np.int64, len(self.read.chunks))
        begins = np.zeros(len(sizes) + 1, np.int64)
        np.cumsum(sizes + 1, out=begins[1:])
        return begins

    def only(self, rows: Sequence[int]) -> Batch:
        """Return a batch of some of the texts, whose rows ascend, without reading them again."""
        if len(rows) == len(self.texts):
            return self
        number = np.full(len(self.texts), -1, np.int32)
        number[list(rows)] = np.arange(len(rows))
        of_token, closed_up = number[self.read.rows], number[list(self.read.closed_up)]
        kept = of_token >= 0
        read = Read(
            of_token[kept],
            self.read.chunks[kept],
            self.read.begins[kept],
            closed_up[closed_up >= 0].tolist(),
        )
        return Batch([self.texts[row] for row in rows], read, self.table)


class TokenTable:
    """Numbers tokens in order of first occurrence, and folds each of them once.

    Parameters
    ----------
    folding
        How the tokens are folded.

    Attributes
    ----------
    written, folded
        The tokens by their numbers, as written and folded.
    english
        How much each token counts as an English word.
    """

    def __init__(self, folding: Folding) -> None:
        self.written: list[str] = []
        self.folded: list[str] = []
        self.english = bytearray()
        self._folding = folding
        self._reader = ChunkReader(folding)
        self._characters = 0

    @property
    def is_full(self) -> bool:
        """Whether another table should number the tokens of further texts."""
        return len(self.folded) > _REMEMBERED_CHUNKS or self._characters > _REMEMBERED_CHARACTERS

    def read(self, texts: Sequence[str]) -> Read:
        """Read texts, and number and fold their new tokens."""
        read = self._reader.read(texts)
        new = self._reader.take_new()
        if new:
            self.written += new
            self.english += english_words(new)
            for piece in pieces(new):
                self.folded += self._folding.fold_chunks(piece)
            self._characters += sum(map(len, new))
        return read


class TokenCache(threading.local):
    """Reads texts with a table of tokens of limited size. Each thread has a table of its own.

    Parameters
    ----------
    folding
        How texts are folded; default: as English.
    """

    def __init__(self, folding: Folding = ENGLISH) -> None:
        self.folding = folding
        self._table = TokenTable(folding)

    def __reduce__(self) -> tuple[type[TokenCache], tuple[Folding]]:
        """Pickle an empty cache: cached tokens are not sent to another process."""
        return TokenCache, (self.folding,)

    def read(self, texts: Sequence[str]) -> Batch:
        """Read texts. Batches remain valid when a later one gets a new table."""
        table = self._table
        if table.is_full:
            table = self._table = TokenTable(self.folding)
        try:
            return Batch(texts, table.read(texts), table)
        except BaseException:
            # Otherwise a numbered token might never be folded.
            self._table = TokenTable(self.folding)
            raise
