"""Folders whose files are vouched for: ``SHA256SUMS`` names each with its checksum.

``sha256sum -c`` checks them too.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from moderation.errors import ModelError

SUMS = "SHA256SUMS"


def verified(
    path: Path, names: Sequence[str], *, mapped: str | None = None
) -> tuple[dict[str, Any], str]:
    """Read each file of a folder once and compare what was read with its checksum.

    Parameters
    ----------
    path
        The folder.
    names
        The files that it must hold.
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
    vouched = _read(path / SUMS, names)
    expected = {}
    for line in vouched.decode("utf-8", errors="replace").splitlines():
        value, _, name = line.partition("  ")
        expected[name] = value
    if sorted(expected) != sorted(names):
        hint = "the folder is damaged; copy it again"
        raise ModelError(
            f"must list {', '.join(sorted(names))}",
            path=path / SUMS,
            got=repr(sorted(expected)),
            hint=hint,
        )
    if vouched != sums(expected):
        hint = "the file was changed or damaged; copy the model again"
        raise ModelError("is not as it was written", path=path / SUMS, hint=hint)
    contents: dict[str, Any] = {
        name: _map(path / name, names) if name == mapped else _read(path / name, names)
        for name in names
    }
    for name, data in contents.items():
        found = sha256(data)
        if found != expected[name]:
            hint = "the file was changed or damaged; copy the model again, or train it again"
            what = f"does not match {SUMS} ({expected[name][:12]}... expected)"
            raise ModelError(what, path=path / name, got=f"{found[:12]}...", hint=hint)
    return contents, sha256(vouched)


def _read(path: Path, names: Sequence[str]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "a model folder holds " + ", ".join((*names, SUMS))
        raise ModelError(f"cannot be read ({error.strerror})", path=path, hint=hint) from None


def _map(path: Path, names: Sequence[str]) -> Any:
    """A file mapped into memory, read-only; what cannot be mapped is read."""
    try:
        with path.open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return _read(path, names)


def sums(hashes: Mapping[str, str]) -> bytes:
    """The file of checksums, as ``sha256sum`` writes it."""
    return "".join(f"{value}  {name}\n" for name, value in sorted(hashes.items())).encode()


def sha256(data: Any) -> str:
    """The checksum of a file's bytes."""
    return hashlib.sha256(data).hexdigest()
