"""Who may ask, how much and how often."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

from moderation.errors import InputError
from moderation.service.errors import Refusal
from moderation.service.limits import (
    ANYBODY,
    Arriving,
    Keys,
    Rates,
    is_loopback,
    read_body,
    read_keys,
    read_secrets,
    unpacked,
)

KEY, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (f"key={KEY}", {}),
        (f"alt=json&key={KEY}", {}),
        (f"access_token={KEY}", {}),
        ("", {"authorization": f"Bearer {KEY}"}),
        ("", {"x-goog-api-key": KEY}),
    ],
)
def test_a_key_is_found_wherever_clients_put_it(query: str, headers: dict[str, str]) -> None:
    assert Keys({KEY: "desk", OTHER: "forum"}).client(query, headers) == "desk"


@pytest.mark.parametrize("query", ["", "key=", "alt=json", "&" * 99])
def test_a_missing_key_is_what_the_original_answered(query: str) -> None:
    with pytest.raises(Refusal) as refused:
        Keys({KEY: "desk"}).client(query, {"authorization": "Basic abc"})
    error = refused.value.document()["error"]
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert error["message"].startswith("Method doesn't allow unregistered callers")


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("key=wrong", {}),
        (f"key={KEY}x", {}),
        ("key=%ff", {}),
        ("", {"authorization": "Bearer wrong"}),
        ("", {"x-goog-api-key": "wrong"}),
    ],
)
def test_a_wrong_key_is_what_the_original_answered(query: str, headers: dict[str, str]) -> None:
    keys = Keys({KEY: "desk"})
    for ask in (keys.client, keys.check):
        with pytest.raises(Refusal) as refused:
            ask(query, headers)
        error = refused.value.document()["error"]
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
        assert error["message"] == "API key not valid. Please pass a valid API key."
        assert error["details"][0]["reason"] == "API_KEY_INVALID"
    keys.check("", {})  # where no key is needed, none is missed
    Keys().check(query, headers)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080", None])
def test_without_keys_this_machine_may_ask(host: str | None) -> None:
    headers = {"host": host} if host else {}
    assert Keys().client("", headers) == ANYBODY


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "commentanalyzer.googleapis.com"},
        {"host": "127.0.0.1:8080", "origin": "https://evil.example"},
        {"host": "127.0.0.1:8080", "origin": "null"},
        {"host": "[broken"},
        {"host": "127.0.0.1:8080", "x-forwarded-for": "203.0.113.9"},
        {"host": "127.0.0.1:8080", "forwarded": "for=203.0.113.9"},
        {"host": "127.0.0.1:8080", "via": "1.1 proxy.example"},
    ],
)
def test_without_keys_nobody_else_may(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        Keys().client("", headers)
    assert refused.value.code == 403


def test_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "example.org", ""]))


def test_keys_and_secrets_are_read_from_files(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# desk\ndesk {KEY}\n\n{OTHER}\n")
    keys = read_keys(path)
    assert keys.client(f"key={KEY}", {}) == "desk"
    assert keys.client(f"key={OTHER}", {}) == "key-4"
    assert read_secrets(path) == (KEY.encode(), OTHER.encode())
    assert len(read_keys(None)) == 0
    assert read_secrets(None) == ()


@pytest.mark.parametrize(
    "content", ["", "# none\n", "short\n", "two words too-many-of-them-here\n"]
)
def test_a_file_without_a_sound_key_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content)
    with pytest.raises(InputError):
        read_keys(path)


def test_a_missing_key_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_keys(tmp_path / "none")
    with pytest.raises(InputError, match="cannot be read"):
        read_secrets(tmp_path / "none")


def test_a_client_that_asks_too_often_waits_and_others_do_not() -> None:
    clock = [0.0]
    rates = Rates(2.0, 3, now=lambda: clock[0])
    for _ in range(3):
        rates.take("desk")
    with pytest.raises(Refusal) as refused:
        rates.take("desk")
    assert refused.value.code == 429
    assert refused.value.headers["Retry-After"] == "1"
    assert refused.value.document()["error"]["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    rates.take("forum")
    clock[0] = 0.5
    rates.take("desk")
    with pytest.raises(Refusal):
        rates.take("desk")


def test_no_rate_is_no_limit() -> None:
    rates = Rates(0, 1)
    for _ in range(100):
        rates.take("desk")


def body_of(
    *chunks: bytes, most: int = 1000, arriving: Arriving | None = None, **headers: str
) -> bytes:
    messages = [
        {"type": "http.request", "body": chunk, "more_body": i < len(chunks) - 1}
        for i, chunk in enumerate(chunks)
    ]

    async def receive() -> dict[str, Any]:
        if not messages:
            await asyncio.sleep(60)
        return messages.pop(0)

    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(read_body(receive, named, most, 0.05, arriving or Arriving(10**9)))


def test_a_body_is_read_whole() -> None:
    assert body_of(b"ab", b"", b"cd") == b"abcd"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_is_unpacked(pack: Any) -> None:
    encoding = "gzip" if pack is gzip.compress else "deflate"
    assert body_of(pack(b"abcd"), content_encoding=encoding) == b"abcd"


def test_several_encodings_are_undone_from_the_last() -> None:
    assert unpacked(gzip.compress(zlib.compress(b"abcd")), "deflate, gzip", 100) == b"abcd"


@pytest.mark.parametrize(
    ("chunks", "headers", "code"),
    [
        ((b"x" * 1001,), {}, 413),
        ((b"x",), {"content_length": "1001"}, 413),
        ((b"x",), {"content_length": "9" * 40}, 413),
        ((gzip.compress(b"x" * 10**6),), {"content_encoding": "gzip"}, 413),
        ((b"abcd",), {"content_encoding": "gzip, gzip, gzip"}, 415),
        ((gzip.compress(b"abcd")[:-3],), {"content_encoding": "gzip"}, 400),
        ((b"no gzip",), {"content_encoding": "gzip"}, 400),
        ((b"x",), {"content_encoding": "br"}, 415),
    ],
)
def test_bodies_that_are_refused(
    chunks: tuple[bytes, ...], headers: dict[str, Any], code: int
) -> None:
    with pytest.raises(Refusal) as refused:
        body_of(*chunks, **headers)
    assert refused.value.code == code


def test_a_body_that_does_not_come_is_refused() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    with pytest.raises(Refusal) as refused:
        asyncio.run(read_body(receive, {}, 100, 0.01, Arriving(100)))
    assert refused.value.code == 408


def test_memory_for_bodies_is_shared_and_given_back() -> None:
    arriving = Arriving(10)
    for _ in range(3):
        assert body_of(b"12345", b"67890", arriving=arriving) == b"1234567890"
        with pytest.raises(Refusal) as refused:
            body_of(b"12345", b"678901", arriving=arriving)
        assert refused.value.code == 503


def test_a_client_that_leaves_is_no_internal_error() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Refusal):
        asyncio.run(read_body(receive, {}, 100, 1, Arriving(100)))


def test_a_key_with_two_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(f"mara {'k' * 16}\nmara {'k' * 16}\nmara {'l' * 16}\n")
    assert len(read_keys(path)) == 2
    path.write_text(f"mara {'k' * 16}\niven {'k' * 16}\n")
    with pytest.raises(InputError, match=r"keys.txt:2: the key has two names - mara has it"):
        read_keys(path)
