"""Answer the labelling screen as fast as it asks, kill it at any moment, and keep the books."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from pathlib import Path
from threading import Timer
from typing import Any

from vt import EndedError, Sitting

_SHOWN = re.compile(r"Reader (\d+) writes")
_KEYS = {"h": True, "n": False, "u": "unsure"}


def write_comments(path: Path, n: int) -> Path:
    """An input of `n` comments that can be told apart on the screen."""
    rows = ({"id": f"c{i}", "text": f"Reader {i} writes about the bridge."} for i in range(n))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


class Ledger:
    """What was typed and acknowledged, to compare the file with.

    An answer is acknowledged when the screen shows another comment.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.acknowledged: dict[str, Any] = {}
        self.typed: dict[str, Any] = {}
        self.random = random.Random(0)

    def kept(self) -> dict[str, Any]:
        """The answers in the file; of two about one comment, the last."""
        return {row["id"]: row["hostility"] for row in self._whole()}

    def lost(self) -> list[str]:
        """Comments whose acknowledged answer is not in the file, or another one is."""
        kept = self.kept()
        return [id_ for id_, said in self.acknowledged.items() if kept.get(id_, ...) != said]

    def invented(self) -> list[str]:
        """Comments whose answer in the file nobody gave."""
        return [id_ for id_, said in self.kept().items() if self.typed.get(id_, ...) != said]

    def torn(self) -> list[bytes]:
        """Lines of the file that are not whole."""
        return [line for line in self._lines() if not line.endswith(b"\n") or _broken(line)]

    def _lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True) if self.path.exists() else []

    def _whole(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines() if not _broken(line)]


def killed_once(comments: Path, ledger: Ledger, *, after: float) -> None:
    """Start the command, answer, and kill it `after` seconds after the first question.

    The killing is not in step with the answering: it comes when a key is on its way, while the
    line is written, while the next comment is drawn; with a negative `after`, as it starts.
    """
    arguments = ("label", comments, "-o", ledger.path, "--annotator", "anna", "--order", "given")
    sitting = Sitting(*arguments, "--attribute", "hostility", "--quiet")
    try:
        if after < 0:
            time.sleep(-after)
        else:
            _answer_until_killed(sitting, ledger, after)
    finally:
        sitting.stop()


def _answer_until_killed(sitting: Sitting, ledger: Ledger, after: float) -> None:
    before = ledger.kept()
    at = _at(sitting.wait("Hostile?"))
    assert f"c{at}" not in before, "it asks again what was answered"
    assert at == len(before), "it does not ask what comes next"
    killer = Timer(after, os.kill, (sitting.pid, signal.SIGKILL))
    killer.start()
    try:
        while True:
            key = ledger.random.choice("hnu")
            ledger.typed[f"c{at}"] = _KEYS[key]
            sitting.type(key)
            shown = sitting.wait(lambda text, at=at: _at(text) not in {at, -1})  # type: ignore[misc]
            ledger.acknowledged[f"c{at}"] = _KEYS[key]
            at = _at(shown)
    except (EndedError, OSError):  # the terminal went with it
        killer.join()
    assert sitting.end() == -signal.SIGKILL


def _at(text: str) -> int:
    found = _SHOWN.search(text)
    return int(found[1]) if found else -1


def _broken(line: bytes) -> bool:
    try:
        return not isinstance(json.loads(line), dict)
    except ValueError:
        return True
