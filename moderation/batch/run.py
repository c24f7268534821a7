"""Executes a plan in one process, in several or on a cluster; a run can be resumed."""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from moderation.batch.assembly import Output, Total, assemble, outputs, total_of, write_rows
from moderation.batch.plan import Options, Plan, make_plan, output_names
from moderation.batch.reading import close_readers
from moderation.batch.work import Task, Told, part_names, rows_path, score_part, tasks
from moderation.errors import UsageError
from moderation.files import REJECTED, open_binary, storage
from moderation.files.writing import refuse_existing, write_atomically
from moderation.model import at_hand
from moderation.model.registry import model_folder


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """Where the work is done.

    Attributes
    ----------
    jobs
        Number of processes on this machine. 1 means this process, -1 means one process for each
        core, and None follows the caller's ``joblib.parallel_config``.
    dask
        Address of a Dask scheduler whose workers do the work instead.
    patience
        Seconds to wait for the scheduler's first answer.
    """

    jobs: int | None = 1
    dask: str | None = None
    patience: float = 20.0


def names_folder(output: str) -> bool:
    """Return whether an output names a folder: it ends with a slash, or is one."""
    return output.endswith(("/", os.sep)) or storage.is_folder(output)


class Run:
    """One run, new or resumed.

    Attributes
    ----------
    plan
        The plan of the run.
    folder
        Where parts are kept until their output is complete.
    todo
        The parts that are not scored yet.
    """

    def __init__(
        self, plan: Plan, folder: str, manifest: str, model: str | None, *, resumed: bool = False
    ) -> None:
        self.plan = plan
        self.folder = folder
        self._manifest = manifest
        self.outputs = outputs(plan, part_names(plan))
        files = self._files()
        done = self._done(files)
        self.finished = {o.path for o in self.outputs if resumed and self._is_whole(o, files)}
        of_finished = {name for o in self.outputs if o.path in self.finished for name in o.parts}
        every = tasks(plan, folder, model)
        self.todo = [task for task in every if task.name not in done | of_finished]
        self.size = sum(task.part.size for task in every)

    def _files(self) -> set[str] | None:
        """Delete unfinished parts; return the other files' names, or None without a folder."""
        if not storage.is_folder(self.folder):
            return None
        files = {Path(path).name for path in storage.files_below(self.folder)}
        half = {name for name in files if name.startswith(".") or name.endswith(".tmp")}
        for name in half:
            storage.remove(storage.join(self.folder, name))
        return files - half

    def _done(self, files: set[str] | None) -> set[str]:
        """Return the parts that are complete."""
        return {
            name
            for output in self.outputs
            for name in output.parts
            if files and {f"{name}.report", f"{name}.{self.plan.options.format}"} <= files
        }

    def _is_whole(self, output: Output, files: set[str] | None) -> bool:
        """Return whether an output is written: its reports exist and its parts are deleted."""
        if not storage.exists(output.path):
            return False
        fmt = self.plan.options.format
        return files is None or (
            files.issuperset(f"{name}.report" for name in output.parts)
            and files.isdisjoint(f"{name}.{fmt}" for name in output.parts)
        )

    def begin(self) -> None:
        """Write the manifest and create the folder for the parts."""
        storage.make_folder(self.folder)
        if not storage.exists(self._manifest):
            with write_atomically(self._manifest, force=True) as stream:
                stream.write(self.plan.encoded())

    def perform(self, backend: Backend) -> Generator[Told]:
        """Score the remaining parts, and write each output as soon as its parts are complete.

        Yields
        ------
        Told
            One result for each part, in order.
        """
        self.begin()
        left = {task.name for task in self.todo}
        waiting = [o for o in self.outputs if o.path not in self.finished]
        ready = [o for o in waiting if not left & set(o.parts)]
        output_of = {name: o for o in waiting for name in o.parts}
        missing = {o.path: len(left & set(o.parts)) for o in waiting}
        with closing(_performed(self.todo, backend)) as results:
            for told in results:
                yield told
                output = output_of[told.name]
                missing[output.path] -= 1
                if not missing[output.path]:
                    ready.append(output)
                if len(self.outputs) > 1:  # a single one is written at the end
                    self._assemble(ready)
        if self._read_nothing():
            storage.remove(self._manifest)  # whoever corrects the command need not clean up
        else:
            self._assemble(ready)

    def _read_nothing(self) -> bool:
        """Return whether no input of a single output, or of a whole run, could be read."""
        if len(self.outputs) > 1 and any(output.parts for output in self.outputs):
            return False
        return not any(t.n_scored or t.n_rejected or t.left_out for t in self.totals())

    def _assemble(self, ready: list[Output]) -> None:
        while ready:
            output = ready.pop(0)
            storage.make_folder(_parent(output.path))
            assemble(output, self.plan, self.folder)
            for name in output.parts:
                storage.remove(rows_path(self.folder, name, self.plan.options.format))

    def totals(self) -> list[Total]:
        """Return the totals of the outputs, from the reports of this and earlier runs."""
        files = self._files()
        return [
            total_of(output, self.folder)
            for output in self.outputs
            if files is not None and files.issuperset(f"{name}.report" for name in output.parts)
        ]

    def close(self) -> None:
        """Remove the files that only an unfinished run needs."""
        storage.remove(self.folder)

    def abandon(self) -> None:
        """Clean up after an interruption; keep only what a resumed run can use."""
        files = self._files()
        if files is not None and not any(name.endswith(".report") for name in files):
            storage.remove(self._manifest)
            storage.remove(self.folder)

    def stream(self, backend: Backend, stream: BinaryIO) -> Generator[Told]:
        """Score all parts and write their records to an open stream, in order."""
        storage.make_folder(self.folder)
        (output,) = self.outputs
        write_rows(output, (), self.plan, self.folder, stream)
        with closing(_performed(self.todo, backend)) as results:
            for told in results:
                path = rows_path(self.folder, told.name, self.plan.options.format)
                write_rows(output, (told.name,), self.plan, self.folder, stream)
                storage.remove(path)
                yield told


