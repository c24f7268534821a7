"""Keys: how often one may be wrong, who is kept out by it, and what a proxy may say."""

from __future__ import annotations

from typing import Any

import pytest
from visiting import Page, Visitor

from moderation.desk.front import Front, read_front
from moderation.desk.refusals import DeskRefusal
from moderation.desk.store.database import Database
from moderation.desk.web.attempts import Attempts
from moderation.errors import UsageError

Serve = Any  # the fixture of conftest.py

KEYS = {"k" * 16: "mara", "i" * 16: "iven"}
HTTPS = read_front("https://desk.paper.example", ["127.0.0.1"], keyed=True)


def tried(visitor: Visitor, key: str, **headers: str) -> Page:
    """Give a key on the page for it."""
    from urllib.parse import urlencode

    visitor.ask("GET", "/enter", **headers)
    body = urlencode(visitor.fields() | {"key": key})
    origin = f"http://{headers.get('Host', f'127.0.0.1:{visitor.port}')}"
    return visitor.ask("POST", "/enter", body, **({"Origin": origin} | headers))


def test_many_wrong_keys_are_refused_with_the_time_to_wait(filled: Database, serve: Serve) -> None:
    mara = serve(filled, KEYS)
    assert {tried(mara, f"wrong-key-{i:06}").status for i in range(10)} == {403}
    refused = tried(mara, "wrong-key-000010")
    assert refused.status == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 6
    assert "No key was looked at." in refused.text
    assert tried(mara, "k" * 16).status == 429  # else the limit would be none


def test_a_browser_that_was_here_is_not_locked_out_by_others(
    filled: Database, serve: Serve
) -> None:
    mara = serve(filled, KEYS)
    page = tried(mara, "k" * 16)
    assert page.status == 303
    stranger = mara.another()
    while tried(stranger, "a wrong key, again").status != 429:
        pass
    again = mara.another()
    again.extra = mara.mark
    assert tried(again, "k" * 16).status == 303
    forged = mara.another()
    forged.extra = mara.mark[:-1] + "x"
    assert tried(forged, "k" * 16).status == 429


def test_one_more_is_allowed_after_its_time_and_addresses_count_alone() -> None:
    clock = [0.0]
    attempts = Attempts(lambda: clock[0])
    for _ in range(10):
        attempts.check("192.0.2.1", is_known=False)
        attempts.wrong("192.0.2.1", is_known=False)
    with pytest.raises(DeskRefusal) as refused:
        attempts.check("192.0.2.1", is_known=False)
    assert refused.value.retry_after == 6
    attempts.check("192.0.2.2", is_known=False)
    clock[0] = 6.0
    attempts.check("192.0.2.1", is_known=False)
    attempts.wrong("192.0.2.1", is_known=False)
    with pytest.raises(DeskRefusal):
        attempts.check("192.0.2.1", is_known=False)


def test_a_flood_from_everywhere_is_bounded_and_spares_known_browsers() -> None:
    clock = [0.0]
    attempts = Attempts(lambda: clock[0])
    for i in range(200):
        attempts.check(f"address {i}", is_known=False)
        attempts.wrong(f"address {i}", is_known=False)
    with pytest.raises(DeskRefusal) as refused:
        attempts.check("another address", is_known=False)
    assert refused.value.retry_after == 1
    attempts.check("a browser", is_known=True)
    clock[0] = 1.0
    attempts.check("address", is_known=False)
    for i in range(20_000):
        attempts.wrong(f"browser {i}", is_known=True)
    assert len(attempts._whole) <= 10_000


