"""Compressed files: reading detects the format by content, writing by file name."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from types import ModuleType, SimpleNamespace
from typing import Any, BinaryIO, cast

_HEAD = 64 * 1024
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def _zstd() -> ModuleType:
    """Import the standard library's Zstandard module, or its backport before Python 3.14."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def damages() -> tuple[type[Exception], ...]:
    """Return the exceptions that damaged data of any compression raises.

    This is a function so that Zstandard is imported only after an exception.
    """
    return (gzip.BadGzipFile, zlib.error, EOFError, _zstd().ZstdError)


def is_compressed(head: bytes) -> bool:
    """Return whether a file with this head is compressed and can only be read forward."""
    return head.startswith((_GZIP, _ZSTD))


def decompressed(stream: io.BufferedReader[Any]) -> io.BufferedReader:
    """Decompress a gzip or Zstandard stream; return any other stream unchanged."""
    head = stream.peek(4)[:4]
    if head.startswith(_GZIP):
        return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream)), _HEAD)
    if head == _ZSTD:
        return io.BufferedReader(_ZstdAsItArrives(stream), _HEAD)
    return stream


def compressing(raw: BinaryIO, suffix: str) -> BinaryIO:
    """Return a stream into `raw`, compressed by a file's last suffix (``.gz``, ``.zst``)."""
    if suffix == ".gz":
        # The header has no name and no time, so that the same rows give the same bytes.
        packed = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6)
        return cast(BinaryIO, packed)
    if suffix == ".zst":
        return cast(BinaryIO, _zstd().ZstdFile(raw, "wb"))
    return raw


class _ZstdAsItArrives(io.RawIOBase):
    """A Zstandard reader that decompresses bytes as they arrive; ZstdFile waits for full blocks."""

    def __init__(self, stream: io.BufferedReader[Any]) -> None:
        self._unpacked = _zstd().ZstdFile(SimpleNamespace(read=stream.read1))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._unpacked.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)
