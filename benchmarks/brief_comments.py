"""What two choices about brief comments cost and bring: their shift, and the share of mentions.

    python -m benchmarks.brief_comments [--shared ../shared] [--labelled labelled]

The shipped model is scored with other values of both, without another fit or other thresholds. A
share of 1 counts mentioned words like all others. "Right" is the share of the comments with a
deduction that are on the right side of the review threshold, without it and with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.hostility import SETS, Row
from moderation._types import Floats
from moderation.evaluation.audits import read_suite
from moderation.model import load_model, shipped_model
from moderation.model.linear import MentionSpec, TextModel
from moderation.model.manifest import Thresholds
from moderation.records import Attribute
from moderation.training.own_rows import read_contrast
from moderation.training.shipped import RECIPE

SHIFTS = (0.0, -0.2, -0.4, -0.6, -0.8)
SHARES = (1.0, 0.5, 0.4, 0.25, 0.0)
FEW_WORDS = 12


def sets(shared: Path, labelled: Path) -> Iterator[tuple[str, list[Row]]]:
    for name, read in SETS.items():
        yield name.split()[0], list(read(shared))
    held_out = read_contrast(labelled / "contrast/test/comments.jsonl")
    yield "contrast test", [Row(row.text, row.hostility, "") for row in held_out]
    cases = [Row(case.text, case.hostility, "") for case in read_suite(labelled / "judgement")[1]]
    yield "suite", cases
    short = [row for row in cases if len(row.text.split()) <= FEW_WORDS]
    yield f"suite, {FEW_WORDS} words", short


def changed(model: TextModel, shift: float, share: float) -> TextModel:
    """The model with another shift and another share of mentioned words."""
    assert model.brief is not None
    assert RECIPE.brief is not None
    assert RECIPE.brief.mentioned is not None
    brief = model.brief._replace(
        intercept=model.brief.intercept + shift - RECIPE.brief.shift,
        mentioned=MentionSpec(share=share, least=RECIPE.brief.mentioned.least),
    )
    parts = (model.blocks, model.coefs, model.intercept, model.sentence, model.short)
    return TextModel(*parts, brief=brief)


def figures(model: TextModel, thresholds: Thresholds, rows: list[Row]) -> str:
    texts, true = [row.text for row in rows], np.array([row.hostile for row in rows], bool)
    odds = model.log_odds(texts)
    review, hold = (np.log(p / (1 - p)) for p in (thresholds.review, thresholds.hold))
    flagged, held = odds >= review, odds >= hold
    taken = model.deductions(texts)
    rows_taken = taken < 0
    before: Floats = odds - taken
    told = (
        f"{roc_auc_score(true, odds):.4f}  hostile seen {flagged[true].mean():6.1%}  harmless "
        f"passed {1 - flagged[~true].mean():6.1%}, not held {1 - held[~true].mean():6.1%}"
    )
    if rows_taken.any():
        right = ((before >= review) == true)[rows_taken].mean()
        now = (flagged == true)[rows_taken].mean()
        told += f"  deductions {rows_taken.sum():4d}, right {right:.0%} to {now:.0%}"
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--labelled", type=Path, default=Path("labelled"))
    options = parser.parse_args()
    loaded = load_model(shipped_model())
    model, thresholds = loaded.hostility, loaded.thresholds(Attribute.HOSTILITY)
    assert model is not None
    assert thresholds is not None
    assert RECIPE.brief is not None
    assert RECIPE.brief.mentioned is not None
    shift, share = RECIPE.brief.shift, RECIPE.brief.mentioned.share
    for name, rows in sets(options.shared, options.labelled):
        print(f"{name}, {len(rows):,} comments: ROC AUC, and at the thresholds of the model")
        for other in SHIFTS:
            told = figures(changed(model, other, share), thresholds, rows)
            print(f"  shift {other:5.2f}  {told}")
        for other in SHARES:
            told = figures(changed(model, shift, other), thresholds, rows)
            print(f"  share {other:5.2f}  {told}", flush=True)


if __name__ == "__main__":
    main()
