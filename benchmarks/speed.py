"""Comments per second and fitting time beside other tools, in one run on one core.

    OMP_NUM_THREADS=1 python -m benchmarks.speed [--shared ../shared] [--rounds 3]

Tools take turns, so that a noisy machine disturbs all alike; medians, and ratios from one run.
Times are CPU seconds of the one process: all of it computes on one core and waits for nothing.
*Cold*: nothing is remembered, and 50,000 different comments come once. *Steady*: half of them were
read before, and the other half comes once: a stream after its first minute. *Warm*: all of them
again. The other tools remember nothing; all run in one process, and ours and scikit-learn's have
one vocabulary and one set of weights; ours weighs the most hostile sentence too. fastText and
alt-profanity-check take part where they are installed. Quality is the ROC AUC on c3 (>= 2 against
<= 1.25), which trained none of them.

Fitting: both solvers minimise the same penalised mean loss; the table tells what it was in the end
on what each vectorized. scikit-learn stops by its default rule, ours by its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import FeatureUnion, Pipeline

from moderation.errors import ModelError
from moderation.features import BlockSpec, NgramTfidf
from moderation.model import load_model, shipped_model
from moderation.model.linear import TextModel, fit_logistic
from moderation.model.linear.logistic import Logistic
from moderation.text import folding as text
from moderation.text.disguise import spelling

N_FIT = 50_000
# Where scikit-learn's solver stops by default, and where ours, by another rule, has a smaller loss.
THEIR_TOLERANCE = 1e-4
OUR_TOLERANCE = 1e-2
C = 10.0
SPECS = (
    BlockSpec(
        analyzer="word",
        ngram_range=(1, 2),
        token_pattern=r"\w+|[^\w\s]",
        min_df=2,
        max_features=100_000,
    ),
    BlockSpec(analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=150_000),
)

Scores = Callable[[list[str]], Any]


class Labelled(NamedTuple):
    texts: list[str]
    shares: np.ndarray[Any, Any]

    @property
    def hostile(self) -> np.ndarray[Any, Any]:
        return self.shares >= 0.5


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def training(shared: Path) -> Labelled:
    found = {}
    for path in sorted((shared / "data/train").glob("*.jsonl.gz")):
        for row in rows(path):
            if row.get("hostility") is not None:
                found[row["text"]] = float(row["hostility"])
    texts = list(found)
    random.Random(0).shuffle(texts)
    texts = texts[:N_FIT]
    return Labelled(texts, np.array([found[text] for text in texts]))


def c3(shared: Path) -> Labelled:
    levels = [
        (row["text"], row["toxicity_level"])
        for row in rows(shared / "data/validate/c3.jsonl.gz")
        if row["toxicity_level"] is not None
        and (row["toxicity_level"] >= 2 or row["toxicity_level"] <= 1.25)
    ]
    return Labelled(
        [text for text, _ in levels], np.array([float(level >= 2) for _, level in levels])
    )


def vectorizers(
    specs: Sequence[BlockSpec], vocabularies: Sequence[Sequence[str] | None]
) -> FeatureUnion:
    """scikit-learn's vectorizers, one a block; without a vocabulary, to be fitted."""
    parts = []
    for i, (spec, vocabulary) in enumerate(zip(specs, vocabularies, strict=True)):
        part = TfidfVectorizer(
            analyzer=spec.analyzer,
            ngram_range=spec.ngram_range,
            token_pattern=spec.token_pattern if spec.analyzer == "word" else None,
            min_df=spec.min_df if vocabulary is None else 1,
            max_features=spec.max_features if vocabulary is None else None,
            sublinear_tf=True,
            vocabulary=vocabulary,
        )
        parts.append((str(i), part))
    return FeatureUnion(parts)


def pipeline(model: TextModel, preprocessor: Callable[[str], str] | None = None) -> Pipeline:
    """scikit-learn's own Pipeline with the vocabulary, frequencies and weights of `model`."""
    union = vectorizers([b.spec for b in model.blocks], [list(b.terms) for b in model.blocks])
    for (_, part), block in zip(union.transformer_list, model.blocks, strict=True):
        part.idf_ = block.idf
        part.preprocessor = preprocessor
    regression = LogisticRegression()
    regression.coef_ = np.concatenate(model.coefs)[None, :]
    regression.intercept_ = np.array([model.intercept])
    regression.classes_ = np.array([False, True])
    return Pipeline([("tfidf", union), ("regression", regression)])


