"""The progress of a long run, shown as one line on standard error on a terminal."""

from __future__ import annotations

import sys
import time

# Seconds between two updates.
_PACE = 0.25


class ProgressLine:
    """A line with the comments scored, the rate and the remaining time.

    Parameters
    ----------
    size
        Bytes of all parts, or whatever :meth:`add` counts in; 0 if nobody knows.
    left
        The remaining part of `size`.
    quiet
        Show nothing.
    """

    def __init__(self, size: int, left: int, *, quiet: bool = False) -> None:
        self._shown = sys.stderr.isatty() and not quiet
        self._size = size
        self._before = size - left
        self._done = 0
        self._n_scored = 0
        self._begun = time.monotonic()
        self._last = 0.0
        self._drawn = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.clear()

    def add(self, n_scored: int, size: int) -> None:
        """Count finished work, and update the line if it is due."""
        self._n_scored += n_scored
        self._done += size
        now = time.monotonic()
        if self._shown and now - self._last >= _PACE:
            self._last = now
            sys.stderr.write(f"\r{self.line(now - self._begun)}\x1b[K")
            sys.stderr.flush()
            self._drawn = True

    def line(self, seconds: float) -> str:
        """Return the line after a number of seconds."""
        rate = self._n_scored / max(seconds, 1e-3)
        done = f"{self._n_scored:,} comments  {rate:,.0f}/s"
        if not self._size:
            return done
        share = (self._before + self._done) / self._size
        left = (self._size - self._before - self._done) * seconds / max(1, self._done)
        return f"{share:4.0%}  {done}  {_time(left)} left"

    def clear(self) -> None:
        """Erase the line before a message."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            self._drawn = False


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
