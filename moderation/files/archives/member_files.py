"""A member of an archive, and the limits to what an archive may hold."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, cast

from moderation.errors import InputError
from moderation.files.compression import DamagedError
from moderation.files.pieces import PieceReader
from moderation.files.reading import opened

#: The most members of an archive. A list of these takes about 50 MB.
MOST_MEMBERS = 50_000
#: The most bytes that the members of a small archive may have together, and how many times its
#: own size those of a large one. Comments as JSON or XML shrink to a tenth or a thirtieth.
SMALL = 2**30
MOST_RATIO = 200
#: The most bytes of the members if the size of the archive is not known.
_MOST = 64 * 2**30
_HEAD = 64 * 1024


class Member(NamedTuple):
    """A file in an archive.

    Attributes
    ----------
    name
        Its name in the archive, or the address of a page.
    raw
        Its content, as it is stored; it can be read until the next member is asked for.
    url
        The address of a page, if the archive says it.
    charset
        The encoding that a server named for a page.
    """

    name: str
    raw: IO[bytes]
    url: str | None = None
    charset: str | None = None

    @property
    def shown(self) -> str:
        """Its name as messages show it."""
        return shown(self.name)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open it for reading, decompressed; `path` names it in errors."""
        with opened(self.raw, path) as stream:
            yield stream


class _Checked(PieceReader):
    """A member whose damage is an error of one kind."""

    def __init__(self, raw: Any, faults: tuple[type[Exception], ...]) -> None:
        self._raw = raw
        self._faults = faults

    def piece(self, size: int) -> bytes:
        try:
            return cast(bytes, self._raw.read(size))
        except self._faults as error:
            raise DamagedError(str(error)) from None


def checked(raw: Any, *faults: type[Exception]) -> IO[bytes]:
    """Return a member for reading; these faults of it are damage like that of any file."""
    return io.BufferedReader(_Checked(raw, faults), _HEAD)


def shown(name: str) -> str:
    """Return the name of a member as it can be shown: on one line, without control characters."""
    short = name if len(name) <= 300 else f"{name[:300]}..."
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in short)


class Allowance:
    """The bytes that the members of an archive may still have, of all that a limit grants.

    Parameters
    ----------
    stored
        The size of the archive in bytes, None if it is not known.
    most
        The most members; None where nothing keeps a list of them.
    """

    def __init__(self, stored: int | None, most: int | None = MOST_MEMBERS) -> None:
        self._left = _MOST if stored is None else max(SMALL, MOST_RATIO * stored)
        self._most = most
        self._members = 0

    def take(self, size: int, name: str) -> None:
        """Count a member of so many bytes.

        Raises
        ------
        InputError
            If the archive expands to too much.
        """
        self._members += 1
        self._left -= size
        if self._most is not None and self._members > self._most:
            what = f"an archive of more than {self._most:,} files"
            raise InputError(what, path=name, hint="unpack it, and name the folder")
        if self._left < 0:
            what = f"an archive that expands to more than {MOST_RATIO} times its size"
            raise InputError(what, path=name, hint="unpack it if you trust it, and name the folder")
