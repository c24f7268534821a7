"""Fingerprints of training comments, to detect them later without keeping their text.

A model keeps 32 bits of a hash of each comment. This is enough to notice that a model is measured
on its training data: one in tens of thousands of other comments is mistaken for a training comment.
It is too little to recover the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Fingerprints = npt.NDArray[np.uint32]


def fingerprints(texts: Iterable[str]) -> Fingerprints:
    """Return fingerprints of texts, ignoring case and spacing; shape (n,)."""
    plain = (" ".join(text.casefold().split()).encode("utf-8", "replace") for text in texts)
    data = b"".join(blake2b(text, digest_size=4).digest() for text in plain)
    return np.frombuffer(data, "<u4").astype(np.uint32)


def seen(texts: Iterable[str], trained_on: Fingerprints | None) -> npt.NDArray[np.bool_]:
    """Return which texts a model was trained on; shape (n,). All are False if it kept none."""
    found = fingerprints(texts)
    if trained_on is None:
        return np.zeros(len(found), bool)
    return np.isin(found, trained_on)
