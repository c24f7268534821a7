"""How strong the penalty should be that `train --base none` puts on the weights of words.

    python -m benchmarks.regularisation [--shared ../shared]

ROC AUC on rows held out, by the number of labels and by C; the best of a line bears a star.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import numpy as np
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from benchmarks.hostility import rows
from moderation.features import NgramTfidf
from moderation.labels.gold import Gold, rows_of
from moderation.records import Attribute, Comment
from moderation.training import Recipe
from moderation.training.learners import fit_terms
from moderation.training.terms import Terms

STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)
SIZES = (300, 1000, 3000, 10_000)
SOURCES = (
    "lang/train/da-dkhate",
    "lang/train/de-germeval2018",
    "lang/train/ko-beep",
    "lang/train/ro-fboffense",
    "lang/train/ar-mpold",
    "lang/train/fr-mlma",
    "lang/train/pt-toldbr",
    "train/civil_stripped",
    "train/reddit_incivility",
    "train/mupid",
    "train/cad",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    print(f"{'':<30}{'rows':>7}" + "".join(f"{f'C {c:g}':>9}" for c in STRENGTHS))
    recipe = Recipe()
    for name in SOURCES:
        listed = [r for r in rows(options.shared / f"data/{name}.jsonl.gz") if r["text"].strip()]
        order = np.random.default_rng(0).permutation(len(listed))
        gold = [
            Gold(
                comment=Comment(text=listed[i]["text"]),
                group=str(i),
                hostility=float(listed[i]["hostility"]),
            )
            for i in order
        ]
        n_test = 2000 if len(gold) > 5000 else len(gold) // 4
        held, learnt = gold[:n_test], gold[n_test:]
        true = np.array([(item.hostility or 0) > 0.5 for item in held])
        for size in dict.fromkeys(min(size, len(learnt)) for size in SIZES):
            used = rows_of(learnt[:size], Attribute.HOSTILITY)
            vectorizer = NgramTfidf(recipe.blocks)
            with threadpool_limits(1):
                X = vectorizer.fit_transform([item.comment.text for item in used.gold])
                Y = vectorizer.transform([item.comment.text for item in held])
                found = []
                for c in STRENGTHS:
                    tried = msgspec.structs.replace(recipe, c=c)
                    model = fit_terms(X, used, Terms(vectorizer.blocks_), tried)
                    found.append(float(roc_auc_score(true, Y @ np.concatenate(model.coefs))))
            cells = (f"{auc:.4f}{'*' if auc == max(found) else ' '}" for auc in found)
            print(f"{name:<30}{size:>7}" + "".join(f"{cell:>9}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
