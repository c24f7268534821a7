"""What the folding of a language is worth, beside that of English: AUC, and disguises.

    python -m benchmarks.folding [--shared ../shared] [--languages ru,pt] [--most 40000]

One model is trained for each folding, on the same rows, with the blocks of that folding. "in" is
the test part of the corpora that were trained on, "cross" a corpus of which no row was (equal texts
are left out). "Disguised" writes one letter of each word of the hostile comments as a look-alike of
another script, and tells how many hostile comments are found at 5 % false alarms before and after.
The corpora are in data/lang; they never ship.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from moderation.features import blocks_for
from moderation.labels.gold import Gold, rows_of
from moderation.model.linear import TextModel
from moderation.records import Attribute, Comment
from moderation.text.folding import folding_for
from moderation.training.learners import TextLearner
from moderation.training.recipe import Recipe

CYRILLIC, LATIN = "асеорхукАВСЕНКМОРТХ", "aceopxykABCEHKMOPTX"
LOOKALIKES = {"ru": str.maketrans(CYRILLIC, LATIN), "el": str.maketrans("ονικα", "ovika")}
TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)


class Task(NamedTuple):
    """Corpora to train on and, unless it is their own test part, one to measure with."""

    language: str
    train: tuple[str, ...]
    test: str | None = None


TASKS = (
    Task("ru", ("ru-russedetox",)),
    Task("ru", ("ru-russedetox",), "ru-xhate999"),
    Task("el", ("el-ogtd",)),
    Task("vi", ("vi-vihsd",)),
    Task("vi", ("vi-vihsd",), "vi-victsd"),
    Task("tr", ("tr-offenseval",)),
    Task("tr", ("tr-offenseval",), "tr-mayda2"),
    Task("ar", ("ar-mpold", "ar-mlma")),
    Task("ar", ("ar-mlma",), "ar-mpold"),
    Task("ar", ("ar-mpold",), "ar-mlma"),
    Task("fa", ("fa-parsoffensive",)),
    Task("hi", ("hi-uli",)),
    Task("hi", ("hi-uli",), "hi-hasoc"),
    Task("ko", ("ko-beep", "ko-kmhas", "ko-apeach", "ko-curse")),
    Task("ko", ("ko-kmhas", "ko-apeach", "ko-curse"), "ko-beep"),
    Task("ko", ("ko-beep", "ko-apeach", "ko-curse"), "ko-kmhas"),
    Task("zh", ("zh-cold",)),
    Task("zh", ("zh-cold",), "zh-toxicn"),
    Task("ja", ("ja-inspection",)),
    Task("pt", ("pt-toldbr",)),
    Task("pt", ("pt-toldbr",), "pt-fortuna"),
    Task("de", ("de-germeval2018", "de-iwg")),
    Task("de", ("de-germeval2018", "de-iwg"), "de-xhate999"),
    Task("fr", ("fr-mlma", "fr-toxifrench")),
    Task("fr", ("fr-mlma", "fr-toxifrench"), "fr-cyberagressionado"),
    Task("es", ("es-offendes",), "es-detoxis"),
)


class Row(NamedTuple):
    text: str
    hostility: float
    split: str


def corpus(shared: Path, name: str) -> Iterator[Row]:
    found = [*(shared / "data" / "lang").glob(f"*/{name}.jsonl.gz")]
    with gzip.open(found[0], "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Row(row["text"], row["hostility"], row["split"])


def key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def split(shared: Path, task: Task, most: int) -> tuple[list[Row], list[Row]]:
    train = [row for name in task.train for row in corpus(shared, name)]
    if task.test is None:
        test = [row for row in train if row.split == "test"]
    else:
        test = [*corpus(shared, task.test)]
    known = {key(row.text) for row in test}
    train = [row for row in train if key(row.text) not in known]
    random.Random(0).shuffle(train)
    return train[:most], test


def fitted(rows: Sequence[Row], language: str) -> TextModel:
    """Fit the learner of `moderation train --base none`, without its validation."""
    recipe = Recipe(language=language, blocks=blocks_for(folding_for(language)), c=1.0)
    gold = [
        Gold(comment=Comment(text=row.text), group=str(i), hostility=row.hostility)
        for i, row in enumerate(rows)
    ]
    return TextLearner(recipe, None).fit(rows_of(gold, Attribute.HOSTILITY)).model


def disguised(text: str, language: str, draw: random.Random) -> str:
    """Write one letter of each word as a look-alike, where a word has one."""

    def one(match: re.Match[str]) -> str:
        word = match[0]
        table = LOOKALIKES.get(language, TO_CYRILLIC)
        places = [i for i, letter in enumerate(word) if ord(letter) in table]
        if not places or len(word) < 2:
            return word
        at = draw.choice(places)
        return word[:at] + word[at].translate(table) + word[at + 1 :]

    return re.sub(r"[^\W\d_]+", one, text)


def recall(odds: np.ndarray, true: np.ndarray, false_alarms: float = 0.05) -> float:
    level = np.quantile(odds[~true], 1 - false_alarms)
    return float((odds[true] > level).mean())


def measure(task: Task, language: str, rows: tuple[list[Row], list[Row]]) -> list[float]:
    train, test = rows
    model = fitted(train, language)
    texts = [row.text for row in test]
    true = np.array([row.hostility >= 0.5 for row in test])
    odds, draw = model.log_odds(texts), random.Random(0)
    hidden = [disguised(text, task.language, draw) for text in texts]
    beside = np.where(true, model.log_odds(hidden), odds)
    return [
        roc_auc_score(true, odds),
        recall(odds, true),
        roc_auc_score(true, beside),
        recall(beside, true),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--languages", default="")
    parser.add_argument("--most", type=int, default=40_000, help="rows to train on")
    options = parser.parse_args()
    asked = options.languages.split(",") if options.languages else {task.language for task in TASKS}
    head = f"{'':<4}{'trained on':<38}{'measured with':<22}{'rows':>6} {'hostile':>7}"
    print(f"{head} {'folding':<10} {'AUC':>6} {'recall':>6} | disguised: AUC, recall")
    for task in TASKS:
        if task.language not in asked:
            continue
        rows = split(options.shared, task, options.most)
        for language in ("en", task.language):
            begun = time.perf_counter()
            with threadpool_limits(1):
                figures = measure(task, language, rows)
            hostile = sum(row.hostility >= 0.5 for row in rows[1])
            print(
                f"{task.language:<4}{'+'.join(name[3:] for name in task.train):<38}"
                f"{task.test or 'own test part':<22}{len(rows[1]):>6} {hostile:>7} "
                f"{folding_for(language).name:<10} {figures[0]:>6.3f} {figures[1]:>6.3f} | "
                f"{figures[2]:>6.3f} {figures[3]:>6.3f}  ({time.perf_counter() - begun:.0f} s)",
                flush=True,
            )


if __name__ == "__main__":
    main()
