"""Reads decided comments with their context: exports of platforms and record files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from moderation.context import in_threads
from moderation.errors import ModerationError, Notice, RecordError
from moderation.files import STDIN, open_binary
from moderation.labels.decided.outcomes import (
    NO_OUTCOME,
    OF_DECISION,
    Decided,
    DecidedNames,
    Outcome,
    Words,
)
from moderation.labels.formats.decisions import (
    CORAL,
    JudgedRevision,
    action_files,
    known_stories,
    parents_of,
    read_judged,
)
from moderation.labels.formats.tasks import Skipped
from moderation.labels.formats.wording import HOSTILE
from moderation.records import Comment
from moderation.sources import read_comments, section_of
from moderation.sources.comment_rows import Item, Neighbours, RowContext
from moderation.sources.exports import (
    ExportRow,
    decode_row,
    json_rows,
    read_rows,
    sniff_export,
)
from moderation.sources.exports.coral import comment_files, story_file

_HEAD = 1 << 16

# Rows that are read together, so that replies find their parents and comments their thread.
_BLOCK = 10_000

# Where a record has its decision, unless a column is named.
_DECISION = ("decision", "status")

# Rows of an export that a filter or a person took away, and not the reader's own doing.
_TAKEN = {None, "spam", "deleted"}

# Reasons of the desk and of Coral that say that a comment is hostile, in small letters.
_HOSTILE = {
    *(code.lower() for code, label in CORAL.items() if label == HOSTILE and code != "APPROVED"),
    "insult", "group", "threat", "harassment", "hostile", "hostility", "hate",
}  # fmt: skip


def read_decided(
    path: str, names: DecidedNames | None = None
) -> Iterator[Decided | ModerationError]:
    """Yield the comments of an input that people decided about.

    Parameters
    ----------
    path
        The folder of a Coral dump or one of its files, another platform's export, or a record
        file with a column ``decision`` or ``status``, such as ``moderation decisions`` writes.
    names
        What the newsroom's files call things.

    Yields
    ------
    Decided or ModerationError
        Decisions, rows that cannot be read, and notices about what was left out.
    """
    names = names or DecidedNames()
    words = Words(names.outcomes)
    folder = Path(path)
    fmt = "coral" if folder.is_dir() else None if path == STDIN else _sniffed(path)
    if fmt == "coral":
        folder = folder if folder.is_dir() else folder.parent
        read = _of_coral(folder) if action_files(folder) else _of_coral_statuses(folder, words)
    elif fmt:
        read = _of_export(path, fmt, words)
    else:
        read = _of_records(path, names, words)
    yield from read
    yield from words.notices(path)


def _sniffed(path: str) -> str | None:
    with open_binary(path) as stream:
        return sniff_export(stream.peek(_HEAD)[:_HEAD])


def _of_coral(folder: Path) -> Iterator[Decided | ModerationError]:
    """Yield moderators' decisions, one a revision: the last one counts."""
    skipped, judged = Skipped(), list[JudgedRevision]()
    yield from read_judged(folder, CORAL, judged, skipped)
    last: dict[tuple[str, str | None], JudgedRevision] = {}
    for each in judged:
        key = each.row.comment.id, each.row.revision_id
        if each.row.skip:
            skipped[f"decisions about a comment that is {each.row.skip} by now"] += 1
        elif key not in last or (each.what.at or "") >= (last[key].what.at or ""):
            last[key] = each
    parents, sections = parents_of(folder, last.values()), _coral_sections(folder)
    comments = in_threads(
        msgspec.structs.replace(
            row.comment, parent=parents.get(row.comment.parent_id or ""), published=what.at
        )
        for row, what, *_ in last.values()
    )
    for comment, (_, what, *_) in zip(comments, last.values(), strict=True):
        reason = None if what.approved or what.decision == "REJECTED" else what.decision
        outcome = Outcome.PUBLISHED if what.approved else Outcome.REJECTED
        section = sections.get(comment.article_id or "")
        yield _decided(comment, outcome, {"reason": reason, "section": section})
    yield from skipped.notices(str(folder))


class _Place(msgspec.Struct):
    section: str | None = None


class _StoryPlace(msgspec.Struct):
    id: str
    metadata: _Place | None = None


