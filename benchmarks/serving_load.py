"""A service in a process of its own, and clients that load it: closed loop, and open loop."""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

ANALYZE = "/v1alpha1/comments:analyze"
_ADDRESS = re.compile(r"on http://127\.0\.0\.1:(\d+)")


class Running(NamedTuple):
    process: subprocess.Popen[bytes]
    port: int


def start(*arguments: str, log: Path) -> Running:
    """Start `moderation serve` on a free port and wait until it listens."""
    began = log.stat().st_size if log.exists() else 0
    command = [sys.executable, "-c", "from moderation.cli import main; main()", "serve"]
    with log.open("ab") as stream:
        process = subprocess.Popen([*command, "--port", "0", *arguments], stderr=stream)
    while not (found := _ADDRESS.search(log.read_text()[began:])):
        if process.poll() is not None:
            raise SystemExit(log.read_text())
        time.sleep(0.02)
    return Running(process, int(found[1]))


@contextmanager
def service(*arguments: str) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as folder:
        running = start(*arguments, log=Path(folder) / "log")
        try:
            yield running
        finally:
            running.process.terminate()
            running.process.wait()


def request(port: int, text: str, **fields: object) -> bytes:
    asked = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **fields}
    body = json.dumps({"languages": ["en"], **asked}).encode()
    head = (
        f"POST {ANALYZE}?key=k HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Latencies(NamedTuple):
    """Answers a second, and seconds from when each was due until it came."""

    rate: float
    median: float
    p99: float
    worst: float
    failed: int


def _summary(latencies: list[float], failed: int, seconds: float) -> Latencies:
    ranked = sorted(latencies)
    return Latencies(
        rate=len(ranked) / seconds,
        median=ranked[len(ranked) // 2],
        p99=ranked[int(len(ranked) * 0.99)],
        worst=ranked[-1],
        failed=failed,
    )


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes
) -> bool:
    writer.write(data)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200")


async def _closed(
    port: int, requests: Sequence[bytes], seconds: float, connections: int
) -> Latencies:
    """Each connection asks again as soon as it is answered: the rate that saturates."""
    latencies: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds

    async def ask(first: int) -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        at = first
        while (due := time.perf_counter()) < end:
            failed += not await _exchange(reader, writer, requests[at % len(requests)])
            latencies.append(time.perf_counter() - due)
            at += connections
        writer.close()

    await asyncio.gather(*(ask(i) for i in range(connections)))
    return _summary(latencies, failed, seconds)


async def _open(port: int, requests: Sequence[bytes], seconds: float, rate: float) -> Latencies:
    """Requests come at random moments, whether the last was answered or not (Poisson)."""
    latencies: list[float] = []
    failed = 0
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(200):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    draw = random.Random(0)

    async def ask(data: bytes, due: float) -> None:
        nonlocal failed
        pair = await free.get()
        failed += not await _exchange(*pair, data)
        latencies.append(time.perf_counter() - due)
        free.put_nowait(pair)

    due = time.perf_counter()
    end = due + seconds
    asking = set()
    number = 0
    while (due := due + draw.expovariate(rate)) < end:
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(ask(requests[number % len(requests)], due))
        asking.add(task)
        task.add_done_callback(asking.discard)
        number += 1
    await asyncio.gather(*asking)
    while not free.empty():
        free.get_nowait()[1].close()
    return _summary(latencies, failed, seconds)


def _in_process(kind: str, *arguments: object) -> Latencies:
    return asyncio.run({"closed": _closed, "open": _open}[kind](*arguments))  # type: ignore[arg-type]


def loaded(kind: str, port: int, texts: Sequence[str], seconds: float, much: float) -> Latencies:
    """Load a service from a process of its own: `much` connections, or requests a second."""
    requests = [request(port, text) for text in texts]
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_in_process, (kind, port, requests, seconds, much))
