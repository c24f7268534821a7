"""Compression: known by content, damage seen, little data that stands for much taken in pieces."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from moderation.compression import DAMAGES, compressing, decompressed

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


def _read(data: bytes) -> bytes:
    return decompressed(io.BufferedReader(io.BytesIO(data))).read()


@pytest.mark.parametrize("suffix", PACKED)
@given(st.binary(max_size=200).filter(lambda data: data[:2] not in {b"\x1f\x8b", b"\x28\xb5"}))
def test_what_is_written_is_read(suffix: str, data: bytes) -> None:
    raw = io.BytesIO()
    stream = compressing(raw, suffix)
    stream.write(data)
    if stream is not raw:
        stream.close()
    assert _read(raw.getvalue()) == data
    assert _read(PACKED[suffix](data)) == data


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_every_missing_end_is_seen(suffix: str) -> None:
    data = PACKED[suffix](bytes(range(256)) * 8)
    for cut in range(4, len(data)):
        with pytest.raises(DAMAGES):
            _read(data[:cut])


def test_damage_is_seen() -> None:
    for data in (b"\x1f\x8b\x08\x00" + b"\xff" * 40, b"\x28\xb5\x2f\xfd" + b"\xff" * 40):
        with pytest.raises((*DAMAGES, zlib.error)):
            _read(data)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_stream_is_unpacked_as_it_is_read(suffix: str) -> None:
    data = PACKED[suffix](b"\x00" * 200_000_000)
    raw = io.BufferedReader(io.BytesIO(data + b"x" * 2_000_000))
    assert decompressed(raw).read(10) == b"\x00" * 10
    assert raw.tell() < len(data) + 1_000_000