def _parent(path: str) -> str:
    if storage.is_remote(path):
        return path.rpartition("/")[0]
    return str(Path(storage.local(path)).parent)


def _performed(todo: Sequence[Task], backend: Backend) -> Generator[Told]:
    """Score parts, in order, wherever `backend` says."""
    if backend.jobs == 1 and backend.dask is None:
        try:
            yield from map(score_part, todo)
        finally:
            close_readers()
        return
    if not todo:
        return
    from joblib import Parallel, delayed

    with ExitStack() as stack:
        stack.enter_context(_backend(backend))
        parent = os.getpid() if backend.jobs is not None and backend.dask is None else 0
        jobs = backend.jobs if backend.dask is None else -1
        calls = (delayed(score_part)(msgspec.structs.replace(t, parent=parent)) for t in todo)
        try:
            work = Parallel(jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1)
        except ValueError:  # Ray's backend returns everything at the end
            yield from Parallel(jobs, batch_size=1)(calls)
            return
        results: Any = work(calls)
        try:
            yield from results
        finally:
            with warnings.catch_warnings():  # after an early stop, cancelled work needs no warning
                warnings.simplefilter("ignore", UserWarning)
                results.close()


def _backend(backend: Backend) -> AbstractContextManager[Any]:
    """Return the joblib configuration for a backend."""
    if backend.dask is not None:
        return _on_dask(backend.dask, backend.patience)
    if backend.jobs is None:
        return nullcontext()
    from joblib import parallel_config

    return parallel_config("loky")  # type: ignore[no-any-return]


def _on_dask(address: str, patience: float) -> AbstractContextManager[Any]:
    try:
        from distributed import Client
    except ImportError:
        hint = "pip install '.[dask]', in moderation's folder"
        raise UsageError("--dask needs dask.distributed", hint=hint) from None
    from joblib import parallel_config

    stack, connect = ExitStack(), cast(Any, Client)
    try:
        client = stack.enter_context(connect(address, timeout=patience))
    except (OSError, ValueError) as error:
        hint = "is the scheduler running there?"
        raise UsageError("no Dask scheduler", field=address, got=str(error), hint=hint) from None
    stack.enter_context(parallel_config("dask", client=client))
    return stack


