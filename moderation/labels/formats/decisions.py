"""Moderators' decisions in a platform's own export, used as labels where they state an answer.

A decision does not directly answer our questions. These rules say which decisions become labels:

- A machine's decision is not a label (in Coral it has no moderator), because the model would learn
  the old filter.
- A comment that nobody decided about has no label; it does not count as approved.
- The label belongs to the text that was judged, not to a later revision.
- Only stated reasons count. An approval by a person means *not hostile*. A rejection means what its
  reason says: abuse is hostile, and an irrelevant comment or an advert is off topic. A rejection
  without a reason, or for another one, gives no label, because newsrooms reject for many reasons.
- WordPress does not record who approved or why, and approves known commenters automatically. Its
  statuses give no label until a newsroom that knows its own practice says so
  (``--decision 1="not hostile"`` where a person sees every comment).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec

from moderation.errors import InputError, Notice, RecordError, UsageError
from moderation.files import COMPRESSED, open_binary
from moderation.labels.formats.tasks import Imported, ImportedTask, Skipped, labelled_row
from moderation.labels.formats.wording import HOSTILE, NOT_HOSTILE, OFF_TOPIC
from moderation.labels.labelled_files import Answer
from moderation.records import Article
from moderation.sources.exports import ExportRow, decode_row, json_rows, read_rows, timestamp
from moderation.sources.exports.coral import comment_files, read_coral, read_stories, story_file

#: The labels of Coral's decisions: of an approval, and of the reason codes of rejections that
#: concern hostility or off-topic. Other decisions give no label.
CORAL: Mapping[str, str] = {
    "APPROVED": NOT_HOSTILE,
    "OFFENSIVE": HOSTILE,
    "ABUSIVE": HOSTILE,
    "HARASSMENT_BULLYING": HOSTILE,
    "HATE_SPEECH": HOSTILE,
    "IRRELEVANT_CONTENT": OFF_TOPIC,
    "SPAM": OFF_TOPIC,
    "AD": OFF_TOPIC,
}

#: WordPress's statuses give no label by themselves; see the module's docstring.
WORDPRESS: Mapping[str, str] = {}

_ACTION_FILES = ("archivedCommentModerationActions.json", "commentModerationActions.json")
_ENDINGS = ("", *sorted(COMPRESSED))


class _Reason(msgspec.Struct):
    code: str | None = None


class _Action(msgspec.Struct, rename="camel"):
    comment_id: str = msgspec.field(name="commentID")
    status: str
    revision_id: str | None = msgspec.field(name="commentRevisionID", default=None)
    moderator_id: str | None = msgspec.field(name="moderatorID", default=None)
    rejection_reason: _Reason | None = None
    created_at: object = None

    @property
    def decision(self) -> str:
        """The platform's word for the decision: the code of its reason, or else the status."""
        reason = self.rejection_reason.code if self.rejection_reason else None
        return reason if self.status == "REJECTED" and reason else self.status


class ModeratorDecision(NamedTuple):
    """A moderator's last decision about one revision, which may give no label.

    Attributes
    ----------
    decision
        The platform's word: the code of the reason, or else the status.
    label
        What it says about hostility or off-topic, if anything.
    moderator, at
        Who decided, and when.
    approved
        Whether the comment was approved, and not rejected.
    """

    decision: str
    label: str | None
    moderator: str
    at: str | None
    approved: bool


class JudgedRevision(NamedTuple):
    """A revision, a decision about it, and where the revision stands."""

    row: ExportRow
    what: ModeratorDecision
    path: str
    line: int


