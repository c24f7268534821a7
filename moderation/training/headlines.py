"""How off-topic scores are lowered beside a headline, which is all that most exports bring.

A comment shares less with a headline than with the whole article, so that weights learnt beside
whole articles would send many more comments to review. The weight of the signal `thin`, which says
how much of the article is missing, is such that a headline sends no more of them. Whole articles
have 0 there, so that their scores do not change. ``docs/research/recipe.md`` says what else was
tried.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from moderation._types import Bools, Floats
from moderation.features.topicality import SIGNALS, Topicality, usual_signals
from moderation.labels.gold import Gold
from moderation.records import Article, Comment

# About so many comments are sent to review for each that is off topic. Tuned on labelled/ so that
# headlines send at most as many as whole articles do, with a thread and without.
_REVIEWED = 1.75

# The fewest labels of whole articles from which the weight of `thin` is known.
_FEWEST = 100

_THIN, _THREAD = SIGNALS.index("thin"), SIGNALS.index("like_thread")


def headline_signals(topicality: Topicality, gold: Sequence[Gold], signals: Floats) -> Floats:
    """Return the signals of comments beside the headline of their article alone.

    Parameters
    ----------
    topicality
        Computes the signals.
    gold
        The comments with their articles.
    signals
        Their signals, shape (n_comments, n_signals).

    Returns
    -------
    ndarray of float64, shape (n_comments, n_signals)
        NaN for pairs, and where the whole article is not known.
    """
    cut = np.full(signals.shape, np.nan)
    whole = [i for i, item in enumerate(gold) if not item.paired and signals[i, _THIN] == 0]
    if whole:
        cut[whole] = topicality.signals([_beside_headline(gold[i].comment) for i in whole])
    return cut


def weight_of_thin(whole: Floats, headline: Floats, labels: Floats) -> float:
    """Return the weight of `thin` with which as many comments are sent to review.

    Parameters
    ----------
    whole, headline
        The log-odds of the same comments beside their article and beside its headline, shape
        (n_comments,). NaN if either is not known.
    labels
        Their labels, shape (n_comments,).
    """
    known = ~np.isnan(headline)
    if known.sum() < _FEWEST:
        return 0.0
    share = max(0.0, 1.0 - _REVIEWED * float(labels[known].mean()))
    level, raised = (np.quantile(odds[known], share) for odds in (whole, headline))
    return min(0.0, float(level - raised))


def usual_off_topic(signals: Floats, paired: Bools) -> Floats:
    """Return the usual value of each signal.

    Likeness to the thread is usual among people's labels, because half of the threads in pairs are
    those of another article. A missing thread then counts as much as a usual one.

    Parameters
    ----------
    signals
        Shape (n_rows, n_signals).
    paired
        Which rows are pairs, shape (n_rows,).
    """
    usual = usual_signals(signals)
    judged = signals[~paired, _THREAD]
    if not np.isnan(judged).all():
        usual[_THREAD] = np.nanmean(judged)
    return usual


def _beside_headline(comment: Comment) -> Comment:
    article = comment.article or Article()
    return msgspec.structs.replace(comment, article=msgspec.structs.replace(article, text=""))
