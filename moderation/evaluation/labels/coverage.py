"""How many labels there are of each kind, and over what they are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

import msgspec

from moderation.context import has_context, in_threads
from moderation.labels import Answers, LabelledRow, contested
from moderation.labels.gold import Gold
from moderation.records import Article, Attribute, Comment


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """Gold labels of one attribute, counted.

    Attributes
    ----------
    true, false
        Comments whose gold is above, below one half.
    tied
        Comments whose gold is exactly one half, neither true nor false.
    not_judged
        Comments without a label.
    contested
        Comments about which annotators differ ("unsure" is an answer) and that nobody has
        settled: what ``moderation label --adjudicate`` asks about. Each is counted above too.
    """

    true: int
    false: int
    tied: int
    not_judged: int
    contested: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Over what the comments are spread.

    Attributes
    ----------
    articles
        Articles that have a comment.
    per_article
        Median number of comments under an article that has any.
    largest, largest_share
        The article with most comments, and its share of the comments that have an article.
    without_article
        Comments of which the article is not known.
    without_context
        Comments with nothing to compare with: off-topic cannot be learnt from them.
    sources
        Comments by source.
    chosen
        Comments by why they were put before the annotator; those chosen at ``random`` alone
        measure without bias.
    """

    articles: int
    per_article: float
    largest: str | None
    largest_share: float
    without_article: int
    without_context: int
    sources: dict[str, int]
    chosen: dict[str, int]


def balance(gold: Sequence[Gold], answers: Answers, attribute: Attribute) -> Balance:
    """Count the gold labels of `attribute`, and the comments that `answers` differ about."""
    labels = [item.label(attribute) for item in gold]
    known = [label for label in labels if label is not None]
    return Balance(
        true=sum(label > 0.5 for label in known),
        false=sum(label < 0.5 for label in known),
        tied=known.count(0.5),
        not_judged=len(labels) - len(known),
        contested=sum(
            contested(lines, attribute) and not answers.is_adjudicated(key, attribute)
            for key, lines in answers.comments()
        ),
    )


def coverage(gold: Sequence[Gold], rows: Sequence[LabelledRow]) -> Coverage:
    """Count over what the comments are spread."""
    comments = list(in_threads(item.comment for item in gold))
    under = Counter(filter(None, map(_article, comments)))
    largest, most = under.most_common(1)[0] if under else (None, 0)
    first = {row.id: row.selection or "not told" for row in reversed(rows)}
    return Coverage(
        articles=len(under),
        per_article=float(median(under.values())) if under else 0.0,
        largest=largest,
        largest_share=most / under.total() if under else 0.0,
        without_article=len(comments) - under.total(),
        without_context=sum(not has_context(comment) for comment in comments),
        sources=dict(sorted(Counter(item.source or "unnamed" for item in gold).items())),
        chosen=dict(sorted(Counter(first.values()).items())),
    )


def _article(comment: Comment) -> str | None:
    """What tells the article of a comment from others, if it is known."""
    article = comment.article or Article()
    return comment.article_id or article.title or article.text or None
