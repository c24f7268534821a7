"""A service in a process of its own, asked over real sockets."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from moderation.service.state import Settings

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"

#: What the service of conftest.py knows.
SECRETS = ("s3cret-of-today-000", "s3cret-of-last-week")
ARTICLE = {
    "id": "story-1",
    "title": "Harbour council delays the ferry timetable",
    "text": "The harbour council postponed the new ferry timetable on Monday. Crews had warned "
    "that the morning ferry could not load the market lorries in time.",
    "url": "https://www.example.org/news/ferry-timetable",
}

_PROGRAM = (
    "import logging, sys, msgspec;"
    "from moderation.service.server import serve;"
    "from moderation.service.state import Settings;"
    "logging.basicConfig(level=logging.INFO, format='%(levelname)s %(name)s: %(message)s');"
    "settings = msgspec.json.decode(sys.argv[1], type=Settings, dec_hook=lambda t, v: t(v));"
    "serve(settings, '127.0.0.1', int(sys.argv[2]), int(sys.argv[3]))"
)
_ADDRESS = re.compile(r"on http://127\.0\.0\.1:(\d+)")


class Answer(NamedTuple):
    """What came back."""

    code: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error_type(self) -> str:
        return str(self.json["error"]["details"][0]["errorType"])

    @property
    def message(self) -> str:
        return str(self.json["error"]["message"])


class Served:
    """A running service; its log goes to a file."""

    def __init__(self, settings: Settings, folder: Path, port: int = 0, workers: int = 1) -> None:
        self.settings = settings
        self.log_path = folder / "service.log"
        encoded = msgspec.json.encode(msgspec.to_builtins(settings, builtin_types=(), enc_hook=str))
        with self.log_path.open("ab") as log:
            began = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, encoded.decode(), str(port), str(workers)],
                stderr=log,
            )
        while not (found := _ADDRESS.search(self.log[began:])):
            assert self.process.poll() is None, self.log
            time.sleep(0.02)
        self.port = int(found[1])

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8")

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def post(self, path: str, document: Any, **headers: str) -> Answer:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, body, {"Content-Type": "application/json", **named})

    def analyze(self, text: str = "You idiot.", **fields: Any) -> Answer:
        asked = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **fields}
        return self.post(ANALYZE, asked)

    def is_up(self) -> bool:
        return self.ask("GET", "/healthz").code == 200

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


def until(happened: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return False


def link(name: Path, target: Path) -> None:
    fresh = name.with_name("fresh")
    fresh.symlink_to(target)
    fresh.replace(name)
