"""The balance of labels, and how comments are spread over articles and sources."""

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
    """Counts of the gold labels of one attribute.

    Attributes
    ----------
    true, false
        The number of comments whose gold label is above or below one half.
    tied
        The number of comments whose gold label is exactly one half.
    not_judged
        The number of comments without a label.
    contested
        The number of comments on which annotators disagree ("unsure" is an answer) and that nobody
        has adjudicated. ``moderation label --adjudicate`` asks about them. The other counts
        include them.
    """

    true: int
    false: int
    tied: int
    not_judged: int
    contested: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The spread of the comments over articles and sources.

    Attributes
    ----------
    articles
        The number of articles with comments.
    per_article
        The median number of comments under an article that has any.
    largest, largest_share
        The article with most comments, and its share of the comments that have an article.
    without_article
        The number of comments whose article is not known.
    without_context
        The number of comments without context, from which off-topic cannot be learnt.
    sources
        The number of comments by source.
    chosen
        The number of comments by reason of selection. Only ``random`` ones measure without bias.
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
    """Count the gold labels of `attribute`, and the comments on which answers disagree.

    Parameters
    ----------
    gold
        Labelled comments.
    answers
        The annotators' answers.
    attribute
        The attribute to count.
    """
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
    """Count how the comments are spread over articles and sources.

    Parameters
    ----------
    gold
        Labelled comments.
    rows
        The labelled rows, which have the reasons of selection.
    """
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
    """Return what identifies the article of a comment, or None if it is not known."""
    article = comment.article or Article()
    return comment.article_id or article.title or article.text or None
