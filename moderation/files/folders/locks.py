"""Locks on folders, which the system releases when their process ends."""

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
except ImportError:  # Windows has no such locks, so two trainings may collide
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder; wait while another process holds it."""
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
    """Make a folder beside a path; it is locked while in use and removed afterwards.

    Its permissions follow the user's umask, so that files moved out of it have them, too.

    Parameters
    ----------
    beside
        The path.
    keep
        Whether to keep the contents of the folder after an error.
    """
    while True:
        folder = beside.parent / f".{beside.name}.{secrets.token_hex(4)}"
        folder.mkdir()
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(folder))
                folder.stat()
            except FileNotFoundError:  # another process deleted it before it was locked
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
    """Remove the hidden folders that killed processes left beside a path.

    Parameters
    ----------
    beside
        The path.
    ours
        Names that such a folder may contain; a folder with any other name in it is kept.
    """
    if fcntl is None:
        return
    name = re.compile(rf"\.{re.escape(beside.name)}\.(?:old\.)?[a-z0-9_]{{8}}")
    for folder in beside.parent.iterdir():
        if name.fullmatch(folder.name) is None:
            continue
        with suppress(OSError):  # in use, not a folder, or already deleted
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if set(os.listdir(folder)) <= set(ours):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
