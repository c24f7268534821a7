"""Whatever comes over the socket: the original's error or a clear 4xx, and the service stays up."""

from __future__ import annotations

import gzip
import json
import re
import socket
from typing import Any

import pytest
from served import ANALYZE, SUGGEST, Answer, Served

from moderation.service.analysis import LONGEST_COMMENT

SOUND = json.dumps({"comment": {"text": "You idiot."}, "requestedAttributes": {"TOXICITY": {}}})


@pytest.fixture(autouse=True)
def _stays_up(served: Served) -> Any:
    yield
    assert served.is_up()


@pytest.mark.parametrize(
    ("fields", "error_type"),
    [
        ({"comment": {"text": "x" * (LONGEST_COMMENT + 1)}}, "COMMENT_TOO_LONG"),
        ({"comment": {"text": ""}}, "COMMENT_EMPTY"),
        ({"requestedAttributes": {"NO_SUCH": {}}}, "INVALID_REQUEST"),
        ({"requestedAttributes": {}}, "NO_REQUESTED_ATTRIBUTES"),
        ({"comment": {"text": "x", "type": "HTML"}}, "INVALID_REQUEST"),
        (
            {"context": {"entries": [{"text": "x"}], "articleAndParentComment": {"article": {}}}},
            "INVALID_REQUEST",
        ),
        ({"comment": 5}, "INVALID_REQUEST"),
        ({"languages": ["de"]}, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"),
    ],
)
def test_the_original_s_errors(served: Served, fields: Any, error_type: str) -> None:
    found = served.analyze(**fields)
    assert (found.code, found.error_type) == (400, error_type)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"not json", b"\xff\xfe\x00", b"[" * 100_000, b'{"comment": {"text": "a"']
)
def test_broken_json(served: Served, body: bytes) -> None:
    for path in (ANALYZE, SUGGEST):
        found = served.post(path, body)
        assert (found.code, found.error_type) == (400, "INVALID_REQUEST")
        assert found.message.startswith("Invalid JSON payload received.")


def test_the_quick_start_of_the_original(served: Served) -> None:
    body = b"""{comment: {text: "what kind of idiot name is foo?"},
       languages: ["en"],
       requestedAttributes: {TOXICITY:{}} }"""
    found = served.post(f"{ANALYZE}?key=abc", body)
    assert found.code == 200
    assert list(found.json) == ["attributeScores", "languages", "detectedLanguages", "model"]
    assert found.headers["content-type"] == "application/json; charset=utf-8"


