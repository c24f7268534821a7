"""Gold labels: one label for each comment, computed from several answers by a stated rule.

Under every rule, the last line of each annotator counts, "unsure" abstains, and an adjudicated
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
        The comment with its article and parent, as far as they are known.
    group
        The unit that is not split between training and validation: the article, or the thread.
    source
        Where the comment comes from.
    hostility, off_topic
        The labels from 0 to 1 under the rule, without unsure answers; None if nobody judged.
    weight
        The weight of the comment in training.
    natural
        Whether the comment was drawn at random, and not searched for. Such comments calibrate the
        scores and choose the thresholds. None if the row does not say
        (:func:`moderation.labels.base_rates.rates.drawn_rows` handles these).
    chance
        The share of the comments like it that were labelled, if it is known. The comment stands
        for 1 / chance of them.
    paired
        Whether the row was made by pairing comments with other articles, so that both classes
        have the same comments.
    cluster
        The unit that a bootstrap draws, if it is smaller than the group.
    """

    comment: Comment
    group: str
    source: str = ""
    hostility: float | None = None
    off_topic: float | None = None
    weight: float = 1.0
    natural: bool | None = True
    chance: float | None = None
    paired: bool = False
    cluster: str | None = None

    def label(self, attribute: Attribute) -> float | None:
        """Return the gold label of `attribute`."""
        return self.hostility if attribute is Attribute.HOSTILITY else self.off_topic


# Right and wrong answers of either kind that every annotator starts with (Beta prior). Without
# them, an annotator with three answers could count as infallible. Not tuned.
_RIGHT, _WRONG = 2.0, 1.0
_ROUNDS = 100
_STILL = 1e-6


class GoldRule(StrEnum):
    """The rule by which gold labels are computed from answers."""

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
    """How often an annotator is right, estimated from the others' answers.

    Attributes
    ----------
    annotator
        The annotator's name.
    n
        The number of answers about comments that others answered too.
    finds_true, finds_false
        Share of the true and of the false comments that the annotator labelled correctly.
    """

    annotator: str
    n: int
    finds_true: float
    finds_false: float


def gold_labels(labelled: LabelledSet, rule: GoldRule = GoldRule.MEAN) -> list[Gold]:
    """Compute gold labels.

    Parameters
    ----------
    labelled
        The rows of labelled files and their articles.
    rule
        How to compute the labels.

    Returns
    -------
    list of Gold
        One entry for each comment, in order of first appearance. A comment whose answers were all
        withdrawn has no labels.
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
            chance=row.chance,
        )
        for key, row in first.items()
    ]


def gold_shares(
    rows: Sequence[LabelledRow], attribute: Attribute, rule: GoldRule = GoldRule.MEAN
) -> dict[str, float]:
    """Return the gold labels of one attribute by comment id, without comments nobody judged.

    Parameters
    ----------
    rows
        The labelled rows.
    attribute
        The attribute that was asked about.
    rule
        How to compute the labels.
    """
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
    """Return the reliability of each annotator who shares at least one comment with another.

    Parameters
    ----------
    rows
        The labelled rows.
    attribute
        The attribute that was asked about.
    """
    return _weighted(*_answers(rows, attribute)).annotators


# By comment: the numeric answers of each annotator, and the adjudicator's decision (None: unsure).
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
    """Run Dawid-Skene on comments with at least two answers or an adjudicator's decision.

    A comment with a single answer keeps that answer.
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

    This is expectation maximisation for two classes, started at the mean of the answers. A share
    counts as a fractional answer of each kind. The shares of right answers are shrunk towards two
    in three, as if each annotator had given three more answers of either kind.

    Parameters
    ----------
    comments, who, said
        For each answer: the comment's number, the annotator's number and the answer from 0 to 1.
        The arrays have the same length.
    known
        The decided label of each comment, or NaN.

    Returns
    -------
    posterior : ndarray of float64, shape (n_comments,)
        Probability that the comment is true.
    right : ndarray of float64, shape (n_annotators, 2)
        Share of the false and of the true comments that each annotator labelled correctly.
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
    """Return each comment's topmost known ancestor; for an erroneous cycle, any comment in it."""
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
    """Return the group of a row: its article, the text replied to, or the topmost comment."""
    alone = None if row.parent_id else row.parent
    return _article_key(row) or _article_key(first.get(thread, row)) or alone or thread


def _article_key(row: LabelledRow) -> str | None:
    article = row.article or Article()
    return row.article_id or article.id or article.title or article.text or None
