"""The models of other languages: how good they are on comments from elsewhere, and their making.

    python -m benchmarks.languages [--shared ../shared] [ko pt ...]
    python -m benchmarks.languages --build models ko pt

A model is measured on collections of which it has not seen a row. Where such a collection is open,
it trains what ships and is left out for its own measurement. Copies of training rows do not count.
The recipe was chosen on the collections that are marked *; nothing was chosen on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.hostility import rows
from benchmarks.language_models import BASE_RATE, LANGUAGES, built, fitted, gold_of
from moderation._types import Bools, Floats
from moderation.evaluation import Figure, with_intervals
from moderation.evaluation.audits import read_suite, run_suite, shipped_suite
from moderation.model import Model, Moderator, load_model, model_card, write_model

MODELS = Path(__file__).parents[1] / "models"


class Measured(NamedTuple):
    """How well a model orders a collection."""

    name: str
    n: int
    n_true: int
    auc: Figure
    recall: Figure
    precision: float

    def __str__(self) -> str:
        counts = f"{self.n:>7,}{self.n_true:>7,}"
        return f"  {self.name:<24}{counts}  {self.auc}   {self.recall}  {self.precision:.2f}"

    @property
    def row(self) -> str:
        """The row of a model card."""
        told = f"{self.n:,} | {self.n_true / self.n:.0%} | {self.auc} | {self.recall}"
        return f"| {self.name.rstrip('*')} | {told} | {self.precision:.2f} |"


HEAD = (
    f"  {'collection':<24}{'n':>7}{'true':>7}  {'ROC AUC':<23}"
    "recall at 5 % false alarms, and precision then if 1 in 10 is hostile"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", default=[*LANGUAGES])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--build", type=Path, metavar="FOLDER", help="write the models there")
    options = parser.parse_args()
    data = options.shared / "data/lang"
    for code in options.languages:
        print(f"{code}  {LANGUAGES[code].title}", flush=True)
        print(HEAD)
        found = []
        for measured in collections(code, data):
            print(measured, flush=True)
            found.append(measured)
        folder = (options.build or MODELS) / f"comments-{code}-1"
        if options.build:
            trained = built(code, data, foreword(code, found))
            card = model_card(trained.manifest)
            write_model(folder, trained.manifest, trained.arrays, card, force=True)
        if folder.is_dir():
            tell_shipped(load_model(folder), code, data)


def collections(code: str, data: Path) -> Iterator[Measured]:
    """Yield the figures of collections that a model has not seen."""
    language = LANGUAGES[code]
    open_names = {source.name for source in language.sources}
    whole = None
    for name in (*language.tests, *language.aside, f"{code}-mhc"):
        left_out = {name} & open_names
        path = data / ("train" if left_out else "validate") / f"{name}.jsonl.gz"
        if not path.exists():
            continue
        if left_out:
            model = fitted(code, data, left_out)
        else:
            model = whole = whole or fitted(code, data)
        seen = {plainly(item.comment.text) for item in gold_of(code, data, left_out)}
        new = [row for row in rows(path) if row["hostility"] != 0.5 and row["text"].strip()]
        new = [row for row in new if plainly(row["text"]) not in seen]
        true = np.array([row["hostility"] > 0.5 for row in new])
        odds = model.unbounded([row["text"] for row in new])
        yield measure(f"{name}{'*' if name in language.tests else ''}", true, odds)


def plainly(text: str) -> str:
    """Return the letters and digits of a text, by which exact copies are found."""
    return "".join(character for character in text.casefold() if character.isalnum())


def measure(name: str, true: Bools, odds: Floats) -> Measured:
    measures = {"auc": lambda t, v: float(roc_auc_score(t, v)), "recall": recall}
    figures = with_intervals(measures, true, odds, np.arange(len(true)), seed=0)
    share = BASE_RATE * (figures["recall"].value or 0.0)
    precision = share / (share + 0.05 * (1 - BASE_RATE))
    return Measured(name, len(true), int(true.sum()), figures["auc"], figures["recall"], precision)


def recall(true: Bools, odds: Floats) -> float:
    """Return the share of hostile comments above the threshold that 5 % of the others reach."""
    return float((odds[true] > np.quantile(odds[~true], 0.95)).mean())


def tell_shipped(model: Model, code: str, data: Path) -> None:
    """Print what the shipped model does with its own thresholds, and its functional suite."""
    print(f"  {model.version}")
    language = LANGUAGES[code]
    moderator = Moderator(model)
    thresholds = moderator.model.manifest.hostility.thresholds
    for name in (*language.tests, *language.aside):
        path = data / "validate" / f"{name}.jsonl.gz"
        if not path.exists():
            continue
        found = [row for row in rows(path) if row["text"].strip()]
        true = np.array([row["hostility"] > 0.5 for row in found])
        scores = model.hostility.probability([row["text"] for row in found])
        for where in ("review", "hold"):
            flagged = scores >= getattr(thresholds, where)
            rates = [float(flagged[kind].mean()) for kind in (true, ~true)]
            share = BASE_RATE * rates[0] + (1 - BASE_RATE) * rates[1]
            precision = BASE_RATE * rates[0] / share if share else float("nan")
            told = f"{rates[0]:.2f} of the hostile, {rates[1]:.3f} of the others"
            then = f"if 1 in 10 is hostile, {share:.3f} of all, precision {precision:.2f}"
            print(f"  {name:<24} {where}: {told}; {then}")
    folder = shipped_suite(code)
    if folder is None:
        return
    behaviours, cases = read_suite(folder)
    result = run_suite(moderator, behaviours, cases)
    scores = model.hostility.unbounded([case.text for case in cases])
    auc = roc_auc_score([case.hostility for case in cases], scores)
    print(
        f"  {'functional suite':<24} {result.n_passed} of {result.n} cases pass, "
        f"{result.n_pairs_ordered} of {result.n_pairs} pairs in order, ROC AUC {auc:.3f}"
    )


def foreword(code: str, found: list[Measured]) -> str:
    """Return what the card says first."""
    language = LANGUAGES[code]
    weak = "**Better than nothing, and no more.** " if language.weak else ""
    lines = [
        f"{weak}{language.title}. These are the figures on collections of which it has not seen a "
        "comment (one that trains the shipped model was left out to be measured). A recall is the "
        "share of hostile comments that are found if one in twenty others is flagged too; the "
        "precision holds if one comment in ten is hostile. No native reader has checked the model.",
        "",
        "| collection | comments | hostile | ROC AUC | recall | precision |",
        "|---|---|---|---|---|---|",
        *(measured.row for measured in found),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
