"""What a desk costs the answers of the service: the same requests with and without --desk.

    python -m benchmarks.desk_latency --n 500

Two services run beside each other, one with a desk. Each request goes to both, in random order, so
that whatever else the machine does meets both. The comments are invented.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.serving import comments
from benchmarks.serving_load import service

_SECRET = "a-secret-of-the-benchmark"


def coral(i: int, text: str) -> tuple[str, bytes, dict[str, str]]:
    from moderation.service.coral import SIGNATURE, sign

    asked = {
        "action": "NEW",
        "comment": {"body": text, "parentID": None},
        "author": {"id": f"a{i}", "role": "COMMENTER"},
        "story": {"id": f"s{i % 50}", "url": ""},
    }
    body = json.dumps(asked).encode()
    return "/coral/moderate", body, {SIGNATURE: sign(_SECRET.encode(), body)}


def own(i: int, text: str) -> tuple[str, bytes, dict[str, str]]:
    comment = {"id": i, "text": text, "article": {"id": i % 50, "title": "The bridge is closed"}}
    body = json.dumps({"comments": [comment], "explain": False}).encode()
    return "/v1/comments", body, {"Content-Type": "application/json"}


def seconds(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict) -> float:
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return time.perf_counter() - began


def told(values: list[float]) -> str:
    ranked = sorted(1e3 * value for value in values)
    p99 = ranked[int(len(ranked) * 0.99)]
    return f"median {statistics.median(ranked):6.2f}, p99 {p99:6.2f}, worst {ranked[-1]:6.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=500)
    n = parser.parse_args().n
    texts, draw = comments(None, n), random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        secrets, store = Path(folder) / "secrets", Path(folder) / "desk.db"
        secrets.write_text(_SECRET)
        common = ("--rate", "0", "--coral-secrets", str(secrets))
        with (
            service(*common) as plain,
            service(*common, "--desk", str(store), "--no-desk-pages") as desk,
        ):
            ways = [
                http.client.HTTPConnection("127.0.0.1", each.port, timeout=20)
                for each in (plain, desk)
            ]
            for name, request in (("Coral's phase", coral), ("/v1/comments", own)):
                found: tuple[list[float], list[float]] = ([], [])
                for i, text in enumerate(texts):
                    for which in draw.sample((0, 1), 2):
                        found[which].append(seconds(ways[which], *request(i, text)))
                difference = [b - a for a, b in zip(*found, strict=True)]
                print(f"{name:<14} without a desk    {told(found[0])}")
                print(f"{name:<14} with a desk       {told(found[1])}")
                print(f"{name:<14} difference        {told(difference)}")
            ways[1].request("GET", "/metrics")
            lines = ways[1].getresponse().read().decode().splitlines()
            print(*(line for line in lines if line.startswith("moderation_desk_")), sep="\n")


if __name__ == "__main__":
    main()
