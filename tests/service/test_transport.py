"""Bytes on a socket: offers of other protocols, framing, and connections that give way."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from served import ANALYZE, Served
from starlette.requests import Request

from moderation.service.limits import ServiceLimits
from moderation.service.replies import headers_of
from moderation.service.state import Settings

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
BODY = b'{"comment":{"text":"You idiot."},"requestedAttributes":{"TOXICITY":{}}}'
H2C = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
)
WEBSOCKET = (
    b"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n"
)
MOST = 20
KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def crowded(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that bears few connections, with a key."""
    folder = tmp_path_factory.mktemp("crowded")
    keys = folder / "keys"
    keys.write_text(f"desk {KEY}\n")
    limits = ServiceLimits(per_second=0, connections=MOST, header_seconds=30, body_seconds=30)
    service = Served(Settings(model=model_folder, keys=keys, limits=limits), folder)
    yield service
    assert service.stop() in {0, -15}
    assert "Traceback" not in service.log


def head(extra: bytes = b"", body: bytes = BODY, path: str = ANALYZE) -> bytes:
    line = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n".encode()
    return line + extra + b"\r\n"


def sent(port: int, *pieces: bytes, seconds: float = 10.0) -> bytes:
    """What comes back until the other side closes, or falls silent after a whole answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(seconds)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        heard = b""
        while True:
            try:
                more = connection.recv(65536)
            except TimeoutError:
                return heard
            except ConnectionError:
                return heard
            if not more:
                return heard
            heard += more
            connection.settimeout(0.3)


def codes(heard: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", heard)]


@pytest.mark.parametrize("offer", [H2C, WEBSOCKET], ids=["h2c", "websocket"])
@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_an_offer_is_declined_and_the_body_is_this_request_s(
    served: Served, offer: bytes, pieces: int
) -> None:
    whole = head(offer) + BODY + HEALTH
    at = [len(whole) * i // pieces for i in range(pieces + 1)]
    heard = sent(served.port, *(whole[a:b] for a, b in pairwise(at)))
    assert codes(heard) == [200, 200]
    assert b"attributeScores" in heard
    assert heard.count(b'"status":"ok"') == 1


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_request_in_an_upgrading_body_is_not_answered(served: Served, pieces: int) -> None:
    first = head(H2C, HEALTH)
    heard = sent(served.port, *([first, HEALTH] if pieces == 2 else [first + HEALTH]))
    assert codes(heard) == [400]  # it is no JSON
    assert b'"status":"ok"' not in heard


def test_an_offer_with_a_chunked_body(served: Served) -> None:
    chunked = head(H2C).replace(b"Content-Length: %d" % len(BODY), b"Transfer-Encoding: chunked")
    body = b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"
    assert codes(sent(served.port, chunked, body, HEALTH)) == [200, 200]


def test_many_offers_in_one_packet(served: Served) -> None:
    offer = HEALTH.replace(b"\r\n\r\n", b"\r\n" + H2C + b"\r\n")
    assert codes(sent(served.port, offer * 300)).count(200) == 300


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (HEALTH.replace(b"\r\n\r\n", b"\r\nHost: example.org\r\n\r\n"), 400),
        (HEALTH.replace(b"\r\n\r\n", b"\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"), 431),
        (HEALTH.replace(b"\r\n\r\n", b"\r\n" + b"X: a\r\n" * 20_000 + b"\r\n"), 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 431),
        (b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 405),
        (b"nonsense\r\n\r\n", 400),
        (head(b"Transfer-Encoding: chunked\r\n"), 400),
    ],
    ids=["two hosts", "long header", "many headers", "long path", "connect", "nonsense", "te+cl"],
)
def test_what_is_refused_is_refused_in_json_and_closed(
    served: Served, request_: bytes, code: int
) -> None:
    heard = sent(served.port, request_ + HEALTH)
    assert codes(heard) == [code]
    told, _, body = heard.partition(b"\r\n\r\n")
    assert b"connection: close" in told.lower()
    assert json.loads(body)["error"]["code"] == code
    assert f'moderation_requests_total{{code="{code}",route="none"}}'.encode() in metrics(served)


def metrics(service: Served, path: str = "/metrics") -> bytes:
    return service.ask("GET", path).body


def test_many_short_headers_are_read_in_linear_time() -> None:
    def cost(n: int) -> float:
        raw = [(b"x%d" % i, b"a") for i in range(n)]
        request = Request({"type": "http", "headers": raw})
        began = time.process_time()
        for _ in range(5):
            assert len(headers_of(request)) == n
        return time.process_time() - began

    # Linear costs grow four times, quadratic ones sixteen times.
    assert min(cost(16_000) for _ in range(3)) < 8 * min(cost(4_000) for _ in range(3)) + 0.01
    several = [(b"host", b"a"), (b"host", b"b")]
    assert headers_of(Request({"type": "http", "headers": several})) == {"host": "a"}


def test_an_answer_that_is_owed_comes_before_what_is_unsound(served: Served) -> None:
    assert codes(sent(served.port, head() + BODY + b"nonsense\r\n\r\n")) == [200]


def test_a_trailer_is_no_header(served: Served) -> None:
    chunked = head(b"Transfer-Encoding: chunked\r\n").replace(
        b"Content-Length: %d\r\n" % len(BODY), b""
    )
    body = b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\nHost: example.org\r\nHost: b\r\n\r\n"
    assert codes(sent(served.port, chunked, body)) == [200]


def test_a_refused_body_that_never_ends_is_not_waited_for(served: Served) -> None:
    heard = sent(
        served.port,
        head(b"Host: evil.example\r\n".replace(b"Host", b"Origin"), b"x" * 9),
        seconds=9,
    )
    assert codes(heard) == [403]
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(head(b"Origin: http://evil.example\r\n"))
        connection.settimeout(10)
        heard = connection.recv(65536)
        while more := connection.recv(65536):  # it ends: the service closes after its patience
            heard += more
    assert codes(heard) == [403]


def held(service: Served, n: int, first: bytes) -> list[socket.socket]:
    """Connections that send something and then nothing."""
    connections = []
    for _ in range(n):
        connection = socket.create_connection(("127.0.0.1", service.port))
        connection.settimeout(10)
        if first:
            connection.sendall(first)
        if first == HEALTH:
            heard = b""  # head and body may come apart
            while not heard.endswith(b"}"):
                heard += connection.recv(65536)
        connections.append(connection)
    return connections


@pytest.mark.parametrize(
    "first",
    [b"", b"GET /hea", HEALTH, head(path=f"{ANALYZE}?key={KEY}") + b"{"],
    ids=["silent", "half a head", "kept alive", "half a body"],
)
def test_connections_that_wait_lock_nobody_out(crowded: Served, first: bytes) -> None:
    held_open = held(crowded, MOST // 2, first)
    assert crowded.is_up()  # what these have sent has been read by now
    held_open += held(crowded, 2 * MOST, first)
    try:
        for _ in range(3):
            assert crowded.post(f"{ANALYZE}?key={KEY}", BODY).code == 200
        oldest = b"".join(iter(lambda: held_open[0].recv(65536), b""))
        if first not in (b"", HEALTH):  # a request had begun: it is told why it ends
            assert codes(oldest) == [503]
            assert b"retry-after: 1" in oldest
            assert json.loads(oldest.partition(b"\r\n\r\n")[2])["error"]["status"] == "UNAVAILABLE"
        else:
            assert oldest == b""
    finally:
        for connection in held_open:
            connection.close()
    assert b"moderation_connections_closed_total" in metrics(crowded, f"/metrics?key={KEY}")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_with_http2(served: Served) -> None:
    command = ["curl", "--http2", "-sS", "-m", "10", "-d", BODY.decode()]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{served.port}{ANALYZE}"], capture_output=True, check=True
    )
    assert "attributeScores" in json.loads(done.stdout)


_JAVA = """
import java.net.URI;
import java.net.http.*;
public class Ask {
    public static void main(String[] a) throws Exception {
        var client = HttpClient.newHttpClient();
        for (int i = 0; i < 3; i++) {
            var request = HttpRequest.newBuilder(URI.create(a[0]))
                .POST(HttpRequest.BodyPublishers.ofString(a[1])).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode());
        }
    }
}
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
def test_java_s_client_as_it_comes(served: Served, tmp_path: Path) -> None:
    program = tmp_path / "Ask.java"
    program.write_text(_JAVA)
    address = f"http://127.0.0.1:{served.port}{ANALYZE}"
    command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", str(program), address]
    done = subprocess.run(
        [*command, BODY.decode()], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["200"] * 3
