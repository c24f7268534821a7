"""On what the bound on short comments was chosen: comments of few words that mean nobody.

    python -m benchmarks.short_comments [--shared ../shared] [--words 8]

For each source: how many such comments the shipped model would hold without the bound and how many
of these are hostile, and the mean logarithmic loss with one bound or another. reddit_incivility,
cat and c3 trained nothing; c3 is a development figure.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.hostility import rows
from moderation._types import Floats
from moderation.model import load_model, shipped_model
from moderation.model.linear import sigmoid
from moderation.records import Attribute
from moderation.training.shipped import SHORT

CEILINGS = (0.3, 0.4, 0.5, 0.56, 0.58, 0.62, 0.68, 0.8, 0.9, 0.99)
SOURCES = ("train/reddit_incivility", "train/cat_gn", "train/cat_gc", "train/cad", "validate/c3")


def loss(probabilities: Floats, true: np.ndarray) -> float:
    return float(-np.log(np.where(true, probabilities, 1 - probabilities)).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--words", type=int, default=SHORT.words)
    options = parser.parse_args()
    model = load_model(shipped_model())
    old, thresholds = model.hostility, model.thresholds(Attribute.HOSTILITY)
    assert old is not None
    assert thresholds is not None
    short = msgspec.structs.replace(SHORT, words=options.words)
    print(f"{'':<26}{'short':>6}{'held':>6}{'hostile':>8}  loss with a bound of", end="")
    print("".join(f"{ceiling:>8}" for ceiling in CEILINGS), f"{'none':>8}")
    for name in SOURCES:
        found = [
            (row["text"], row["hostility"] > 0.5 if "c3" not in name else level >= 2)
            for row in rows(options.shared / f"data/{name}.jsonl.gz")
            if (level := row.get("toxicity_level", 0)) is not None and short.bounds(row["text"])
        ]
        true = np.array([hostile for _, hostile in found])
        odds = old.unbounded(text for text, _ in found)
        held = sigmoid(odds) >= thresholds.hold
        bounds = [np.log(ceiling / (1 - ceiling)) for ceiling in CEILINGS]
        losses = [loss(sigmoid(np.minimum(odds, bound)), true) for bound in (*bounds, 30.0)]
        print(f"{name:<26}{len(found):>6}{held.sum():>6}{true[held].sum():>8}{'':<22}", end="")
        print("".join(f"{value:>8.4f}" for value in losses))


if __name__ == "__main__":
    main()
