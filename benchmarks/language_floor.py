"""Below which number of labels, and which ROC AUC, a model from scratch should not be used.

    python -m benchmarks.language_floor [--shared ../shared] [--draws 3]

From each file, comments are drawn with 25 to 400 hostile ones among them. ``train --base none``
validates a model of them, and the model is measured on the file's own test part. Beside the figure
that ``train`` prints stand the true one and what a moderator would get: the precision where one in
twenty of the other comments is flagged too, if one comment in ten is hostile.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hostility import rows
from benchmarks.languages import measure
from moderation.labels.gold import FEWEST, Gold
from moderation.model import Model
from moderation.records import Comment
from moderation.training import recipe_for, train
from moderation.training.floor import caution

SIZES = (25, 50, 100, 200, 400)
FILES = (
    "da-dkhate",
    "ro-fboffense",
    "ar-mpold",
    "fi-suomi24",
    "fr-mlma",
    "pt-toldbr",
    "hi-uli",
    "de-germeval2018",
    "ko-beep",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--draws", type=int, default=3)
    options = parser.parse_args()
    print(f"{'file':<18}{'hostile':>8}{'all':>7}  {'train says':<22}test   precision  floor")
    for name in FILES:
        found = [
            row
            for row in rows(options.shared / f"data/lang/train/{name}.jsonl.gz")
            if row["hostility"] != 0.5 and row["text"].strip()
        ]
        test = [row for row in found if row["split"] == "test"][:2000]
        rest = [row for row in found if row["split"] != "test"]
        for size in SIZES:
            for seed in range(options.draws):
                drawn = draw(rest, size, seed)
                if drawn:
                    print(f"{name:<18}{size:>8}" + tried(name, drawn, test), flush=True)


def draw(found: list[dict[str, Any]], n_true: int, seed: int) -> list[dict[str, Any]]:
    """Draw so many hostile comments, and up to nine times as many others; [] if too few."""
    order = np.random.default_rng(seed).permutation(len(found))
    mixed = [found[i] for i in order]
    true = [row for row in mixed if row["hostility"] > 0.5]
    others = [row for row in mixed if row["hostility"] < 0.5]
    share = min(9.0, len(others) / len(true))
    enough = len(true) >= n_true and n_true * share >= FEWEST
    return [*true[:n_true], *others[: int(n_true * share)]] if enough else []


def tried(name: str, drawn: list[dict[str, Any]], test: list[dict[str, Any]]) -> str:
    gold = [
        Gold(
            comment=Comment(text=row["text"]),
            group=row["id"],
            hostility=float(row["hostility"]),
            natural=None,
        )
        for row in drawn
    ]
    trained = train(gold, name="tried", recipe=recipe_for(name[:2]))
    model = Model(trained.manifest, trained.arrays, digest="").hostility
    odds = model.unbounded([row["text"] for row in test])
    found = measure(name, np.array([row["hostility"] > 0.5 for row in test]), odds)
    told = trained.reports[0].figures["roc_auc"]
    passed = "below" if caution(trained.reports[0]) else "passed"
    return f"{len(drawn):>7}  {told!s:<22} {found.auc.value:.3f}  {found.precision:>9.2f}  {passed}"


if __name__ == "__main__":
    main()
