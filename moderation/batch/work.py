"""The work on one part, which a worker does on any machine: read, score and write it.

A worker receives paths, offsets and options, never a model or a comment. It verifies and loads the
model itself, and refuses a model other than the planned one.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from functools import lru_cache

import msgspec

from moderation.batch.plan import Options, Part, Plan, PlannedInput
from moderation.batch.reading import comments_of
from moderation.batch.records.selecting import Tally
from moderation.batch.records.shaping import scored
from moderation.errors import ModelError, ModerationError, Notice
from moderation.files import storage
from moderation.files.records import WRITERS, Record, encoded, problem_record
from moderation.files.writing import write_atomically
from moderation.model import Moderator
from moderation.records import Action
from moderation.sources import read_article
from moderation.sources.comment_rows import LOOK_BACK, Recurring, RowContext

# Most problems of a part that are reported at once, besides recurring ones. The part's report
# contains all rejected rows.
_TOLD = 6
_WATCHED = 0.5


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One part, with everything that is needed to score it.

    Attributes
    ----------
    folder
        The folder for its files.
    name
        The base name of its files.
    model
        The folder of the model or models; None means those installed on the worker's machine.
    model_digest
        Digest of the planned models.
    source
        Its input, without the list of parts.
    before
        The parts before it that it may look back at, latest first.
    parent
        The process that needs the result: the worker ends when it ends; 0 for none.
    """

    folder: str
    name: str
    model: str | None
    model_digest: str
    options: Options
    source: PlannedInput
    part: Part
    before: tuple[Part, ...]
    parent: int = 0


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of a part.

    Attributes
    ----------
    n_scored, n_rejected
        Rows.
    n_unusable
        Number of inputs that could not be used at all: 0 or 1.
    actions, left_out
        The comments scored by action, and those not scored by standing; see
        :class:`~moderation.batch.records.selecting.Tally`.
    """

    n_scored: int = 0
    n_rejected: int = 0
    n_unusable: int = 0
    actions: dict[str, int] = {}
    left_out: dict[str, int] = {}

    def plus(self, *others: Done) -> Done:
        """Return the sums of the counts."""
        every = (self, *others)
        return Done(
            n_scored=sum(done.n_scored for done in every),
            n_rejected=sum(done.n_rejected for done in every),
            n_unusable=sum(done.n_unusable for done in every),
            actions=sum((Counter(done.actions) for done in every), Counter()),
            left_out=sum((Counter(done.left_out) for done in every), Counter()),
        )


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A part that has just been scored, with the first problems to report."""

    name: str
    done: Done
    size: int
    problems: tuple[ModerationError, ...] = ()


def part_names(plan: Plan) -> list[list[str]]:
    """Return the names of the parts of each input."""
    return [
        [f"{i:05d}-{j:06d}" for j in range(len(source.parts))]
        for i, source in enumerate(plan.sources)
    ]


def tasks(plan: Plan, folder: str, model: str | None) -> list[Task]:
    """Return a task for each part of a plan, in order.

    Parameters
    ----------
    plan
        The plan of the run.
    folder
        The folder for the files of the parts.
    model
        The model's folder; None means the shipped model on the worker's machine.
    """
    found = []
    for source, names in zip(plan.sources, part_names(plan), strict=True):
        alone = msgspec.structs.replace(source, parts=(), problem=None)
        for number, (part, name) in enumerate(zip(source.parts, names, strict=True)):
            before = source.parts[max(0, number - LOOK_BACK) : number][::-1]
            found.append(
                Task(
                    folder=folder,
                    name=name,
                    model=model,
                    model_digest=plan.model_digest,
                    options=plan.options,
                    source=alone,
                    part=part,
                    before=before,
                )
            )
    return found


def rows_path(folder: str, name: str, fmt: str) -> str:
    """Return the path of a part's records."""
    return storage.join(folder, f"{name}.{fmt}")


def report_path(folder: str, name: str) -> str:
    """Return the path of the report that marks a part as done and lists its rejected rows."""
    return storage.join(folder, f"{name}.report")


def score_part(task: Task) -> Told:
    """Score one part and write its file atomically.

    Raises
    ------
    ModelError
        If the model is not the planned one.
    ChangedError
        If the input is not the planned one.
    UsageError
        If its rows do not fit into one table schema.
    """
    if task.parent:
        _settle(task.parent)
    options = task.options
    moderator = _moderator(task.model, task.model_digest, options)
    context = _context(options)
    told: list[ModerationError] = []
    rejected: list[Record] = []

    def tell(problem: ModerationError) -> None:
        if not isinstance(problem, Notice):
            rejected.append(problem_record(problem))
        if len(told) < _TOLD or isinstance(problem, Recurring):
            told.append(problem)

    items = comments_of(task.source, task.before, task.part, context, options)
    tally = Tally()
    with write_atomically(rows_path(task.folder, task.name, options.format), force=True) as stream:
        writer = WRITERS[options.format](stream, task.source.columns)
        for record in scored(moderator, items, options.shape, tell, tally):
            writer.write(record)
        writer.close()
    unusable = sum(record["kind"] == "input" for record in rejected)
    done = Done(
        n_scored=tally.actions.total(),
        n_rejected=len(rejected) - unusable,
        n_unusable=unusable,
        actions=tally.actions,
        left_out=tally.left_out,
    )
    with write_atomically(report_path(task.folder, task.name), force=True) as stream:
        stream.write(encoded(done) + b"\n")
        stream.writelines(encoded(record) + b"\n" for record in rejected)
    return Told(name=task.name, done=done, size=task.part.size, problems=tuple(told))


@lru_cache(maxsize=1)
def _moderator(folder: str | None, digest: str, options: Options) -> Moderator:
    unknown = Action(options.unknown_language)
    moderator = Moderator.load(folder, unknown, options.language, mapped=True)
    if moderator.digest != digest:
        hint = "the same model must lie at the same place for every worker"
        raise ModelError(
            "is not the model that the work began with",
            path=folder,
            got=moderator.model.version,
            hint=hint,
        )
    return moderator


@lru_cache(maxsize=1)
def _context(options: Options) -> RowContext:
    article, articles = options.article, options.articles
    context = RowContext(names=dict(options.columns), sheet=options.sheet)
    if article:
        context = context._replace(article=read_article(article))
    if articles is None:
        return context
    from moderation.labels import read_articles

    return context._replace(articles=read_articles(articles)[0])


@lru_cache(maxsize=1)
def _settle(parent: int) -> None:
    """Leave interrupts to the parent process, and end when it ends."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCHED)
    os._exit(1)
