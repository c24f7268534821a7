"""Problems in reading or scoring, reported on standard error and kept in a file."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from moderation.cli.output import encoded, tell
from moderation.errors import InputError, ModerationError, Notice, RecordError
from moderation.files import REJECTED
from moderation.files.records import problem_record
from moderation.files.writing import refuse_existing, write_atomically
from moderation.sources.comment_rows import Recurring

# A file of random bytes rejects every row, and a terminal need not show them all.
_TOLD_PER_FILE = 5
_TOLD = 20


class _CouldNotBegin(Exception):  # noqa: N818 - not an error
    """The run has written nothing, and nothing shall be in the way of the next one."""


class Problems:
    """A collector of problems, which determines the exit status.

    Parameters
    ----------
    output
        The file that the command writes, beside which ``<output>.rejected.jsonl`` appears; None
        for standard output.
    quiet
        Whether to suppress notices; errors are always reported.
    kept
        The file of rejected rows, if this object does not write it.
    force
        Whether to overwrite that file, or to remove it if nothing is rejected this time.

    Raises
    ------
    UsageError
        If that file exists and `force` is not given.
    """

    def __init__(
        self,
        output: Path | None,
        *,
        quiet: bool = False,
        force: bool = False,
        kept: str | None = None,
    ) -> None:
        self._output = output
        self._path = output and output.parent / f"{output.name}{REJECTED}"
        if self._path:
            refuse_existing(self._path, force=force)
        self._kept_elsewhere = kept
        self._quiet = quiet
        self._n_notices = 0
        self._recurring: dict[tuple[str | None, str | None], Recurring] = {}
        self._n_told: Counter[bool] = Counter()
        self._n_unusable = 0
        self._of_file: Counter[str | None] = Counter()
        self._kept: BinaryIO | None = None
        self._stack = ExitStack()
        self.n_rejected = 0
        self.status = 0

    def __enter__(self) -> Problems:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._path and self._output and not (self.n_rejected or self._output.exists()):
            self._path, exception = None, (_CouldNotBegin, _CouldNotBegin(), None)
        self._stack.__exit__(*exception)  # type: ignore[arg-type]
        if self._path and self._kept is None and exception[0] is None:
            self._path.unlink(missing_ok=True)  # the rejected rows of an earlier run
        self.all_read()
        path = self._path or self._kept_elsewhere
        where = f", all in {path}" if path else ""
        if self.n_rejected > self._n_told[True]:
            tell(f"{self.n_rejected:,} rows rejected in all{where}")
        if self._n_unusable > self._n_told[False]:
            tell(f"{self._n_unusable:,} inputs that cannot be used in all{where}")
        if self._n_notices > _TOLD:
            tell(f"{self._n_notices:,} notices in all")

    def all_read(self) -> None:
        """Report the recurring problems, for a command that goes on when all is read."""
        for notice in self._recurring.values():
            self._notice(notice)
        self._recurring.clear()

    def add(self, problem: ModerationError) -> None:
        """Report and keep one problem; a recurring problem is reported once a file, at the end."""
        if isinstance(problem, Recurring):
            about = problem.path, problem.field
            earlier = self._recurring.get(about)
            self._recurring[about] = earlier.plus(problem) if earlier else problem
            return
        if isinstance(problem, Notice):
            self._notice(problem)
            return
        self.status = max(self.status, problem.exit_status)
        row = isinstance(problem, RecordError)
        self.n_rejected += row
        self._n_unusable += not row
        self._of_file[problem.path] += row
        told = self._n_told.total() < _TOLD
        if told and not (row and self._of_file[problem.path] > _TOLD_PER_FILE):
            self._n_told[row] += 1
            tell(str(problem))
        if self._path is not None:
            self._keep(problem, self._path)

    def _notice(self, notice: Notice) -> None:
        self._n_notices += not self._quiet
        if 0 < self._n_notices <= _TOLD:
            tell(str(notice))

    def more(self, n_rejected: int) -> None:
        """Count rows that were rejected and kept elsewhere, without reporting each."""
        self.n_rejected += n_rejected
        self.status = max(self.status, int(n_rejected > 0))

    def nothing(self, problem: InputError | Notice) -> None:
        """Report that there was nothing to do, unless a notice has already said why."""
        if self._n_notices:
            self.status = max(self.status, problem.exit_status)
        else:
            self.add(problem)

    def _keep(self, problem: ModerationError, path: Path) -> None:
        if self._kept is None:
            self._kept = self._stack.enter_context(write_atomically(path, force=True))
        self._kept.write(encoded(problem_record(problem)) + b"\n")
