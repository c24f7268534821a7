"""The places of features in one text."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]


class Occurrences(NamedTuple):
    """Occurrences of features: ``text[start:end]`` of the folded text without padding.

    The arrays have equal length, and short numbers: a long text has millions of occurrences.
    `tokens` holds the first token of each.
    """

    features: Numbers
    tokens: Numbers
    starts: Numbers
    ends: Numbers
