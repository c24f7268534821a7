"""Off-topic beside its baselines, on public files and on ``labelled/``: the table of issue 5.

Run ``python -m benchmarks.topicality`` in the checkout (some four minutes; ``--ablation`` prints
what each signal adds instead). Every figure is a development figure: the signals were chosen while
looking at these files. What is measured never trained what measures it: the background is learnt
without nyt_rfd and globe, and the debate, article or source that is scored is left out of the
logistic regression. (One article of globe, with 28 of its comments, is in c3 too.) Nothing that
ships is trained on semeval_cqa, c3 and appropriateness: their licences are closed or unknown.

Columns
-------
all
    Every signal; trained on ``labelled/`` and on pairs from the public files, as shipped. In
    matched against swapped pairs brevity is noise: the same comment stands on both sides.
no length
    Trained and scored without brevity and emptiness.
relation
    Trained and scored without anything that a comment is by itself: in matched against swapped
    pairs the same comment stands on both sides, so that what it is alone can only be noise.
pairs
    As relation, trained on the pairs alone, without ``labelled/``.

ROC AUC with 95 % bootstrap intervals over debates, articles or comments (seeded).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from moderation.context import in_threads, texts_of
from moderation.features.topicality import ALONE, LENGTH_SIGNALS, SIGNALS, Topicality
from moderation.labels import read_labelled
from moderation.labels.gold import Gold, gold_labels
from moderation.records import Article, Comment
from moderation.training import public_sources
from moderation.training import shipped as recipe
from moderation.training.fitting import with_threads
from moderation.training.headlines import headline_signals, usual_off_topic, weight_of_thin
from moderation.training.topic_pairs import topic_gold

COLUMNS = {
    "all": (),
    "no length": LENGTH_SIGNALS,
    "relation": tuple(ALONE),
    "pairs": tuple(ALONE),
}
#: The public files that are left out of the background in order to be measured.
MEASURED = ("nyt_rfd", "globe")
#: Files whose comments teach the background: those of a model that ships, but for `MEASURED`.
_SOURCES = (*(source.name for source in public_sources.SOURCES), *public_sources.BACKGROUND)
BACKGROUND = tuple(name for name in dict.fromkeys(_SOURCES) if name not in MEASURED)
#: Files of comments under their own articles of which the training of the relation sees none.
FOREIGN = {"web_discourse": "text", "ruddit": "id", "semeval_cqa": "id"}
SECTIONS = 12
FOLDS = 5
ROUNDS = 300
#: Words of a comment, for figures within a band of lengths.
BANDS = ((0, 20), (20, 45), (45, 100), (100, 10**9))


class Rows(NamedTuple):
    """Comments with a label, a weight, and what must not be split; `fold` of each, or -1."""

    comments: list[Comment]
    labels: Any
    groups: list[str]


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of one public file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def article_of(row: dict[str, Any]) -> Article:
    """The article of a row, as far as it has one."""
    found = row.get("article") or {}
    return Article(id=found.get("id"), title=found.get("title", ""), text=found.get("text", ""))


def placed(rows: Iterable[dict[str, Any]]) -> list[Comment]:
    """Comments of rows with their articles and parents, without threads."""
    return [
        Comment(text=row["text"], article=article_of(row), parent=row.get("parent")) for row in rows
    ]


def area(labels: Any, scores: Any) -> float:
    """Area under the ROC curve, ties halved."""
    order = np.argsort(scores, kind="stable")
    _, at, counts = np.unique(scores[order], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    true = np.asarray(labels, bool)[order]
    n, m = int(true.sum()), int((~true).sum())
    return float((ranks[true].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def within(labels: Any, scores: Any, size: int = 4) -> float:
    """Share of pairs of one comment's articles that come in the right order, `size` a comment."""
    table, truth = np.reshape(scores, (-1, size)), np.reshape(labels, (-1, size)).astype(bool)
    own = table[~truth][:, None]
    others = table[truth].reshape(-1, size - 1)
    return float(((others > own) + 0.5 * (others == own)).mean())


Measure = Callable[[Any, Any], float]


def interval(measure: Measure, rows: Rows, scores: Any) -> str:
    """The figure with its interval over groups."""
    _, number = np.unique(rows.groups, return_inverse=True)
    members: list[list[int]] = [[] for _ in range(number.max() + 1)]
    for i, group in enumerate(number.tolist()):
        members[group].append(i)
    random = np.random.default_rng(0)
    rounds = []
    for _ in range(ROUNDS):
        drawn = random.integers(len(members), size=len(members))
        index = np.array([i for group in drawn for i in members[group]])
        rounds.append(measure(rows.labels[index], scores[index]))
    low, high = np.nanpercentile(rounds, [2.5, 97.5])
    return f"{measure(rows.labels, scores):.3f} ({low:.3f}-{high:.3f})"


