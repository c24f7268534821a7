"""What must be known before figures about decisions are believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moderation.evaluation.decided.scored import Compared
from moderation.evaluation.shares import FEWEST
from moderation.labels.decided import Outcome


def cautions(rows: Sequence[Compared]) -> Iterator[str]:
    """Yield sentences about what the decisions cannot say.

    Parameters
    ----------
    rows
        All decisions, spam included.
    """
    judged = [row for row in rows if row.decided.outcome is not Outcome.SPAM]
    down = [row.decided for row in judged if row.taken_down]
    n_spam = len(rows) - len(judged)
    yield (
        "Only decided comments are counted. If not every comment was decided, shares of all "
        "comments differ, and nobody knows what is wrong with the others."
    )
    if len(down) < FEWEST:
        yield f"Only {len(down)} were rejected: with fewer than {FEWEST}, they are too few to say."
    without = sum(each.reason is None for each in down)
    if without:
        yield (
            f"{without:,} of {len(down):,} rejections have no reason. Newsrooms reject for many "
            "reasons, and the model knows only hostility and off-topic."
        )
    other = sum(each.hostile is False for each in down)
    if other:
        yield (
            f"{other:,} of {len(down):,} rejections are for another reason than hostility, or for "
            "one of your own words. The model is not made to find these by hostility."
        )
    if n_spam:
        yield f"{n_spam:,} comments are spam. They are in the first table only."
    shown = sum(row.decided.proposal_seen is True for row in judged)
    if shown:
        yield (
            f"{shown:,} of {len(judged):,} were decided by somebody who saw the model's proposal, "
            "and people lean towards what they see."
        )
    trained = sum(row.trained for row in judged)
    if trained:
        yield f"{trained:,} trained this model, which flatters it."
    yield (
        "Intervals take comments as independent. Those under one article resemble each other, so "
        "the truth is less certain than they say."
    )
