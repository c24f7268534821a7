"""Vectors of single words, from which a word gets a weight before any comment contains it.

The regression learns a few weights on a text's mean vector besides those of its terms. A word's
vector times these weights is then added to the word's own weight. This equals a Gaussian prior on
the weights of words whose mean is linear in the vectors. Scoring sees one weight per word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
import scipy.sparse as sp

from moderation._types import Floats
from moderation.errors import InputError
from moderation.features import Block
from moderation.files import read_bytes
from moderation.text.groups import names_group


class WordVectors:
    """A table of word vectors, centred, of unit length, and cut to their first main axes.

    Parameters
    ----------
    words
        Lower-case words.
    vectors
        One vector per word, shape (n_words, n_dimensions).
    """

    def __init__(self, words: Sequence[str], vectors: Floats) -> None:
        self._numbers = {word: number for number, word in enumerate(words)}
        self._vectors = vectors

    @classmethod
    def read(cls, path: str | Path, *, digest: str, dimensions: int) -> Self:
        """Read a table that numpy wrote, with arrays ``words``, ``vectors`` and ``scale``.

        Parameters
        ----------
        path
            The file (``.npz``).
        digest
            Its SHA-256. Another table would give another model.
        dimensions
            The number of main axes to keep.

        Raises
        ------
        InputError
            If the file is missing or is another one.
        """
        data = read_bytes(path)
        if (found := hashlib.sha256(data).hexdigest()) != digest:
            hint = f"use the table whose SHA-256 is {digest}"
            raise InputError("another table of word vectors", path=path, got=found, hint=hint)
        table = np.load(BytesIO(data), allow_pickle=False)
        vectors = table["vectors"].astype(np.float64) * table["scale"].reshape(-1, 1)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors -= vectors.mean(axis=0)
        axes = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :dimensions]
        return cls(table["words"].tolist(), (vectors @ axes).astype(np.float32))

    def of_terms(self, blocks: Sequence[Block], names: Container[str] = ()) -> sp.csr_matrix:
        """Return the vector of each term, shape (n_terms, n_dimensions).

        Only single words of word blocks have one. Names of groups and the given proper names have
        none, so that a name gets no weight from its neighbours in meaning.
        """
        terms = [
            term
            if block.spec.analyzer == "word" and not names_group(term) and term not in names
            else None
            for block in blocks
            for term in block.terms
        ]
        known = [n for n, term in enumerate(terms) if term in self._numbers]
        vectors = self._vectors[[self._numbers[str(terms[n])] for n in known]]
        placed = sp.csr_matrix(
            (np.ones(len(known)), (known, np.arange(len(known)))), (len(terms), len(known))
        )
        return sp.csr_matrix(placed @ vectors)