def within_bands(labels: Any, scores: Any, sizes: Any) -> float:
    """ROC AUC within bands of length, each weighed by its pairs: what length cannot explain."""
    total = pairs = 0.0
    for low, high in BANDS:
        band = (sizes >= low) & (sizes < high)
        true = np.asarray(labels, bool)[band]
        n = float(true.sum() * (~true).sum())
        total, pairs = total + n * area(true, scores[band]) if n else total, pairs + n
    return total / pairs


class Trainer:
    """Fits the logistic regression of the house on the rows that are not held out."""

    def __init__(self, topicality: Topicality, made: Sequence[Gold], judged: Sequence[Gold]):
        self.topicality = topicality
        gold = [*made, *judged]
        self.signals = topicality.signals([item.comment for item in gold])
        constructed = np.array([item.paired for item in gold])
        self.headlines = headline_signals(topicality, gold, self.signals)
        self.signals[np.ix_(constructed, np.array([s in ALONE for s in SIGNALS]))] = np.nan
        self.signals[:, -1] = 0.0
        self.labels = np.array([float(item.off_topic or 0) for item in gold]) > 0.5
        self.weights = np.array([item.weight for item in gold])
        self.groups = np.array([item.group for item in gold], object)
        self.judged = ~constructed

    def scorer(
        self, column: str, held_out: Callable[[str], bool], without: str = ""
    ) -> Callable[[Any], Any]:
        """Log-odds of rows of signals, by a model that saw no group that is held out."""
        used = np.array([name not in (*COLUMNS[column], without) for name in SIGNALS])
        rows = np.array([not held_out(group) for group in self.groups])
        if column == "pairs":
            rows &= ~self.judged
        known = self.signals[rows][:, used]
        usual = usual_off_topic(self.signals[rows], ~self.judged[rows])[used]
        known = np.where(np.isnan(known), usual, known) - usual
        scaled = (known.std(axis=0) > 0) & ~np.isin(np.array(SIGNALS)[used], ALONE)
        spread = np.where(scaled, known.std(axis=0), 1.0)
        weights = self.weights[rows] / self.weights[rows].mean()
        model = LogisticRegression(C=1.0, max_iter=2000)
        model.fit(known / spread, self.labels[rows], weights)
        coef = model.coef_[0] / spread
        beside = self.headlines[rows][:, used]
        odds = np.nan_to_num(beside - usual) @ coef
        odds[np.isnan(beside).all(axis=1)] = np.nan
        if used[-1]:
            coef[-1] = weight_of_thin(known @ coef, odds, self.labels[rows])
        return lambda signals: np.nan_to_num(signals[:, used] - usual) @ coef


def folds_of(groups: Sequence[str], n: int = FOLDS) -> dict[str, int]:
    """A fold for each group, seeded."""
    names = sorted(set(groups))
    return dict(zip(names, np.random.default_rng(0).permutation(len(names)) % n, strict=True))


def swapped(rows: list[dict[str, Any]], pools: dict[str, list[str]], seed: int) -> Rows:
    """Each row under its own debate and under one drawn from the pool of its debate."""
    random = np.random.default_rng(seed)
    articles = {row["article"]["id"]: article_of(row) for row in rows}
    comments, labels, groups = [], [], []
    for row in rows:
        own = row["article"]["id"]
        pool = [other for other in pools[own] if other != own]
        if not pool:
            continue
        other = pool[random.integers(len(pool))]
        for shown, label in ((own, 0), (other, 1)):
            comments.append(Comment(text=row["text"], article=articles[shown]))
            labels.append(label)
            groups.append(own)
    return Rows(comments, np.array(labels), groups)