def _coral_sections(folder: Path) -> dict[str, str]:
    """Return the sections of a dump's stories, where Coral knows them."""
    path = story_file(folder)
    if path is None:
        return {}
    with open_binary(path) as stream:
        rows = json_rows(stream, name=str(path))
        read = [decode_row(row, _StoryPlace, name=str(path)) for row in rows
                if not isinstance(row, RecordError)]  # fmt: skip
    stories = [story for story in read if not isinstance(story, RecordError)]
    return {s.id: s.metadata.section for s in stories if s.metadata and s.metadata.section}


def _of_coral_statuses(folder: Path, words: Words) -> Iterator[Decided | ModerationError]:
    what = "no commentModerationActions.json in it, which says who decided"
    yield Notice(what, path=folder, hint="put it beside comments.json")
    for file in comment_files(folder):
        yield from _of_export(str(file), "coral", words)


def _of_export(path: str, fmt: str, words: Words) -> Iterator[Decided | ModerationError]:
    """Yield the comments whose status is a decision, each beside the others of its block."""
    articles = known_stories(Path(path).parent) if fmt == "coral" else {}
    sections = _coral_sections(Path(path).parent) if fmt == "coral" else {}
    recent = Neighbours(RowContext(articles=articles))
    shown = partial(_status, shown_by_default=fmt == "disqus")
    with open_binary(path) as stream:
        rows = read_rows(stream, fmt, name=path)
        while block := list(islice(rows, _BLOCK)):
            yield from (row for row in block if isinstance(row, RecordError))
            kept = [row for row in block if isinstance(row, ExportRow) and row.skip in _TAKEN]
            comments = in_threads([recent.place(row.comment) for row in kept])
            for row, comment in zip(kept, comments, strict=True):
                outcome = words.outcome(shown(row)) if comment.text.strip() else None
                if outcome is not None:
                    section = sections.get(comment.article_id or "")
                    yield _decided(comment, outcome, {"section": section})
            recent = recent.next()
    what = "a status does not say who decided: what nobody looked at counts as published"
    yield Notice(what, path=path)


def _status(row: ExportRow, *, shown_by_default: bool) -> str:
    """Return the status of a row; Disqus names only what it does not show."""
    return row.status or ("published" if shown_by_default else "")


def _of_records(
    path: str, names: DecidedNames, words: Words
) -> Iterator[Decided | ModerationError]:
    """Yield the rows with a decision; of several lines about one text, the last one counts."""
    columns = {ours: theirs for ours, theirs in names.columns.items() if ours not in OF_DECISION}
    found: dict[tuple[str | None, str, str], Decided] = {}
    n_without = 0
    for item in read_comments([path], RowContext(names=columns)):
        if isinstance(item, ModerationError):
            yield item
            continue
        word = _field(item.raw, names.columns.get("decision"), _DECISION)
        n_without += word is None
        if word is None or word in NO_OUTCOME or item.raw.get("withdrawn") is True:
            continue
        outcome = words.outcome(word)
        found.pop(_key(item), None)
        if outcome is not None:
            found[_key(item)] = _decided(item.comment, outcome, _renamed(item.raw, names.columns))
    if n_without:
        hint = "--column decision=NAME names the column"
        yield Notice(f"left out: {n_without:,} without a decision", path=path, hint=hint)
    yield from found.values()


def _key(item: Item) -> tuple[str | None, str, str]:
    comment = item.comment
    return comment.article_id, comment.id, comment.text


def _field(raw: Mapping[str, Any], named: str | None, usual: tuple[str, ...]) -> Any:
    values = (raw.get(name) for name in ((named,) if named else usual))
    return next((value for value in values if value not in (None, "")), None)


def _renamed(raw: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with the decision's fields under our names."""
    return {**raw, **{ours: raw.get(columns[ours]) for ours in OF_DECISION if ours in columns}}


def _decided(comment: Comment, outcome: Outcome, raw: Mapping[str, Any]) -> Decided:
    reason = str(raw.get("reason") or "").strip() or None
    seen = raw.get("proposal_seen")
    return Decided(
        comment=comment,
        outcome=outcome,
        reason=reason if outcome is not Outcome.PUBLISHED else None,
        hostile=None if reason is None else reason.lower() in _HOSTILE,
        section=section_of(raw, comment.article.url if comment.article else None),
        proposal_seen=seen if isinstance(seen, bool) else None,
    )
