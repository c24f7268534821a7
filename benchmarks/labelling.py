"""What the labelling loop is worth, and whether it ever loses an answer.

    python -m benchmarks.labelling [--shared ../shared] [--seeds 20] [--latest] [--scratch]
    python -m benchmarks.labelling --kills 100
    python -m benchmarks.labelling --pool 100000

**The weekly loop** (default), simulated on c3 (toxicity at least 2 against at most 1.25; the file
answers). A third of the articles is held out, anew for each seed. Each week 100 comments of the
other articles are chosen by the order under test, from the scores of the current model: the shipped
one, which stays current until a better one is promoted; with --latest the one that
``moderation.training`` made of the labels of earlier weeks. After five weeks the model learns from
all labels as ``moderation train`` does, from the shipped model; with --scratch from nothing, its
first week being random, as no newsroom would. (Its validation is left out where only the ranking
is looked at, which it does not change.) ROC AUC on the held-out comments; differences are paired by
seed, with 95 % t intervals (the seeds share comments, so that these are somewhat too narrow).

**Kills**: the command runs in a terminal of its own, is answered as fast as it asks, and is killed
(SIGKILL) at random moments. Every answer that the screen has acknowledged must be in the file, no
line may be torn, and the next start must ask what comes next.

**Pool**: how long the first question takes with so many comments to choose from, and what memory.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import t as student
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from benchmarks.hostility import c3
from moderation.errors import InputError
from moderation.labels.annotation import Order
from moderation.labels.annotation.candidates import Candidate, Selection, scored
from moderation.labels.annotation.ordering import queue
from moderation.labels.gold import Gold, rows_of
from moderation.model import Model, Moderator, load_model, shipped_model
from moderation.model.linear import TextModel
from moderation.records import Attribute, Comment
from moderation.training import Recipe, train
from moderation.training.learners import TextLearner

WEEK, WEEKS, MORE = 100, 5, 800
ORDERS = (Order.MIXTURE, Order.UNCERTAIN, Order.DIVERSE)  # the mixture: uncertain and random

Labels = dict[str, Gold]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--latest", action="store_true")
    parser.add_argument("--scratch", action="store_true")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--pool", type=int)
    options = parser.parse_args()
    if options.kills:
        kills(options.kills)
    elif options.pool:
        pool(options.pool)
    else:
        base = None if options.scratch else load_model(shipped_model())
        loop(options.shared, options.seeds, base, latest=options.latest or options.scratch)


def loop(shared: Path, seeds: int, base: Model | None, *, latest: bool) -> None:
    """Simulate the weeks for each seed and order, and print what they led to."""
    found = [
        Gold(
            comment=Comment(id=str(i), text=row.text, article_id=row.group),
            group=row.group,
            hostility=float(row.hostile),
        )
        for i, row in enumerate(c3(shared))
    ]
    aucs: dict[str, list[float]] = {}
    hostile: dict[str, list[float]] = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        articles = rng.permutation(sorted({item.group for item in found}))
        held = set(articles[: len(articles) // 3])
        test = [item for item in found if item.group in held]
        rest = [item for item in found if item.group not in held]
        drawn = [rest[i] for i in rng.permutation(len(rest))]
        runs = {
            f"random, {WEEK * WEEKS}": drawn[: WEEK * WEEKS],
            f"random, {MORE}": drawn[:MORE],
        }
        for order in ORDERS:
            runs[f"{order.value}, {WEEK * WEEKS}"] = weeks(rest, order, base, seed, latest=latest)
        if base is not None and base.hostility is not None:
            aucs.setdefault("shipped, 0", []).append(auc(base.hostility, test))
        for name, labels in runs.items():
            aucs.setdefault(name, []).append(auc(learnt(labels, base), test))
            hostile.setdefault(name, []).append(np.mean([item.hostility for item in labels]))
        print(f"seed {seed}: " + ", ".join(f"{k} {v[-1]:.4f}" for k, v in aucs.items()), flush=True)
    start = base.version if base else "nothing"
    print(f"\nfrom {start}; {seeds} seeds; ROC AUC on held-out articles of c3, mean")
    print(f"{'order, labels':<20}{'AUC':>8}{'hostile':>9}   against random, {MORE}")
    against = np.array(aucs[f"random, {MORE}"])
    for name, values in aucs.items():
        share = f"{np.mean(hostile[name]):.0%}" if name in hostile else ""
        print(
            f"{name:<20}{np.mean(values):>8.4f}{share:>9}   {interval(np.array(values) - against)}"
        )


def weeks(
    rest: Sequence[Gold], order: Order, base: Model | None, seed: int, *, latest: bool
) -> list[Gold]:
    """The labels that five weeks of an order lead to."""
    of_key = {f"{seed}:{item.comment.id}": item for item in rest}
    model, labels = base, Labels()
    for week in range(WEEKS):
        waiting = (
            Candidate(comment=item.comment, key=key, asked=(Attribute.HOSTILITY,))
            for key, item in of_key.items()
            if key not in labels
        )
        if model is not None:
            waiting = scored(waiting, Moderator(model))
        now = order if model is not None else Order.RANDOM
        for chosen in queue(waiting, now, most=1000)[:WEEK]:
            item = of_key[chosen.key]
            labels[chosen.key] = gold_of(item, chosen.selection)  # type: ignore[arg-type]
        if latest and week < WEEKS - 1:
            model = trained(list(labels.values()), base) or model
    return list(labels.values())


def gold_of(item: Gold, selection: Selection | None) -> Gold:
    """As `moderation.labels.gold.computing` has it: only what was drawn at random is natural."""
    return Gold(
        comment=item.comment,
        group=item.group,
        hostility=item.hostility,
        natural=selection in {None, Selection.RANDOM},
    )


def trained(labels: Sequence[Gold], base: Model | None) -> Model | None:
    """The model that `moderation train` makes of some labels; None if they are too few."""
    try:
        with threadpool_limits(1):
            made = train(labels, name="loop", base=base)
    except InputError:
        return None
    return Model(made.manifest, made.arrays, "0" * 64)


def learnt(labels: Sequence[Gold], base: Model | None) -> TextModel:
    """The weights of that model, before its calibration."""
    with threadpool_limits(1):
        return TextLearner(Recipe(), base).fit(rows_of(labels, Attribute.HOSTILITY)).model


def auc(model: TextModel, test: Sequence[Gold]) -> float:
    """ROC AUC of hostility."""
    odds = model.log_odds(item.comment.text for item in test)
    return float(roc_auc_score([item.hostility for item in test], odds))


def interval(differences: np.ndarray) -> str:
    """Mean and 95 % interval of paired differences."""
    n = len(differences)
    mean = differences.mean()
    if n < 2 or not differences.any():
        return f"{mean:+.4f}"
    half = student.ppf(0.975, n - 1) * differences.std(ddof=1) / np.sqrt(n)
    won = int((differences >= 0).sum())
    return f"{mean:+.4f} [{mean - half:+.4f}, {mean + half:+.4f}], at least it in {won} of {n}"


def kills(n: int, seed: int = 0) -> None:
    """Kill the command at `n` random moments and look at what is left each time."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "labels"))
    from killing import Ledger, killed_once, write_comments

    rng = random.Random(seed)
    lost = torn = 0
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "mine.jsonl")
        comments = write_comments(Path(folder) / "in.jsonl", 500 * n)
        for _ in range(n):
            killed_once(comments, ledger, after=rng.uniform(-0.4, 0.8))
            lost += len(ledger.lost()) + len(ledger.invented())
            torn += len(ledger.torn())
        acknowledged, kept = len(ledger.acknowledged), len(ledger.kept())
        aside = list(Path(folder).glob("*.torn"))
    print(
        f"{n} kills: {acknowledged:,} answers acknowledged, {kept:,} comments in the file, "
        f"{lost} answers lost or changed, {torn} torn lines, {len(aside)} set aside"
    )


def pool(n: int) -> None:
    """Time the order of a large pool, and its memory, in a process of its own."""
    words = (
        "bridge library bus lunch river rent garden council reader idiot thanks why never".split()
    )
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.jsonl"
        with path.open("w") as out:
            for i in range(n):
                text = " ".join(rng.choices(words, k=rng.randint(5, 80)))
                article = {"id": f"a{i % 500}", "title": " ".join(words[:5]), "text": text[:200]}
                out.write(json.dumps({"id": f"c{i}", "text": text, "article": article}) + "\n")
        program = "from moderation.cli import main; main()"
        arguments = [
            "label",
            str(path),
            "-o",
            f"{folder}/mine.jsonl",
            "--annotator",
            "a",
            "--plain",
        ]
        before = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            input="q\n", capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds = time.perf_counter() - before
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        megabytes = path.stat().st_size / 2**20
    left = re.search(r"([\d,]+) left", done.stdout)
    print(
        f"{n:,} comments ({megabytes:.0f} MiB) under 500 articles: first question after "
        f"{seconds:.1f} s, {left[1] if left else '?'} in the queue, peak memory {peak:.0f} MiB"
    )


if __name__ == "__main__":
    main()
