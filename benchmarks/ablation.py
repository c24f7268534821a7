"""What each step of the recipe is worth: the recipe without it, on several sets at once.

    python -m benchmarks.ablation [--shared ../shared] [--only NAME ...]

ROC AUC of hostility on the development sets of :mod:`benchmarks.hostility`, the largest subgroup
gap on the identity templates, and the share of the functional suite's pairs in the right order. One
fit a line, each without calibration (it moves no ranking). About a quarter of an hour.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from benchmarks.hostility import SETS, Row
from moderation.evaluation.audits import read_suite
from moderation.evaluation.bias import audit
from moderation.features import NgramTfidf
from moderation.labels.gold import Gold, rows_of
from moderation.model.linear import TextModel, sigmoid
from moderation.model.manifest import SentenceSpec
from moderation.records import Attribute
from moderation.training import Recipe
from moderation.training import shipped as recipes
from moderation.training.learners import fit_terms
from moderation.training.public_sources import SOURCES, public_gold
from moderation.training.terms import Terms

SUITE = Path(__file__).parents[1] / "labelled" / "judgement"


class Step(NamedTuple):
    """A change to the recipe, and to the rows that it learns from."""

    recipe: Callable[[Recipe], Recipe] = lambda recipe: recipe
    row: Callable[[Gold], Gold | None] = lambda gold: gold
    doubted: bool = True


def _prior(**changes: float) -> Callable[[Recipe], Recipe]:
    return lambda recipe: replace(recipe, prior=replace(recipe.prior, **changes))


def _words(pattern: str) -> Callable[[Recipe], Recipe]:
    def changed(recipe: Recipe) -> Recipe:
        word, *rest = recipe.blocks
        return replace(recipe, blocks=(replace(word, token_pattern=pattern), *rest))

    return changed


def _without(*names: str) -> Callable[[Gold], Gold | None]:
    return lambda gold: None if gold.source in names else gold


STEPS = {
    "the recipe": Step(),
    "no sentence apart": Step(lambda recipe: replace(recipe, sentence=SentenceSpec())),
    "no evidence scales (floor 1000)": Step(_prior(floor=1000.0)),
    "no identity penalty": Step(_prior(identity_penalty=1.0)),
    "character scale 1": Step(_prior(char_scale=1.0)),
    "contradicted rows kept": Step(doubted=False),
    "no label floor": Step(lambda recipe: replace(recipe, label_floor=0.0)),
    "words only, no punctuation": Step(_words(r"\b\w+\b")),
    "C 0.2": Step(lambda recipe: replace(recipe, c=0.2)),
    "C 0.8": Step(lambda recipe: replace(recipe, c=0.8)),
    **{f"without {source.name}": Step(row=_without(source.name)) for source in SOURCES},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    sets = {name: list(read(options.shared)) for name, read in SETS.items()}
    for name, rows in sets.items():
        print(f"# {name}: {len(rows):,} comments, {sum(r.hostile for r in rows):,} hostile")
    heads = [name.split()[0][:10] for name in sets]
    print(f"{'':<34}" + "".join(f"{h:>11}" for h in (*heads, "gap", "pairs")), flush=True)
    gold = public_gold(options.shared / "data/train")[0]
    doubted = recipes.without_contradicted(gold)
    for name, step in STEPS.items():
        if options.only and not any(word in name for word in options.only):
            continue
        rows = [step.row(item) for item in (doubted if step.doubted else gold)]
        model = _fit([row for row in rows if row is not None], step.recipe(recipes.RECIPE))
        figures = _measure(model, sets)
        print(f"{name:<34}" + "".join(f"{figure:>11.4f}" for figure in figures), flush=True)


def _fit(gold: list[Gold], recipe: Recipe) -> TextModel:
    rows = rows_of(gold, Attribute.HOSTILITY)
    vectorizer = NgramTfidf(recipe.blocks)
    X = vectorizer.fit_transform([item.comment.text for item in rows.gold])
    with threadpool_limits(1):
        return fit_terms(X, rows, Terms(vectorizer.blocks_), recipe)


def _measure(model: TextModel, sets: dict[str, list[Row]]) -> list[float]:
    figures, gap = [], float("nan")
    for name, rows in sets.items():
        odds = model.log_odds(row.text for row in rows)
        true = np.array([row.hostile for row in rows])
        figures.append(float(roc_auc_score(true, odds)))
        if name == "identity_templates":
            bias = audit([row.text for row in rows], true, sigmoid(odds), review=0.5)
            gap = bias.largest_gap if bias and bias.groups else gap
    cases = {case.id: case for case in read_suite(SUITE)[1]}
    odds_of = dict(zip(cases, model.log_odds(c.text for c in cases.values()), strict=True))
    pairs = [case for case in cases.values() if case.hostility and case.pair]
    ordered = np.mean([odds_of[case.id] > odds_of[str(case.pair)] for case in pairs])
    return [*figures, gap, float(ordered)]


if __name__ == "__main__":
    main()
