"""What an overview costs, and how often its intervals and its findings are right.

    python -m benchmarks.overview [--comments 200000] [--formats jsonl csv parquet]
    python -m benchmarks.overview --simulate 400

The first prints the time of processor and the peak memory of `moderation overview FILE -o PAGE` on
files of invented scored comments, beside those of a tenth of the comments with as many groups. The
second draws comments whose shares are known: groups that are all alike, of which none should be
called above the rest in more than one table of twenty, and articles whose comments are alike, whose
intervals should hold the true share in 95 of 100 cases.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from moderation.evaluation.overview import chance
from moderation.evaluation.shares import wilson
from moderation.files.records import WRITERS

ARTICLES, AUTHORS = 2_000, 9_000
TEXT = "The council might have asked those who live beside it before it was shut. " * 3


def records(n: int) -> Iterator[dict[str, Any]]:
    """Scored comments of two years, as ``moderation score --keep`` writes them."""
    draw = random.Random(1)
    shares = [draw.betavariate(1, 30) for _ in range(ARTICLES)]
    begin = datetime(2025, 1, 1)
    for at in range(n):
        article = min(ARTICLES - 1, int(draw.expovariate(3) * ARTICLES))
        lot, hold = draw.random(), shares[article]
        action = "hold" if lot < hold else "review" if lot < 3 * hold + 0.03 else "publish"
        yield {
            "id": str(at),
            "hostility": round(lot, 6),
            "off_topic": None,
            "action": action,
            "model": "comments-en-4@587f5ab6",
            "null_reason": None,
            "text": TEXT,
            "article": {"id": f"a{article}", "title": f"Report number {article} on the bridge"},
            "section": ("politics", "sport", "local", "culture")[article % 4],
            "author": f"reader {int(draw.paretovariate(0.9)) * 7_919 % AUTHORS}",
            "published": (begin + timedelta(minutes=draw.randrange(1_051_200))).isoformat(),
            "device": draw.choice(("phone", "desk")),
        }


def cost(path: Path) -> tuple[float, float]:
    """Seconds of processor and peak resident memory in MB of an overview with its page."""
    page = path.with_suffix(".html")
    command = [sys.executable, "-m", "moderation", "overview", path, "-o", page, "--force"]
    process = subprocess.Popen([*map(str, command), "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{path.name} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def speed(n: int, formats: list[str]) -> None:
    print(f"{'format':<10}{'comments':>10}{'seconds':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for fmt in formats:
            for size in (n // 10, n):
                path = Path(folder) / f"scored-{size}.{fmt}"
                with path.open("wb") as stream:
                    writer = WRITERS[fmt](stream)
                    for record in records(size):
                        writer.write(record)
                    writer.close()
                seconds, memory = cost(path)
                print(f"{fmt:<10}{size:>10,}{seconds:>9.1f}{memory:>9.0f}", flush=True)
                path.unlink()


def simulate(rounds: int) -> None:
    draw = np.random.default_rng(1)
    named = sure = ranked = 0
    for _ in range(rounds):
        n = np.ceil(draw.pareto(1.2, 1_000) * 15 + 20)
        k = draw.binomial(n.astype(int), 0.03).astype(float)
        rest = (k.sum() - k, n.sum() - n)
        named += bool((chance.holm(chance.excess(k, n, rest)) < chance.ERROR).any())
        low, high = chance.ranks(k, n)
        ranked += bool((low > 1).any() or (high < len(n)).any())
        among = chance.among_worst(k, n, chance.fit(k, n), 10, seed=0)
        sure += bool((among > 1 - chance.ERROR).any())
    print(f"1,000 groups that are all alike, {rounds:,} tables")
    print(f"  some group above the rest           {named / rounds:7.1%}  (at most 5 %)")
    print(f"  some interval of ranks wrong        {ranked / rounds:7.1%}  (at most 5 %)")
    print(f"  some group surely among the worst   {sure / rounds:7.1%}")
    print("comments under articles that differ, share of hold 10 %: intervals that hold it")
    for articles in (20, 60, 200):
        found = plain = 0
        for _ in range(rounds):
            own = draw.beta(1.5, 13.5, articles)
            n = draw.integers(5, 60, articles).astype(float)
            k = draw.binomial(n.astype(int), own).astype(float)
            total = n.sum()
            effect = 1 + chance.intraclass(k, n) * float((n * (n - 1)).sum()) / total
            for alike in (effect, 1.0):
                low, high = wilson(k.sum() / np.array([alike]), total / np.array([alike]))
                right = bool(low[0] <= 0.1 <= high[0])
                found += right * (alike == effect)
                plain += right * (alike != effect)
        alone = f"without allowing for articles {plain / rounds:7.1%}"
        print(f"  {articles:>4} articles {found / rounds:7.1%}   {alone}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=200_000)
    parser.add_argument("--formats", nargs="+", default=["jsonl", "csv", "parquet"])
    parser.add_argument("--simulate", type=int, default=0, help="rounds")
    options = parser.parse_args()
    if options.simulate:
        simulate(options.simulate)
    else:
        speed(options.comments, options.formats)


if __name__ == "__main__":
    main()
