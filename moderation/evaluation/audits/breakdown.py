"""A breakdown of off-topic by kind of comment, and how much of the quality is due to length.

Short comments are labelled off topic more often than long ones. A model may therefore seem to
recognise the topic when it only uses the length. Every figure is therefore given twice: with all
signals, and without those of length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from moderation._types import Floats
from moderation.context import has_context, in_threads
from moderation.evaluation.metrics import Figure, grouped, measures_of, with_intervals
from moderation.features.topicality import LENGTH_SIGNALS
from moderation.labels.gold import Gold
from moderation.model import Moderator
from moderation.records import Article, Comment

# Numbers of words: the brevity signal is constant up to the first, and 0 from the second on.
_SHORT, _LONG = 20, 60
# Words of an article's text that serve as its lead.
_LEAD = 60


class BreakdownPart(msgspec.Struct, frozen=True, kw_only=True):
    """Off-topic on some of the comments, or with part of the article.

    Attributes
    ----------
    name
        The name of the part.
    n, n_true
        The number of comments, and of off-topic ones among them.
    roc_auc, without_length
        The AUC of the model, and of the model with the signals of length set to 0.
    """

    name: str
    n: int
    n_true: int
    roc_auc: Figure
    without_length: Figure


def break_down(moderator: Moderator, gold: Sequence[Gold], *, seed: int = 0) -> list[BreakdownPart]:
    """Measure off-topic by kind of comment, by length, and by how much of the article is known.

    Parameters
    ----------
    moderator
        The moderator whose model is measured.
    gold
        Labelled comments. Those without an off-topic label, with one of exactly one half, or
        without context are ignored.
    seed
        Seed of the bootstrap.

    Returns
    -------
    list of BreakdownPart
        The parts that have comments of both kinds; empty without an off-topic model.
    """
    if moderator.model.off_topic is None:
        return []
    threaded = in_threads(item.comment for item in gold)
    placed = [
        msgspec.structs.replace(item, comment=comment)
        for item, comment in zip(gold, threaded, strict=True)
        if item.off_topic not in {None, 0.5} and has_context(comment)
    ]
    parts = [
        _part(moderator, name, [item for item in placed if chosen(item.comment)], seed)
        for name, chosen in _KINDS.items()
    ]
    whole = [item for item in placed if _has_title_and_text(item.comment.article)]
    for name, cut in _FORMS.items():
        shown = [_cut(item, cut) for item in whole]
        parts.append(_part(moderator, name, shown, seed))
    return [part for part in parts if 0 < part.n_true < part.n]


def _words(comment: Comment) -> int:
    return len(comment.text.split())


_KINDS: dict[str, Callable[[Comment], bool]] = {
    "all": lambda comment: True,  # noqa: ARG005
    "top level": lambda comment: not comment.parent,
    "replies": lambda comment: bool(comment.parent),
    f"under {_SHORT} words": lambda comment: _words(comment) < _SHORT,
    f"{_SHORT} to {_LONG - 1} words": lambda comment: _SHORT <= _words(comment) < _LONG,
    f"{_LONG} words and more": lambda comment: _words(comment) >= _LONG,
}
# Words of the article's text that are used; None for all.
_FORMS = {"title only": 0, "title and lead": _LEAD, "whole article": None}


def _has_title_and_text(article: Article | None) -> bool:
    return bool(article and article.title.strip() and article.text.strip())


def _cut(item: Gold, n_words: int | None) -> Gold:
    article = item.comment.article
    if article is None or n_words is None:
        return item
    text = " ".join(article.text.split(None, n_words)[:n_words]) if n_words else ""
    shown = msgspec.structs.replace(article, text=text)
    return msgspec.structs.replace(
        item, comment=msgspec.structs.replace(item.comment, article=shown)
    )


def _part(moderator: Moderator, name: str, gold: Sequence[Gold], seed: int) -> BreakdownPart:
    with_all, without = _log_odds(moderator, [item.comment for item in gold])
    true = np.array([item.off_topic or 0.0 for item in gold]) > 0.5
    groups = grouped(gold)
    measures = {"roc_auc": measures_of(None)["roc_auc"]}

    def area(odds: Floats) -> Figure:
        return with_intervals(measures, true, odds, groups, seed)["roc_auc"]

    return BreakdownPart(
        name=name,
        n=len(gold),
        n_true=int(true.sum()),
        roc_auc=area(with_all),
        without_length=area(without),
    )


def _log_odds(moderator: Moderator, comments: Sequence[Comment]) -> tuple[Floats, Floats]:
    """Return log-odds without the intercept, with all signals and without those of length."""
    model = moderator.model.off_topic
    if model is None or not comments:
        return np.empty(0), np.empty(0)
    parts = model.contributions(moderator.model.topicality.signals(comments))
    of_length = np.array([name in LENGTH_SIGNALS for name in model.names])
    return parts.sum(axis=1), parts[:, ~of_length].sum(axis=1)
