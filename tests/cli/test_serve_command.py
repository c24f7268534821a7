"""``moderation serve`` as a user calls it."""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path

import pytest
from running import Command

import moderation.service
from moderation.service.state import Settings


def test_the_options_reach_the_service(
    run: Command, monkeypatch: pytest.MonkeyPatch, model_folder: Path, tmp_path: Path
) -> None:
    called: list[tuple[Settings, str, int, int, object]] = []
    monkeypatch.setattr(moderation.service, "serve", lambda *a: called.append(a))
    keys = tmp_path / "keys.txt"
    found = run(
        "serve", "--host", "0.0.0.0", "--port", 9, "--model", model_folder, "--keys", keys,
        "--lenient", "--rate", 5, "--workers", 2, "--quiet", "--map", "FLIRTATION,SPAM=hostility",
        "--on-failure", "publish", "--coral-timeout", 500,
        "--allow-origin", "https://www.example.org/", "--allow-origin", "http://localhost:3000",
    )  # fmt: skip
    assert found.status == 0
    ((settings, host, port, workers, open_desk),) = called
    assert open_desk is None
    assert (host, port, workers) == ("0.0.0.0", 9, 2)
    assert settings.model == model_folder
    assert settings.keys == keys
    assert settings.lenient
    assert set(settings.mapped) == {"FLIRTATION", "SPAM"}
    assert (settings.on_failure, settings.coral_seconds) == ("publish", 0.5)
    assert settings.allow_origins == ("https://www.example.org", "http://localhost:3000")
    assert (settings.limits.per_second, settings.limits.burst) == (5, 10)


@pytest.mark.parametrize(("options", "rate"), [((), 0), (("--keys", "keys.txt"), 200)])
def test_strangers_are_limited_and_this_machine_is_not(
    run: Command, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], rate: float
) -> None:
    called: list[tuple[Settings, str, int, int, object]] = []
    monkeypatch.setattr(moderation.service, "serve", lambda *a: called.append(a))
    assert run("serve", *options).status == 0
    assert called[0][0].limits.per_second == rate


def test_loopback_is_the_default_and_others_need_keys(run: Command) -> None:
    found = run("serve", "--host", "0.0.0.0")
    assert found.status == 2
    assert "--keys" in found.err


@pytest.mark.parametrize(
    "options",
    [
        ("--allow-origin", "https://www.example.org"),  # without keys
        ("--allow-origin", "*"),
        ("--keys", "keys.txt", "--allow-origin", "www.example.org"),
        ("--keys", "keys.txt", "--allow-origin", "https://*.example.org"),
        ("--keys", "keys.txt", "--allow-origin", "https://www.example.org/comments"),
        ("--keys", "keys.txt", "--allow-origin", "null"),
        ("--map", "TOXICITY=hostility"),
        ("--on-failure", "reject"),
        ("--coral-timeout", "0"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    run: Command, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(moderation.service, "serve", lambda *a: None)
    assert run("serve", *options).status == 2


def test_a_model_that_cannot_be_used_is_one_line(run: Command, tmp_path: Path) -> None:
    found = run("serve", "--port", 0, "--model", tmp_path / "none")
    assert found.status == 3
    assert len(found.told) == 1


def test_a_missing_extra_is_named(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    # The door remembers what it has imported once.
    monkeypatch.delattr(moderation.service, "serve")
    monkeypatch.delitem(sys.modules, "moderation.service.server")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    found = run("serve")
    assert found.status == 2
    assert "[serve]" in found.err


def test_with_a_desk_the_service_gets_its_store_and_the_pages_are_shown(
    run: Command, monkeypatch: pytest.MonkeyPatch, model_folder: Path, tmp_path: Path
) -> None:
    import urllib.request

    from moderation.desk.live import LiveDesk

    seen: list[int] = []

    def serve(*called: object) -> None:
        desk = called[4]()  # type: ignore[operator]
        assert isinstance(desk, LiveDesk)
        desk.close()
        (address,) = re.findall(r"the desk is at (http://127\.0\.0\.1:\d+/)", said[0])
        with urllib.request.urlopen(address) as answer:
            seen.append(answer.status)

    said: list[str] = []
    monkeypatch.setattr(moderation.service, "serve", serve)
    monkeypatch.setattr("moderation.cli.output.tell", said.append)
    store = tmp_path / "desk.db"
    found = run("serve", "--desk", store, "--desk-port", 0, "--model", model_folder)
    assert found.status == 0, found.err
    assert seen == [200]


def test_without_pages_another_command_shows_them(
    run: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(moderation.service, "serve", lambda *a: called.append(a))
    found = run("serve", "--desk", tmp_path / "desk.db", "--no-desk-pages")
    assert (found.status, found.err) == (0, "")
    assert callable(called[0][4])


def test_a_desk_that_cannot_be_used_is_told_before_anything_is_served(
    run: Command, monkeypatch: pytest.MonkeyPatch, model_folder: Path, tmp_path: Path
) -> None:
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(moderation.service, "serve", lambda *a: called.append(a))
    text = tmp_path / "notes.txt"
    text.write_text("no database at all, but some hundred bytes of text " * 20)
    assert run("serve", "--desk", text).status == 3
    assert run("serve", "--desk-keys", text).status == 2
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        options = ("--desk", tmp_path / "desk.db", "--model", model_folder, "--desk-port", port)
        found = run("serve", *options)
    assert found.status == 2
    assert "--desk-port" in found.err
    assert called == []
