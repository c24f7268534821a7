"""The site builds without a warning: every link, heading, picture and docstring of it is sound."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import page_examples

import moderation


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = (
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "-c",
        "docs",
    )
    done = subprocess.run(
        [*command, "-d", tmp_path / "doctrees", ".", tmp_path / "site"],
        cwd=page_examples.ROOT,
        env={**os.environ, "PYTHONPATH": str(page_examples.ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    interface = (tmp_path / "site/docs/api.html").read_text(encoding="utf-8")
    missing = [name for name in moderation.__all__ if f'id="moderation.{name}"' not in interface]
    assert missing == []
