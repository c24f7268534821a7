"""Off-topic taken apart: where it is judged well, and how much of that is mere length.

Short comments are called irrelevant more often than long ones, so that a model can look as if it
knew the topic where it knows the length. Every figure therefore stands twice: with all signals, and
without those of length.
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

# Words: brevity, a signal, is the same up to the first and nothing from the second on.
_SHORT, _LONG = 20, 60
# Words of an article's text that are shown as its lead.
_LEAD = 60


class BreakdownPart(msgspec.Struct, frozen=True, kw_only=True):
    """Off-topic on some of the comments, or with some of the article.

    Attributes
    ----------
    name
        What part it is.
    n, n_true
        Comments, and how many of them are off topic.
    roc_auc, without_length
        Of the model, and of the model with the signals of length held at nothing.
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
        Whose model is measured.
    gold
        Labelled comments; those without a label of off-topic, or with one of exactly one half, or
        with nothing to compare with, are left aside.
    seed
        Of the bootstrap.

    Returns
    -------
    list of Part
        Parts that lack either kind of comment are left out; empty without an off-topic model.
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
# Words of the article's text that are shown; None for all.
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
    """Log-odds but for the intercept, with all signals and without those of length."""
    model = moderator.model.off_topic
    if model is None or not comments:
        return np.empty(0), np.empty(0)
    parts = model.contributions(moderator.model.topicality.signals(comments))
    of_length = np.array([name in LENGTH_SIGNALS for name in model.names])
    return parts.sum(axis=1), parts[:, ~of_length].sum(axis=1)
