"""``moderation desk`` and ``moderation decisions``, as processes and in this one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Timer
from urllib.parse import urlencode

import pytest
from running import Command

from moderation.desk import open_database

Lines = Callable[..., Path]


@contextmanager
def desk(*arguments: object) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the command; give its process and its port; end it with SIGINT if it still runs."""
    command = [sys.executable, "-m", "moderation", "desk", *map(str, arguments), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stderr is not None
        told = b""
        while b"the desk is at" not in told:
            line = process.stderr.readline()
            assert line, told
            told += line
        yield process, int(re.findall(rb"127\.0\.0\.1:(\d+)/", told)[0])
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert process.stderr is not None
        process.stderr.close()


class Client:
    """Decides as fast as the desk answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def ask(self, method: str, path: str, **fields: str) -> tuple[str, str]:
        """Send a request; return where it leads, and the page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(fields), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if cookie := answer.getheader("set-cookie"):
            self.cookie = cookie.partition(";")[0]
        assert answer.status in {200, 303}, text
        return answer.getheader("location") or "", text

    def first(self) -> str:
        """Wait until a comment is there, and return the address of the first card."""
        for _ in range(600):
            _, text = self.ask("GET", "/?order=need")
            if "/comment/" in text:
                place, _ = self.ask("POST", "/next", token=_field(text, "token"))
                return place
            time.sleep(0.02)
        raise AssertionError("no comment")

    def decide(self, place: str) -> str:
        """Decide about a comment; return the address of the next card. Then it is acknowledged."""
        _, text = self.ask("GET", place)
        fields = {name: _field(text, name) for name in ("token", "seen")}
        step = self.step(text)
        following, _ = self.ask("POST", place.partition("?")[0], do=step, **fields)
        return following

    def step(self, card: str) -> str:
        """Return what is done with a comment: it is published, whatever it says."""
        del card
        return "publish"


def _field(text: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', text)[-1]


@pytest.fixture
def comments(lines: Lines) -> Path:
    """Comments that the tiny model proposes to hold or to review."""
    rows = [
        {"id": f"c{n}", "author": f"Reader {n}", "text": f"You stupid idiot number {n}, shut up!"}
        for n in range(150)
    ]
    return lines(*rows)


@pytest.mark.parametrize("after", [0.02, 0.07, 0.15, 0.3, 0.5])
def test_killed_at_any_moment_it_keeps_what_it_acknowledged(
    comments: Path, tmp_path: Path, model_folder: Path, after: float
) -> None:
    store = tmp_path / "desk.db"
    acknowledged: list[str] = []
    begun: set[str] = set()
    arguments = (comments, "--store", store, "--model", model_folder, "--moderator", "mara")
    with desk(*arguments) as (process, port):
        client = Client(port)
        place = client.first()
        begun.add(key_in(place))
        acknowledged.append(key_in(place))
        place = client.decide(place)
        killer = Timer(after, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        with suppress(OSError, HTTPException):
            while place.startswith("/comment/"):
                key = key_in(place)
                begun.add(key)
                place = client.decide(place)
                acknowledged.append(key)
        killer.join()
        assert process.wait(timeout=20) == -signal.SIGKILL
    with closing(open_database(store)) as database, database.reading() as sql:
        stored = [row["item"] for row in sql.execute("SELECT item FROM decisions")]
        states = dict(sql.execute("SELECT item, state FROM items").fetchall())
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored) <= begun
    assert {item for item, state in states.items() if state == "publish"} == set(stored)


def key_in(place: str) -> str:
    """The key of the comment in an address."""
    return place.split("/")[2].partition("?")[0]


def test_from_a_file_to_labels(
    comments: Path, tmp_path: Path, model_folder: Path, run: Command
) -> None:
    store, labels = tmp_path / "desk.db", tmp_path / "mine.jsonl"
    with desk(comments, "--store", store, "--model", model_folder, "--moderator", "mara") as (
        process,
        port,
    ):
        client = Client(port)
        place = client.decide(client.first())
        client.decide(place)
    assert process.returncode == 0
    found = run("decisions", store, "-o", tmp_path / "all.csv")
    assert (found.status, found.err) == (0, "")
    assert (tmp_path / "all.csv").read_text().count("mara") == 2
    assert run("decisions", store, "-o", labels, "--to", "labels").status == 0
    rows = [json.loads(line) for line in labels.read_text().splitlines()]
    assert [(row["hostility"], row["annotator"], row["source"]) for row in rows] == [
        (False, "mara", "desk")
    ] * 2
    assert run("check", labels).status == 0
    assert run("decisions", store, "-o", labels).status == 2  # it exists


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--host", "0.0.0.0"), 2, "--keys FILE names who may decide"),
        (("--moderator", " "), 2, "the name is empty"),
        (("--keys", "missing"), 3, "missing"),
        (("--reasons", "missing"), 3, "no such file"),
        (("--store", "missing/desk.db"), 3, "name a folder that exists"),
    ],
)
def test_a_wrong_call_is_one_line(
    run: Command,
    tmp_path: Path,
    model_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    status: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("desk", "--store", "desk.db", "--model", model_folder, *arguments)
    assert found.status == status
    assert told in found.err
    assert len(found.told) == 1


def test_a_file_that_is_no_store_is_refused(run: Command, tmp_path: Path) -> None:
    other = tmp_path / "notes.db"
    other.write_text("notes " * 500)
    found = run("decisions", other)
    assert (found.status, len(found.told)) == (3, 1)
    assert "cannot be used as a store" in found.err


def test_fields_of_other_names_are_read(tmp_path: Path, model_folder: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("nr;Der Kommentar\n7;You stupid idiot, shut up!\n", encoding="utf-8")
    names = ("--column", "text=Der Kommentar", "--column", "id=nr")
    store = ("--store", tmp_path / "desk.db", "--model", model_folder, "--moderator", "mara")
    with desk(table, *names, *store) as (_, port):
        client = Client(port)
        _, text = client.ask("GET", client.first())
    assert "stupid" in text


def test_what_recurs_is_told_when_all_is_read(tmp_path: Path, model_folder: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("id,text,article_id\n1,The tram is late,t-1\n", encoding="utf-8")
    store = ("--store", tmp_path / "desk.db", "--model", model_folder, "--moderator", "mara")
    with desk(table, *store) as (process, _):
        giving_up = Timer(60, process.kill)
        giving_up.start()
        try:
            assert process.stderr is not None
            told = process.stderr.readline()
        finally:
            giving_up.cancel()
        assert b"1 comment naming 1 article not known" in told
        assert process.poll() is None
