"""Web pages that ask from a browser: only those that were named, and they hear every answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from called import call
from served import ANALYZE, Answer
from starlette.applications import Starlette

from moderation.errors import UsageError
from moderation.service.app import make_app
from moderation.service.origins import read_origins
from moderation.service.state import Settings, State

PAGE, OTHER = "https://www.example.org", "https://evil.example"
KEY = "0123456789abcdef"
SOUND = b'{"comment": {"text": "You idiot."}, "requestedAttributes": {"TOXICITY": {}}}'


def app_of(settings: Settings, folder: Path, *origins: str) -> Starlette:
    keys = folder / "keys.txt"
    keys.write_text(f"page {KEY}\n")
    more: Any = {"keys": keys, "allow_origins": origins, "feedback": None}
    return make_app(State(msgspec.structs.replace(settings, **more)))


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Starlette:
    return app_of(settings, tmp_path, PAGE, "http://localhost:3000")


def before(app: Starlette, origin: str) -> Answer:
    """What a browser asks before it lets a page ask."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-goog-api-key",
    }
    return call(app, "OPTIONS", ANALYZE, b"", headers)


def asked(app: Starlette, origin: str, query: str = f"?key={KEY}") -> Answer:
    return call(app, "POST", ANALYZE + query, SOUND, {"Origin": origin})


def test_a_browser_is_told_that_a_named_page_may_ask(app: Starlette) -> None:
    answer = before(app, PAGE)
    assert answer.code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "x-goog-api-key" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers


def test_a_browser_is_not_told_so_of_another_page(app: Starlette) -> None:
    answer = before(app, OTHER)
    assert answer.code == 400
    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-origin" not in asked(app, OTHER).headers


@pytest.mark.parametrize(("query", "code"), [(f"?key={KEY}", 200), ("?key=wrong", 400), ("", 403)])
def test_a_named_page_hears_every_answer_and_needs_a_key(
    app: Starlette, query: str, code: int
) -> None:
    answer = asked(app, PAGE, query)
    assert answer.code == code
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["vary"] == "Origin"


def test_without_the_option_no_page_hears_anything(settings: Settings, tmp_path: Path) -> None:
    app = app_of(settings, tmp_path)
    assert before(app, PAGE).code == 405
    assert not [name for name in asked(app, PAGE).headers if name.startswith("access-control")]


def test_all_pages_only_where_that_was_asked_for(settings: Settings, tmp_path: Path) -> None:
    app = app_of(settings, tmp_path, "*")
    assert before(app, OTHER).headers["access-control-allow-origin"] == "*"
    assert asked(app, OTHER, "").code == 403


def test_origins_are_written_as_browsers_send_them() -> None:
    assert read_origins(["https://WWW.Example.org/"], keyed=True) == (PAGE,)
    assert read_origins(["http://localhost:3000", "http://[::1]:8"], keyed=False) == (
        "http://localhost:3000",
        "http://[::1]:8",
    )
    for given in (PAGE, "*"):
        with pytest.raises(UsageError, match="keys"):
            read_origins([given], keyed=False)