@pytest.mark.parametrize(
    ("front", "peer", "forwarded", "counted"),
    [
        (Front(), "192.0.2.9", "198.51.100.7", "192.0.2.9"),  # anybody can write it
        (HTTPS, "127.0.0.1", "198.51.100.7", "198.51.100.7"),
        (HTTPS, "127.0.0.1", "10.9.9.9, 198.51.100.7", "198.51.100.7"),
        (HTTPS, "127.0.0.1", "198.51.100.7, 127.0.0.1", "198.51.100.7"),
        (HTTPS, "127.0.0.1", "", "127.0.0.1"),
        (HTTPS, "127.0.0.1", "unknown", "127.0.0.1"),
        (HTTPS, "192.0.2.9", "198.51.100.7", "192.0.2.9"),  # not by the proxy
        (HTTPS, "127.0.0.1", "2001:db8::1", "2001:db8::/64"),
        (Front(), "2001:db8::2:3", "", "2001:db8::/64"),
    ],
)
def test_only_a_named_proxy_says_where_a_request_comes_from(
    front: Front, peer: str, forwarded: str, counted: str
) -> None:
    assert front.client(peer, {"x-forwarded-for": forwarded} if forwarded else {}) == counted


def test_strangers_behind_one_proxy_count_alone_if_it_is_trusted(
    filled: Database, serve: Serve
) -> None:
    mara = serve(filled, KEYS, front=HTTPS)
    name = {"Host": "desk.paper.example", "Origin": "https://desk.paper.example"}
    attacker, other = (
        name | {"X_Forwarded_For": address} for address in ("198.51.100.7", "192.0.2.7")
    )
    while tried(mara, "a wrong key, again", **attacker).status != 429:
        pass
    assert tried(mara.another(), "k" * 16, **other).status == 303


def test_behind_tls_cookies_are_secure_whatever_a_request_says(
    filled: Database, serve: Serve
) -> None:
    name = {"Host": "desk.paper.example", "Origin": "https://desk.paper.example"}
    page = tried(serve(filled, KEYS, front=HTTPS), "k" * 16, **name)
    assert page.status == 303
    for header in page.cookies:
        assert "Secure" in header
        assert "HttpOnly" in header
        assert "SameSite=strict" in header
    plain = tried(serve(filled, KEYS), "k" * 16, X_Forwarded_Proto="https")
    assert "Secure" not in "".join(plain.cookies)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "desk.paper.example", "Origin": "https://desk.paper.example"}, 303),
        ({"Host": "DESK.paper.example", "Origin": "https://desk.paper.example"}, 303),
        ({"Origin": "https://desk.paper.example"}, 303),  # the proxy names this machine
        ({"Host": "desk.paper.example", "Origin": "https://evil.example"}, 403),
        ({"Host": "desk.paper.example", "Origin": "null"}, 403),
        ({"Host": "evil.example", "Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example", "Origin": "https://desk.paper.example"}, 403),
        ({"Host": "desk.paper.example.evil.example"}, 403),
        ({"Host": "[", "Origin": "https://desk.paper.example"}, 403),
    ],
)
def test_a_desk_with_a_public_name_answers_to_it_and_to_this_machine(
    filled: Database, serve: Serve, headers: dict[str, str], status: int
) -> None:
    mara = serve(filled, KEYS, front=HTTPS)
    mara.ask("GET", "/enter")  # a token to send
    from urllib.parse import urlencode

    body = urlencode(mara.fields() | {"key": "k" * 16})
    assert mara.ask("POST", "/enter", body, **headers).status == status


@pytest.mark.parametrize(
    ("url", "proxies", "keyed"),
    [
        ("https://desk.example", (), False),
        (None, ("127.0.0.1",), False),
        ("desk.example", (), True),
        ("https://desk.example/desk", (), True),
        ("https://me@desk.example", (), True),
        ("ftp://desk.example", (), True),
        ("https://", (), True),
        ("https://desk.example:99999", (), True),
        (None, ("the proxy",), True),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    url: str | None, proxies: tuple[str, ...], keyed: bool
) -> None:
    with pytest.raises(UsageError):
        read_front(url, proxies, keyed=keyed)


def test_pages_report_to_nobody(filled: Database, serve: Serve) -> None:
    headers = serve(filled, KEYS).ask("GET", "/enter").headers
    policy = {
        name: values
        for name, *values in (
            part.split() for part in headers["content-security-policy"].split(";")
        )
    }
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert not {"report-uri", "report-to"} & policy.keys()
    told = {"report-to", "reporting-endpoints", "nel", "strict-transport-security"}
    assert not told & headers.keys()
