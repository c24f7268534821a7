"""``moderation serve`` as a user calls it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from running import Command

import moderation.service
from moderation.service.state import Settings


def test_the_options_reach_the_service(
    run: Command, monkeypatch: pytest.MonkeyPatch, model_folder: Path, tmp_path: Path
) -> None:
    called: list[tuple[Settings, str, int, int]] = []
    monkeypatch.setattr(moderation.service, "serve", lambda *a: called.append(a))
    keys = tmp_path / "keys.txt"
    found = run(
        "serve", "--host", "0.0.0.0", "--port", 9, "--model", model_folder, "--keys", keys,
        "--lenient", "--rate", 5, "--workers", 2, "--quiet", "--map", "FLIRTATION,SPAM=hostility",
        "--on-failure", "publish", "--coral-timeout", 500,
        "--allow-origin", "https://www.example.org/", "--allow-origin", "http://localhost:3000",
    )  # fmt: skip
    assert found.status == 0
    ((settings, host, port, workers),) = called
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
    called: list[tuple[Settings, str, int, int]] = []
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
