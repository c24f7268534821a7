"""A stream for reading that is made of pieces."""

from __future__ import annotations

import io
from abc import abstractmethod
from typing import Any


class PieceReader(io.RawIOBase):
    """A stream for reading; each kind of it says only how it comes by its next bytes."""

    @abstractmethod
    def piece(self, size: int) -> bytes:
        """Return the next bytes, at most `size` of them; none at the end."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next piece into a buffer, and return its length."""
        data = self.piece(len(buffer))
        buffer[: len(data)] = data
        return len(data)
