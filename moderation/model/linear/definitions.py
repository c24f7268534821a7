"""How definitions of hostility differ, as weights over a base model's terms.

An insult, a threat, a slur and contempt for a party are not the same, and newsrooms draw their line
through them differently. The shipped model therefore carries, beside its own weights, those of
models that learnt one definition each (``moderation.training.shipped``). Adapting learns
how much of each a newsroom means: a few numbers, which a few hundred labels tell sooner than the
weights of single terms. What comes out is one weight a term again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation._types import Floats

#: What an artifact may hold of them, with types and shapes (None: any length).
ARRAYS: dict[str, tuple[str, tuple[int | None, ...]]] = {
    "hostility.definitions": ("int8", (None, None)),
    "hostility.definition_steps": ("float32", (None,)),
}
_WEIGHTS, _STEPS = ARRAYS


def packed(weights: Sequence[Floats]) -> dict[str, npt.NDArray[Any]]:
    """Round the weights of each definition to 255 steps.

    Parameters
    ----------
    weights
        For each definition an array of one weight a term, in log-odds.
    """
    every = np.array(weights)
    steps = np.maximum(np.abs(every).max(axis=1), 1e-30) / 127
    rounded = np.rint(every / steps[:, None]).astype(np.int8)
    return {_WEIGHTS: rounded, _STEPS: steps.astype(np.float32)}


def check(arrays: Mapping[str, npt.NDArray[Any]], n_terms: int) -> None:
    """Raise ValueError if the definitions do not fit the terms; without any, all is well."""
    found = carried(arrays)
    if not found:
        return
    rounded, steps = found.get(_WEIGHTS), found.get(_STEPS)
    if rounded is None or steps is None or rounded.shape != (len(steps), n_terms):
        raise ValueError(f"definitions do not fit {n_terms} terms")


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> Floats | None:
    """The weights, shape (n_terms, n_definitions); None of a model that carries none."""
    if not carried(arrays):
        return None
    weights: Floats = arrays[_WEIGHTS].T * arrays[_STEPS].astype(np.float64)
    return weights


def carried(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Those of `arrays` that hold definitions."""
    return {name: arrays[name] for name in ARRAYS if name in arrays}
