"""Compression: known by content, damage seen, little data that stands for much taken in pieces."""

from __future__ import annotations

import io
import lzma
import subprocess
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed import PACKED, zstd

from moderation.files.compression import compressing, damages, decompressed

COMPRESSED = [suffix for suffix in PACKED if suffix]
HEADS = (b"\x1f\x8b", b"\x28\xb5", b"BZh", b"\xfd7zXZ")


class _Line(io.RawIOBase):
    """A line on which so much has arrived; a reader who asks for more would wait."""

    def __init__(self, arrived: bytes) -> None:
        self.arrived = arrived

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        assert self.arrived, "more was asked for than had arrived"
        size = len(self.arrived)
        buffer[:size], self.arrived = self.arrived, b""
        return size


def _read(data: bytes) -> bytes:
    return decompressed(io.BufferedReader(io.BytesIO(data))).read()


@pytest.mark.parametrize("suffix", PACKED)
@given(st.binary(max_size=200).filter(lambda data: not data.startswith(HEADS)))
def test_what_is_written_is_read(suffix: str, data: bytes) -> None:
    raw = io.BytesIO()
    stream = compressing(raw, suffix)
    stream.write(data)
    if stream is not raw:
        stream.close()
    assert _read(raw.getvalue()) == data
    assert _read(PACKED[suffix](data)) == data


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_every_missing_end_is_seen(suffix: str) -> None:
    data = PACKED[suffix](bytes(range(256)) * 8)
    for cut in range(6, len(data)):  # the longest mark has six bytes
        with pytest.raises(damages()):
            _read(data[:cut])


def test_damage_is_seen() -> None:
    heads = (b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"BZh9", b"\xfd7zXZ\x00")
    for data in (head + b"\xff" * 40 for head in heads):
        with pytest.raises(damages()):
            _read(data)


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_a_stream_is_unpacked_as_it_is_read(suffix: str) -> None:
    data = PACKED[suffix](b"\x00" * 200_000_000)
    raw = io.BufferedReader(io.BytesIO(data + b"x" * 2_000_000))
    assert decompressed(raw).read(10) == b"\x00" * 10
    assert raw.tell() < len(data) + 1_000_000


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_several_packed_files_in_a_row_are_one(suffix: str) -> None:
    pack = PACKED[suffix]
    assert _read(pack(b"one ") + pack(b"") + pack(b"two")) == b"one two"


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_anything_else_behind_the_end_is_damage(suffix: str) -> None:
    with pytest.raises(damages()):
        _read(PACKED[suffix](b"one") + b"neither packed nor nothing")


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_little_that_stands_for_much_takes_little_memory(suffix: str) -> None:
    data = PACKED[suffix](bytes(100_000_000))
    stream = decompressed(io.BufferedReader(io.BytesIO(data)))
    tracemalloc.start()
    try:
        for _ in range(10):
            stream.read(1000)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_window_that_takes_very_much_memory_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 28}
    packer = zstd.ZstdCompressor(options=options)
    data = packer.compress(b"ab" * 10_000) + packer.flush()
    with pytest.raises(damages(), match="memory"):
        _read(data)


def test_an_xz_file_that_asks_for_very_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**29}]
    data = lzma.compress(b"ab" * 10_000, filters=filters)
    with pytest.raises(damages(), match=r"[Mm]emory"):
        _read(data)


def test_zeros_behind_the_end_of_xz_are_padding() -> None:
    assert _read(lzma.compress(b"one ") + bytes(8) + lzma.compress(b"two") + bytes(4)) == b"one two"


def test_zstandard_is_unpacked_as_it_arrives() -> None:
    packer = zstd.ZstdCompressor()
    arrived = packer.compress(b"a line\n", zstd.ZstdCompressor.FLUSH_BLOCK)
    assert decompressed(io.BufferedReader(_Line(arrived))).readline() == b"a line\n"


def test_zstandard_is_imported_only_where_it_is_met() -> None:
    code = (
        "import io, sys; from moderation.files.compression import decompressed\n"
        "decompressed(io.BufferedReader(io.BytesIO(b'plain'))).read()\n"
        "sys.exit(any('zstd' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
