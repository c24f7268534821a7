"""The contrast corpus: how far its readers agree, and what a model makes of its held-out batches.

    python -m benchmarks.contrast [--model DIR] [--shared ../shared] [--leave-out]

Agreement is Krippendorff's alpha of the writer and a second reader who saw the text only, with a
95 % bootstrap over comments; contested rows count. ROC AUC of the test part, whole batches that
trained nothing, has a bootstrap over comments. Second opinions are compared with the published
labels of ``--shared``; unsure ones are left out. ``--leave-out`` fits the recipe without
calibration five times, each without a fifth of the training batches, and prints the AUC of each of
them.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from moderation.evaluation.labels.agreement import krippendorff_alpha
from moderation.evaluation.metrics import Figure, with_intervals
from moderation.labels.gold import Gold, rows_of
from moderation.model import load_model, shipped_model
from moderation.model.linear import sigmoid
from moderation.records import Attribute
from moderation.training import shipped as recipe
from moderation.training.learners import TextLearner
from moderation.training.own_rows import ContrastRow, contrast_gold, read_contrast, read_opinions
from moderation.training.public_sources import SOURCES, public_gold, read_public, weighed
from moderation.training.word_vectors import WordVectors

LABELLED = Path(__file__).parents[1] / "labelled"
CORPUS = LABELLED / "contrast"
PARTS = 5


def shown(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "undefined"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def agreement(rows: list[ContrastRow]) -> None:
    """Alpha over all rows, over those kept, and by behaviour (where both labels occur)."""
    kept = {
        row.id: {
            "writer": str(row.hostility if row.writer is None else row.writer),
            "second": str(row.second),
        }
        for row in rows
    }
    contested = {}
    for line in (CORPUS / "contested.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        contested[row["id"]] = {who: str(row[who]) for who in ("writer", "second")}
    for what, labels in (("all", kept | contested), ("kept", kept)):
        print(f"alpha, {what} {len(labels):,} rows: {shown(krippendorff_alpha(labels))}")
    decided = sum(row.writer is not None for row in rows)
    print(f"decided by a third reader: {decided}; contested and left out: {len(contested)}")
    behaviours = defaultdict(list)
    for row in rows:
        behaviours[row.behaviour].append(kept[row.id]["writer"] == kept[row.id]["second"])
    print("share of rows on which writer and second reader agree, lowest first:")
    for name, same in sorted(behaviours.items(), key=lambda pair: np.mean(pair[1]))[:15]:
        print(f"  {name:<36}{np.mean(same):.3f} of {len(same):,}")


def held_out(model: Path) -> None:
    rows = read_contrast(CORPUS / "test/comments.jsonl")
    loaded = load_model(model)
    text_model, spec = loaded.hostility, loaded.manifest.hostility
    assert text_model is not None
    assert spec is not None
    odds = text_model.log_odds(row.text for row in rows)
    true = np.array([row.hostility for row in rows])
    batches = np.array([row.batch for row in rows])
    area = with_intervals({"auc": roc_auc_score}, true, odds, np.arange(len(rows)), seed=0)["auc"]
    print(f"test part, {len(rows):,} rows: AUC {shown(area)}")
    flagged = sigmoid(odds) >= spec.thresholds.review
    seen, passed = flagged[true].mean(), 1 - flagged[~true].mean()
    print(f"  {seen:.0%} of the hostile reach review, {passed:.0%} of the others do not")
    for batch in sorted(set(batches)):
        own = batches == batch
        print(f"  batch {batch}: {roc_auc_score(true[own], odds[own]):.3f} of {own.sum():,}")


def opinions_agree(shared: Path) -> None:
    """How far second opinions agree with published labels, by why the rows were chosen."""
    opinions = read_opinions(LABELLED / "opinions/hostility.jsonl")
    pairs = defaultdict(list)
    for source in SOURCES:
        for row in read_public(shared / "data/train", source.name):
            opinion = opinions.get((source.name, row.id))
            published = source.hostility(row) if row.hostility is None else row.hostility
            if opinion is not None and published is not None:
                pairs[opinion.chosen].append((bool(opinion.hostility), published > 0.5))
    for chosen, found in sorted(pairs.items()):
        ours, theirs = np.array(found).T
        print(
            f"opinions, {chosen}: {np.mean(ours == theirs):.3f} of {len(found):,} as published; "
            f"hostile {ours.mean():.1%}, as published {theirs.mean():.1%}"
        )


def leave_out(shared: Path) -> None:
    opinions = read_opinions(LABELLED / "opinions/hostility.jsonl")
    gold, _ = public_gold(shared / "data/train", opinions)
    public = recipe.without_contradicted(gold, opinions)
    rows = read_contrast(CORPUS / "comments.jsonl")
    batches = sorted({row.batch for row in rows})
    vectors = WordVectors.read(
        shared / "data/vectors/minilm-l6-words.npz",
        digest=recipe.VECTORS_DIGEST,
        dimensions=recipe.VECTOR_DIMENSIONS,
    )
    areas = []
    for part in range(PARTS):
        out = set(batches[part::PARTS])
        seen: list[Gold] = weighed(contrast_gold(row for row in rows if row.batch not in out))
        chosen = rows_of([*public, *seen], Attribute.HOSTILITY)
        with threadpool_limits(1):
            model = TextLearner(recipe.RECIPE, None, vectors).fit(chosen).model
        for batch in sorted(out):
            own = [row for row in rows if row.batch == batch]
            area = roc_auc_score(
                [row.hostility for row in own], model.log_odds(row.text for row in own)
            )
            areas.append(area)
            print(f"  without batch {batch}: {area:.3f} of {len(own):,}", flush=True)
    print(f"mean over {len(areas)} batches: {np.mean(areas):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=shipped_model())
    parser.add_argument("--leave-out", action="store_true")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    rows = read_contrast(CORPUS / "comments.jsonl") + read_contrast(CORPUS / "test/comments.jsonl")
    print(f"{len(rows):,} rows, {np.mean([row.hostility for row in rows]):.1%} hostile")
    agreement(rows)
    held_out(options.model)
    opinions_agree(options.shared)
    if options.leave_out:
        leave_out(options.shared)


if __name__ == "__main__":
    main()
