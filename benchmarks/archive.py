"""Archives end to end: rates by format and processes, memory by size, kills, bad rows.

    OMP_NUM_THREADS=1 python -m benchmarks.archive rates|beside|memory|kills|malformed [options]

Archives are made from the texts of ../shared/data, repeated with noise (two words of each are
replaced, so that no two rows are equal), below --folder, and removed afterwards. Every figure is of
whole runs of the command, start and model included, by the clock and by processor time: on a
machine that others use, too, the second is the one to compare. ``beside`` puts fastText (where it
is installed) and a plain scikit-learn loop to the same job, and a lower bound beside them: reading
and splitting the same bytes, with pyarrow and with Python.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

COMMAND = [sys.executable, "-c", "from moderation.cli import main; main()", "score"]
ROW_KINDS = (
    b'{"text": "cut',
    b"not json at all",
    b"[1, 2]",
    b'{"txt": "x"}',
    b'{"text": 5}',
    b'{"text": null}',
    b'{"text": " \\t "}',
    b'{"text": "\xff\xfe"}',
    b'{"text": "x", "parent_id": {"no": 1}}',
    b'{"text": "' + b"x" * (2**20 + 10) + b'"}',
)


class Spent(NamedTuple):
    """What a command took."""

    clock: float
    processor: float
    peak: float  # MB of the largest process


def texts(shared: Path) -> list[str]:
    found: dict[str, None] = {}
    for path in sorted((shared / "data/train").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                if row.get("hostility") is not None and row["text"].strip():
                    found[row["text"].encode("utf-8", "replace").decode()] = None
    kept = list(found)
    random.Random(0).shuffle(kept)
    return kept[:50_000]


def noisy(known: list[str], n: int) -> Iterator[dict[str, str]]:
    """So many rows, no two of them equal."""
    draw = random.Random(1)
    words = [word for text in known[:5000] for word in text.split()]
    for i in range(n):
        text = known[i % len(known)]
        if i >= len(known):
            parts = text.split(" ")
            for _ in range(2):
                parts[int(draw.random() * len(parts))] = words[int(draw.random() * len(words))]
            text = f"{' '.join(parts)} {i}"
        yield {"id": f"c{i}", "text": text}


def write(path: Path, rows: Iterator[dict[str, str]]) -> None:
    """As JSON Lines."""
    with path.open("wb") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def converted(path: Path, fmt: str) -> Path:
    """The same archive in another format."""
    target = path.with_suffix(f".{fmt}")
    if fmt == "jsonl.gz":
        with path.open("rb") as given, gzip.open(target, "wb", 6) as stream:
            shutil.copyfileobj(given, stream)
        return target
    import csv

    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [json.loads(line) for line in path.open("rb")]
    if fmt == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), target)
    else:
        with target.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, ["id", "text"])
            writer.writeheader()
            writer.writerows(rows)
    return target


def spent(command: list[str]) -> Spent:
    """Run a command to its end in a process of its own."""
    watcher = (
        "import json, resource, subprocess, sys, time\n"
        "begun = time.perf_counter()\n"
        "status = subprocess.run(sys.argv[1:]).returncode\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "clock = time.perf_counter() - begun\n"
        "print(json.dumps([status, clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watcher, *command], capture_output=True, text=True, check=True
    )
    status, clock, processor, peak = json.loads(done.stdout.splitlines()[-1])
    if status not in {0, 1}:
        raise RuntimeError(f"status {status}: {done.stderr[-500:]}")
    return Spent(clock, processor, peak)


def score(path: Path, output: Path, *more: str) -> Spent:
    return spent([*COMMAND, str(path), "-o", str(output), "--force", *more])


def rates(folder: Path, known: list[str], n: int, rounds: int) -> None:
    plain = folder / "in.jsonl"
    write(plain, noisy(known, n))
    print(f"{n:,} comments, {plain.stat().st_size / 1e6:.0f} MB as JSON Lines; best of {rounds}")
    print(f"{'in':<10}{'out':<9}{'jobs':>5}{'comments/s':>12}{'per processor s':>17}{'MB':>6}")
    for fmt, out, jobs in (
        ("jsonl", "jsonl", 1), ("jsonl", "jsonl", 2), ("jsonl.gz", "jsonl", 1),
        ("jsonl.gz", "jsonl", 2), ("csv", "csv", 1), ("parquet", "parquet", 1),
        ("parquet", "parquet", 2),
    ):  # fmt: skip
        path = plain if fmt == "jsonl" else plain.with_suffix(f".{fmt}")
        if not path.exists():
            converted(plain, fmt)
        runs = [score(path, folder / f"out.{out}", "--jobs", str(jobs)) for _ in range(rounds)]
        clock, processor = min(r.clock for r in runs), min(r.processor for r in runs)
        peak = max(r.peak for r in runs)
        print(f"{fmt:<10}{out:<9}{jobs:>5}{n / clock:>12,.0f}{n / processor:>17,.0f}{peak:>6.0f}")


def loop(path: Path, output: Path, scores: Callable[[list[str]], Any], size: int = 512) -> int:
    """The job as one writes it in ten lines: read, score in batches, write."""
    n = 0
    with path.open("rb") as given, output.open("wb") as out:
        batch: list[dict[str, Any]] = []

        def flush() -> None:
            nonlocal n
            found = scores([row["text"] for row in batch])
            for row, value in zip(batch, found, strict=True):
                record = {"id": row["id"], "hostility": round(float(value), 6)}
                out.write(json.dumps(record).encode() + b"\n")
            n += len(batch)
            batch.clear()

        for line in given:
            batch.append(json.loads(line))
            if len(batch) == size:
                flush()
        if batch:
            flush()
    return n


def read_and_split_arrow(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.json as pj

    pa.set_cpu_count(1)
    table = pj.read_json(path, pj.ReadOptions(use_threads=False, block_size=4 << 20))
    pc.utf8_split_whitespace(table.column("text"))


def read_and_split_python(path: Path) -> None:
    with path.open("rb") as stream:
        for line in stream:
            json.loads(line)["text"].split()


def in_memory(rows: Iterator[dict[str, str]]) -> Callable[[], object]:
    """What scores these rows without reading or writing anything."""
    from moderation.model import Moderator
    from moderation.records import Comment

    moderator = Moderator.load()
    comments = [Comment(id=row["id"], text=row["text"]) for row in rows]
    return lambda: list(moderator.score_many(comments))


def beside(folder: Path, known: list[str], n: int, shared: Path) -> None:
    from benchmarks import speed
    from moderation.model import load_model, shipped_model

    path, part = folder / "in.jsonl", folder / "part.jsonl"
    write(path, noisy(known, n))
    write(part, noisy(known, 4000))

    def used(work: Callable[[], Any]) -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    found: dict[str, float] = {}
    for name, read in (("pyarrow", read_and_split_arrow), ("Python", read_and_split_python)):
        read(part)  # imported once
        found[f"read and split only, {name}"] = n / used(lambda read=read: read(path))
    found["moderation, in memory"] = n / used(in_memory(noisy(known, n)))
    found["moderation, JSON Lines to JSON Lines"] = n / score(path, folder / "out.jsonl").processor
    scores = speed.fasttext(speed.training(shared))
    if scores is None:
        print("absent: fastText")
    else:
        found["fastText with subwords, the same job"] = n / used(
            lambda: loop(path, folder / "ft.jsonl", scores)
        )
    model = load_model(shipped_model()).hostility
    assert model is not None
    pipeline = speed.pipeline(model)
    found["scikit-learn loop, the same job"] = 4000 / used(
        lambda: loop(part, folder / "sk.jsonl", lambda t: pipeline.predict_proba(t)[:, 1])
    )
    own = found["moderation, JSON Lines to JSON Lines"]
    print(f"{n:,} comments, one process; comments per second of processor time")
    for name, rate in found.items():
        print(f"{name:<40}{rate:>12,.0f}{rate / own:>8.2f} x ours")


def memory(folder: Path, known: list[str], sizes: list[int]) -> None:
    print(f"{'comments':>12}{'MB in':>8}{'peak MB':>9}{'comments/s':>12}{'per processor s':>17}")
    for n in sizes:
        path = folder / "in.jsonl"
        write(path, noisy(known, n))
        run = score(path, folder / "out.jsonl")
        print(
            f"{n:>12,}{path.stat().st_size / 1e6:>8.0f}{run.peak:>9.0f}{n / run.clock:>12,.0f}"
            f"{n / run.processor:>17,.0f}",
            flush=True,
        )
        path.unlink()
        (folder / "out.jsonl").unlink()


def kills(folder: Path, known: list[str], n: int, times: int) -> None:
    path, whole, out = folder / "in.jsonl", folder / "whole.jsonl", folder / "out.jsonl"
    write(path, noisy(known, n))
    length = score(path, whole).clock
    draw = random.Random(os.urandom(8))
    same = n_resumed = 0
    for _ in range(times):
        out.unlink(missing_ok=True)
        shutil.rmtree(f"{out}.parts", ignore_errors=True)
        jobs = draw.choice(["1", "2"])
        command = [*COMMAND, str(path), "-o", str(out), "--resume", "--quiet", "--jobs", jobs]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            process.wait(draw.uniform(0.3 * length, length))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        n_resumed += bool(list(Path(f"{out}.parts").glob("*.report")))
        subprocess.run(command, check=True)
        same += out.read_bytes() == whole.read_bytes()
    print(f"{times} kills at random moments ({n_resumed} with parts to resume): {same} identical")


def malformed(folder: Path, known: list[str], n: int) -> None:
    path, out = folder / "in.jsonl", folder / "out.jsonl"
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in noisy(known, n)]
    places = sorted(random.Random(2).sample(range(n), n // 100))
    for number, place in enumerate(places):
        lines[place] = ROW_KINDS[number % len(ROW_KINDS)]
    path.write_bytes(b"\n".join(lines) + b"\n")
    score(path, out, "--jobs", "2")
    with Path(f"{out}.rejected.jsonl").open() as stream:
        kept = [json.loads(line) for line in stream]
    right = [(r["file"], r["line"]) for r in kept] == [(str(path), p + 1) for p in places]
    with out.open() as stream:
        ids = [json.loads(line)["id"] for line in stream]
    bad = set(places)
    others = ids == [f"c{i}" for i in range(n) if i not in bad]
    print(f"{n:,} rows, {len(places):,} of {len(ROW_KINDS)} kinds malformed:")
    print(f"  rejected with address and reason: {right and all(r['reason'] for r in kept)}")
    print(f"  every other one scored, in order: {others}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["rates", "beside", "memory", "kills", "malformed"])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--folder", type=Path, default=Path("/tmp/moderation-archive"))
    parser.add_argument("--n", type=int, default=200_000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        print("set OMP_NUM_THREADS=1 for figures of one core", file=sys.stderr)
    options.folder.mkdir(parents=True)
    known = texts(options.shared)
    try:
        if options.what == "rates":
            rates(options.folder, known, options.n, options.rounds)
        elif options.what == "beside":
            beside(options.folder, known, options.n, options.shared)
        elif options.what == "memory":
            memory(options.folder, known, options.sizes)
        elif options.what == "kills":
            kills(options.folder, known, min(options.n, 100_000), 20)
        else:
            malformed(options.folder, known, options.n)
    finally:
        shutil.rmtree(options.folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"(the benchmark itself took {peak:.0f} MB)")


if __name__ == "__main__":
    main()
