"""Reads comments with their scores and their days; comments without scores are scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

import msgspec

from moderation.errors import ModerationError, Notice, RecordError
from moderation.evaluation.drift.days import Watched, agreement
from moderation.evaluation.overview.inputs.placing import when_written
from moderation.labels.decided import DecidedNames, Outcome, Words
from moderation.model import Moderator
from moderation.records import Action, Verdict
from moderation.sources import read_comments, section_of
from moderation.sources.comment_rows import Item, RowContext

# Comments that are scored together.
_BATCH = 512

#: The fields of a row that are no fields of a comment.
_OF_ROW = ("decision", "section")


class WatchedFiles(NamedTuple):
    """Files to read, and how.

    Attributes
    ----------
    paths
        Records that ``moderation score --keep`` wrote, or any input of comments.
    names
        What they call things; a column ``decision`` says what people did.
    zone
        The zone of the days; None for that of this machine.
    """

    paths: Sequence[str]
    names: DecidedNames = DecidedNames()
    zone: tzinfo | None = None


class _ScoredRow(msgspec.Struct, frozen=True):
    """What ``moderation score`` says of a comment."""

    action: Action
    model: str
    hostility: float | None = None
    off_topic: float | None = None


def read_watched(files: WatchedFiles, moderator: Moderator) -> Iterator[Watched | ModerationError]:
    """Yield comments with their scores and days.

    Parameters
    ----------
    files
        The files.
    moderator
        Scores the comments that have no scores yet.

    Yields
    ------
    Watched or ModerationError
        Comments, rows that cannot be read, and a notice about those without a day.
    """
    own = {ours: theirs for ours, theirs in files.names.columns.items() if ours not in _OF_ROW}
    zone = files.zone or datetime.now().astimezone().tzinfo
    for path in files.paths:
        words, n_undated = Words(files.names.outcomes), 0
        waiting: list[tuple[Item, date]] = []
        for item in read_comments([path], RowContext(names=own)):
            if isinstance(item, ModerationError):
                yield item
                continue
            written = when_written(item.comment.published, zone)
            if written is None:
                n_undated += 1
                continue
            day = written.day
            if {"hostility", "action", "model"} <= item.raw.keys():
                yield _as_scored(item, day, files, words)
                continue
            waiting.append((item, day))
            if len(waiting) == _BATCH:
                yield from _scored(waiting, moderator, files, words)
                waiting.clear()
        yield from _scored(waiting, moderator, files, words)
        if words.n_unknown:
            yield from words.notices(path)
        if n_undated:
            what = f"left out: {n_undated:,} comments without a readable time"
            hint = "score --keep carries `published` through; --column published=NAME names it"
            yield Notice(what, path=path, hint=hint)


def _as_scored(item: Item, day: date, files: WatchedFiles, words: Words) -> Watched | RecordError:
    fields = _ScoredRow.__struct_fields__
    known = {name: item.raw[name] for name in fields if item.raw.get(name) not in (None, "")}
    try:
        row = msgspec.convert(known, _ScoredRow, strict=False)
    except msgspec.ValidationError as error:
        what, _, field = str(error).replace("`", "").partition(" - at $.")
        hint = "give what `moderation score` wrote"
        return RecordError(f"no scored row: {what}", field=field or None, hint=hint)
    return _watched(item, day, row, files.names, words)


def _scored(
    waiting: Sequence[tuple[Item, date]], moderator: Moderator, files: WatchedFiles, words: Words
) -> Iterator[Watched]:
    verdicts: Iterable[Verdict] = moderator.score_many(item.comment for item, _ in waiting)
    for (item, day), verdict in zip(waiting, verdicts, strict=True):
        row = _ScoredRow(
            verdict.action, verdict.model, verdict.hostility.value, verdict.off_topic.value
        )
        yield _watched(item, day, row, files.names, words)


def _watched(item: Item, day: date, row: _ScoredRow, names: DecidedNames, words: Words) -> Watched:
    comment = item.comment
    found = {ours: item.raw.get(names.columns.get(ours, ours)) for ours in _OF_ROW}
    outcome = words.outcome(found["decision"])
    decided = outcome is not None and outcome is not Outcome.SPAM
    return Watched(
        day=day,
        hostility=row.hostility,
        off_topic=row.off_topic,
        action=row.action,
        model=row.model,
        id=comment.id,
        text=comment.text,
        author=comment.author,
        section=section_of({**item.raw, **found}, comment.article.url if comment.article else None),
        agreed=agreement(row.action, outcome is not Outcome.PUBLISHED) if decided else None,
    )
