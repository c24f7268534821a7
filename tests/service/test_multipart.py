"""Batches as clients write them, and as they should not."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.service.errors import Refusal
from moderation.service.multipart import Answer, read_batch, write_batch

# As google-api-python-client writes it: bare line feeds, a folded Content-ID.
PYTHON = b"""--===============0==
Content-Type: application/http
MIME-Version: 1.0
Content-Transfer-Encoding: binary
Content-ID: <8c4a + 1>

POST /v1alpha1/comments:analyze?key=k&alt=json HTTP/1.1
Content-Type: application/json
MIME-Version: 1.0
Host: 127.0.0.1:8080
content-length: 9

{"a": 1}
--===============0==
Content-Type: application/http
Content-ID: <8c4a + 2>

GET /healthz HTTP/1.1

--===============0==--
"""
PYTHON_TYPE = 'multipart/mixed; boundary="===============0=="'


def test_the_batch_of_the_python_client() -> None:
    one, two = read_batch(PYTHON_TYPE, PYTHON, 100)
    assert (one.id, one.method, one.path) == (
        "<8c4a + 1>",
        "POST",
        "/v1alpha1/comments:analyze",
    )
    assert one.query == "key=k&alt=json"
    assert one.headers["host"] == "127.0.0.1:8080"
    assert one.body.strip() == b'{"a": 1}'
    assert (two.id, two.method, two.path, two.body) == ("<8c4a + 2>", "GET", "/healthz", b"")


def test_lines_may_end_as_in_http_and_addresses_may_be_whole() -> None:
    body = PYTHON.replace(b"\n", b"\r\n").replace(b"POST /", b"POST http://127.0.0.1:8080/")
    one, _ = read_batch("Multipart/Mixed; charset=utf-8; boundary================0==", body, 100)
    assert one.path == "/v1alpha1/comments:analyze"
    assert one.body.strip() == b'{"a": 1}'


def test_a_line_that_only_begins_like_the_boundary_parts_nothing() -> None:
    body = b"--b\n\nPOST /x HTTP/1.1\n\n{\n--bc\n}\n--b--"
    (part,) = read_batch("multipart/mixed; boundary=b", body, 10)
    assert part.body == b"{\n--bc\n}"


def test_a_part_that_cannot_be_read_is_one_part() -> None:
    parts = read_batch("multipart/mixed; boundary=b", b"--b\n\nnonsense\n--b\n--b--", 10)
    assert [part.method for part in parts] == ["", ""]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed", b"--b\n--b--"),
        ("multipart/mixed; boundary=b", b""),
        ("multipart/mixed; boundary=b", b"--b--"),
        ("multipart/mixed; boundary=b", b"--b\n\nx\n" * 11),
    ],
)
def test_what_is_no_batch_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_batch(content_type, body, 10)
    assert refused.value.code == 400


@given(st.text(st.sampled_from("-b\r\n: <>+POST/x{}"), max_size=80))
def test_any_body_is_a_batch_or_refused(body: str) -> None:
    try:
        parts = read_batch("multipart/mixed; boundary=b", f"--b\n{body}".encode(), 5)
    except Refusal:
        return
    assert 1 <= len(parts) <= 5


def test_answers_bear_the_ids_asked_and_nothing_breaks_out_of_its_line() -> None:
    answers = [
        Answer("<8c4a + 1>", 200, {"Content-Type": "application/json"}, b"{}"),
        Answer("x\r\nSet-Cookie: a", 429, {}, b""),
        Answer("", 404, {}, b""),
    ]
    content_type, body = write_batch(answers)
    assert body.count(content_type.partition("boundary=")[2].encode()) == 4
    assert b"Content-ID: <response-8c4a + 1>\r\n" in body
    assert b"\r\nSet-Cookie" not in body
    assert b"HTTP/1.1 429 Too Many Requests\r\n" in body


@pytest.mark.parametrize("length", [1, 16_384, 300_000])
def test_an_id_comes_back_whole_however_long_it_is(length: int) -> None:
    # HELM's ids are the texts themselves, percent-encoded: 20,480 emoji are 245,760 bytes.
    id_ = f"<8c4a + {'%F0%9F%98%80' * (length // 12)}x>"
    for end in ("\n", "\r\n"):
        body = PYTHON.replace(b"<8c4a + 1>", id_.encode()).replace(b"\n", end.encode())
        one, two = read_batch(PYTHON_TYPE, body, 100)
        assert (one.id, one.path) == (id_, "/v1alpha1/comments:analyze")
        assert one.body.strip() == b'{"a": 1}'
        assert two.id == "<8c4a + 2>"
    _, answer = write_batch([Answer(id_, 200, {}, b"{}")])
    assert f"Content-ID: <response-{id_[1:]}\r\n".encode() in answer


def test_other_line_ends_of_unicode_stay_in_an_id() -> None:
    id_ = "<a\u2028b\x85c\x0b\u200bd>"
    (one, _) = read_batch(PYTHON_TYPE, PYTHON.replace(b"<8c4a + 1>", id_.encode()), 100)
    assert one.id == id_
    _, answer = write_batch([Answer(one.id, 200, {}, b"{}")])
    assert "Content-ID: <response-a\u2028b\x85c\u200bd>\r\n".encode() in answer


def test_a_colon_may_be_escaped_in_the_address() -> None:
    body = PYTHON.replace(b"comments:analyze", b"comments%3Aanalyze")
    assert read_batch(PYTHON_TYPE, body, 100)[0].path == "/v1alpha1/comments:analyze"


def test_a_batch_of_too_many_parts_is_not_read_to_its_end() -> None:
    body = b"--b\n\n" * 100_000
    tracemalloc.start()
    with pytest.raises(Refusal, match="may hold 100"):
        read_batch("multipart/mixed; boundary=b", body, 100)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
