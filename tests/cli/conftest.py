"""Running the command in this process, as a user runs it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Command, Run

from moderation.cli import main


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Run ``moderation ARGUMENTS``; no traceback may ever reach the user."""

    def command(*arguments: object, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "argv", ["moderation", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = (part.decode("utf-8") for part in capsysbinary.readouterr())
        assert "Traceback" not in err
        assert "internal error" not in err
        return Run(int(left.value.code or 0), out, err)

    return command


@pytest.fixture
def score(run: Command, model_folder: Path) -> Command:
    """Run ``moderation score --model TINY ARGUMENTS``."""
    return lambda *arguments, **more: run("score", "--model", model_folder, *arguments, **more)


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a JSON Lines file and name it."""

    def write(*rows: object, name: str = "in.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write
