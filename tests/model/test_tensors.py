"""Arrays seen where they lie: the same as safetensors reads, and nothing outside the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from moderation.errors import ModelError
from moderation.model.artifact.folder import load_model
from moderation.model.artifact.tensors import views
from moderation.model.moderator import Moderator
from moderation.records import Comment


def test_views_are_what_safetensors_reads(model_folder: Path) -> None:
    data = (model_folder / "weights.safetensors").read_bytes()
    seen, read = views(data), load(data)
    assert seen.keys() == read.keys()
    for name, array in seen.items():
        assert array.dtype == read[name].dtype
        np.testing.assert_array_equal(array, read[name])
        assert not array.flags.writeable
        assert not array.flags.owndata


def test_a_mapped_model_scores_the_same(model_folder: Path) -> None:
    comments = [Comment(text=text) for text in ("You are an idiot", "The ferry!", "")]
    mapped = Moderator(load_model(model_folder, mapped=True))
    assert mapped.model.digest == load_model(model_folder).digest
    expected = list(Moderator.load(model_folder).score_many(comments))
    assert list(mapped.score_many(comments)) == expected


def packed(header: Any, body: bytes = b"\x00" * 16) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        (2**60).to_bytes(8, "little"),
        packed([]),
        packed({"a": {"dtype": "F32", "shape": [4]}}),
        packed({"a": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 16]}}),
        packed({"a": {"dtype": "F32", "shape": [5], "data_offsets": [0, 20]}}),
        packed({"a": {"dtype": "F32", "shape": [4], "data_offsets": [-16, 0]}}),
        packed({"a": {"dtype": "F32", "shape": [4], "data_offsets": [8, 0]}}),
        packed({"a": {"dtype": "F32", "shape": [-2, -2], "data_offsets": [0, 16]}}),
        packed({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 16]}}),
        packed({"a": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 16]}}),
    ],
)
def test_what_does_not_lie_in_the_file_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="not safetensors"):
        views(data)


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 255))
def test_any_bytes_are_arrays_or_refused(data: bytes, place: int, value: int) -> None:
    whole = bytearray(save({"a": np.arange(4.0), "b": np.zeros((2, 3), np.uint8)}))
    whole[place % len(whole)] = value
    for each in (data, bytes(whole)):
        try:
            found = views(each)
        except ModelError:
            continue
        assert all(array.nbytes <= len(each) for array in found.values())