def prepare(
    inputs: Sequence[str],
    output: str,
    options: Options,
    *,
    model: str | Path | None = None,
    resume: bool = False,
    force: bool = False,
    stdin: str = "",
) -> Run:
    """Plan a run, or resume one.

    Parameters
    ----------
    inputs
        Single files; see :func:`~moderation.sources.inputs.expanded`.
    output
        A file, or a folder that gets one file for each input; see :func:`names_folder`.
    model
        A model folder; None means the shipped model.
    resume
        Continue an interrupted run.
    force
        Overwrite outputs, and delete the parts of an interrupted run.
    stdin
        The file that standard input was copied to, if it is among the inputs.

    Raises
    ------
    UsageError
        If an output exists and may not be overwritten, is one of the inputs, or belongs to a run
        with other inputs, other options or another model.
    ModelError
        If the model cannot be used.
    """
    folder = names_folder(output)
    work = storage.join(output, ".parts") if folder else f"{output}.parts"
    manifest = storage.join(output if folder else work, "manifest.json")
    targets = output_names(inputs, output, options.format) if folder else [output] * len(inputs)
    refuse_inputs(inputs, targets)
    own = None if model is None else str(model_folder(model))
    earlier = _read_plan(manifest) if storage.exists(manifest) else None
    if not resume:
        _refuse_or_clear([*dict.fromkeys(targets)], work, manifest, force=force)
    if not folder:
        _refuse_no_place(output)
    plan = make_plan(inputs, targets, options, at_hand(own, options.language).identity(), stdin)
    if resume and earlier is not None:
        refuse_changed(earlier, msgspec.json.decode(plan.encoded(), type=Plan), manifest)
    return Run(plan, work, manifest, own, resumed=resume and earlier is not None)


def prepare_stream(
    inputs: Sequence[str],
    folder: str,
    options: Options,
    *,
    model: str | Path | None = None,
    stdin: str = "",
) -> Run:
    """Plan a run for :meth:`Run.stream`, with `folder` for its temporary parts."""
    own = None if model is None else str(model_folder(model))
    targets = [storage.join(folder, "stream")] * len(inputs)
    plan = make_plan(inputs, targets, options, at_hand(own, options.language).identity(), stdin)
    return Run(plan, folder, storage.join(folder, "manifest.json"), own)


def _refuse_no_place(output: str) -> None:
    """Raise UsageError early for an output that could not be written at the end."""
    if storage.is_remote(output):
        return
    path = Path(storage.local(output))
    if not path.parent.is_dir():
        raise UsageError("its folder does not exist", path=output, hint="make it first")
    if path.exists() and not path.is_file():
        raise UsageError("is no ordinary file", path=output, hint="name a file")


def _refuse_or_clear(targets: Sequence[str], work: str, manifest: str, *, force: bool) -> None:
    if storage.exists(work) and not force:
        hint = "--resume goes on with it, --force begins anew"
        raise UsageError("an unfinished run has left its parts", path=work, hint=hint)
    for target in targets:
        refuse_existing(target, force=force)
        refuse_existing(f"{target}{REJECTED}", force=force)
    refuse_existing(manifest, force=force)
    storage.remove(manifest)
    storage.remove(work)


def refuse_inputs(inputs: Sequence[str], targets: Sequence[str]) -> None:
    """Raise UsageError for an output that would replace one of the inputs."""
    known = {_itself(path) for path in inputs if path != "-"}
    for target in targets:
        if _itself(target) in known:
            raise UsageError("is an input, too", path=target, hint="write to another file")


def _itself(path: str) -> str:
    return path if storage.is_remote(path) else os.path.realpath(storage.local(path))


def _read_plan(manifest: str) -> Plan:
    with open_binary(manifest) as stream:
        try:
            return msgspec.json.decode(stream.read(), type=Plan)
        except msgspec.DecodeError:
            hint = "--force begins anew"
            raise UsageError("not the manifest of a run", path=manifest, hint=hint) from None


def refuse_changed(earlier: Plan, now: Plan, manifest: str) -> None:
    """Raise UsageError if a run cannot be resumed because its inputs or options have changed."""
    hint = "--force begins anew"
    if earlier.model_digest != now.model_digest:
        what = f"the run began with another model, {earlier.model}"
        raise UsageError(what, path=manifest, got=now.model, hint=hint)
    for name in earlier.options.__struct_fields__:
        then, wanted = getattr(earlier.options, name), getattr(now.options, name)
        if then != wanted:
            what = f"the run began with another {name}: {then}"
            raise UsageError(what, path=manifest, got=str(wanted), hint=hint)
    if earlier.articles_digest != now.articles_digest:
        raise UsageError("the articles have changed since the run began", path=manifest, hint=hint)
    if [s.path for s in earlier.sources] != [s.path for s in now.sources]:
        raise UsageError("the run began with other inputs", path=manifest, hint=hint)
    for then_source, source in zip(earlier.sources, now.sources, strict=True):
        if then_source != source:
            what = "has changed since the run began"
            raise UsageError(what, path=source.path, hint=hint)
    if earlier != now:
        what = f"the run began with version {earlier.moderation}"
        raise UsageError(what, path=manifest, got=now.moderation, hint=hint)
