"""Weights of single definitions of hostility over the terms of a base model.

An insult, a threat, a slur and contempt for a party are different, and newsrooms draw the line
differently. Besides its own weights, the shipped model therefore holds those of models that learnt
one definition each (``moderation.training.shipped``). Adapting learns how much each definition
counts for a newsroom. A few hundred labels determine these few numbers better than the weights of
single terms. The result again has one weight per term.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation._types import Floats

#: The arrays of definitions in a model folder, with types and shapes (None for any length).
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
        For each definition, an array of one weight per term in log-odds.

    Returns
    -------
    dict
        The arrays by their names in a model folder.
    """
    every = np.array(weights)
    steps = np.maximum(np.abs(every).max(axis=1), 1e-30) / 127
    rounded = np.rint(every / steps[:, None]).astype(np.int8)
    return {_WEIGHTS: rounded, _STEPS: steps.astype(np.float32)}


def check(arrays: Mapping[str, npt.NDArray[Any]], n_terms: int) -> None:
    """Raise ValueError if there are definitions that do not fit the terms."""
    found = carried(arrays)
    if not found:
        return
    rounded, steps = found.get(_WEIGHTS), found.get(_STEPS)
    if rounded is None or steps is None or rounded.shape != (len(steps), n_terms):
        raise ValueError(f"definitions do not fit {n_terms} terms")


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> Floats | None:
    """Return the weights, shape (n_terms, n_definitions); None if the model has none."""
    if not carried(arrays):
        return None
    weights: Floats = arrays[_WEIGHTS].T * arrays[_STEPS].astype(np.float64)
    return weights


def carried(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return those of `arrays` that hold definitions."""
    return {name: arrays[name] for name in ARRAYS if name in arrays}
