"""The review desk killed with -9 while people decide, and two people who must not meet.

    python -m benchmarks.desk_durability --kills 100      every acknowledged decision, once
    python -m benchmarks.desk_durability --together 1000  two moderators, so many comments
    python -m benchmarks.desk_durability --arrivals 20    what the service said is in the queue

The desk, the service and each moderator are processes of their own that talk over HTTP. A moderator
opens the next card and decides as soon as it is there, sends a form again that got no answer, and
writes down what was acknowledged. All comments are invented.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

KEYS = {"mara": "key-of-mara-0123456789", "iven": "key-of-iven-0123456789"}
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CARD = re.compile(r"/comment/(\w+)")
_STEPS = ("publish", "reject:insult", "publish", "reject:group", "skip", "second")
_COMMAND = [sys.executable, "-c", "from moderation.cli import main; main()"]


class Acknowledged(NamedTuple):
    """A step whose answer arrived, and when its card was on the screen."""

    who: str
    item: str
    do: str
    seq: int
    shown: float
    gone: float


class Moderator:
    """A browser with a session; it repeats what got no answer."""

    def __init__(self, who: str, port: int) -> None:
        self.who = who
        self._port = port
        self._cookie = ""
        self._page = ""
        self.told = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Return the status, and where the answer leads; ask again until there is one."""
        headers = {"Cookie": self._cookie, "Origin": f"http://127.0.0.1:{self._port}"}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
            try:
                connection.request(method, path, urlencode(fields) if fields else None, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)  # the desk was killed, and comes back
                continue
            finally:
                connection.close()
            if cookie := answer.getheader("set-cookie"):
                self._cookie = cookie.partition(";")[0]
            if answer.status == 200:
                self._page = text
            elif answer.status >= 400:
                self.told = re.sub(r"<[^>]+>|\s+", " ", text.partition("<h1")[2].partition(">")[2])
                self.told = re.sub(r" +", " ", self.told[:200]).strip()
            return answer.status, answer.getheader("location") or ""

    def fields(self) -> dict[str, str]:
        """The hidden fields of the last form."""
        return dict(_FIELD.findall(self._page.rpartition("<form")[2]))

    def enter(self) -> None:
        """Give the key."""
        self.ask("GET", "/enter")
        status, _ = self.ask("POST", "/enter", self.fields() | {"key": KEYS[self.who]})
        assert status == 303, status

    def next(self) -> str:
        """Open the next card; return its key, or nothing if none is left."""
        self.ask("GET", "/")
        _, place = self.ask("POST", "/next", self.fields())
        return self.show(place)

    def show(self, place: str) -> str:
        """Open a card; return its key if this moderator has it."""
        found = _CARD.match(place)
        if found is None:
            return ""
        self.ask("GET", place)
        return found[1] if 'id="decide"' in self._page else self.next()

    def decide(self, item: str, do: str) -> tuple[int, str]:
        """Press a button."""
        form = re.search(r'(?s)id="decide".*?</form>', self._page)
        assert form is not None
        fields = dict(_FIELD.findall(form[0]))
        return self.ask("POST", f"/comment/{item}", fields | {"do": do})


def moderate(who: str, port: int, log: Path, done: Event, steps: tuple[str, ...]) -> None:
    """Decide until nothing is left or `done` is set; write down what counts."""
    moderator, draw = Moderator(who, port), random.Random(who)
    moderator.enter()
    refused: Counter[str] = Counter()
    with log.open("w") as stream:
        item = moderator.next()
        while item and not done.is_set():
            shown, do = time.time(), draw.choice(steps)
            status, place = moderator.decide(item, do)
            gone = time.time()
            if status == 303:
                seq = int(re.findall(r"done=(\d+)", place)[0])
                line = Acknowledged(who, item, do, seq, shown, gone)
                stream.write(json.dumps(line) + "\n")
                stream.flush()
                item = moderator.show(place)
            else:
                refused[moderator.told] += 1
                item = moderator.next()
        stream.write(json.dumps({"refused": refused}) + "\n")


