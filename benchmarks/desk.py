"""How fast the review desk is: its first pages, its decisions and its bulk, over HTTP.

    python -m benchmarks.desk [--python PYTHON] [--large 100000] [--decisions 300]

It writes invented comments, starts `moderation desk` as a process, and measures as a browser
without a script would: from the command to the first page, and to the first page with comments;
from a decision to the next card, which is read to its end; a decision about fifty comments at once.
Run it with the Python of an environment into which the package was installed by pip, whose modules
are byte-compiled. "Work" is the processor time of the desk, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

MAIN = "from moderation.cli import main; main()"
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_PIECES = (
    "You are an idiot and a liar.", "Thank you for this careful report.",
    "The council should repair the bridge.", "Shut up, you stupid clown.",
    "My street was flooded again last night.", "Nobody asked the people who live here.",
    "What a pathetic bunch of losers you are.", "I read the same thing in another paper.",
    "The ferry was late, as always.", "These people are vermin and should be hanged.",
)  # fmt: skip


def write_comments(path: Path, n: int) -> None:
    """Write invented comments under one article for each two hundred of them."""
    rng = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for i in range(n):
            text = " ".join(rng.sample(_PIECES, rng.randint(1, 4)))
            article = i // 200
            row: dict[str, object] = {
                "id": f"c{i}",
                "text": f"{text} {rng.choice(_PIECES)} {i}",
                "author": f"Reader {rng.randrange(max(20, n // 20))}",
                "published": "2026-03-01T10:00:00Z",
                "article": {"id": f"a{article}", "title": f"The bridge, part {article}",
                            "text": "The old bridge over the river is closed for a year."},
            }  # fmt: skip
            if i % 200 and rng.random() < 0.5:
                row["parent_id"] = f"c{i - 1}"
            file.write(json.dumps(row) + "\n")


class Answer(NamedTuple):
    """A page, and how long it took with the redirects to it."""

    text: str
    seconds: float


class Client:
    """A browser that keeps a cookie and a connection.

    Parameters
    ----------
    port
        Where the desk listens.
    """

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = ""

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Open an address or send a form, and follow where it leads."""
        start = time.perf_counter()
        while True:
            headers = {"Host": self._host, "Cookie": self._cookie}
            body = None
            if form is not None:
                body = urlencode(form)
                headers |= {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Origin": f"http://{self._host}",
                }
            self._connection.request("POST" if form is not None else "GET", path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
            if cookie := answer.getheader("set-cookie"):
                self._cookie = cookie.partition(";")[0]
            if answer.status != 303:
                if answer.status != 200:
                    raise SystemExit(f"{path}: {answer.status}")
                return Answer(text, time.perf_counter() - start)
            path, form = answer.getheader("location") or "/", None


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with an action."""
    (form,) = re.findall(rf'(?s)<form method="post" action="{action}".*?</form>', page)
    return {name: unescape(value) for name, value in _HIDDEN.findall(form)}


def work(process: subprocess.Popen[str]) -> float:
    """Seconds of the processor that a process has used; 0 where Linux does not tell."""
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Running(NamedTuple):
    """A desk that answers, and the times from the command to its first pages."""

    client: Client
    page: float
    comments: float
    work: float
    process: subprocess.Popen[str]


@contextmanager
def desk(python: str, folder: Path, comments: Path | None = None) -> Iterator[Running]:
    """Run the desk over a file, until the block ends."""
    command = [python, "-c", MAIN, "desk", "--store", str(folder / "desk.db"), "--port", "0",
               "--moderator", "mara", *([str(comments)] if comments else [])]  # fmt: skip
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder)
    try:
        assert process.stderr is not None
        port = re.search(r":(\d+)/", process.stderr.readline())
        if port is None:
            raise SystemExit(process.stderr.read())
        client = Client(int(port[1]))
        text = client.ask("/").text
        page = time.perf_counter() - start
        while 'class="row"' not in text:
            time.sleep(0.02)
            text = client.ask("/").text
        yield Running(client, page, time.perf_counter() - start, work(process), process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_until_read(running: Running) -> float:
    """Seconds until all comments are in the queue."""
    start = time.perf_counter()
    while "still being read" in running.client.ask("/").text:
        time.sleep(0.5)
    return time.perf_counter() - start


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def first_pages(python: str, n: int, *, whole: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_comments(folder / "in.jsonl", n)
        with desk(python, folder, folder / "in.jsonl") as running:
            told = f"first page {running.page:.2f} s, with comments {running.comments:.2f} s"
            told += f" (work {running.work:.2f} s)"
            if not whole:
                print(f"{n:,} comments: {told}")
                return
            pages = [running.client.ask("/").seconds for _ in range(10)]
            told += f"; while scoring, a page takes {statistics.median(pages) * 1e3:.0f} ms"
            took = wait_until_read(running)
            print(f"{n:,} comments: {told}; all are read after {running.comments + took:.0f} s")
            for path in ("/", "/?order=need", "/?article=3", "/?author=Reader+7", "/?show=decided"):
                pages = [running.client.ask(path).seconds for _ in range(5)]
                print(f"  {path:<20} {statistics.median(pages) * 1e3:5.0f} ms")
            decide(running, 30)


def decide(running: Running, n: int) -> None:
    """Print the time from a decision to the next card."""
    client = running.client
    page = client.ask("/next", fields_of(client.ask("/").text, "/next")).text
    times, before = [], work(running.process)
    for i in range(n):
        (action,) = re.findall(r'action="(/comment/\w+)"', page)
        form = fields_of(page, action) | {"do": ("publish", "reject:insult", "skip")[i % 3]}
        answer = client.ask(action, form)
        page = answer.text
        times.append(answer.seconds * 1e3)
    print(
        f"  decision to the next card: median {statistics.median(times):.0f} ms, "
        f"p95 {quantile(times, 0.95):.0f} ms, worst {max(times):.0f} ms ({n} decisions), "
        f"work {(work(running.process) - before) / n * 1e3:.0f} ms each"
    )


def bulk(running: Running) -> None:
    """Print the time of a decision about fifty comments, and of its undo."""
    client = running.client
    page = client.ask("/together?article=1").text
    ticks = dict(re.findall(r'type="checkbox" name="([\w-]+)" value="(\d+)"', page))
    form = fields_of(page, "/together") | ticks | {"do": f"publish:{len(ticks)}"}
    done = client.ask("/together", form)
    undone = client.ask("/undo", fields_of(done.text, "/undo"))
    print(
        f"  {len(ticks)} comments at once: {done.seconds * 1e3:.0f} ms, "
        f"their undo: {undone.seconds * 1e3:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--large", type=int, default=100_000, help="0 leaves it out")
    parser.add_argument("--decisions", type=int, default=300)
    options = parser.parse_args()
    for _ in range(3):
        first_pages(options.python, 500, whole=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_comments(folder / "in.jsonl", 3_000)
        with desk(options.python, folder, folder / "in.jsonl") as running:
            wait_until_read(running)
            waiting = re.search(r"Waiting <b>([\d,]+)", running.client.ask("/").text)
            print(f"{waiting[1] if waiting else '?'} comments queued:")
            decide(running, options.decisions)
            bulk(running)
    if options.large:
        first_pages(options.python, options.large, whole=True)


if __name__ == "__main__":
    main()