def fasttext(train: Labelled) -> Scores | None:
    """Train fastText with word bigrams and subwords on the same rows."""
    if find_spec("fasttext") is None:
        return None
    import fasttext as ft

    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        for text, hostile in zip(train.texts, train.hostile, strict=True):
            line = " ".join(text.split()).encode("utf-8", "replace").decode()
            file.write(f"__label__{int(hostile)} {line}\n")
        file.flush()
        model = ft.train_supervised(
            file.name, wordNgrams=2, minn=2, maxn=5, epoch=5, thread=1, dim=50, verbose=0
        )

    def scores(texts: list[str]) -> list[float]:
        # By way of the binding: predict() of the wheel fails with numpy 2.
        lines = [" ".join(text.split()).encode("utf-8", "replace").decode() for text in texts]
        found = [model.f.predict(line, 2, 0.0, "strict") for line in lines]
        return [next(p for p, label in pairs if label == "__label__1") for pairs in found]

    return scores


def alt_profanity_check() -> Scores | None:
    if find_spec("profanity_check") is None:
        return None
    from profanity_check import predict_prob

    return predict_prob  # type: ignore[no-any-return]


def fresh(model: TextModel) -> TextModel:
    """The same model, remembering nothing; the last folded chunks are forgotten, too."""
    spelling._remembered.cache_clear()
    return TextModel(model.blocks, model.coefs, model.intercept, model.sentence, brief=model.brief)


def seconds(work: Callable[[], object]) -> float:
    """Of this process on its one core: other work on the machine does not count."""
    start = time.process_time()
    work()
    return time.process_time() - start


def scoring(
    tools: dict[str, Scores], model: TextModel, texts: list[str], n: int, rounds: int
) -> dict[str, float]:
    """Median comments per second of each tool; ours cold on all texts, then warm, and steady."""
    rates: dict[str, list[float]] = {f"moderation, {how}": [] for how in ("cold", "steady", "warm")}
    part, half = texts[:n], len(texts) // 2
    for _ in range(rounds):
        own = fresh(model)
        for name in ("moderation, cold", "moderation, warm"):
            rates[name].append(len(texts) / seconds(lambda own=own: own.log_odds(texts)))
        own = fresh(model)
        own.log_odds(texts[:half])
        steady = seconds(lambda own=own: own.log_odds(texts[half:]))
        rates["moderation, steady"].append((len(texts) - half) / steady)
        for name, scores in tools.items():
            rates.setdefault(name, []).append(n / seconds(lambda scores=scores: scores(part)))
    return {name: statistics.median(found) for name, found in rates.items()}


def solve_copies(X: Any, shares: np.ndarray[Any, Any]) -> Logistic:
    """Fit by scikit-learn; a share is a weighted positive and a weighted negative copy."""
    both = np.flatnonzero((shares > 0) & (shares < 1))
    y = np.concatenate([shares > 0, np.zeros(len(both), bool)])
    weights = np.concatenate([np.where(shares > 0, shares, 1.0), 1 - shares[both]])
    regression = LogisticRegression(C=C, tol=THEIR_TOLERANCE, max_iter=1000)
    copies = sp.vstack([X, X[both]]) if len(both) else X
    regression.fit(copies, y, weights)
    return Logistic(regression.coef_[0], float(regression.intercept_[0]))


def solve_shares(X: Any, shares: np.ndarray[Any, Any]) -> Logistic:
    """Fit by this package."""
    return fit_logistic(X, shares, np.ones(len(shares)), c=C, tol=OUR_TOLERANCE)


def loss(X: Any, shares: np.ndarray[Any, Any], fitted: Logistic) -> float:
    """What both solvers minimise: the mean loss and the penalty."""
    odds = X @ fitted.coef + fitted.intercept
    mean = np.mean(np.logaddexp(0, odds) - shares * odds)
    return float(mean + fitted.coef @ fitted.coef / (2 * C * len(shares)))


