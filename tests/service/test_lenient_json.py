"""JSON as people send it, and whatever else comes."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.service.errors import Refusal
from moderation.service.lenient_json import DEEPEST, MOST_VALUES, read_json

# Google's quick start, as its readers have typed it ever since.
QUICK_START = b"""{comment: {text: "what kind of idiot name is foo?"},
       languages: ["en"],
       requestedAttributes: {TOXICITY:{}} }"""


def test_the_quick_start_is_read() -> None:
    assert read_json(QUICK_START) == {
        "comment": {"text": "what kind of idiot name is foo?"},
        "languages": ["en"],
        "requestedAttributes": {"TOXICITY": {}},
    }


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{a: 'it\\'s', b: [1, 2.5e1, -3,],}", {"a": "it's", "b": [1, 25.0, -3]}),
        (b"\xef\xbb\xbf{a: true, b: false, c: null}", {"a": True, "b": False, "c": None}),
        (b'{"a": "two\nlines"}', {"a": "two\nlines"}),
        (b'{$ref_1: "\\u0041\\n\\/\\\\"}', {"$ref_1": "A\n/\\"}),
        (b'{"a": "half \\ud83d"}', {"a": "half \ufffd"}),
        (b'{"a": "\\ud83d\\ude00 and \\ude00"}', {"a": "\U0001f600 and \ufffd"}),
        (b"[]", []),
        (b"{}", {}),
    ],
)
def test_what_is_tolerated(body: bytes, value: Any) -> None:
    assert read_json(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"}",
        b"{a}",
        b"{a:}",
        b"{a: b}",
        b"{a: 1 b: 2}",
        b"{,}",
        b"[1 2]",
        b'{"a": "open}',
        b'{"a": "\\x41"}',
        b'{"a": "\\u00g0"}',
        b"{} {}",
        b"{a: 1e999}",
        b"{a: " + b"9" * 5000 + b"e9}",
        b"\xff\xfe{}",
        b"{a: NaN}",
        b"{a: .5}",
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1) + b",",
        b"{a: [" + b"1," * MOST_VALUES + b"]}",
        b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
)
def test_what_is_refused_with_a_place_and_without_the_text(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_json(body)
    assert refused.value.code == 400
    assert "open" not in refused.value.what


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=10,
)


@given(values)
def test_sound_json_is_read_as_json(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


@given(values)
def test_both_readings_agree(value: Any) -> None:
    # A comma at the end forces the second reading.
    body = json.dumps([value], ensure_ascii=False)[:-1] + ",]"
    assert read_json(body.encode()) == [value]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_the_tolerant_reading(value: float) -> None:
    read = read_json(f"[{value!r},]".encode())[0]
    assert math.isclose(read, value, rel_tol=1e-12, abs_tol=0)


soup = st.text(st.sampled_from("{}[]:,\"'\\u00d8a1-.eE +$_tfn\n\U0001f600"), max_size=60)


@given(st.one_of(st.binary(max_size=60), soup.map(str.encode)))
def test_anything_is_read_or_refused(body: bytes) -> None:
    with suppress(Refusal):  # and nothing else
        read_json(body)
