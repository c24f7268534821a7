"""What others notice while one client sends the worst that it may.

    python -m benchmarks.serving_worst [--seconds 10] [--workers N]   p99 by family
    python -m benchmarks.serving_worst --memory 300000                memory over so many requests

Two clients have keys. The probe sends a short comment, of 200 characters, and a long one, of 3,000,
each at its own steady pace; the other client has four connections that never rest, within its rate
of 200 a second. The factor is the probe's p99 meanwhile over its p99 alone, measured right before.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.serving import comments
from benchmarks.serving_load import ANALYZE, service

PROBE, OTHER = "probe-0123456789abcdef", "other-0123456789abcdef"
SHORT_PIECES = {
    "prose": "The council voted to build a bus lane on the street, again. ",
    "letters apart": '" \t1 $\tl 1"',
    "joint at the end": "f* ",
    "open tags": "<f",
    "digits apart": "1 2 3 ",
    "masks": "*_~|",
    "combining marks": "e\u0301\u0300 ",
    "ligatures": "\ufdfa",
}
#: Lengths of the comments: those that the event loop may take, and the longest.
LENGTHS = (950, 6_000)


def families() -> Iterator[tuple[str, Any]]:
    """Names of families, and a function that makes the n-th request of it."""
    for (name, piece), length in itertools.product(SHORT_PIECES.items(), LENGTHS):

        def comment(n: int, piece: str = piece, length: int = length) -> dict[str, Any]:
            text = (f"{n} " + piece * length)[:length]
            return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}}

        yield f"{name}, {length:,}", comment
    for name, piece in (("prose", SHORT_PIECES["prose"]), ("letters apart", "x ")):

        def article(n: int, piece: str = piece) -> dict[str, Any]:
            text = f"headline {n} " + piece * (1_000_000 // len(piece))
            context = {"entries": [{"text": text}]}
            asked = {"comment": {"text": "I like it"}, "requestedAttributes": {"OFF_TOPIC": {}}}
            return {**asked, "context": context}

        yield f"article of {name}, 1 MB", article


def ask(connection: http.client.HTTPConnection, key: str, document: dict[str, Any]) -> int:
    connection.request("POST", f"{ANALYZE}?key={key}", json.dumps(document).encode())
    answer = connection.getresponse()
    answer.read()
    return answer.status


def probe(port: int, texts: list[str], seconds: float, pause: float) -> tuple[list[float], int]:
    """Seconds that each answer took, and how many were refused."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took, refused = [], 0
    end = time.perf_counter() + seconds
    for text in itertools.cycle(texts):
        began = time.perf_counter()
        if began > end:
            break
        document = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}}
        refused += ask(connection, PROBE, document) != 200
        took.append(time.perf_counter() - began)
        time.sleep(pause)
    return took, refused


def p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


@contextmanager
def attack(port: int, name: str) -> Iterator[Counter[int]]:
    """Four connections that send one family, each as fast as it is answered."""
    make = dict(families())[name]
    stop, codes = threading.Event(), Counter[int]()

    def send(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for n in itertools.count(first, 4):
            if stop.is_set():
                return
            try:
                code = ask(connection, OTHER, make(n))
            except (OSError, http.client.HTTPException):
                connection.close()
                code = 0
            codes[code] += 1
            if code == 429:
                time.sleep(0.02)

    senders = [threading.Thread(target=send, args=(i,)) for i in range(4)]
    for sender in senders:
        sender.start()
    try:
        yield codes
    finally:
        stop.set()
        for sender in senders:
            sender.join()


def attacked(port: int, name: str, seconds: float, ready: Any) -> dict[int, int]:
    """The attack in a process of its own: what it costs to send is not the service's."""
    with attack(port, name) as codes:
        ready.set()
        time.sleep(seconds)
    return dict(codes)


def both(port: int, texts: list[str], seconds: float) -> tuple[float, float, int]:
    """p99 of short and long comments, in two threads, and refusals."""
    long = [" ".join(texts[i : i + 15])[:3_000] for i in range(0, len(texts) - 15, 15)]
    found: dict[str, tuple[list[float], int]] = {}
    threads = [
        threading.Thread(
            target=lambda name=name, some=some, pause=pause: found.update(  # type: ignore[misc]
                {name: probe(port, some, seconds, pause)}
            )
        )
        for name, some, pause in (("short", texts, 0.01), ("long", long, 0.05))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (short, no), (slow, never) = found["short"], found["long"]
    return p99(short), p99(slow), no + never


def measure_worst(seconds: float, workers: int, only: str) -> None:
    texts = comments(None, 5_000)
    random.Random(1).shuffle(texts)
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        keys.write_text(f"probe {PROBE}\nother {OTHER}\n")
        with (
            service("--keys", str(keys), "--workers", str(workers)) as running,
            get_context("spawn").Pool(1) as pool,
            get_context("spawn").Manager() as manager,
        ):
            both(running.port, texts, 3.0)
            print(
                f"{'one client sends':32} short p99, factor   long p99, factor   refused  answers"
            )
            for name, _ in families():
                if only not in name:
                    continue
                alone = both(running.port, texts, seconds)
                ready = manager.Event()
                attacking = pool.apply_async(attacked, (running.port, name, seconds + 1, ready))
                ready.wait()
                time.sleep(0.5)
                short, slow, refused = both(running.port, texts, seconds)
                print(
                    f"{name:32} {1e3 * short:6.1f} ms {short / alone[0]:5.1f}    "
                    f"{1e3 * slow:6.1f} ms {slow / alone[1]:5.1f}   {refused:7} {attacking.get()}",
                    flush=True,
                )


def memory(process: int) -> tuple[int, int]:
    """Megabytes of the service, and of it with its other processes."""

    def own(each: int) -> int:
        status = Path(f"/proc/{each}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024

    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False
    )
    return own(process), own(process) + sum(own(int(each)) for each in listed.stdout.split())


def measure_memory(n: int) -> None:
    from benchmarks.serving_load import loaded

    draw = random.Random(0)
    texts = comments(None, 20_000)
    texts = [f"{text} {draw.random()}" for text in texts]
    texts[::50] = [text * 20 for text in texts[::50]]
    with service("--rate", "0") as running:
        done = 0
        while done < n:
            found = loaded("closed", running.port, texts, 15.0, 16)
            done += round(found.rate * 15.0)
            own, all_ = memory(running.process.pid)
            print(f"{done:9,} requests, {found.failed} failed: {own} MB, all processes {all_} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a family's name")
    parser.add_argument("--memory", type=int, metavar="N")
    asked = parser.parse_args()
    if asked.memory:
        measure_memory(asked.memory)
    else:
        measure_worst(asked.seconds, asked.workers, asked.only)


if __name__ == "__main__":
    main()
