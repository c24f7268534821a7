"""How the models of other languages are made: their sources, their recipes, and what tests them.

``python -m benchmarks.languages`` builds and measures them. The rows of ``lang/train`` have open
licences and train; those of ``lang/validate`` only measure.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.hostility import rows
from moderation.features import BlockSpec
from moderation.labels import read_labelled
from moderation.labels.gold import Gold, gold_labels, rows_of
from moderation.model.artifact import Source
from moderation.model.linear import TextModel
from moderation.records import Attribute, Comment
from moderation.training import Recipe, Trained, recipe_for, train
from moderation.training.learners import TextLearner

CONTRAST = Path(__file__).parents[1] / "labelled" / "languages"
BASE_RATE = 0.1
# Terms of a block, so that a model has at most 5 MB.
MOST = {"word": 60_000, "char_wb": 100_000}


class Open(NamedTuple):
    """A file of open rows, which trains."""

    name: str
    licence: str
    weight: float = 1.0


class Language(NamedTuple):
    """How a language's model is made and what tests it.

    Attributes
    ----------
    title
        The language in English.
    sources
        The files that train.
    c, floor, smoothing
        The strength of the penalty and the scales of terms, chosen on the collections of `tests`.
    tests
        The collections on which the recipe was chosen; one of `sources` is left out of the training
        that it tests.
    aside
        Collections on which nothing was chosen. Where they are missing, they are not measured.
    weak
        Whether the model is better than nothing, and no more. Review then asks for a precision of
        35 %, and hold for one of 80 %.
    by_source
        Whether the folds hold out whole sources: there are several that carry the model alone.
    contrast
        The share of our own contrast sentences in the weight of all rows.
    """

    title: str
    sources: tuple[Open, ...]
    tests: tuple[str, ...]
    aside: tuple[str, ...] = ()
    c: float = 0.4
    floor: float = 0.5
    smoothing: float = 3.0
    weak: bool = False
    by_source: bool = False
    contrast: float = 0.05


LANGUAGES = {
    "ko": Language(
        "Korean",
        (
            Open("ko-beep", "CC BY-SA 4.0"),
            Open("ko-kmhas", "CC BY-SA 4.0"),
            Open("ko-apeach", "CC BY-SA 4.0"),
            Open("ko-curse", "MIT"),
        ),
        tests=("ko-beep", "ko-kmhas"),
        aside=("ko-unsmile",),
        by_source=True,
        c=1.0,
        floor=1.0,
        smoothing=10.0,
        contrast=0.01,
    ),
    "pt": Language(
        "Portuguese (Brazil)",
        (Open("pt-toldbr", "CC BY-SA 4.0"),),
        tests=("pt-fortuna",),
        aside=("pt-hatebr",),
    ),
    "hi": Language(
        "Hindi, in Devanagari and in Latin letters",
        (Open("hi-uli", "CC BY 4.0"),),
        tests=("hi-hasoc",),
        aside=("hi-macd",),
        contrast=0.12,
    ),
    "tr": Language(
        "Turkish",
        (Open("tr-offenseval", "CC BY 2.0"),),
        tests=("tr-mayda2",),
        aside=("tr-xhate999",),
        c=0.6,
        contrast=0.03,
    ),
    "ar": Language(
        "Arabic",
        (Open("ar-mpold", "Apache-2.0"), Open("ar-mlma", "MIT")),
        tests=("ar-mpold", "ar-mlma"),
        aside=("ar-lhsab",),
        by_source=True,
        c=0.2,
        contrast=0.12,
    ),
    "de": Language(
        "German",
        (
            Open("de-germeval2018", "CC BY 4.0"),
            Open("de-iwg", "CC BY-SA 3.0"),
            Open("de-gahd", "CC BY 4.0", 0.03),  # adversarial: it misleads about ordinary comments
        ),
        tests=("de-xhate999",),
        aside=("de-germeval2021",),
        floor=1.0,
        smoothing=10.0,
        weak=True,
        contrast=0.1,
    ),
    "fr": Language(
        "French",
        (Open("fr-mlma", "MIT"), Open("fr-toxifrench", "MIT")),
        tests=("fr-cyberagressionado",),
        weak=True,
    ),
    "zh": Language(
        "Chinese (simplified)",
        (Open("zh-cold", "Apache-2.0"),),
        tests=("zh-toxicn",),
        c=1.0,
        weak=True,
    ),
}


def recipe_of(code: str) -> Recipe:
    """Return how a language's model is trained."""
    language = LANGUAGES[code]
    recipe = recipe_for(code)
    prior = msgspec.structs.replace(
        recipe.prior, floor=language.floor, smoothing=language.smoothing
    )
    return msgspec.structs.replace(
        recipe,
        blocks=tuple(map(_smaller, recipe.blocks)),
        prior=prior,
        c=language.c,
        strengths=(),
        folds=3,
        by_source=language.by_source,
        base_rate=BASE_RATE,
        review_precision=0.35 if language.weak else recipe.review_precision,
        hold_precision=0.8 if language.weak else recipe.hold_precision,
    )


def _smaller(block: BlockSpec) -> BlockSpec:
    return msgspec.structs.replace(block, max_features=MOST[block.analyzer])


def gold_of(code: str, data: Path, without: Collection[str] = ()) -> list[Gold]:
    """Return the rows that train a language's model, except those of some files."""
    language = LANGUAGES[code]
    gold = [
        Gold(
            comment=Comment(text=row["text"], id=row["id"], source=name),
            group=row["id"],
            source=name,
            hostility=float(row["hostility"]),
            weight=weight,
            # Our own sentences, and rows that count little, choose no threshold.
            natural=not language.by_source and weight == 1.0,
        )
        for name, _, weight in language.sources
        if name not in without
        for row in rows(data / "train" / f"{name}.jsonl.gz")
        if row["text"].strip()
    ]
    return gold + _contrast(code, sum(item.weight for item in gold) * language.contrast)


def _contrast(code: str, weight: float) -> list[Gold]:
    """Return our own pairs with a total weight; both comments of a pair are of one group."""
    written = gold_labels(read_labelled([CONTRAST / f"{code}.jsonl"]))
    return [
        msgspec.structs.replace(
            item,
            group=(item.comment.id or "")[:-1],
            weight=weight / len(written),
            natural=False,
        )
        for item in written
    ]


def fitted(code: str, data: Path, without: Collection[str] = ()) -> TextModel:
    """Return the model without calibration, fitted to all rows except those of some files."""
    chosen = rows_of(gold_of(code, data, without), Attribute.HOSTILITY)
    return TextLearner(recipe_of(code), None).fit(chosen).model


def built(code: str, data: Path, foreword: str) -> Trained:
    """Return the model of a language, validated, calibrated, and with its foreword."""
    gold = gold_of(code, data)
    licences = {source.name: source.licence for source in LANGUAGES[code].sources}
    counted = {name: sum(item.source == name for item in gold) for name in licences}
    sources = [Source(name=n, rows=counted[n], licence=licences[n]) for n in licences]
    n_written = len(gold) - sum(counted.values())
    if n_written:
        told = {"name": f"contrast-{code}", "licence": "this project"}
        sources.append(Source(rows=n_written, **told))
    recipe = recipe_of(code)
    trained = train(gold, name=f"comments-{code}-1", recipe=recipe, sources=sources)
    return trained._replace(manifest=msgspec.structs.replace(trained.manifest, foreword=foreword))