def debates(rows: list[dict[str, Any]], topicality: Topicality) -> tuple[Rows, Rows]:
    """Random swaps within the fold, and swaps within the section.

    The ids hold a date and the question, and no section: sections are clusters of the senses of
    title, question and comments (k-means, k = 12).
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        article = article_of(row)
        texts[row["article"]["id"]] = texts[row["article"]["id"]] or [article.title, article.text]
        texts[row["article"]["id"]].append(row["text"])
    names = sorted(texts)
    senses = topicality.senses([" ".join(texts[name])[:20_000] for name in names])
    labels = KMeans(SECTIONS, n_init=10, random_state=0).fit_predict(senses)
    sections = dict(zip(names, labels.tolist(), strict=True))
    fold = folds_of(names)
    same = {n: [m for m in names if sections[m] == sections[n]] for n in names}
    within_fold = {n: [m for m in names if fold[m] == fold[n]] for n in names}
    return swapped(rows, within_fold, 1), swapped(rows, same, 2)


def foreign_rows(rows: list[dict[str, Any]], place: str) -> Rows:
    """Each row under its own article and under one of another place."""
    places = {row["article"]["id"]: row["article"][place] for row in rows}
    pools = {own: [o for o in places if places[o] != places[own]] for own in places}
    return swapped(rows, pools, 3)


def answer_rows(rows: list[dict[str, Any]]) -> Rows:
    """Answers that people called bad or chatter against good ones, beside their question."""
    kept = [row for row in rows if row["cqa_label"] in {"Good", "Bad", "Dialogue"}]
    labels = np.array([row["cqa_label"] != "Good" for row in kept])
    return Rows(placed(kept), labels, [row["article"]["id"] for row in kept])


def globe_rows(rows: list[dict[str, Any]]) -> Rows:
    """Each comment under each of the articles, in full."""
    articles = {row["article"]["id"]: article_of(row) for row in rows}
    comments = [Comment(text=r["text"], article=a) for r in rows for a in articles.values()]
    labels = [int(r["article"]["id"] != key) for r in rows for key in articles]
    return Rows(comments, np.array(labels), [r["id"] for r in rows for _ in articles])


def c3_rows(rows: list[dict[str, Any]]) -> Rows:
    """Comments with the others of their article as thread; one vote leaves a row out."""
    threaded = in_threads(Comment(text=r["text"], article_id=r["article"]["id"]) for r in rows)
    kept = [i for i, row in enumerate(rows) if row["non_relevant_votes"] != 1]
    labels = np.array([rows[i]["non_relevant_votes"] >= 2 for i in kept])
    return Rows([threaded[i] for i in kept], labels, [rows[i]["article"]["id"] for i in kept])


def appropriateness_rows(rows: list[dict[str, Any]]) -> Rows:
    """Two annotators of three against none."""
    kept = [r for r in rows if r["missing_relevance"] == 0 or r["missing_relevance"] > 0.6]
    labels = np.array([r["missing_relevance"] > 0 for r in kept])
    return Rows(placed(kept), labels, [r["article"]["id"] for r in kept])


def judged_gold(folder: Path) -> list[Gold]:
    """The labelled comments that have a label of off-topic, without threads."""
    return [item for item in gold_labels(read_labelled([folder])) if item.off_topic in (0.0, 1.0)]


class Measured(NamedTuple):
    """What one line of the table measures.

    Attributes
    ----------
    fold
        Of each group that is held out with its fold; None holds out `source`, or nothing.
    prefix
        Of the names of groups in training.
    source
        Start of the names of all groups that are held out.
    trainer
        What fits.
    """

    name: str
    rows: Rows
    baseline: str
    trainer: Trainer
    fold: dict[str, int] | None = None
    prefix: str = ""
    source: str | None = None
    measure: Measure = area

    def scores(self, column: str, signals: Any, without: str = "") -> Any:
        """Log-odds of all rows, from their signals."""
        if self.fold is None:
            start = self.source
            held = (lambda group: group.startswith(start)) if start else (lambda group: not group)
            return self.trainer.scorer(column, held, without)(signals)
        scores = np.zeros(len(self.rows.comments))
        of_row = np.array([self.fold[group] for group in self.rows.groups])
        for number in sorted(set(self.fold.values())):
            held_out = {self.prefix + group for group, f in self.fold.items() if f == number}
            here = of_row == number
            scorer = self.trainer.scorer(column, held_out.__contains__, without)
            scores[here] = scorer(signals[here])
        return scores

    def signals(self) -> Any:
        """Signals of all rows."""
        return self.trainer.topicality.signals(self.rows.comments)


class Bench:
    """All that is measured, and what measures it."""

    def __init__(self, shared: Path, labelled: Path) -> None:
        self.data = shared / "data"
        self.judged = judged_gold(labelled)
        self.asked = judged_gold(labelled / "asked")
        self.threaded = with_threads(self.judged)
        self._training = recipe.half_threaded(self.judged)
        made = topic_gold(self.data / "train", seed=0)
        self._made = [item for item in made if item.comment.text.strip()]
        comments = [c for name in BACKGROUND for c in placed(self._rows(name))]
        topicality = Topicality.fit(texts_of(comments))
        self.trainer = Trainer(topicality, self._made, self._training)

    def _rows(self, name: str) -> list[dict[str, Any]]:
        folder = "validate" if name in {"c3", "appropriateness"} else "train"
        return read(self.data / folder / f"{name}.jsonl.gz")

    def lines(self) -> Iterator[Measured]:
        """All lines, one after the other."""
        nyt, globe = (self._rows(name) for name in MEASURED)
        random, same = debates(nyt, self.trainer.topicality)
        fold = folds_of([row["article"]["id"] for row in nyt])
        one = self.trainer
        for name, rows, baseline in (
            ("nyt_rfd, random swap", random, "0.938"),
            ("nyt_rfd, same section", same, "-"),
        ):
            yield Measured(name, rows, baseline, one, fold, "nyt_rfd:")
        for name, chosen in (
            ("", globe),
            (", top level", [r for r in globe if not r.get("parent_id")]),
            (", replies, parent unseen", [r for r in globe if r.get("parent_id")]),
        ):
            rows = globe_rows(chosen)
            yield Measured(
                f"globe{name}", rows, "0.68 pooled", one, source="globe:", measure=within
            )
        for name, place in FOREIGN.items():
            found = self._rows(name)
            if name == "semeval_cqa":  # for research alone: measured, never learnt from
                rows = answer_rows(found)
                yield Measured(f"{name}, bad answers", rows, self.alone(rows, "words"), one)
                found = [row for row in found if row["cqa_label"] == "Good"]
            rows = foreign_rows(found, place)
            yield Measured(f"{name}, swapped", rows, self.alone(rows, "words"), one, source=name)
        rows = gold_rows(self.asked)
        yield Measured("labelled/asked", rows, self.alone(rows, "words"), one)
        rows = c3_rows(self._rows("c3"))
        yield Measured("c3, not relevant (thread)", rows, self.alone(rows, "brevity"), one)
        rows = appropriateness_rows(self._rows("appropriateness"))
        yield Measured("appropriateness", rows, self.alone(rows, "words"), one)
        fold = folds_of([item.group for item in self.judged])
        for name, gold in (("labelled", self.judged), ("labelled, thread", self.threaded)):
            for kind in ("", ", top level", ", short", ", longer", ", grown"):
                rows = gold_rows([item for item in gold if _is(kind, item)])
                yield Measured(name + kind, rows, self.alone(rows, "words"), one, fold)

    def run(self) -> None:
        """Print the table."""
        print("| measure | n | baseline | " + " | ".join(COLUMNS) + " |")
        print("|---|---|---|" + "---|" * len(COLUMNS))
        for line in self.lines():
            signals = line.signals()
            cells = [
                interval(line.measure, line.rows, line.scores(column, signals))
                for column in COLUMNS
            ]
            self._print(line, cells)
            if line.name.startswith("c3"):
                sizes = np.array([len(c.text.split()) for c in line.rows.comments])
                cells = [
                    f"{within_bands(line.rows.labels, line.scores(column, signals), sizes):.3f}"
                    for column in COLUMNS
                ]
                self._print(line._replace(name="- within bands of length", baseline="0.5"), cells)

    def ablation(self) -> None:
        """Print what each signal adds: the figure without it, less the figure with all."""
        lines = [line for line in self.lines() if line.name in ABLATED]
        print("| without | " + " | ".join(line.name for line in lines) + " |")
        print("|---|" + "---|" * len(lines))
        seen = [line.signals() for line in lines]
        for without in ("", *SIGNALS):
            cells = []
            for line, signals in zip(lines, seen, strict=True):
                column = "no length" if line.prefix else "all"
                scores = line.scores(column, signals, without)
                cells.append(f"{line.measure(line.rows.labels, scores):.4f}")
            print(f"| {without or 'nothing'} | " + " | ".join(cells) + " |", flush=True)

    def _print(self, line: Measured, cells: Sequence[str]) -> None:
        n = len(line.rows.comments)
        print(f"| {line.name} | {n} | {line.baseline} | " + " | ".join(cells) + " |", flush=True)

    def alone(self, rows: Rows, name: str) -> str:
        """One signal by itself, the usual value where it is missing."""
        signals = self.trainer.topicality.signals(rows.comments)[:, SIGNALS.index(name)]
        signals = np.where(np.isnan(signals), np.nanmean(signals), signals)
        sign = 1 if name in ALONE else -1
        return f"{area(rows.labels, sign * signals):.3f} ({name})"


#: Lines on which the ablation is printed.
ABLATED = (
    *("nyt_rfd, random swap", "nyt_rfd, same section", "globe", "c3, not relevant (thread)"),
    *("appropriateness", "labelled", "labelled, thread, grown"),
)


def gold_rows(gold: Sequence[Gold]) -> Rows:
    """Judged comments with their labels."""
    labels = np.array([item.off_topic for item in gold])
    return Rows([item.comment for item in gold], labels, [item.group for item in gold])


def _is(kind: str, item: Gold) -> bool:
    """Whether a comment is of a kind; those written to fill gaps are a kind of their own."""
    n_words = len(item.comment.text.split())
    if (item.source == "grown") != (kind == ", grown"):
        return False
    if kind == ", top level":
        return item.comment.parent is None
    return {", short": n_words < 20, ", longer": n_words >= 20}.get(kind, True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--labelled", type=Path, default=Path("labelled"))
    parser.add_argument("--ablation", action="store_true", help="what each signal adds")
    options = parser.parse_args()
    bench = Bench(options.shared, options.labelled)
    (bench.ablation if options.ablation else bench.run)()


if __name__ == "__main__":
    main()
