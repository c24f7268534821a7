"""Folders whose files are vouched for: ``SHA256SUMS`` names each with its checksum.

``sha256sum -c`` checks them too.
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

# Bytes of a list of checksums at most.
_LONGEST_SUMS = 16 * 1024


def verified(
    path: Path, limits: Mapping[str, int], *, mapped: str | None = None
) -> tuple[dict[str, Any], str]:
    """Read each file of a folder once and compare what was read with its checksum.

    Parameters
    ----------
    path
        The folder.
    limits
        The files that it must hold, and how many bytes each may have. A folder may be anybody's:
        what is no plain file, lies elsewhere or is larger is not read.
    mapped
        One of them, to be mapped into memory instead of being read.

    Returns
    -------
    contents : dict
        By name: bytes, or the map.
    digest : str
        SHA-256 over the checksums.

    Raises
    ------
    ModelError
        If a file is missing, or not as it was written.
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
        return stream.read(limit)  # what has grown since it was opened fails its checksum


def _map(path: Path, names: Sequence[str], limit: int) -> Any:
    """A file mapped into memory, read-only; what cannot be mapped is read."""
    with _opened(path, names, limit) as stream:
        try:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            return stream.read(limit)


def _opened(path: Path, names: Sequence[str], limit: int) -> BinaryIO:
    """A plain file of the folder, of at most `limit` bytes; nothing else is waited for or read."""
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
    """Open a file, also if it is a pipe that nobody writes to (there is none on Windows)."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def sums(hashes: Mapping[str, str]) -> bytes:
    """The file of checksums, as ``sha256sum`` writes it."""
    return "".join(f"{value}  {name}\n" for name, value in sorted(hashes.items())).encode()


def sha256(data: Any) -> str:
    """The checksum of a file's bytes."""
    return hashlib.sha256(data).hexdigest()
