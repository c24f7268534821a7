"""The pages beside a service: they end with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

_PROGRAM = """
import sys, time
from pathlib import Path
from moderation.desk.live import DeskPages, PagesSettings

if __name__ == "__main__":
    store, model = map(Path, sys.argv[1:])
    with DeskPages(PagesSettings(store, model, None, None, "mara", 0)) as pages:
        print(pages.address, flush=True)
        time.sleep(600)
"""


def is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def test_the_pages_end_with_a_service_that_is_killed(tmp_path: Path, model_folder: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM)
    command = [sys.executable, str(program), str(tmp_path / "desk.db"), str(model_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert is_up(address)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    end = time.monotonic() + 30
    while is_up(address) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_up(address)
