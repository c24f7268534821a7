"""The output record of a verdict, and the one loop that turns comments into records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from moderation.batch.records.selecting import EVERYTHING, Selection, Tally
from moderation.errors import ModerationError
from moderation.files.records import Record
from moderation.model import Moderator
from moderation.records import Comment, Reason, Verdict
from moderation.sources.comment_rows import Item
from moderation.text.markup import reasons_in_markup


class Shape(NamedTuple):
    """The contents of an output: reasons, the fields of the input, and which comments."""

    explain: bool = False
    keep: bool = False
    selection: Selection = EVERYTHING


def scored(
    moderator: Moderator,
    items: Iterable[Item | ModerationError],
    shape: Shape,
    told: Callable[[ModerationError], None],
    tally: Tally | None = None,
) -> Iterator[Record]:
    """Score a stream of comments; problems in the stream are reported in order."""
    yield from records(moderator, verdicts(moderator, items, told, shape.selection, tally), shape)


def records(
    moderator: Moderator, pairs: Iterable[tuple[Item, Verdict]], shape: Shape
) -> Iterator[Record]:
    """Yield the output records of comments and their verdicts."""
    for item, verdict in pairs:
        explained = moderator.with_reasons(item.comment, verdict) if shape.explain else verdict
        yield record(item, explained, shape)


def verdicts(
    moderator: Moderator,
    items: Iterable[Item | ModerationError],
    told: Callable[[ModerationError], None],
    selection: Selection = EVERYTHING,
    tally: Tally | None = None,
) -> Iterator[tuple[Item, Verdict]]:
    """Yield the selected comments of a stream with their verdicts, without reasons.

    All comments are counted, and problems in the stream are reported.
    """
    tally = tally or Tally()

    def pairs() -> Iterator[tuple[Item, Comment]]:
        for item in items:
            if isinstance(item, ModerationError):
                told(item)
            elif selection.takes(item.comment, tally):
                yield item, item.comment

    for item, verdict in moderator.score_pairs(pairs()):
        if selection.shows(verdict, tally):
            yield item, verdict


def record(item: Item, verdict: Verdict, shape: Shape) -> Record:
    """Return one output record."""
    hostility, off_topic = verdict.hostility, verdict.off_topic
    found: Record = {
        "id": verdict.id,
        "hostility": None if hostility.value is None else round(hostility.value, 6),
        "off_topic": None if off_topic.value is None else round(off_topic.value, 6),
        "action": verdict.action.value,
        "model": verdict.model,
        "null_reason": verdict.null_reason,
    }
    if shape.explain:
        reasons = [reason for score in verdict.scores for reason in score.reasons]
        found["reasons"] = [_reason(r) for r in reasons_in_markup(reasons, item.written)]
    if shape.keep:
        kept = item.raw or _carried(item)
        found |= {name: value for name, value in kept.items() if name not in found}
    if item.page is not None:
        found.setdefault("page", item.page)
    return found


_CARRIED = "text article_id parent_id depth order author published status source".split()


def _carried(item: Item) -> Record:
    """Return the fields of a comment that a page or export supplies."""
    found = {name: getattr(item.comment, name) for name in _CARRIED}
    if (
        item.page is not None and found["article_id"] is None
    ):  # the same id as `moderation separate` gives
        article = item.comment.article
        known = article and (article.id or article.url)
        found["article_id"] = known or Path(item.page).name
    return found


def _reason(reason: Reason) -> Record:
    target = {} if reason.target is None else {"target": reason.target}
    return {
        "attribute": reason.attribute.value,
        "start": reason.start,
        "end": reason.end,
        "text": reason.text,
        "weight": round(reason.weight, 6),
        **target,
    }
