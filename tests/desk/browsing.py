"""A headless Chromium, driven through its debugging pipe."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One page of a browser with a profile of its own.

    Parameters
    ----------
    folder
        For the profile.
    """

    def __init__(self, folder: Path) -> None:
        their_in, self._to = os.pipe()
        self._from, their_out = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
        command = [str(CHROMIUM), *flags, f"--user-data-dir={folder}", "about:blank"]
        shell = ["bash", "-c", f'exec "$@" 3<&{their_in} 4>&{their_out}', "sh", *command]
        self._process = subprocess.Popen(
            shell, pass_fds=(their_in, their_out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(their_in)
        os.close(their_out)
        self._stream = os.fdopen(self._from, "rb")
        self._waiting = b""
        self._number = 0
        self._session: str | None = None
        self.logged: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        self.call("Page.enable")
        self.call("Log.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and wait for its answer; errors that the page logs are kept."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("method") == "Log.entryAdded":
                entry = answer["params"]["entry"]
                if entry["level"] == "error" and "favicon" not in entry.get("url", ""):
                    self.logged.append(entry["text"])
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            piece = self._stream.read1(2**16)  # type: ignore[attr-defined]
            assert piece, "the browser has gone"
            self._waiting += piece
        message, _, self._waiting = self._waiting.partition(b"\0")
        return dict(json.loads(message))

    def value(self, expression: str) -> Any:
        """Return what an expression is in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; a browser may be slow."""
        for _ in range(400):
            if is_so():
                return
            time.sleep(0.025)
        raise AssertionError(self.value("document.body.innerText"))

    def open(self, address: str) -> None:
        """Open an address and wait until its script has run."""
        self.call("Page.navigate", url=address)
        self.ready()

    def ready(self) -> None:
        """Wait until the page is loaded."""
        self.wait(lambda: self.value("document.readyState") == "complete")

    def press(self, key: str, *, held: int = 0) -> None:
        """Press a key; `held` is 1 for Alt, 2 for Ctrl, 4 for the command key."""
        text = {} if held else {"text": key}
        code = ord(key.upper()) if key.isalnum() else 0
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, modifiers=held,
                windowsVirtualKeyCode=code, **more,
            )  # fmt: skip

    def close(self) -> None:
        """End the browser."""
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        self._stream.close()
