"""Reading chunks from bytes against splitting each text in Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.features import tokens as chunks
from moderation.features.tokens import ChunkReader
from moderation.text.disguise import join_spaced
from moderation.text.folding import ENGLISH

# White space of every kind, lone surrogates, NUL, and chunks around fifteen bytes long.
PIECES = st.sampled_from(
    [
        *" \n\t\x1c\x1f\x85\xa0\u2003\u3000\x00\x08\x1ba",
        *["ab\x00", "ab", "é", "語", "\ud800", "👍", "i d i o t", "x" * 14, "x" * 15, "x" * 16],
    ]
)
TEXTS = st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=6)


def _read(reader: ChunkReader, texts: list[str], met: list[str]) -> list[list[str]]:
    rows, numbers, *_ = reader.read(texts)
    met += reader.take_new()
    assert (np.diff(rows) >= 0).all()
    found: list[list[str]] = [[] for _ in texts]
    for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
        found[row].append(met[number])
    return found


@given(st.lists(TEXTS, max_size=4), st.sampled_from([1, 2, 10]))
def test_chunks_are_those_of_split(streams: list[list[str]], slot_bits: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "_SLOT_BITS", slot_bits)  # next to no room, and ample
        patch.setattr(chunks, "_ROOM", 1)  # it grows
        reader, met = ChunkReader(ENGLISH), list[str]()
        for texts in [*streams, *streams]:
            assert _read(reader, texts, met) == [join_spaced(text).split() for text in texts]
    assert len(set(met)) == len(met) == len(reader)


def test_a_chunk_is_new_once() -> None:
    reader = ChunkReader(ENGLISH)
    assert reader.read(["bad luck, bad"])[1].tolist() == [0, 1, 0]
    assert reader.take_new() == ["bad", "luck,"]
    assert reader.read(["good luck,"])[1].tolist() == [2, 1]
    assert reader.take_new() == ["good"]
