"""Writes outputs atomically, and replaces an existing file only on request."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from moderation.errors import UsageError
from moderation.files import storage
from moderation.files.compression import compressing


@contextmanager
def write_atomically(path: str | Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open an output that appears complete if the block succeeds, or not at all.

    The file name decides on the compression, such as ``.gz``. An existing file that is replaced
    keeps its permissions.

    Raises
    ------
    UsageError
        If it exists and `force` is not given, or its folder does not exist.
    """
    if storage.is_remote(path):
        with _write_remotely(str(path), force=force) as remote:
            yield remote
        return
    target = Path(storage.local(path))
    refuse_existing(target, force=force)
    _refuse_unusual(target)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise UsageError(what, path=target, hint="name a folder that exists") from None
    try:
        with storage.naming(target), os.fdopen(handle, "wb") as raw:
            stream = compressing(raw, target.suffix.lower())
            yield stream
            if stream is not raw:
                stream.close()
            raw.flush()
            os.fsync(raw.fileno())
        Path(temporary).chmod(_mode(target))
        _publish(Path(temporary), target, force=force)
    finally:
        Path(temporary).unlink(missing_ok=True)


@contextmanager
def _write_remotely(path: str, *, force: bool) -> Iterator[BinaryIO]:
    """Write through fsspec, under a temporary name until the file is complete."""
    refuse_existing(path, force=force)
    fs, name = storage.filesystem(path)
    temporary = f"{name}.{os.getpid()}.tmp"
    try:
        with fs.open(temporary, "wb") as raw:
            stream = compressing(raw, Path(name).suffix.lower())
            yield stream
            if stream is not raw:
                stream.close()
        fs.mv(temporary, name)
    finally:
        if fs.exists(temporary):
            fs.rm(temporary)


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Raise UsageError if `path` exists and may not be overwritten."""
    if not force and storage.exists(path):
        raise UsageError("exists already", path=path, hint="--force overwrites it")


def _refuse_unusual(path: Path) -> None:
    """Raise UsageError for a folder, and for a device, which a renamed file would replace."""
    if path.exists() and not path.is_file():
        raise UsageError("is no ordinary file", path=path, hint="name a file")


def _publish(temporary: Path, target: Path, *, force: bool) -> None:
    if force:
        temporary.replace(target)
        return
    try:
        target.hardlink_to(temporary)  # unlike a rename, this refuses a new file
    except FileExistsError:
        refuse_existing(target, force=False)
    except OSError:  # a file system without hard links
        temporary.replace(target)


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those of a new one."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """Return `text` with each lone surrogate, which no file can contain, replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)
