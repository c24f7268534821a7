"""Gold: one label a comment from what several people answered, by a rule that is stated.

Whatever the rule, the last line of each annotator counts, "unsure" abstains, and an adjudicated
line overrides the others' answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec
import numpy as np

from moderation._types import Floats, Ints
from moderation.labels.labelled_files import Answer, LabelledRow, LabelledSet, rows_in_force
from moderation.records import Article, Attribute, Comment


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """A comment and its gold labels.

    Attributes
    ----------
    comment
        With its article and parent, as far as known.
    group
        What must not be split between training and validation: the article, else the thread.
    source
        Where the comment comes from.
    hostility, off_topic
        From 0 to 1 as the rule of gold says, those who were unsure left aside; None if nobody
        judged.
    weight
        How much it counts in training.
    natural
        Whether it was drawn as readers write, not looked for: such comments calibrate the scores
        and choose the thresholds. None where the row does not say
        (:func:`moderation.labels.base_rates.rates.drawn_rows` tells what follows).
    paired
        Whether the comment was put under this article to be told from its own, so that the same
        comments stand on both sides.
    cluster
        What a bootstrap draws together, where that is less than the group.
    """

    comment: Comment
    group: str
    source: str = ""
    hostility: float | None = None
    off_topic: float | None = None
    weight: float = 1.0
    natural: bool | None = True
    paired: bool = False
    cluster: str | None = None

    def label(self, attribute: Attribute) -> float | None:
        """The gold label of `attribute`."""
        return self.hostility if attribute is Attribute.HOSTILITY else self.off_topic


# Answers that every annotator is credited with beforehand, right and wrong ones of either kind
# (Beta prior): without them an annotator of three answers would count as infallible. Not tuned.
_RIGHT, _WRONG = 2.0, 1.0
_ROUNDS = 100
_STILL = 1e-6


class GoldRule(StrEnum):
    """How gold follows from the answers."""

    MEAN = "mean"
    MAJORITY = "majority"
    RELIABILITY = "reliability"

    @property
    def description(self) -> str:
        """The rule in words, as a model's manifest records it."""
        rule = {
            GoldRule.MEAN: "mean of the annotators' answers",
            GoldRule.MAJORITY: "majority of the annotators' answers",
            GoldRule.RELIABILITY: "annotators' answers weighted by reliability (Dawid-Skene)",
        }[self]
        return f"{rule}; unsure abstains; the last line counts; adjudication overrides"


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """How often an annotator is right, as far as the others' answers tell.

    Attributes
    ----------
    annotator
        Who.
    n
        Answers about comments that others answered too.
    finds_true, finds_false
        Share of the true, and of the false, comments that they called so.
    """

    annotator: str
    n: int
    finds_true: float
    finds_false: float


def gold_labels(labelled: LabelledSet, rule: GoldRule = GoldRule.MEAN) -> list[Gold]:
    """Compute gold by `rule`.

    Returns
    -------
    list of Gold
        One a comment, in order of first appearance; a comment whose answers were all withdrawn
        stays, without labels.
    """
    first: dict[str, LabelledRow] = {}
    for row in labelled.rows:
        first.setdefault(row.id, row)
    threads = _threads({key: row.parent_id for key, row in first.items() if row.parent_id})
    shares = {a: gold_shares(labelled.rows, a, rule) for a in Attribute}
    return [
        Gold(
            comment=_comment(row, first, labelled.articles),
            group=_group(row, first, threads.get(key, key)),
            source=row.source,
            hostility=shares[Attribute.HOSTILITY].get(key),
            off_topic=shares[Attribute.OFF_TOPIC].get(key),
            natural=None if row.selection is None else row.selection == "random",
        )
        for key, row in first.items()
    ]


def gold_shares(
    rows: Sequence[LabelledRow], attribute: Attribute, rule: GoldRule = GoldRule.MEAN
) -> dict[str, float]:
    """Gold of one attribute by comment id; comments that nobody judged are left out."""
    answers, settled = _answers(rows, attribute)
    if rule is GoldRule.RELIABILITY:
        shares = {key: _mean(given) for key, given in answers.items()}
        shares |= _weighted(answers, settled).shares
    else:
        shares = {key: _mean(given) for key, given in answers.items()}
        if rule is GoldRule.MAJORITY:
            shares = {key: 0.5 if s == 0.5 else float(s > 0.5) for key, s in shares.items()}
    shares |= {key: answer for key, answer in settled.items() if answer is not None}
    return {key: share for key, share in shares.items() if settled.get(key, 0.0) is not None}


def reliabilities(rows: Sequence[LabelledRow], attribute: Attribute) -> list[Reliability]:
    """How reliable each annotator is, who shares at least one comment with another."""
    return _weighted(*_answers(rows, attribute)).annotators


# By comment: the answers of each annotator as numbers; and what an adjudicator decided, None where
# they could not.
_Given = dict[str, dict[str, float]]
_Settled = dict[str, float | None]


