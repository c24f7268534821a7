"""Which comments a model was trained on, told without keeping them.

A model keeps 32 bits of a hash of each: enough to notice that it is measured on what it has seen
(of other comments, one in tens of thousands is mistaken for a seen one), too little to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Fingerprints = npt.NDArray[np.uint32]


def fingerprints(texts: Iterable[str]) -> Fingerprints:
    """Fingerprint texts, whatever their case and spaces; shape (n,)."""
    plain = (" ".join(text.casefold().split()).encode("utf-8", "replace") for text in texts)
    data = b"".join(blake2b(text, digest_size=4).digest() for text in plain)
    return np.frombuffer(data, "<u4").astype(np.uint32)


def seen(texts: Iterable[str], trained_on: Fingerprints | None) -> npt.NDArray[np.bool_]:
    """Which of the texts a model was trained on; shape (n,). All False if it kept none."""
    found = fingerprints(texts)
    if trained_on is None:
        return np.zeros(len(found), bool)
    return np.isin(found, trained_on)