def read_log(path: Path) -> tuple[list[Acknowledged], Counter[str]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    found = [Acknowledged(*line) for line in lines if isinstance(line, list)]
    (refused,) = [line["refused"] for line in lines if isinstance(line, dict)]
    return found, Counter(refused)


def fill(store: Path, n: int) -> None:
    """Put invented comments into a store, all of them proposed for hold."""
    from moderation.desk import Intake, open_database
    from moderation.records import Action, Article, Attribute, Comment, Score, Verdict
    from moderation.sources.comment_rows import Item

    def pairs() -> Iterator[tuple[Item, Verdict]]:
        for i in range(n):
            article = Article(id=f"a{i % 50}", title=f"The bridge, part {i % 50}", text="Closed.")
            comment = Comment(
                text=f"Remark {i}: this bridge will be late, you fool number {i * 7919 % 10_007}.",
                id=f"c{i}", author=f"Reader {i % 700}", article=article, article_id=article.id,
            )  # fmt: skip
            hostile, off_topic = (
                Score(attribute=attribute, value=value, review=0.5, hold=0.9)
                for attribute, value in ((Attribute.HOSTILITY, 0.95), (Attribute.OFF_TOPIC, 0.1))
            )
            yield (
                Item(comment, raw={"id": comment.id}),
                Verdict(
                    id=comment.id, hostility=hostile, off_topic=off_topic, action=Action.HOLD,
                    model="invented",
                ),
            )  # fmt: skip

    database = open_database(store, create=True)
    list(Intake(database).fill(pairs(), "invented"))
    database.close()


class Desk:
    """The desk as a process that can be killed and started again at the same address."""

    def __init__(self, folder: Path, store: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        keys = folder / "keys.txt"
        keys.write_text("".join(f"{name} {key}\n" for name, key in KEYS.items()))
        self._command = [
            *_COMMAND, "desk", "--store", str(store), "--port", str(self.port), "--keys", str(keys),
        ]  # fmt: skip
        self._log = folder / "desk.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        while True:
            if self.process.poll() is not None:
                raise SystemExit(self._log.read_text())
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)

    def kill(self) -> None:
        """End it with -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def run_moderators(
    desk: Desk, folder: Path, steps: tuple[str, ...], kills: int = 0
) -> tuple[list[Acknowledged], str]:
    """Let both moderators work, kill the desk so many times, and return what was acknowledged."""
    context = get_context("spawn")
    done, draw = context.Event(), random.Random(0)
    logs = {who: folder / f"{who}.jsonl" for who in KEYS}
    desk.start()
    people = [
        context.Process(target=moderate, args=(who, desk.port, log, done, steps))
        for who, log in logs.items()
    ]
    for each in people:
        each.start()
    for _ in range(kills):
        _await_decisions(logs)
        time.sleep(draw.uniform(0.0, 1.0))
        desk.kill()
        desk.start()
    if kills:
        _await_decisions(logs)
        done.set()
    for each in people:
        each.join()
    desk.kill()
    found = [read_log(log) for log in logs.values()]
    refused = sum((each for _, each in found), Counter())
    told = "; ".join(f"{n} times {what}" for what, n in refused.most_common()) or "nothing"
    return [line for lines, _ in found for line in lines], told


def _await_decisions(logs: dict[str, Path]) -> None:
    """Wait until both moderators have decided again, so that the next kill meets their load."""
    sizes = {log: log.stat().st_size if log.exists() else 0 for log in logs.values()}
    while not all(log.exists() and log.stat().st_size > size for log, size in sizes.items()):
        time.sleep(0.01)


def rows(store: Path, statement: str) -> list[Any]:
    connection = sqlite3.connect(store)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def measure_kills(kills: int, folder: Path) -> int:
    store = folder / "desk.db"
    fill(store, 100 * kills)
    began = time.monotonic()
    desk = Desk(folder, store)
    acknowledged, refused = run_moderators(desk, folder, _STEPS, kills)
    lines = {row[0]: row[1:] for row in rows(store, "SELECT seq, item, who, what FROM decisions")}
    lost = [a for a in acknowledged if lines.get(a.seq) != (a.item, a.who, a.do.partition(":")[0])]
    twice = [seq for seq, n in Counter(a.seq for a in acknowledged).items() if n > 1]
    settled = Counter(item for item, _, what in lines.values() if what in {"publish", "reject"})
    both = [item for item, n in settled.items() if n > 1]
    (sound,) = rows(store, "PRAGMA integrity_check")[0]
    print(
        f"killed {kills} times in {time.monotonic() - began:.0f} s under two moderators: "
        f"{len(acknowledged):,} steps acknowledged, {len(lines):,} in the store, {len(lost)} lost, "
        f"{len(twice)} acknowledged as one line twice, {len(both)} cards decided twice, "
        f"integrity {sound}; refused: {refused}"
    )
    return len(lost) + len(twice) + len(both) + (sound != "ok")


def measure_together(n: int, folder: Path) -> int:
    store = folder / "desk.db"
    fill(store, n)
    steps = tuple(step for step in _STEPS if step != "skip")
    acknowledged, refused = run_moderators(Desk(folder, store), folder, steps)
    seconds = max(a.gone for a in acknowledged) - min(a.shown for a in acknowledged)
    asked = {a.item for a in acknowledged if a.do == "second"}
    by_item: dict[str, list[Acknowledged]] = {}
    for each in acknowledged:
        by_item.setdefault(each.item, []).append(each)
    shown_to_both = [i for i, seen in by_item.items() if len({a.who for a in seen}) > 1]
    wrong = [item for item in shown_to_both if item not in asked]
    at_once = [
        item
        for item in shown_to_both
        for a in by_item[item]
        for b in by_item[item]
        if a.who < b.who and a.shown < b.gone and b.shown < a.gone
    ]
    shares = Counter(a.who for a in acknowledged)
    print(
        f"{n:,} comments, two moderators, {seconds:.0f} s, {sorted(shares.values())} steps each: "
        f"{len(by_item):,} comments shown, {len(shown_to_both)} of them to both after a second "
        f"look was asked ({len(asked)}), {len(wrong)} otherwise, {len(at_once)} at once; "
        f"refused: {refused}"
    )
    return len(wrong) + len(at_once) + (len(by_item) != n)


def measure_arrivals(kills: int, folder: Path) -> int:
    """Send comments to a service that is killed; what it called kept is in the queue, once."""
    from benchmarks.serving_load import start

    store, draw = folder / "desk.db", random.Random(0)
    kept: set[str] = set()
    n = told = 0
    for _ in range(kills):
        more = ("--rate", "0", "--desk", str(store), "--no-desk-pages")
        running = start(*more, log=folder / "service.log")
        until = time.monotonic() + draw.uniform(0.2, 1.5)
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
        while time.monotonic() < until:
            sent = [{"id": str(n + i), "text": f"You fool, number {n + i}."} for i in range(5)]
            n += 5
            connection.request("POST", "/v1/comments", json.dumps({"comments": sent}))
            answer = json.loads(connection.getresponse().read())
            told += len(answer["comments"])
            kept |= {c["id"] for c in answer["comments"] if c["desk"] == "kept"}
        running.process.kill()
        running.process.wait()
    found = Counter(row[0] for row in rows(store, "SELECT id FROM items"))
    lost, twice = kept - set(found), [i for i, count in found.items() if count > 1]
    print(
        f"service killed {kills} times: {told:,} comments answered, {len(kept):,} of them called "
        f"kept, {len(lost)} of these lost, {len(twice)} twice"
    )
    return len(lost) + len(twice)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, metavar="N")
    parser.add_argument("--together", type=int, metavar="N")
    parser.add_argument("--arrivals", type=int, metavar="N")
    asked = parser.parse_args()
    wrong = 0
    for n, measure in (
        (asked.kills, measure_kills),
        (asked.together, measure_together),
        (asked.arrivals, measure_arrivals),
    ):
        if n:
            with tempfile.TemporaryDirectory() as folder:
                wrong += measure(n, Path(folder))
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
