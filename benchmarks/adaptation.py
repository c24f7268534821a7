"""What a newsroom's own labels are worth: the learning curve on c3, from the shipped model.

    python -m benchmarks.adaptation [--shared ../shared] [--draws 5]

A third of c3's articles is held out, anew in each draw; the model learns from n other comments
(toxicity at least 2 against at most 1.25). ROC AUC on the held-out comments, mean over the draws:
the shipped model as it is, adapted (``train --base``), and trained from scratch (``--base none``).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from benchmarks.hostility import c3
from moderation.artifact import load_model, shipped_model
from moderation.labelled import Gold
from moderation.learners import Recipe, TextLearner, rows_of
from moderation.records import Attribute, Comment

SIZES = (50, 100, 200, 500, 1000, 2000, 5000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--draws", type=int, default=5)
    options = parser.parse_args()
    base = load_model(options.model or shipped_model())
    gold = [
        Gold(comment=Comment(text=row.text), group=row.group, hostility=float(row.hostile))
        for row in c3(options.shared)
    ]
    true = np.array([item.hostility for item in gold]) > 0.5
    groups = np.array([item.group for item in gold])
    assert base.hostility is not None
    shipped = base.hostility.log_odds(item.comment.text for item in gold)
    learners = {
        "adapted": TextLearner(Recipe(), base),
        "from scratch": TextLearner(Recipe(), None),
    }
    gains: dict[tuple[str, int], list[float]] = {}
    plain = []
    for draw in range(options.draws):
        random = np.random.default_rng(draw)
        articles = random.permutation(np.unique(groups))
        held = np.isin(groups, articles[: len(articles) // 3])
        seen = random.permutation(np.flatnonzero(~held))
        test = [gold[i] for i in np.flatnonzero(held)]
        plain.append(roc_auc_score(true[held], shipped[held]))
        for size in SIZES:
            rows = rows_of([gold[i] for i in seen[:size]], Attribute.HOSTILITY)
            for name, learner in learners.items():
                with threadpool_limits(1):
                    odds = learner.fit(rows).log_odds(rows_of(test, Attribute.HOSTILITY))
                auc = roc_auc_score(true[held], odds)
                gains.setdefault((name, size), []).append(float(auc))
    print(f"model {base.version}; {options.draws} draws; shipped as it is: {np.mean(plain):.4f}")
    print(f"{'labels':>8}{'adapted':>10}{'gain':>9}{'spread':>9}{'from scratch':>14}")
    for size in SIZES:
        adapted, scratch = gains["adapted", size], gains["from scratch", size]
        gain = np.array(adapted) - plain
        print(f"{size:>8}{np.mean(adapted):>10.4f}{gain.mean():>+9.4f}{gain.std():>9.4f}"
              f"{np.mean(scratch):>14.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