def read_coral_decisions(folder: Path, reading: ImportedTask) -> Imported:
    """Read the decisions of a Coral dump's folder.

    There are two passes over the comments: one for the judged revisions and one for the parents'
    texts. Only decisions and parents are kept in memory, not the archive.

    Parameters
    ----------
    folder
        The folder of the dump, or one of its files.
    reading
        What the user specifies about the dump.

    Raises
    ------
    InputError
        If the folder has no decisions or no comments.
    """
    folder = folder if folder.is_dir() else folder.parent
    skipped = Skipped()
    judged: list[JudgedRevision] = []
    yield from read_judged(folder, {**CORAL, **reading.decisions}, judged, skipped)
    yield from _stories(folder, {row.comment.article_id for row, *_ in judged})
    parents = parents_of(folder, judged)
    for row, what, name, place in judged:
        if row.skip:
            skipped[f"decisions about a comment that is {row.skip} by now"] += 1
            continue
        if what.label is None:
            skipped[_unanswered(what.decision)] += 1
            continue
        comment_id = row.comment.id
        named = f"{comment_id}/{row.revision_id}" if row.revision_id else comment_id
        fields = {**_fields(row, parents), "id": named, "labelled_at": what.at}
        answers = reading.wording.answers([what.label])
        if isinstance(answers, str):
            raise UsageError(answers, field="--decision", got=what.label)
        yield labelled_row(
            {**fields, **answers}, reading, name=name, line=place, annotator=what.moderator
        )
    yield from skipped.notices(str(folder))


def action_files(folder: Path) -> list[Path]:
    """Return the files of a Coral dump that hold what moderators did."""
    files = (folder / f"{name}{end}" for name in _ACTION_FILES for end in _ENDINGS)
    return [path for path in files if path.is_file()]


def read_judged(
    folder: Path, table: Mapping[str, str], judged: list[JudgedRevision], skipped: Skipped
) -> Iterator[RecordError]:
    """Collect every decision of a moderator in a Coral dump, and yield what cannot be read.

    Parameters
    ----------
    folder
        The folder of the dump.
    table
        The label of each decision that has one.
    judged
        Receives the decisions, in the order of the comments.
    skipped
        Receives the counts of decisions that are left out.

    Raises
    ------
    InputError
        If the folder has no decisions or no comments.
    """
    actions, files = action_files(folder), comment_files(folder)
    if not actions or not files:
        hint = "the folder of a Coral dump holds comments.json and commentModerationActions.json"
        raise InputError("no decisions of moderators in it", path=folder, hint=hint)
    decided: dict[tuple[str, str | None], dict[str, ModeratorDecision]] = {}
    for path in actions:
        yield from _read_actions(path, table, decided, skipped)
    for file in files:
        yield from _judged_revisions(file, decided, judged)
    lost = sum(map(len, decided.values()))
    skipped["decisions about a text that is not in the dump"] += lost


def parents_of(folder: Path, judged: Iterable[JudgedRevision]) -> dict[str, str]:
    """Return the texts of the comments that judged comments reply to, by id."""
    wanted = {row.comment.parent_id for row, *_ in judged}
    return _texts((row for file in comment_files(folder) for row in _coral_rows(file)), wanted)


def _unanswered(decision: str) -> str:
    """Say why a decision gives no label."""
    if decision == "REJECTED":
        return "rejected without a reason, which answers neither question"
    return f"decisions that answer neither question ({decision})"


def _fields(row: ExportRow, parents: Mapping[str, str]) -> dict[str, object]:
    comment = row.comment
    return {
        "text": comment.text,
        "article_id": comment.article_id if comment.article else None,
        "parent": parents.get(comment.parent_id or ""),
    }


def _read_actions(
    path: Path,
    table: Mapping[str, str],
    decided: dict[tuple[str, str | None], dict[str, ModeratorDecision]],
    skipped: Skipped,
) -> Iterator[RecordError]:
    name = str(path)
    with open_binary(path) as stream:
        for row in json_rows(stream, name=name):
            action = row if isinstance(row, RecordError) else decode_row(row, _Action, name=name)
            if isinstance(action, RecordError):
                yield action
            elif action.moderator_id is None:
                skipped["decisions of a machine"] += 1
            else:
                what = ModeratorDecision(
                    action.decision,
                    table.get(action.decision),
                    action.moderator_id,
                    timestamp(action.created_at),
                    action.status == "APPROVED",
                )
                of_text = decided.setdefault((action.comment_id, action.revision_id), {})
                before = of_text.get(what.moderator, what)
                if (what.at or "") >= (before.at or ""):  # A later decision replaces it.
                    of_text[what.moderator] = what


