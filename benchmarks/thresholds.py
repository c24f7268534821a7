"""What the thresholds that `train` proposes from few labels do to the comments of a newspaper.

    python -m benchmarks.thresholds [--shared ../shared] [--draws 10]

Ten draws of 64, and of 120, balanced comments of c3 train a model from the shipped one; ten draws
of comments as they come do so too. All other comments of c3 are then scored. To reach: the share
of civil comments held is at most that of the shipped model and one point, the share sent to review
at most twice that of the shipped model. Then a half-hostile file trains a model from nothing.
c3 is only measured on: no row of it trains what ships.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.hostility import Row, c3, rows
from moderation.labels.gold import Gold
from moderation.model import Model, load_model, shipped_model
from moderation.model.linear import bounded, sigmoid
from moderation.records import Attribute, Comment
from moderation.training import train
from moderation.training.base_vectors import ModelVectors, log_odds, model_vectors


def gold_of(found: Sequence[Row]) -> list[Gold]:
    """Labels as a file without `selection` gives them."""
    return [
        Gold(comment=Comment(text=r.text), group=r.group, hostility=float(r.hostile), natural=None)
        for r in found
    ]


def shares(
    model: Model, found: Sequence[Row], vectors: ModelVectors | None = None
) -> tuple[float, float, float]:
    """Of the civil comments, the share held; of all, those flagged and those held.

    `vectors` are their features under the base, which every model that starts from it shares.
    """
    text, thresholds = model.hostility, model.thresholds(Attribute.HOSTILITY)
    assert text is not None
    assert thresholds is not None
    texts = [r.text for r in found]
    if vectors is None:
        values = text.probability(texts)
    else:
        odds = log_odds(text, vectors)
        values = sigmoid(bounded(text.short, odds + text.deducted(texts, odds), texts))
    held, flagged = values >= thresholds.hold, values >= thresholds.review
    civil = np.array([not r.hostile for r in found])
    return float(held[civil].mean()), float(flagged.mean()), float(held.mean())


def say(what: str, model: Model, found: tuple[float, float, float]) -> None:
    thresholds = model.thresholds(Attribute.HOSTILITY)
    assert thresholds is not None
    print(
        f"{what:<24}{thresholds.review:>8.4f}{thresholds.hold:>8.4f}"
        f"{found[0]:>13.4f}{found[1]:>9.4f}{found[2]:>7.4f}",
        flush=True,
    )


def trained(gold: list[Gold], base: Model | None) -> Model:
    made = train(gold, name="drawn", base=base, jobs=1)
    return Model(made.manifest, made.arrays, "0" * 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 120])
    parser.add_argument("--random-sizes", type=int, nargs="*", default=[300, 1000])
    parser.add_argument("--none", nargs="*", default=["civil_stripped", "mupid"])
    options = parser.parse_args()
    base = load_model(shipped_model())
    found = list(c3(options.shared))
    assert base.hostility is not None
    vectors = model_vectors(base.hostility, [r.text for r in found])
    own = shares(base, found, vectors)
    print(f"{'':<24}{'review':>8}{'hold':>8}{'civil held':>13}{'flagged':>9}{'held':>7}")
    say("shipped", base, own)
    true = np.array([r.hostile for r in found])
    worst: dict[str, list[tuple[float, float, float]]] = {}
    for size in [*options.sizes, *(-size for size in options.random_sizes)]:
        name = f"{size} balanced" if size > 0 else f"{-size} at random"
        for draw in range(options.draws):
            random = np.random.default_rng(draw)
            if size > 0:
                kinds = (np.flatnonzero(true), np.flatnonzero(~true))
                chosen = np.concatenate(
                    [random.choice(kind, size // 2, replace=False) for kind in kinds]
                )
            else:
                chosen = random.choice(len(found), -size, replace=False)
            model = trained(gold_of([found[i] for i in chosen]), base)
            rest = np.setdiff1d(np.arange(len(found)), chosen)
            measured = shares(
                model, [found[i] for i in rest], ModelVectors(*(part[rest] for part in vectors))
            )
            worst.setdefault(name, []).append(measured)
            say(f"{name}, draw {draw}", model, measured)
    for name, each in worst.items():
        held, flagged, _ = np.array(each).max(axis=0)
        fits = held <= own[0] + 0.01 and flagged <= 2 * own[1]
        print(f"{name}: at most {held:.4f} of civil held, {flagged:.4f} flagged: {fits}")
    for name in options.none:
        listed = list(rows(options.shared / f"data/train/{name}.jsonl.gz"))
        gold = gold_of([Row(r["text"], r["hostility"] > 0.5, r["id"]) for r in listed])
        say(f"{name} from nothing", (model := trained(gold, None)), shares(model, found))


if __name__ == "__main__":
    main()
