"""Development figures of a hostility model on the sets of ``../shared``, one table.

    python -m benchmarks.hostility [--model DIR] [--shared ../shared]

None of these sets trained the model, but its recipe was chosen while looking at them: development
figures. Intervals are 95 % bootstraps over articles where the set names them, else over comments.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from moderation.evaluation import report_on
from moderation.evaluation.bias import audit
from moderation.labels.gold import Gold
from moderation.model import Moderator, load_model, shipped_model
from moderation.records import Attribute, Comment

FIGURES = (
    "roc_auc",
    "average_precision",
    "calibration_error",
    *(
        f"{what}_at_{where}"
        for where in ("review", "hold")
        for what in ("share", "precision", "recall")
    ),
)


class Row(NamedTuple):
    text: str
    hostile: bool
    group: str


def rows(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def c3(shared: Path) -> Iterator[Row]:
    for row in rows(shared / "data/validate/c3.jsonl.gz"):
        level = row["toxicity_level"]
        if level is not None and (level >= 2 or level <= 1.25):
            yield Row(row["text"], level >= 2, row["article"]["id"])


def identity_templates(shared: Path) -> Iterator[Row]:
    for row in rows(shared / "data/validate/identity_templates.jsonl.gz"):
        yield Row(row["text"], row["hostility"] > 0.5, row["id"])


def cat_small(shared: Path) -> Iterator[Row]:
    for row in rows(shared / "data/validate/cat_small.jsonl.gz"):
        if row["hostility"] != 0.5:
            yield Row(row["text"], row["hostility"] > 0.5, row["id"])


def appropriateness(shared: Path) -> Iterator[Row]:
    for row in rows(shared / "data/validate/appropriateness.jsonl.gz"):
        share = row["toxic_emotions"]
        if share == 0 or share > 0.6:
            yield Row(row["text"], share > 0.6, row["article"]["id"])


def draft(shared: Path) -> Iterator[Row]:
    for row in rows(shared / "labelled-draft/comments.jsonl"):
        yield Row(row["text"], row["hostility"], row["article_id"])


SETS = {
    "c3 (>= 2 against <= 1.25)": c3,
    "identity_templates": identity_templates,
    "cat_small": cat_small,
    "appropriateness (toxic_emotions)": appropriateness,
    "labelled-draft": draft,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    moderator = Moderator(load_model(options.model or shipped_model()))
    thresholds = moderator.model.thresholds(Attribute.HOSTILITY)
    assert thresholds is not None
    print(f"model {moderator.model.version}; review {thresholds.review}, hold {thresholds.hold}")
    for name, read in SETS.items():
        found = list(read(options.shared))
        gold = [
            Gold(comment=Comment(text=r.text), group=r.group, hostility=float(r.hostile))
            for r in found
        ]
        verdicts = moderator.score_many(item.comment for item in gold)
        scores = np.array([verdict.hostility.value for verdict in verdicts])
        measured = report_on(Attribute.HOSTILITY, gold, scores, thresholds)
        print(
            f"\n{name}: {measured.n:,} comments, {measured.n_true:,} hostile, "
            f"{measured.n_groups:,} groups"
        )
        for figure in FIGURES:
            f = measured.figures[figure]
            if f.value is not None:
                print(f"  {figure:<22}{f.value:.4f}  [{f.low:.4f}, {f.high:.4f}]")
        true = np.array([r.hostile for r in found])
        bias = audit([r.text for r in found], true, scores, review=thresholds.review)
        if bias and bias.groups:
            print(f"  {'largest subgroup gap':<22}{bias.largest_gap:.4f}")
            print(
                f"  {'equality difference':<22}{bias.equality_difference:.4f} "
                f"(false positives {bias.false_positive_rate:.4f})"
            )
            worst = ", ".join(f"{g.group} {g.bpsn_auc:.3f}" for g in bias.groups[:5])
            print(f"  {'lowest BPSN AUC':<22}{worst}")


if __name__ == "__main__":
    main()
