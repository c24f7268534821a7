"""Compressed files: opened by their content, written by their name."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any, BinaryIO, cast

_HEAD = 64 * 1024
# Zstandard data is taken in such pieces: a small one can stand for very much text.
_PIECE = 1024

#: What reading damaged data raises, whatever its compression.
DAMAGES = (gzip.BadGzipFile, zlib.error, EOFError)


_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def is_compressed(head: bytes) -> bool:
    """Whether a file that begins so must be unpacked, and is read forward only."""
    return head.startswith((_GZIP, _ZSTD))


def decompressed(stream: io.BufferedReader[Any]) -> io.BufferedReader:
    """What a stream holds: gzip and Zstandard unpacked, all else as it is."""
    head = stream.peek(4)[:4]
    if head.startswith(_GZIP):
        return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream)), _HEAD)
    if head == _ZSTD:
        return io.BufferedReader(_Zstd(stream), _HEAD)
    return stream


def compressing(raw: BinaryIO, suffix: str) -> BinaryIO:
    """A stream into `raw`, compressed as a file's last suffix (``.gz``, ``.zst``) promises."""
    if suffix == ".gz":
        # No name and no time in the header: the same rows give the same bytes.
        packed = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6)
        return cast(BinaryIO, packed)
    if suffix == ".zst":
        import zstandard

        return cast(BinaryIO, zstandard.ZstdCompressor().stream_writer(raw, closefd=False))
    return raw


class _Zstd(io.RawIOBase):
    """Decompressed Zstandard frames; unlike zstandard's own reader, sees that the end is missing.

    Raises EOFError and zlib.error as gzip does.
    """

    def __init__(self, stream: io.BufferedReader[Any]) -> None:
        import zstandard

        self._stream = stream
        self._error = zstandard.ZstdError
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._new()
        self._begun = False
        self._ready = memoryview(b"")
        self._unused = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._unused or self._stream.read1(_PIECE)
            self._unused = b""
            if not data:
                if self._begun:
                    raise EOFError("the end of the Zstandard data is missing")
                return 0
            try:
                self._ready = memoryview(self._frame.decompress(data))
            except self._error as error:
                raise zlib.error(str(error)) from None
            self._begun = not self._frame.eof
            if self._frame.eof:
                self._unused = self._frame.unused_data
                self._frame = self._new()
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size
