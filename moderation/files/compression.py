"""Compressed files: reading detects the format by content, writing by file name."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import IO, Any, BinaryIO, cast

from moderation.files.pieces import PieceReader

_HEAD = 64 * 1024
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BZIP2 = b"BZh"
_XZ = b"\xfd7zXZ\x00"
_LONGEST_MARK = len(_XZ)

#: The largest memory in bytes that an xz file may ask for; its highest level needs 65 MiB.
_MOST_MEMORY = 128 * 2**20


def _zstd() -> ModuleType:
    """Import the standard library's Zstandard module, or its backport before Python 3.14."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


class DamagedError(OSError):
    """Damaged data of bzip2 or xz."""


def damages() -> tuple[type[Exception], ...]:
    """Return the exceptions that damaged data of any compression raises.

    This is a function so that Zstandard is imported only after an exception.
    """
    return (DamagedError, gzip.BadGzipFile, zlib.error, EOFError, _zstd().ZstdError)


def is_compressed(file: IO[bytes]) -> bool:
    """Return whether a file, open at its beginning, is compressed and can only be read forward."""
    head = file.read(_LONGEST_MARK)
    return head.startswith((_GZIP, _ZSTD, _XZ)) or _is_bzip2(head)


def _is_bzip2(head: bytes) -> bool:
    return head.startswith(_BZIP2) and head[3:4].isdigit()


def decompressed(stream: io.BufferedReader[Any]) -> io.BufferedReader:
    """Decompress a stream of gzip, bzip2, xz or Zstandard; return any other unchanged."""
    head = stream.peek(_LONGEST_MARK)[:_LONGEST_MARK]
    if head.startswith(_GZIP):
        return io.BufferedReader(GzipUntilDamage(stream), _HEAD)
    if head.startswith(_ZSTD):
        return io.BufferedReader(_ZstdAsItArrives(stream), _HEAD)
    if _is_bzip2(head):
        import bz2

        return io.BufferedReader(_Unpacked(stream, bz2.BZ2Decompressor, OSError), _HEAD)
    if head == _XZ:
        import lzma

        make = partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
        return io.BufferedReader(_Unpacked(stream, make, lzma.LZMAError), _HEAD)
    return stream


def compressing(raw: BinaryIO, suffix: str) -> BinaryIO:
    """Return a stream into `raw`, compressed by a file's last suffix, such as ``.gz``."""
    if suffix == ".gz":
        # The header has no name and no time, so that the same rows give the same bytes.
        packed = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6)
        return cast(BinaryIO, packed)
    if suffix == ".zst":
        return cast(BinaryIO, _zstd().ZstdFile(raw, "wb"))
    if suffix == ".bz2":
        import bz2

        return cast(BinaryIO, bz2.BZ2File(raw, "wb"))
    if suffix == ".xz":
        import lzma

        return cast(BinaryIO, lzma.LZMAFile(raw, "wb"))
    return raw


class GzipUntilDamage(PieceReader):
    """A reader of gzip that gives what precedes a damage before it raises it.

    Attributes
    ----------
    packed
        The compressed stream.
    """

    def __init__(self, stream: io.BufferedReader[Any]) -> None:
        self.packed = stream
        self._unpacked = gzip.GzipFile(fileobj=stream)
        self._damage: Exception | None = None

    def piece(self, size: int) -> bytes:
        """Return the next bytes, as many as there are before a damage."""
        if self._damage is not None:
            raise self._damage
        found = bytearray()
        try:
            while len(found) < size and (data := self._unpacked.read1(size - len(found))):
                found += data
        except (OSError, zlib.error, EOFError) as error:
            if not found:
                raise
            self._damage = error
        return bytes(found)


class _Unpacked(PieceReader):
    """A reader of bzip2 or xz; several packed files in a row are one.

    The readers of the standard library set no limit to the memory that a file asks for.
    """

    def __init__(
        self, stream: io.BufferedReader[Any], make: Callable[[], Any], damage: type[Exception]
    ) -> None:
        self._stream = stream
        self._make = make
        self._damage = damage
        self._unpacking = make()
        self._waiting = b""

    def piece(self, size: int) -> bytes:
        while not self._unpacking.eof or self._begins_next():
            if data := self._more(size):
                return data
        return b""

    def _begins_next(self) -> bool:
        """Begin the next packed file, if there is one; zeros between them are padding."""
        rest = self._unpacking.unused_data
        while not (rest := rest.lstrip(b"\x00")):
            if not (rest := self._stream.read1(_HEAD)):
                return False
        self._unpacking, self._waiting = self._make(), rest
        return True

    def _more(self, size: int) -> bytes:
        if self._unpacking.needs_input and not self._waiting:
            self._waiting = self._stream.read1(_HEAD)
            if not self._waiting:
                raise EOFError("the compressed data have no end")
        given, self._waiting = self._waiting, b""
        try:
            return cast(bytes, self._unpacking.decompress(given, size))
        except self._damage as error:
            raise DamagedError(str(error)) from None


class _ZstdAsItArrives(PieceReader):
    """A Zstandard reader that decompresses bytes as they arrive; ZstdFile waits for full blocks."""

    def __init__(self, stream: io.BufferedReader[Any]) -> None:
        self._unpacked = _zstd().ZstdFile(SimpleNamespace(read=stream.read1))

    def piece(self, size: int) -> bytes:
        return cast(bytes, self._unpacked.read1(size))
