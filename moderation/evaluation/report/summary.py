"""The findings in plain words, counted in comments of a day and in a hundred of a kind."""

from __future__ import annotations

from moderation.evaluation.metrics import Figure
from moderation.evaluation.report.sections import AttributeFindings
from moderation.evaluation.workload import Target
from moderation.records import Attribute

#: Comments a day, if nobody says how many there are.
A_DAY = 800

#: A threshold that no score passes: it says that an aim cannot be reached.
NEVER = 1.0

#: What an attribute is called, and what true comments and the others are called.
NAMES = {Attribute.HOSTILITY: "Hostility", Attribute.OFF_TOPIC: "Off-topic"}
KINDS = {Attribute.HOSTILITY: "hostile", Attribute.OFF_TOPIC: "off-topic"}
OTHERS = {Attribute.HOSTILITY: "harmless", Attribute.OFF_TOPIC: "on-topic"}


def counted(figure: Figure, whole: int = 100) -> str:
    """Return a share as a number of comments, with its interval.

    Parameters
    ----------
    figure
        The share.
    whole
        The number of comments of which it is the share.

    Examples
    --------
    >>> counted(Figure(value=0.1257, low=0.1176, high=0.1352), 800)
    '101 (94 to 108)'
    """
    if figure.value is None:
        return "an unknown number"
    told = f"{whole * figure.value:,.0f}"
    if figure.low is None or figure.high is None:
        return told
    return f"{told} ({whole * figure.low:,.0f} to {whole * figure.high:,.0f})"


def in_short(found: AttributeFindings, a_day: int = A_DAY) -> list[str]:
    """Return in sentences what an attribute's thresholds mean for whoever reads the comments.

    Parameters
    ----------
    found
        The findings about the attribute.
    a_day
        The comments that come in on a day.
    """
    kind, review, hold = KINDS[found.attribute], found.review, found.hold
    if review.threshold >= NEVER:
        return [f"It sends you nothing for being {kind}: no score is certain enough for that."]
    never_held = hold.threshold >= NEVER
    held = (
        "proposes to hold none: no score is certain enough for that"
        if never_held
        else f"proposes to hold {counted(hold.share, a_day)} of these"
    )
    certain = "" if never_held else f"; of 100 that it would hold, {counted(hold.precision)} are"
    judged = " and on which people agreed" if _n_even(found) else ""
    passed = 100 - round(100 * (review.recall.value or 0))
    return [
        f"Of 100 {kind} comments, it sends you {counted(review.recall)} and proposes to publish "
        f"{passed}.",
        f"Of {a_day:,} comments a day, you read {counted(review.share, a_day)}; it {held}.",
        f"Of 100 comments that it sends you{judged}, {counted(review.precision)} are "
        f"{kind}{certain}.",
    ]


def _n_even(found: AttributeFindings) -> int:
    """Return on how many comments people were even; precision counts them as neither."""
    return int((found.evidence.gold == 0.5).sum())


def origin(found: AttributeFindings) -> list[str]:
    """Return in sentences what the figures of an attribute were measured on.

    Parameters
    ----------
    found
        The findings about the attribute.
    """
    kind = KINDS[found.attribute]
    which = f"{found.n:,} comments, {found.n_true:,} of them {kind}"
    if found.is_labelled:
        told = [f"Measured on the labelled comments that did not train the model: {which}."]
    else:
        told = [
            f"Measured on comments of the model's own training: {which}. A copy of the model "
            "that had seen no comment of the same article scored each of them."
        ]
        if found.why_own:
            told.append(f"The files named do not serve for this: {found.why_own}.")
    if even := _n_even(found):
        told.append(f"On {even:,} of them, people were even: they are read, but count as neither.")
    if found.base_rate is not None:
        told.append(
            f"All are counted as if {100 * found.base_rate:.3g} of 100 comments were {kind}."
        )
    return told


def aim(target: Target, attribute: Attribute, a_day: int) -> str:
    """Return in words what a threshold is chosen for.

    Parameters
    ----------
    target
        What it is chosen for.
    attribute
        The attribute of the threshold.
    a_day
        The comments that come in on a day.
    """
    if target.share is not None:
        return f"you read at most {a_day * target.share:,.0f}"
    return f"{100 * (target.precision or 0):.3g} of 100 are {KINDS[attribute]}"
