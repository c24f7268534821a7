"""Arrays that grow at their end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class Growing:
    """An array that grows at its end; its room doubles, so that growing takes linear time.

    Parameters
    ----------
    dtype
        The type of its values.
    columns
        The lengths of the dimensions after the first.
    """

    def __init__(self, dtype: npt.DTypeLike, *columns: int) -> None:
        self._room: npt.NDArray[Any] = np.empty((1024, *columns), dtype)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def values(self) -> npt.NDArray[Any]:
        """The array; it stays valid, but further values are not in it."""
        return self._room[: self._used]

    def drop(self, n: int) -> None:
        """Forget the first `n` values."""
        self._room = self.values[n:].copy()
        self._used = len(self._room)

    def extend(self, values: npt.NDArray[Any]) -> None:
        """Append values."""
        end = self._used + len(values)
        if end > len(self._room):
            room = np.empty(
                (max(end, 2 * len(self._room)), *self._room.shape[1:]), self._room.dtype
            )
            room[: self._used] = self.values
            self._room = room
        self._room[self._used : end] = values
        self._used = end
