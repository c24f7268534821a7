"""Access to files on local disks, or anywhere that fsspec reaches (``s3://`` ...).

A path with a scheme is remote, except ``file://``, which is local. fsspec is imported only for
remote paths.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from moderation.errors import InputError

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_WILD = re.compile(r"[*?\[]")


# Errors of a write to a full or failing disk; they do not name the file.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@contextmanager
def naming(path: str | Path) -> Iterator[None]:
    """Add the name of the file to an error of a full or failing disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in _FULL:
            error.filename = str(path)
        raise


def is_remote(path: str | Path) -> bool:
    """Return whether a path needs fsspec."""
    return isinstance(path, str) and bool(_SCHEME.match(path)) and not path.startswith("file://")


def local(path: str | Path) -> str | Path:
    """Return ``file:///a/b`` as ``/a/b``, and any other path unchanged."""
    return path.removeprefix("file://") if isinstance(path, str) else path


def filesystem(path: str) -> tuple[Any, str]:
    """Return the file system of a remote path, and the path within it.

    Raises
    ------
    InputError
        If fsspec, or what it needs for this scheme, is not installed.
    """
    try:
        import fsspec

        return cast(tuple[Any, str], fsspec.core.url_to_fs(path))
    except (ImportError, ValueError) as error:
        hint = "pip install fsspec, and what it needs for this scheme (s3fs, gcsfs ...)"
        raise InputError("cannot be reached", path=path, got=str(error), hint=hint) from None


def open_to_read(path: str | Path) -> BinaryIO:
    """Open a file for reading, unbuffered where that is possible; raises OSError."""
    if is_remote(path):
        fs, name = filesystem(str(path))
        return cast(BinaryIO, fs.open(name, "rb"))
    return Path(local(path)).open("rb")


def join(folder: str, *names: str) -> str:
    """Return a path below a folder, local or remote."""
    if is_remote(folder):
        return "/".join((folder.rstrip("/"), *names))
    return str(Path(local(folder), *names))


def is_folder(path: str | Path) -> bool:
    """Return whether a path is an existing folder."""
    if is_remote(path):
        fs, name = filesystem(str(path))
        return bool(fs.isdir(name))
    return Path(local(path)).is_dir()


def exists(path: str | Path) -> bool:
    """Return whether a path exists."""
    if is_remote(path):
        fs, name = filesystem(str(path))
        return bool(fs.exists(name))
    return Path(local(path)).exists()


def size(path: str | Path) -> int:
    """Return the size of a file in bytes; raises OSError."""
    if is_remote(path):
        fs, name = filesystem(str(path))
        return int(fs.size(name) or 0)
    return Path(local(path)).stat().st_size


def digest(path: str | Path) -> str:
    """Return a digest of the content: SHA-256, or the remote store's own checksum."""
    if is_remote(path):
        fs, name = filesystem(str(path))
        return f"fsspec:{fs.checksum(name)}"
    with Path(local(path)).open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def files_below(folder: str) -> list[str]:
    """Return all files in a folder and its subfolders, in the order of their names."""
    if is_remote(folder):
        fs, name = filesystem(folder)
        return sorted(fs.unstrip_protocol(found) for found in fs.find(name))
    return sorted(str(path) for path in Path(local(folder)).rglob("*") if path.is_file())


def matches(path: str) -> list[str]:
    """Return the files that match a path with wildcards; without any, the path itself."""
    if not _WILD.search(path) or exists(path):
        return [path]
    if is_remote(path):
        fs, name = filesystem(path)
        return sorted(fs.unstrip_protocol(found) for found in fs.glob(name))
    return sorted(glob.glob(str(local(path)), recursive=True))


def make_folder(path: str) -> None:
    """Make a folder and those above it."""
    if is_remote(path):
        fs, name = filesystem(path)
        fs.makedirs(name, exist_ok=True)
    else:
        Path(local(path)).mkdir(parents=True, exist_ok=True)


def remove(path: str) -> None:
    """Remove a file, or a folder with its contents, if it exists."""
    if is_remote(path):
        fs, name = filesystem(path)
        if fs.exists(name):
            fs.rm(name, recursive=True)
        return
    target = Path(local(path))
    if target.is_dir():
        shutil.rmtree(target, ignore_errors=True)
    else:
        target.unlink(missing_ok=True)
