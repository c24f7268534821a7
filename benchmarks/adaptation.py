"""What a newsroom's own labels are worth: learning curves on c3, from the shipped model.

    python -m benchmarks.adaptation [--shared ../shared] [--draws 5] [--sizes 50 500 ...]

A third of c3's articles is held out, anew in each draw, and measured always alike: ROC AUC of
toxicity at least 2 against at most 1.25, a mean over the draws. The model learns from n comments of
the other articles, told in one of three ways:

yes/no
    One answer a comment, by that cut; the comments between 1.25 and 2 are left out.
votes
    The share of a comment's annotators (five, mostly) who called it a personal attack or abusive,
    whichever are more: what ``train`` makes of answers by several people. No comment is left out.
grades
    The mean of the annotators' grades from 1 to 4, brought to 0 to 1. No comment is left out.

n counts comments: with votes or grades about five people judged each of them, so that 500 comments
are 2,500 judgements. The cut of yes/no is taken from the same judgements, so that its labels are
better too than one person's would be. "From scratch" is ``--base none``, told yes/no.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from benchmarks.hostility import rows
from moderation.labels.gold import Gold, Rows, rows_of
from moderation.model import load_model, shipped_model
from moderation.records import Attribute, Comment
from moderation.training import Recipe
from moderation.training.learners import TextLearner

SIZES = (50, 100, 200, 500, 1000, 2000, 5000)


class Judged(NamedTuple):
    """One comment of c3, as its annotators judged it."""

    text: str
    group: str
    level: float
    votes: float

    @property
    def clear(self) -> bool:
        """Whether it is measured on, and told as a yes or a no."""
        return self.level >= 2 or self.level <= 1.25

    @property
    def labels(self) -> dict[str, float]:
        """The share of hostility, by each way of telling."""
        return {
            "yes/no": float(self.level >= 2),
            "votes": self.votes,
            "grades": (self.level - 1) / 3,
        }


def judged(shared: Path) -> Iterator[Judged]:
    for row in rows(shared / "data/validate/c3.jsonl.gz"):
        if row["toxicity_level"] is not None:
            votes = max(row["personal_attack_votes"], row["abusive_votes"]) / row["judgements"]
            yield Judged(row["text"], row["article"]["id"], row["toxicity_level"], min(votes, 1.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options = parser.parse_args()
    base = load_model(options.model or shipped_model())
    comments = list(judged(options.shared))
    clear = np.array([item.clear for item in comments])
    true = np.array([item.level >= 2 for item in comments])
    groups = np.array([item.group for item in comments])
    assert base.hostility is not None
    shipped = base.hostility.log_odds(item.text for item in comments)
    adapted, scratch = TextLearner(Recipe(), base), TextLearner(Recipe(), None)
    told = {way: adapted.prepare(_rows(comments, way)) for way in comments[0].labels}
    learners = {way: (way, adapted) for way in told} | {"from scratch": ("yes/no", scratch)}
    figures: dict[tuple[str, int], list[float]] = {}
    plain = []
    for draw in range(options.draws):
        random = np.random.default_rng(draw)
        articles = random.permutation(np.unique(groups[clear]))
        held = np.isin(groups, articles[: len(articles) // 3])
        test = np.flatnonzero(held & clear)
        some = random.permutation(np.flatnonzero(~held & clear))
        every = random.permutation(np.flatnonzero(~held))
        plain.append(float(roc_auc_score(true[test], shipped[test])))
        for size in options.sizes:
            for name, (way, learner) in learners.items():
                seen = told[way].take((some if way == "yes/no" else every)[:size])
                if learner is scratch:
                    seen = seen._replace(features=None)
                # Scored as a finished model scores: by its own weights another sentence of a
                # comment may be the most hostile than by the base's, which the features hold.
                asked = told[way].take(test)._replace(features=None)
                with threadpool_limits(1):
                    odds = learner.fit(seen).log_odds(asked)
                figures.setdefault((name, size), []).append(float(roc_auc_score(true[test], odds)))
    print(f"model {base.version}; {options.draws} draws; shipped as it is: {np.mean(plain):.4f}")
    print(
        f"{'comments':>8}" + "".join(f"{way + ' +-':>24}" for way in told) + f"{'from scratch':>14}"
    )
    for size in options.sizes:
        print(f"{size:>8}", end="")
        for way in told:
            gain = np.array(figures[way, size]) - plain
            print(
                f"{np.mean(figures[way, size]):>8.4f}{gain.mean():>+9.4f}{gain.std():>7.4f}", end=""
            )
        print(f"{np.mean(figures['from scratch', size]):>14.4f}", flush=True)


def _rows(comments: list[Judged], way: str) -> Rows:
    gold = [
        Gold(comment=Comment(text=item.text), group=item.group, hostility=item.labels[way])
        for item in comments
    ]
    return rows_of(gold, Attribute.HOSTILITY)


if __name__ == "__main__":
    main()