def _answers(rows: Sequence[LabelledRow], attribute: Attribute) -> tuple[_Given, _Settled]:
    answers: _Given = {}
    settled: _Settled = {}
    for row in rows_in_force(rows):
        answer = row.answer(attribute)
        if row.adjudicated and answer is not None:
            settled[row.id] = _number(answer)
        elif (number := _number(answer)) is not None:
            answers.setdefault(row.id, {})[row.annotator] = number
    return answers, settled


def _number(answer: Answer) -> float | None:
    return float(answer) if isinstance(answer, bool | float | int) else None


def _mean(given: Mapping[str, float]) -> float:
    return sum(given.values()) / len(given)


class _Weighted(NamedTuple):
    shares: dict[str, float]
    annotators: list[Reliability]


def _weighted(answers: _Given, settled: _Settled) -> _Weighted:
    """Dawid-Skene over the comments that two people answered, or that are settled.

    A comment with one answer has nothing to weigh it against: it keeps the answer.
    """
    shared = [key for key, g in answers.items() if len(g) > 1 or settled.get(key) is not None]
    names = sorted({name for key in shared for name in answers[key]})
    if not names:
        return _Weighted({}, [])
    number = {name: i for i, name in enumerate(names)}
    pairs = [(i, number[n], v) for i, k in enumerate(shared) for n, v in answers[k].items()]
    comments, who = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    said = np.array([pair[2] for pair in pairs], float)
    known = np.array([_nan(settled.get(key)) for key in shared], float)
    posterior, right = dawid_skene(comments, who, said, known)
    n_answers = np.bincount(who, minlength=len(names))
    return _Weighted(
        dict(zip(shared, posterior.tolist(), strict=True)),
        [
            Reliability(
                annotator=name,
                n=int(n_answers[i]),
                finds_true=round(float(right[i, 1]), 4),
                finds_false=round(float(right[i, 0]), 4),
            )
            for i, name in enumerate(names)
        ],
    )


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value


def dawid_skene(comments: Ints, who: Ints, said: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Estimate true labels and annotators' reliabilities together (Dawid and Skene 1979).

    Expectation maximisation for two classes, begun at the mean of the answers; an answer that is a
    share counts as that much of either kind. The shares of right answers are drawn towards two in
    three, as if each annotator had given three more answers of either kind.

    Parameters
    ----------
    comments, who, said
        For each answer, the comment's number, the annotator's number and the answer from 0 to 1;
        arrays of one length.
    known
        For each comment its label where it is settled, else NaN.

    Returns
    -------
    posterior : ndarray of float64, shape (n_comments,)
        Probability that the comment is true.
    right : ndarray of float64, shape (n_annotators, 2)
        Share of the false, and of the true, comments that each annotator called so.
    """
    n, m = len(known), int(who.max()) + 1
    fixed = ~np.isnan(known)
    posterior = np.bincount(comments, said, n) / np.maximum(np.bincount(comments, minlength=n), 1)
    posterior[fixed] = known[fixed]
    right = np.empty((m, 2))
    for _ in range(_ROUNDS):
        true = posterior[comments]
        for kind, share, correct in ((0, 1 - true, 1 - said), (1, true, said)):
            hits = np.bincount(who, share * correct, m) + _RIGHT
            right[:, kind] = hits / (np.bincount(who, share, m) + _RIGHT + _WRONG)
        prevalence = (posterior.sum() + 1) / (n + 2)
        says_true = np.log(right[:, 1] / (1 - right[:, 0]))[who]
        says_false = np.log((1 - right[:, 1]) / right[:, 0])[who]
        odds = np.log(prevalence / (1 - prevalence)) + np.bincount(
            comments, said * says_true + (1 - said) * says_false, n
        )
        moved = np.where(fixed, known, 1 / (1 + np.exp(-np.clip(odds, -500, 500))))
        change, posterior = np.abs(moved - posterior).max(), moved
        if change < _STILL:
            break
    return posterior, right


def _threads(parents: Mapping[str, str]) -> dict[str, str]:
    """The topmost known comment above each; of a circle, which is a mistake, any one in it."""
    threads: dict[str, str] = {}
    for comment in parents:
        path: dict[str, None] = {}
        at = comment
        while at in parents and at not in threads and at not in path:
            path[at] = None
            at = parents[at]
        threads.update(dict.fromkeys([*path, at], threads.get(at, at)))
    return threads


def _comment(
    row: LabelledRow, first: Mapping[str, LabelledRow], articles: Mapping[str, Article]
) -> Comment:
    parent = first.get(row.parent_id or "")
    article = row.article or articles.get(row.article_id or "")
    return Comment(
        id=row.id,
        text=row.text,
        article=article,
        article_id=row.article_id or (article.id if article else None),
        parent_id=row.parent_id,
        parent=row.parent or (parent.text if parent else None),
        source=row.source or "record",
    )


def _group(row: LabelledRow, first: Mapping[str, LabelledRow], thread: str) -> str:
    """What must not be split: the article, else the topmost comment, else the text replied to."""
    alone = None if row.parent_id else row.parent
    return _article_key(row) or _article_key(first.get(thread, row)) or alone or thread


def _article_key(row: LabelledRow) -> str | None:
    article = row.article or Article()
    return row.article_id or article.id or article.title or article.text or None
