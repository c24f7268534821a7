"""Draw the picture of the labelling screen from the program itself.

The command runs in tmux on a screen of 80 columns and 24 lines. Two comments are answered, and
tmux returns what is on the screen. Run ``python docs/tools/label_screen.py`` after the screen has
changed. tmux must be installed.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs/images/label-screen.svg"
_PROGRAM = "from moderation.cli import main; main()"
_WAIT = 60  # seconds until the screen must show a comment


def screen() -> str:
    """Return the screen, with its escape codes, after two comments have been answered."""
    with tempfile.TemporaryDirectory() as folder:
        tmux = ("tmux", "-S", f"{folder}/socket")
        command = (sys.executable, "-c", _PROGRAM, "label", str(ROOT / "examples/page.html"))
        options = ("-o", f"{folder}/anna.jsonl", "--annotator", "anna", "--order", "given")
        setting = {**os.environ, "PYTHONPATH": str(ROOT)}
        start = (*tmux, "new-session", "-d", "-x", "80", "-y", "24", *command, *options)
        subprocess.run(start, env=setting, cwd=folder, check=True)
        try:
            _wait_for(tmux, "Hostile?")
            for key, shown in (
                ("n", "On topic?"),
                ("t", "1 answered"),
                ("n", "On topic?"),
                ("t", "2 answered"),
            ):
                subprocess.run((*tmux, "send-keys", key), check=True)
                _wait_for(tmux, shown)
            return _captured(tmux, "-e")
        finally:
            subprocess.run((*tmux, "kill-server"), check=False)


def _captured(tmux: tuple[str, ...], *options: str) -> str:
    shown = subprocess.run((*tmux, "capture-pane", "-p", *options), check=True, capture_output=True)
    return shown.stdout.decode("utf-8")


def _wait_for(tmux: tuple[str, ...], words: str) -> None:
    end = time.monotonic() + _WAIT
    while words not in _captured(tmux):
        if time.monotonic() > end:
            raise TimeoutError(f"the screen does not show {words!r}")
        time.sleep(0.1)


def picture(shown: str) -> str:
    """Return the screen as an SVG that names no font of another place."""
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(shown.rstrip("\n")), no_wrap=True)
    svg = console.export_svg(
        title="moderation label", theme=DEFAULT_TERMINAL_THEME, unique_id="label"
    )
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "Menlo, Consolas, DejaVu Sans Mono, monospace")
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines() if line.strip())


if __name__ == "__main__":
    PICTURE.write_text(picture(screen()), encoding="utf-8")
