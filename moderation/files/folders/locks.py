"""Locks on folders, which the system releases when the process that holds them ends."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two trainings at once are not kept apart there
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for oneself; wait while another process holds it."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def hidden_folder(beside: Path, *, keep: bool = False) -> Iterator[Path]:
    """Make a folder beside a path, held while it is used and removed afterwards.

    It has the rights that the user's umask leaves, so that what is moved out of it has them too.

    Parameters
    ----------
    beside
        The path.
    keep
        Leave what is in the folder where an error ends its use.
    """
    while True:
        folder = beside.parent / f".{beside.name}.{secrets.token_hex(4)}"
        folder.mkdir()
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(folder))
                folder.stat()
            except FileNotFoundError:  # it was swept before it was held
                continue
            try:
                yield folder
            except BaseException:
                if keep:
                    with suppress(OSError):
                        folder.rmdir()
                else:
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            shutil.rmtree(folder, ignore_errors=True)
            return


def sweep(beside: Path, ours: Iterable[str]) -> None:
    """Remove the hidden folders beside a path that killed processes left behind.

    Parameters
    ----------
    beside
        The path.
    ours
        Names of what may be in such a folder; one that holds anything else is left alone.
    """
    if fcntl is None:
        return
    name = re.compile(rf"\.{re.escape(beside.name)}\.(?:old\.)?[a-z0-9_]{{8}}")
    for folder in beside.parent.iterdir():
        if name.fullmatch(folder.name) is None:
            continue
        with suppress(OSError):  # in use, no folder, or gone meanwhile
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if set(os.listdir(folder)) <= set(ours):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
