"""What off-topic does where an export brings headlines only.

    python -m benchmarks.headlines [--shared ../shared] [--labelled labelled] [--model FOLDER]

Each comment of ``labelled/`` that was drawn at random is scored by a model that saw no comment of
its article, fitted as the recipe fits it over the words that the shipped model knows. Half of the
comments have the thread of their article, and these figures calibrate the scores and choose the
thresholds. Then all stand beside a part of their article, without the thread and with it. With
``--model``, the model of that folder scores them instead; if it was trained on them, that flatters.

Printed are the share that goes to review (or is held), how many of the off-topic comments are among
them, the share that is held, how many get no score, and the ROC AUC of the others, with 95 %
bootstrap intervals over articles (seeded).
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks.topicality import Rows, area, interval, judged_gold
from moderation.context import has_context
from moderation.evaluation.thresholds import choose_thresholds
from moderation.labels.gold import Gold, rows_of
from moderation.model import Model, load_model, shipped_model
from moderation.model.artifact import Thresholds
from moderation.model.linear import fit_logistic, sigmoid
from moderation.records import Article, Attribute
from moderation.training import off_topic_gold, shipped
from moderation.training.fitting import with_threads
from moderation.training.learners import SignalLearner

_SENTENCE = re.compile(r"(?<=[.!?])\s")


def _only(n_words: int) -> Callable[[Article], Article]:
    def cut(article: Article) -> Article:
        text = " ".join(article.text.split()[:n_words])
        return msgspec.structs.replace(article, text=text)

    return cut


def _sentence(article: Article) -> Article:
    return msgspec.structs.replace(article, text=_SENTENCE.split(article.text, 1)[0])


def _titled(title: str) -> Callable[[Article], Article]:
    return lambda article: msgspec.structs.replace(article, title=title, text="")


#: What is known of the article.
KNOWN: dict[str, Callable[[Article], Article]] = {
    "whole article": lambda article: article,
    "headline": _only(0),
    "headline and a sentence": _sentence,
    "headline and 20 words": _only(20),
    "headline and 60 words": _only(60),
    "titled Untitled": _titled("Untitled"),
    "titled with its id": lambda a: msgspec.structs.replace(a, title=a.id or "", text=""),
    "nothing": lambda _: Article(),
}
#: The comments that are counted; only parents in the input are known.
KINDS: dict[str, Callable[[Gold], bool]] = {
    "all": lambda _: True,
    "replies": lambda item: item.comment.parent is not None,
}


def beside(gold: Sequence[Gold], known: Callable[[Article], Article]) -> list[Gold]:
    """The comments beside a part of their article."""
    found = []
    for item in gold:
        article = known(item.comment.article or Article())
        comment = msgspec.structs.replace(item.comment, article=article)
        found.append(msgspec.structs.replace(item, comment=comment))
    return found


class Scorer:
    """Scores labelled comments by models that saw no comment of their article."""

    def __init__(self, shared: Path, judged: Sequence[Gold], words: Model) -> None:
        self._topicality = words.topicality
        learner = SignalLearner(shipped.RECIPE, None, self._topicality)
        gold = off_topic_gold(shared / "data" / "train", judged)
        rows = learner.prepare(rows_of(gold, Attribute.OFF_TOPIC))
        n_folds = shipped.RECIPE.folds
        folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=shipped.RECIPE.seed)
        true = rows.labels > 0.5
        self._models, self._fold = [], {}
        for number, (seen, held) in enumerate(folds.split(true, true, rows.groups)):
            self._models.append(learner.fit(rows.take(seen)).model)
            self._fold |= dict.fromkeys(rows.groups[held].tolist(), number)
        drawn = [item for item in shipped.half_threaded(judged) if item.source != "grown"]
        odds, labels = self.log_odds(drawn), np.array([item.off_topic for item in drawn])
        self._calibration = fit_logistic(odds[:, None], labels, np.ones(len(odds)), c=1e6)
        self.thresholds: Thresholds = choose_thresholds(
            self.scores(drawn), labels > 0.5, *shipped.RECIPE.precisions(Attribute.OFF_TOPIC)
        )

    def log_odds(self, gold: Sequence[Gold]) -> Any:
        """Log-odds before calibration."""
        signals = self._topicality.signals([item.comment for item in gold])
        by_fold = np.array([model.log_odds(signals) for model in self._models])
        return by_fold[[self._fold[item.group] for item in gold], np.arange(len(gold))]

    def scores(self, gold: Sequence[Gold]) -> Any:
        """Calibrated scores."""
        fitted = self._calibration
        return sigmoid(fitted.coef[0] * self.log_odds(gold) + fitted.intercept)


class FolderScorer:
    """Scores labelled comments by one model."""

    def __init__(self, model: Model) -> None:
        thresholds = model.thresholds(Attribute.OFF_TOPIC)
        if model.off_topic is None or thresholds is None:
            raise SystemExit("the model does not score off-topic")
        self._model, self._off_topic, self.thresholds = model, model.off_topic, thresholds

    def scores(self, gold: Sequence[Gold]) -> Any:
        """Scores as in a verdict."""
        signals = self._model.topicality.signals([item.comment for item in gold])
        return sigmoid(self._off_topic.log_odds(signals))


class Line(NamedTuple):
    """The figures of one line."""

    n: int
    unscored: int
    reviewed: str
    found: str
    held: float
    roc_auc: str


def measured(gold: Sequence[Gold], scorer: Scorer | FolderScorer) -> Line:
    """The figures of some comments."""
    thresholds = scorer.thresholds
    known = np.array([has_context(item.comment) for item in gold], bool)
    scores = np.zeros(len(gold))
    if known.any():
        scores[known] = scorer.scores([item for item, has in zip(gold, known, strict=True) if has])
    labels = np.array([item.off_topic for item in gold])
    groups = [item.group for item in gold]
    rows = Rows([item.comment for item in gold], labels, groups)
    true = np.flatnonzero(labels)
    found = rows._replace(labels=labels[true], groups=[groups[i] for i in true])
    scored = np.flatnonzero(known)
    ranked = rows._replace(labels=labels[scored], groups=[groups[i] for i in scored])

    def share(_: Any, values: Any) -> float:
        return float((values >= thresholds.review).mean())

    return Line(
        len(gold),
        int((~known).sum()),
        interval(share, rows, scores),
        interval(share, found, scores[true]) if len(true) else "-",
        float((scores >= thresholds.hold).mean()),
        interval(area, ranked, scores[scored]) if 0 < labels[scored].mean() < 1 else "-",
    )


def lines(judged: Sequence[Gold], scorer: Scorer | FolderScorer) -> Iterator[tuple[str, Line]]:
    """The lines of the table."""
    for kind, wanted in KINDS.items():
        for thread, gold in (("", judged), (", thread", with_threads(judged))):
            drawn = [item for item in gold if item.source != "grown" and wanted(item)]
            for name, known in KNOWN.items():
                yield f"{kind}: {name}{thread}", measured(beside(drawn, known), scorer)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--labelled", type=Path, default=Path("labelled"))
    parser.add_argument("--model", type=Path, help="a model folder, not the recipe out of fold")
    options = parser.parse_args()
    judged = judged_gold(options.labelled)
    scorer = (
        FolderScorer(load_model(options.model))
        if options.model
        else Scorer(options.shared, judged, load_model(shipped_model()))
    )
    print(f"review from {scorer.thresholds.review:.3f}, hold from {scorer.thresholds.hold:.3f}\n")
    print("| known | n | no score | to review | of off topic | held | ROC AUC |")
    print("|---|---|---|---|---|---|---|")
    for name, line in lines(judged, scorer):
        cells = (line.n, line.unscored, line.reviewed, line.found, f"{line.held:.3f}", line.roc_auc)
        print(f"| {name} | " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
