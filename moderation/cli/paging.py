"""Long output on a terminal goes through the reader's pager, as that of git does."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _ToPager(io.TextIOWrapper):
    """Standard output while a pager shows it; what is printed is still for a terminal."""

    def isatty(self) -> bool:
        return True


def has_pager(*, wanted: bool = True) -> bool:
    """Return whether :func:`paged` would page."""
    return wanted and sys.stdout.isatty() and bool(_command())


@contextmanager
def paged(*, wanted: bool = True) -> Iterator[None]:
    """Show what the block prints page by page, if standard output is a terminal.

    ``$PAGER`` names the pager; it is ``less``, which shows less than a screen without paging. A
    reader who quits ends the block, which is no error.

    Parameters
    ----------
    wanted
        Whether to page at all.
    """
    process = _started() if has_pager(wanted=wanted) else None
    if process is None or process.stdin is None:
        yield
        return
    terminal = sys.stdout
    sys.stdout = _ToPager(process.stdin, terminal.encoding, "replace")
    try:
        with suppress(BrokenPipeError):
            yield
            sys.stdout.flush()
    finally:
        pager, sys.stdout = sys.stdout, terminal
        with suppress(BrokenPipeError):
            pager.close()
        _wait(process)


def _command() -> list[str]:
    if os.environ.get("TERM") == "dumb":
        return []
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:  # a quotation mark is not closed
        return []
    return [] if command == ["cat"] else command


def _started() -> subprocess.Popen[bytes] | None:
    sys.stdout.flush()
    settings = {"LESS": "FRX", "LV": "-c", **os.environ}
    try:
        return subprocess.Popen(_command(), stdin=subprocess.PIPE, env=settings)  # noqa: S603
    except OSError:  # there is no such program
        return None


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait until the reader leaves the pager, to which Ctrl-C belongs until then."""
    while process.poll() is None:
        with suppress(KeyboardInterrupt):
            process.wait()
