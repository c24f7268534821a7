"""How many wrong labels stand where a person would look first.

    python -m benchmarks.suspicious [--shared ../shared] [--model DIR] [--set c3] [--seeds 5]
    python -m benchmarks.suspicious --time 20000

In a copy of the set 5 % of the labels are flipped at random; the table tells which share of the
flipped ones is among the first 10 % of the list of ``moderation check``, for several seeds. Beside
it stand two orders that need no learning: chance, and all hostile labels first in any order, which
is not weak where few labels are hostile. c3 (toxicity at least 2 against at most 1.25) keeps its
own doubtful labels, and every one of them that rightly stands in the list takes a flipped one's
place. The method was chosen on civil_stripped, not on c3 (``--set civil_stripped``, whose labels
the shipped model has seen: give it a ``--model`` trained on other sets).

``--time N`` instead times ``check`` and ``train`` on N labelled comments, c3 over and over with one
word changed in each.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.hostility import c3, rows
from moderation.evaluation.labels import suspicious_labels
from moderation.labels.gold import Gold
from moderation.model import load_model, shipped_model
from moderation.records import Attribute, Comment

FLIPPED, FIRST = 0.05, 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--set", choices=("c3", "civil_stripped"), default="c3")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--time", type=int, default=0)
    options = parser.parse_args()
    if options.time:
        timed(options.shared, options.time, options.jobs)
        return
    base = load_model(options.model or shipped_model())
    gold = labelled(options.shared, options.set)
    hostile = np.array([item.hostility for item in gold]) > 0.5
    print(f"{options.set}: {len(gold):,} labels, {hostile.mean():.1%} hostile; {base.version}")
    print(f"share of the flipped labels among the first {FIRST:.0%}:")
    print(f"{'seed':>6}{'check':>9}{'hostile first':>15}{'chance':>9}{'called wrong':>14}")
    found = []
    for seed in range(options.seeds):
        random = np.random.default_rng(seed)
        flipped = np.zeros(len(gold), bool)
        flipped[random.permutation(len(gold))[: round(FLIPPED * len(gold))]] = True
        noisy = [turned(item) if flip else item for item, flip in zip(gold, flipped, strict=True)]
        suspicion = suspicious_labels(
            noisy, Attribute.HOSTILITY, base, jobs=options.jobs, seed=seed
        )
        place = {item.comment.id: i for i, item in enumerate(gold)}
        order = np.array([place[suspect.comment.id] for suspect in suspicion.suspects])
        first = math.ceil(FIRST * len(gold))
        share = flipped[order[:first]].sum() / flipped.sum()
        labels = np.array([item.hostility for item in noisy])
        trivial = np.lexsort((random.random(len(gold)), -labels))[:first]
        wrong = [s.comment.id for s in suspicion.suspects if s.doubtful]
        called = flipped[[place[name] for name in wrong]].sum() / flipped.sum()
        found.append((share, flipped[trivial].sum() / flipped.sum(), called))
        told = f"{called:.3f} of {len(wrong):,}"
        print(f"{seed:>6}{share:>9.3f}{found[-1][1]:>15.3f}{FIRST:>9.3f}{told:>18}")
    mean, spread = np.mean(found, axis=0), np.std(found, axis=0)
    print(f"{'mean':>6}{mean[0]:>9.3f}{mean[1]:>15.3f}{FIRST:>9.3f}   spread {spread[0]:.3f}")


def labelled(shared: Path, name: str) -> list[Gold]:
    if name == "c3":
        return [
            Gold(comment=Comment(text=r.text, id=str(i)), group=r.group, hostility=float(r.hostile))
            for i, r in enumerate(c3(shared))
        ]
    return [
        Gold(
            comment=Comment(text=row["text"], id=row["id"]),
            group=row["id"],
            hostility=float(row["hostility"] > 0.5),
        )
        for row in rows(shared / f"data/train/{name}.jsonl.gz")
    ]


def turned(item: Gold) -> Gold:
    assert item.hostility is not None
    return Gold(comment=item.comment, group=item.group, hostility=1 - item.hostility)


def timed(shared: Path, n: int, jobs: int) -> None:
    source = list(c3(shared))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labelled.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            for i in range(n):
                row = source[i % len(source)]
                words = row.text.split()
                words[i % len(words)] += f" {i // len(source) or ''}".rstrip()
                for who in ("a", "b") if i % 10 == 0 else ("a",):
                    line = {
                        "id": str(i), "text": " ".join(words), "hostility": row.hostile,
                        "off_topic": i % 7 == 0, "annotator": who,
                        "article": {"id": row.group},
                    }  # fmt: skip
                    stream.write(json.dumps(line) + "\n")
        for command in (
            ["check", str(path), "--jobs", str(jobs)],
            ["train", str(path), "-o", str(Path(folder) / "m"), "--jobs", str(jobs)],
        ):
            wall, work = seconds(command)
            told = f"{wall:.1f} s, of which {work:.1f} s of processor time"
            print(f"{command[0]}, {n:,} comments, --jobs {jobs}: {told}", flush=True)


def seconds(command: Sequence[str]) -> tuple[float, float]:
    """Time on the clock, and of the processor: on a busy machine the second alone is the work."""
    start, before = time.perf_counter(), os.times()
    subprocess.run(
        [sys.executable, "-c", "from moderation.cli import main; main()", *command],
        check=True, stdout=subprocess.DEVNULL, env=dict(os.environ),
    )  # fmt: skip
    after = os.times()
    work = after.children_user + after.children_system
    return time.perf_counter() - start, work - before.children_user - before.children_system


if __name__ == "__main__":
    main()
