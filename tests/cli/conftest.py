"""Running the command in this process, as a user runs it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import SERVICE_KEY, Command, Run

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


@pytest.fixture
def served_desk(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A service with a desk and a key, as the command starts it."""
    store, keys = tmp_path / "desk.db", tmp_path / "keys.txt"
    keys.write_text(f"platform {SERVICE_KEY}\n")
    options = ["--port", "0", "--desk", str(store), "--keys", str(keys), "--no-desk-pages"]
    command = [sys.executable, "-m", "moderation", "serve", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(
                found[0]
                for line in process.stderr
                if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
            yield address, store
        finally:
            process.terminate()
