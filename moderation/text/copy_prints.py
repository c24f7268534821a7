"""Fingerprints by which texts are recognised as copies of each other, one text at a time.

:func:`moderation.text.near_copies` compares the texts of one list. A fingerprint can be kept in a
file instead and be compared with those of texts that come later. It is made from the letters and
digits of the folded text alone, so neither spacing, punctuation, capitals nor a disguise makes
another text. Its parts are runs of five letters, which exist in every script.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple, Self

import numpy as np

from moderation._types import Array
from moderation.text.folding import fold

# The share of equal samples from which two texts are near copies. It estimates the share of runs
# that the texts have in common, with a standard error of 0.06.
_ALIKE = 0.7

_RUN = 5
# Letters of which the runs are taken; a text of a megabyte is recognised by its beginning.
_MOST = 20_480
# A text of fewer letters has only exact copies: many people write nearly the same short ones.
_FEWEST = 30

# The hashes of the runs lie on a circle of 64 bits. A sample is the first of them from each of 64
# points on. Two texts have the same one with the probability that their runs have in common: the
# first of all their runs is in both.
_POINTS = np.arange(64, dtype=np.uint64) << np.uint64(58)
# 8 bands of 3 samples: 96 % of texts that share 7 in 10 runs meet in a band, and 99 % of those that
# share 8 in 10. The samples of a band are far from each other, because neighbours are often equal.
_BANDS = np.arange(8)[:, None] + np.array([0, 21, 42])

_NO_LETTER = re.compile(r"[\W_]+")
_POWERS = np.array([0x9E3779B97F4A7C15**i % 2**64 for i in range(1, _RUN + 1)], np.uint64)


class CopyPrint(NamedTuple):
    """The fingerprint of a text.

    Attributes
    ----------
    exact
        Equal for texts with the same letters; a signed number of 64 bits.
    bands
        Near copies most probably have one of these numbers in common; empty for a short text.
    n_letters
        The number of letters and digits.
    samples
        What :meth:`is_like` compares.
    """

    exact: int
    bands: tuple[int, ...]
    n_letters: int
    samples: bytes

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the fingerprint of a text; the time is linear in its length.

        >>> CopyPrint.of("Vote NO!").exact == CopyPrint.of("v0te  no").exact
        True
        """
        letters = _NO_LETTER.sub("", fold(text)) or "".join(text.split())
        exact = _number(letters.encode("utf-8", "surrogatepass"))
        if len(letters) < _FEWEST:
            return cls(exact, (), len(letters), b"")
        samples = _samples(letters[:_MOST])
        mixed = (samples[_BANDS] * _POWERS[:3]).sum(axis=1) * _POWERS[3]
        bands = mixed + _BANDS[:, 0].astype(np.uint64)  # equal samples in two bands do not meet
        return cls(
            exact,
            tuple(bands.view(np.int64).tolist()),
            len(letters),
            samples.astype(np.uint16).tobytes(),
        )

    def is_like(self, n_letters: int, samples: bytes) -> bool:
        """Return whether the text is nearly the same as another one.

        Parameters
        ----------
        n_letters, samples
            Of the other one's fingerprint.
        """
        shorter, longer = sorted((self.n_letters, n_letters))
        if not self.samples or len(samples) != len(self.samples) or shorter < _ALIKE * longer:
            return False
        own, other = np.frombuffer(self.samples, np.uint16), np.frombuffer(samples, np.uint16)
        return int((own == other).sum()) >= _ALIKE * len(_POINTS)


def _number(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)


def _samples(letters: str) -> Array:
    """Return the first hash of a run from each point on."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    n = len(codes) - _RUN + 1
    runs = np.zeros(n, np.uint64)
    for i, power in enumerate(_POWERS):
        runs += codes[i : i + n] * power
    runs ^= runs >> np.uint64(32)  # the finaliser of SplitMix64, so that they spread evenly
    runs *= np.uint64(0xBF58476D1CE4E5B9)
    runs ^= runs >> np.uint64(29)
    runs *= np.uint64(0x94D049BB133111EB)
    runs ^= runs >> np.uint64(32)
    runs.sort()
    at = np.searchsorted(runs, _POINTS)
    found: Array = runs[at % n]
    return found