def fitting(train: Labelled, test: Labelled, rounds: int) -> None:
    """Vectorizing and solving, ours and scikit-learn's, with the same settings."""
    labels = {
        "yes or no": train.hostile.astype(float),
        "shares, floor of 5 %": 0.05 + 0.95 * train.shares,
    }
    tools = {
        "moderation": (lambda: NgramTfidf(SPECS), solve_shares, test.texts),
        "scikit-learn": (
            lambda: vectorizers(SPECS, [None, None]),
            solve_copies,
            [*map(text.fold, test.texts)],
        ),
    }
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    quality = {}
    for _ in range(rounds):
        for name, (vectorizer, solve, texts) in tools.items():
            start = time.process_time()
            own = vectorizer()
            X = own.fit_transform(train.texts)
            vectorized = time.process_time() - start
            unseen = own.transform(texts)
            for kind, shares in labels.items():
                start = time.process_time()
                fitted = solve(X, shares)
                solved = time.process_time() - start
                times.setdefault((kind, name), []).append((vectorized, solved))
                auc = roc_auc_score(test.hostile, unseen @ fitted.coef)
                quality[kind, name] = loss(X, shares, fitted), auc
    print(f"\nfitting {len(train.texts):,} comments, medians of {rounds} rounds")
    print(
        f"{'labels':<22}{'tool':<14}{'vectorize':>11}{'solve':>8}{'seconds':>9}{'ratio':>7}"
        f"{'loss':>9}{'c3':>8}"
    )
    totals = {key: statistics.median(map(sum, found)) for key, found in times.items()}
    for (kind, name), found in sorted(times.items(), reverse=True):
        vectorized, solved = (statistics.median(column) for column in zip(*found, strict=True))
        total = totals[kind, name]
        ratio = total / totals[kind, "scikit-learn"]
        print(
            f"{kind:<22}{name:<14}{vectorized:>11.1f}{solved:>8.1f}{total:>9.1f}{ratio:>7.2f}"
            "{:>9.5f}{:>8.4f}".format(*quality[kind, name])
        )


def hostility(folder: Path | None, train: Labelled) -> TextModel:
    """The model in `folder` or the shipped one; if this version cannot load that, one like it."""
    try:
        model = load_model(folder or shipped_model()).hostility
    except ModelError as error:
        print(f"{error}; a model trained on the same rows in its place")
        own = NgramTfidf(SPECS)
        X = own.fit_transform(train.texts)
        fitted = solve_shares(X, train.hostile.astype(float))
        sizes = np.cumsum([len(block.terms) for block in own.blocks_])
        return TextModel(own.blocks_, np.split(fitted.coef, sizes[:-1]), fitted.intercept)
    assert model is not None
    return model


def peak() -> float:
    """Peak resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", type=int, default=5_000, help="comments for the slower tools")
    options = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        print("set OMP_NUM_THREADS=1 for figures of one core", file=sys.stderr)
    train, test = training(options.shared), c3(options.shared)
    model = hostility(options.model, train)
    length = sum(map(len, train.texts)) / len(train.texts)
    terms = sum(len(block.terms) for block in model.blocks)
    print(f"{len(train.texts):,} comments of {length:.0f} characters; vocabulary of {terms:,}")
    before = peak()
    model.log_odds(train.texts)
    print(f"peak memory {before:.0f} MB with the texts, {peak():.0f} MB after scoring them")
    sk, same = pipeline(model), pipeline(model, text.fold)
    tools: dict[str, Scores] = {
        "scikit-learn Pipeline": lambda texts: sk.predict_proba(texts)[:, 1],
        "the same, folding": lambda texts: same.predict_proba(texts)[:, 1],
    }
    for name, tool in (
        ("fastText, subwords", fasttext(train)),
        ("alt-profanity-check", alt_profanity_check()),
    ):
        if tool is None:
            print(f"absent: {name}")
        else:
            tools[name] = tool
    sample = train.texts[:1000]
    whole = TextModel(model.blocks, model.coefs, model.intercept)
    apart = np.abs(whole.probability(sample) - same.predict_proba(sample)[:, 1]).max()
    print(f"largest difference from scikit-learn on folded text, no sentence apart: {apart:.1e}")
    quality = {
        name: roc_auc_score(test.hostile, scores(test.texts)) for name, scores in tools.items()
    }
    own = roc_auc_score(test.hostile, model.log_odds(test.texts))
    rates = scoring(tools, model, train.texts, options.part, options.rounds)
    print(f"\nscoring, medians of {options.rounds} rounds, texts in memory")
    subwords = rates.get("fastText, subwords", np.nan)
    print(f"{'tool':<24}{'comments/s':>12}{'x sklearn':>11}{'x fastText':>12}{'c3 AUC':>8}")
    for name, rate in rates.items():
        ratio = rate / rates["scikit-learn Pipeline"]
        line = f"{name:<24}{rate:>12,.0f}{ratio:>11.1f}{rate / subwords:>12.2f}"
        print(f"{line}{quality.get(name, own):>8.4f}")
    fitting(train, test, options.rounds)


if __name__ == "__main__":
    main()
