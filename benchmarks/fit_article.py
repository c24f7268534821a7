"""Fit the weights of the lines of an article on the pages with gold; print them as a module.

``python -m benchmarks.fit_article [--half a|b|all] > moderation/pages/html/article_weights.py``
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.separation import rows
from moderation.pages.html import page_lines
from moderation.pages.html.article_lines import FEATURES

WORD = re.compile(r"\w+")


def labelled_lines(row: dict[str, Any]) -> tuple[list[tuple[float, ...]], list[bool], list[int]]:
    """Features of the lines of a page, whether the gold article has them, and their words."""
    gold = WORD.findall(row["article"].lower())
    triples = set(zip(gold, gold[1:], gold[2:], strict=False))
    joined = " " + " ".join(gold) + " "
    features: list[tuple[float, ...]] = []
    labels: list[bool] = []
    words: list[int] = []
    for line in page_lines(row["html"]):
        tokens = WORD.findall(line.text.lower())
        if not tokens or not line.features:
            continue
        if len(tokens) < 4:
            label = f" {' '.join(tokens)} " in joined
        else:
            own = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
            label = sum(t in triples for t in own) > 0.7 * len(own)
        features.append(line.features)
        labels.append(label)
        words.append(len(tokens))
    return features, labels, words


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    beside = Path(__file__).resolve().parents[2] / "shared" / "separation"
    parser.add_argument("--shared", type=Path, default=beside)
    parser.add_argument("--half", choices=("a", "b", "all"), default="all")
    parser.add_argument("--strength", type=float, default=0.01)
    args = parser.parse_args()
    X: list[tuple[float, ...]] = []
    y: list[bool] = []
    weight: list[float] = []
    for row in rows(args.shared, "pages_html", args.half):
        features, labels, words = labelled_lines(row)
        total = max(1, sum(words))
        X += features
        y += labels
        # A page counts the same however long it is: the measure is a mean over pages.
        weight += [300 * count / total + 0.3 for count in words]
    model = LogisticRegression(C=args.strength, max_iter=3000)
    model.fit(np.array(X), np.array(y), sample_weight=np.array(weight))
    print('"""Weights of the lines of an article.\n')
    print("Fitted by ``benchmarks/fit_article.py`` on ../shared/separation/pages_html")
    print(f"(half {args.half}, {len(X)} lines); a line belongs to the article if its weighted")
    print('features add up to more than 0.\n"""\n')
    print("from __future__ import annotations\n")
    print("WEIGHTS: dict[str, float] = {")
    model.coef_[0][0] += model.intercept_[0]
    for name, value in zip(FEATURES, model.coef_[0], strict=True):
        print(f'    "{name}": {value:.3f},')
    print("}")


if __name__ == "__main__":
    main()
