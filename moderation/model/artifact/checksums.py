"""Folders verified by checksums: ``SHA256SUMS`` lists each file with its checksum.

The command ``sha256sum -c`` can check them too.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from moderation.errors import ModelError

SUMS = "SHA256SUMS"

# The most bytes of a list of checksums.
_LONGEST_SUMS = 16 * 1024


def verified(
    path: Path, limits: Mapping[str, int], *, mapped: str | None = None
) -> tuple[dict[str, Any], str]:
    """Read each file of a folder once and verify its checksum.

    Parameters
    ----------
    path
        The folder.
    limits
        The files that the folder must hold, and the most bytes of each. A folder may come from
        anyone, so only plain files inside it and within these limits are read.
    mapped
        The name of a file to map into memory instead of reading it.

    Returns
    -------
    contents : dict
        The bytes or the memory map of each file by name.
    digest : str
        The SHA-256 of the list of checksums.

    Raises
    ------
    ModelError
        If a file is missing or was changed.
    """
    names = sorted(limits)
    vouched = _read(path / SUMS, names, _LONGEST_SUMS)
    expected = {}
    for line in vouched.decode("utf-8", errors="replace").splitlines():
        value, _, name = line.partition("  ")
        expected[name] = value
    if sorted(expected) != names:
        hint = "the folder is damaged; copy it again"
        raise ModelError(
            f"must list {', '.join(names)}",
            path=path / SUMS,
            got=repr(sorted(expected)),
            hint=hint,
        )
    if vouched != sums(expected):
        hint = "the file was changed or damaged; copy the model again"
        raise ModelError("is not as it was written", path=path / SUMS, hint=hint)
    contents: dict[str, Any] = {
        name: (_map if name == mapped else _read)(path / name, names, limit)
        for name, limit in limits.items()
    }
    for name, data in contents.items():
        found = sha256(data)
        if found != expected[name]:
            hint = "the file was changed or damaged; copy the model again, or train it again"
            what = f"does not match {SUMS} ({expected[name][:12]}... expected)"
            raise ModelError(what, path=path / name, got=f"{found[:12]}...", hint=hint)
    return contents, sha256(vouched)


def _read(path: Path, names: Sequence[str], limit: int) -> bytes:
    with _opened(path, names, limit) as stream:
        return stream.read(limit)  # a file that has grown since fails its checksum


def _map(path: Path, names: Sequence[str], limit: int) -> Any:
    """Map a file into memory read-only, or read it if it cannot be mapped."""
    with _opened(path, names, limit) as stream:
        try:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            return stream.read(limit)


def _opened(path: Path, names: Sequence[str], limit: int) -> BinaryIO:
    """Open a plain file of at most `limit` bytes in the folder; refuse all other files."""
    hint = "a model folder holds " + ", ".join((*names, SUMS))
    try:
        if path.is_symlink() and path.resolve().parent != path.parent.resolve():
            raise ModelError("is a link to another folder", path=path, hint="copy the file itself")
        stream = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - the caller closes it
    except (OSError, RuntimeError) as error:  # links in a circle
        reason = getattr(error, "strerror", None) or error
        raise ModelError(f"cannot be read ({reason})", path=path, hint=hint) from None
    found = os.fstat(stream.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
        return stream
    stream.close()
    if not stat.S_ISREG(found.st_mode):
        raise ModelError("is no plain file", path=path, hint=hint)
    what = f"is larger than {limit:,} bytes"
    raise ModelError(what, path=path, got=f"{found.st_size:,}", hint="no model is as large")


def _without_waiting(path: str, flags: int) -> int:
    """Open a file without waiting for the writer of a pipe (Windows has no such flag)."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def sums(hashes: Mapping[str, str]) -> bytes:
    """Return the content of a file of checksums as ``sha256sum`` writes it."""
    return "".join(f"{value}  {name}\n" for name, value in sorted(hashes.items())).encode()


def sha256(data: Any) -> str:
    """Return the SHA-256 checksum of bytes."""
    return hashlib.sha256(data).hexdigest()