def _judged_revisions(
    file: Path,
    decided: dict[tuple[str, str | None], dict[str, ModeratorDecision]],
    judged: list[JudgedRevision],
) -> Iterator[RecordError]:
    """Collect the decisions about each revision; a decision on a sole revision need not name it."""
    errors: list[RecordError] = []
    stories = known_stories(file.parent)
    rows = groupby(_coral_rows(file, stories, errors), key=lambda row: row.comment.id)
    for place, (_, group) in enumerate(rows, 1):
        revisions = list(group)
        for row in revisions:
            keys = [(row.comment.id, row.revision_id)]
            keys += [(row.comment.id, None)] if len(revisions) == 1 else []
            found = [what for key in keys for what in decided.pop(key, {}).values()]
            judged += [JudgedRevision(row, what, str(file), place) for what in found]
    yield from errors


def _coral_rows(
    file: Path,
    articles: Mapping[str, Article] | None = None,
    errors: list[RecordError] | None = None,
) -> Iterator[ExportRow]:
    with open_binary(file) as stream:
        rows = read_coral(stream, name=str(file), articles=articles or {}, every_revision=True)
        for row in rows:
            if isinstance(row, ExportRow):
                yield row
            elif errors is not None:
                errors.append(row)


def known_stories(folder: Path) -> dict[str, Article]:
    """Return the articles of a Coral dump by id; none if it has no file of them."""
    path = story_file(folder)
    if path is None:
        return {}
    with open_binary(path) as stream:
        found = read_stories(stream, name=str(path))
        return {a.id: a for a in found if isinstance(a, Article) and a.id is not None}


def _stories(folder: Path, wanted: Collection[str | None]) -> Iterator[Article]:
    return (story for story in known_stories(folder).values() if story.id in wanted)


def _texts(rows: Iterable[ExportRow], wanted: Collection[str | None]) -> dict[str, str]:
    """Return the latest text of each wanted comment."""
    return {row.comment.id: row.comment.text for row in rows if row.comment.id in wanted}


def read_wordpress_decisions(path: Path, fmt: str, reading: ImportedTask) -> Imported:
    """Read the statuses of a WordPress export whose meaning the user gives.

    Parameters
    ----------
    path
        A WXR file, or responses of the REST interface.
    fmt
        ``wxr`` or ``wordpress-rest``.
    reading
        What the user specifies about the file. Its `decisions` give the meaning of ``1``, ``0``,
        ``trash`` (REST: ``approved``, ``hold`` ...).
    """
    table = {**WORDPRESS, **reading.decisions}
    skipped = Skipped()
    judged: list[tuple[int, ExportRow, dict[str, Answer]]] = []
    with open_binary(path) as stream:
        for place, row in enumerate(read_rows(stream, fmt, name=str(path)), 1):
            if isinstance(row, RecordError):
                yield row
            elif (label := table.get(row.status)) is None:
                skipped[f"comments of status {row.status or 'none'}, which answers nothing"] += 1
            elif row.skip not in {None, "deleted"}:
                skipped[f"not a reader's comment ({row.skip})"] += 1
            else:
                answers = reading.wording.answers([label])
                if isinstance(answers, str):
                    raise UsageError(answers, field="--decision", got=label)
                judged.append((place, row, answers))
    articles = {row.comment.article.id: row.comment.article for _, row, _ in judged
                if row.comment.article}  # fmt: skip
    yield from articles.values()
    with open_binary(path) as stream:
        every = read_rows(stream, fmt, name=str(path))
        wanted = {row.comment.parent_id for _, row, _ in judged}
        parents = _texts((row for row in every if isinstance(row, ExportRow)), wanted)
    for place, row, answers in judged:
        fields = {**_fields(row, parents), "id": row.comment.id, **answers}
        yield labelled_row(fields, reading, name=str(path), line=place)
    yield from skipped.notices(str(path))
    if not judged:
        what = "no status was taken for an answer"
        hint = "say what yours mean: --decision 1='not hostile' if a person saw every comment"
        yield Notice(what, path=path, hint=hint)
