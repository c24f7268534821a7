"""Batch scoring from Python: :func:`score_archive` does what ``moderation score`` does.

``plan`` cuts inputs into parts and writes the manifest. ``reading`` reads one part without the rest
of its input. ``records`` turns verdicts into records. ``work`` scores one part in any process.
``assembly`` joins parts. ``run`` controls the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from moderation.batch.assembly import Total
from moderation.batch.plan import Options, Plan
from moderation.batch.records.shaping import Shape, scored, verdicts
from moderation.batch.run import Backend, Run, names_folder, prepare, prepare_stream, refuse_inputs
from moderation.batch.work import Done, Told, score_part
from moderation.errors import ModerationError, Notice
from moderation.sources import expanded

__all__ = [
    "Backend",
    "Options",
    "Plan",
    "Run",
    "Shape",
    "Summary",
    "Told",
    "Total",
    "names_folder",
    "prepare",
    "prepare_stream",
    "refuse_inputs",
    "score_archive",
    "score_part",
    "scored",
    "verdicts",
]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a run.

    Attributes
    ----------
    n_scored, n_rejected
        Rows.
    problems
        Problems with whole inputs.
    actions
        The number of comments scored, by the action proposed.
    """

    n_scored: int
    n_rejected: int
    problems: tuple[ModerationError, ...]
    actions: dict[str, int] = {}


def score_archive(
    inputs: Iterable[str | Path],
    output: str | Path,
    options: Options | None = None,
    *,
    model: str | Path | None = None,
    backend: Backend | None = None,
    resume: bool = False,
    force: bool = False,
) -> Summary:
    """Score any number of comments into files.

    Parameters
    ----------
    inputs
        Record files, pages, exports or folders of them, local or remote; wildcards are allowed.
    output
        A file, or a folder that gets one file for each input. A folder exists or ends with ``/``.
    options
        The contents of the output.
    model
        A model folder; None means the shipped model.
    backend
        Where the work is done; the default is this process.
    resume, force
        Continue an interrupted run; overwrite existing outputs.

    Returns
    -------
    Summary
        The totals. Rejected rows are written to ``<output>.rejected.jsonl``.

    Raises
    ------
    UsageError, ModelError, InputError
        As :func:`~moderation.batch.run.prepare` and
        :func:`~moderation.batch.work.score_part` say.
    """
    found = list(expanded([str(path) for path in inputs]))
    paths = [path for path in found if isinstance(path, str)]
    run = prepare(paths, str(output), options or Options(), model=model, resume=resume, force=force)
    try:
        for _ in run.perform(backend or Backend()):
            pass
    except BaseException:
        run.abandon()
        raise
    totals = run.totals()
    run.close()
    problems = [p for p in found if isinstance(p, ModerationError) and not isinstance(p, Notice)]
    problems += [problem for total in totals for problem in total.problems]
    whole = Done().plus(*totals)
    return Summary(
        n_scored=whole.n_scored,
        n_rejected=whole.n_rejected,
        problems=tuple(problems),
        actions=whole.actions,
    )