def test_half_an_emoji_is_scored(served: Served) -> None:
    body = b'{"comment":{"text":"idiot \\ud83d"},"requestedAttributes":{"TOXICITY":{}}}'
    (span,) = served.post(ANALYZE, body).json["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, 7)


def test_packed_bodies(served: Served) -> None:
    assert served.post(ANALYZE, gzip.compress(SOUND.encode()), Content_Encoding="gzip").code == 200
    broken = gzip.compress(SOUND.encode())[:-6]
    assert served.post(ANALYZE, broken, Content_Encoding="gzip").code == 400
    bomb = gzip.compress(b" " * (64 * 2**20))
    assert served.post(ANALYZE, bomb, Content_Encoding="gzip").code == 413
    assert served.post(ANALYZE, SOUND.encode(), Content_Encoding="br").code == 415


def test_a_body_that_is_too_large_is_refused_before_it_comes(served: Served) -> None:
    head = f"POST {ANALYZE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999\r\n\r\n"
    assert b" 413 " in raw(served, head.encode() + b"{").partition(b"\r\n")[0]


def test_parameters_of_the_query(served: Served) -> None:
    pretty = served.post(f"{ANALYZE}?prettyPrint=true&alt=json", SOUND.encode())
    assert b'\n  "attributeScores"' in pretty.body
    assert b"\n" not in served.post(f"{ANALYZE}?prettyPrint=false", SOUND.encode()).body
    parts = served.post(f"{ANALYZE}?fields=model", SOUND.encode())
    assert list(parts.json) == ["model"]
    assert served.post(f"{ANALYZE}?fields=(", SOUND.encode()).code == 400
    assert served.post(f"{ANALYZE}?alt=proto", SOUND.encode()).code == 400
    ignored = f"{ANALYZE}?$.xgafv=2&quotaUser=a&callback=b&oauth_token=c&uploadType=d"
    assert served.post(ignored, SOUND.encode()).code == 200
    assert served.post(f"{ANALYZE}?{'a=b&' * 200}", SOUND.encode()).code in {200, 400}


def test_what_is_not_served(served: Served) -> None:
    missing = served.ask("GET", "/v1alpha1/comments")
    assert (missing.code, missing.json["error"]["status"]) == (404, "NOT_FOUND")
    assert served.ask("GET", ANALYZE).code == 405
    assert served.ask("DELETE", "/healthz").code == 405
    assert served.ask("GET", "/../../etc/passwd").code == 404


def raw(served: Served, data: bytes, *, most: float = 5.0) -> bytes:
    """What comes back for some bytes until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=most) as connection:
        connection.sendall(data)
        pieces = []
        while piece := connection.recv(65_536):
            pieces.append(piece)
            if b"\r\n\r\n" in piece and b"connection: close" not in piece.lower():
                break
        return b"".join(pieces)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST ",
        b"POST /v1alpha1/comments:analyze HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    ],
    ids=["nothing", "a word", "half a head"],
)
def test_a_client_that_never_finishes_its_head_is_left(served: Served, sent: bytes) -> None:
    assert raw(served, sent) == b""


def test_a_client_that_never_finishes_its_body_is_told(served: Served) -> None:
    head = f"POST {ANALYZE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{{"
    assert b" 408 " in raw(served, head.encode()).partition(b"\r\n")[0]


def test_slow_clients_hinder_nobody(served: Served) -> None:
    waiting = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(50)]
    try:
        for connection in waiting:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        assert served.analyze().code == 200
    finally:
        for connection in waiting:
            connection.close()


def test_a_head_without_an_end_is_cut_off(served: Served) -> None:
    endless = b"GET / HTTP/1.1\r\n" + b"X-Long: aaaaaaaa\r\n" * 5_000_000
    connecting = socket.create_connection(("127.0.0.1", served.port), timeout=5)
    with connecting as connection, pytest.raises(ConnectionError):
        connection.sendall(endless)


def test_what_is_no_http(served: Served) -> None:
    assert b" 400 " in raw(served, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    assert b" 400 " in raw(served, b"GET / HTTP/1.1\r\nbad header\r\n\r\n")


def test_another_name_for_this_machine_needs_a_key(served: Served) -> None:
    found = served.post(ANALYZE, SOUND.encode(), Host="commentanalyzer.googleapis.com")
    assert (found.code, found.json["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert served.post(ANALYZE, SOUND.encode(), Origin="https://evil.example").code == 403


def batch(served: Served, *parts: str, **headers: str) -> Answer:
    body = "".join(f"--b\r\nContent-Type: application/http\r\n{part}\r\n" for part in parts)
    headers = {"Content_Type": "multipart/mixed; boundary=b", **headers}
    return served.post("/batch", f"{body}--b--\r\n".encode(), **headers)


def part(number: int, body: str = SOUND, line: str = f"POST {ANALYZE} HTTP/1.1") -> str:
    return f"Content-ID: <{number}>\r\n\r\n{line}\r\nContent-Type: application/json\r\n\r\n{body}"


def test_a_batch_answers_each_part_in_order(served: Served) -> None:
    lines = (f"GET {ANALYZE} HTTP/1.1", "POST /batch HTTP/1.1", "nonsense")
    found = batch(
        served, part(1), part(2, "{"), *(part(3 + i, SOUND, line) for i, line in enumerate(lines))
    )
    assert found.code == 200
    statuses = [line for line in found.body.split(b"\r\n") if line.startswith(b"HTTP/1.1")]
    assert [int(status.split()[1]) for status in statuses] == [200, 400, 405, 404, 404]
    ids = [line for line in found.body.split(b"\r\n") if line.startswith(b"Content-ID")]
    assert ids == [f"Content-ID: <response-{i}>".encode() for i in range(1, 6)]


def test_a_part_of_a_batch_cannot_vouch_for_the_batch(served: Served) -> None:
    vouching = part(1).replace("Content-Type", "Host: localhost\r\nOrigin: http://localhost\r\nC-T")
    assert batch(served, vouching).body.count(b"HTTP/1.1 200 OK") == 1
    assert batch(served, vouching, Origin="https://evil.example").code == 403
    assert batch(served, vouching, Host="evil.example").code == 403


def test_a_batch_holds_a_thousand(served: Served) -> None:
    assert batch(served, *(part(i) for i in range(1_000))).body.count(b"HTTP/1.1 200 OK") == 1_000
    assert batch(served, *(part(i) for i in range(1_001))).code == 400


def test_what_is_no_batch(served: Served) -> None:
    assert batch(served, part(1), Content_Type="application/json").code == 400
    assert batch(served).code == 400


def test_long_requests_are_answered_too(served: Served) -> None:
    text = "You idiot. The ferry is late again. " * 500
    article = {"text": "The harbour council met. " * 20_000}
    found = served.analyze(
        text,
        spanAnnotations=True,
        context={"articleAndParentComment": {"article": article}},
        requestedAttributes={"TOXICITY": {}, "OFF_TOPIC": {}},
    )
    assert found.code == 200
    assert len(found.json["attributeScores"]["OFF_TOPIC"]["spanScores"]) == 1000


def test_counts_for_prometheus(served: Served) -> None:
    served.analyze()
    lines = served.ask("GET", "/metrics").body.decode().splitlines()
    assert any(line.startswith('moderation_model_info{version="tiny@') for line in lines)
    assert any(
        line.startswith('moderation_requests_total{code="200",route="analyze"}') for line in lines
    )
    samples = [line for line in lines if not line.startswith("#")]
    assert all(float(line.rpartition(" ")[2]) >= 0 for line in samples)
    assert not any("idiot" in line for line in lines)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_person_in_a_browser_is_told_what_this_is(served: Served, path: str) -> None:
    found = served.ask("GET", path)
    assert found.code == 200
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    page = found.body.decode()
    for link in re.findall(r'href="([^"]+)"', page):
        assert served.ask("GET", f"/{link}").code == 200
    assert {"openapi.json", "healthz"} <= set(re.findall(r'href="([^"]+)"', page))
    assert "docs/serving.md" in page
    assert "default-src 'none'" in found.headers["content-security-policy"]
