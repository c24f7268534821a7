"""``moderation score``: scores comments from any source."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from moderation.cli.options import (
    ArticleFile,
    ArticlesFile,
    Columns,
    Force,
    FormatOption,
    Inputs,
    Jobs,
    Language,
    ModelDir,
    OutputFormat,
    Quiet,
    Sheet,
    Unknown,
    UnknownLanguage,
    columns,
)
from moderation.cli.row_context import RowOptions, row_context
from moderation.cli.selecting import Only, Order, Sort, Status, actions, words

if TYPE_CHECKING:
    from moderation.batch import Backend, Options, Run
    from moderation.cli.problems import Problems
    from moderation.sources.comment_rows import RowContext


def command(
    inputs: Inputs = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", help="A comment to score; repeatable.", show_default=False),
    ] = None,
    model: ModelDir = None,
    language: Language = None,
    unknown_language: Unknown = UnknownLanguage.review,
    article: ArticleFile = None,
    articles: ArticlesFile = None,
    column: Columns = None,
    sheet: Sheet = "",
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File to write, of all inputs together, or a folder (existing, or its name ends "
            "with /) for one file an input; default: standard output.",
            show_default=False,
        ),
    ] = None,
    format_: FormatOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the reasons.")] = False,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Carry the text and the other fields of the input through."),
    ] = False,
    sort: Sort = Order.GIVEN,
    only: Only = None,
    status: Status = None,
    no_pager: Annotated[
        bool,
        typer.Option("--no-pager", help="Show a table on a terminal at once, without $PAGER."),
    ] = False,
    jobs: Jobs = 1,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            help="Scheduler of a Dask cluster that does the work: tcp://HOST:8786.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what an interrupted run has left.")
    ] = False,
    stream: Annotated[
        bool,
        typer.Option(
            "--stream",
            help="Score rows as they arrive, 500 at a time; a comment's thread is what stands "
            "among these, so that off-topic may differ from a run without.",
        ),
    ] = False,
    max_line: Annotated[
        int,
        typer.Option("--max-line", help="Longest row, in bytes; longer ones are rejected.", min=1),
    ] = 2**20,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Score comments, and propose publish, review or hold."""
    import msgspec

    from moderation.batch import Backend, Options, names_folder
    from moderation.cli.output import chosen_format
    from moderation.errors import UsageError
    from moderation.files import storage

    if not inputs and not text:
        raise UsageError("nothing to score", hint="name an input, - or --text")
    fmt = chosen_format(format_, Path(output) if output else None)
    options = Options(
        format=fmt.value,
        explain=explain,
        keep=keep,
        article=str(article) if article else None,
        articles=str(articles) if articles else None,
        longest=max_line,
        columns=tuple(sorted(columns(column).items())),
        sheet=sheet,
        only=actions(only),
        status=words(status),
        language=language,
        unknown_language=unknown_language.value,
    )
    if stream:
        from moderation.sources import STREAM_LIMITS

        limits = STREAM_LIMITS
        options = msgspec.structs.replace(options, part_rows=limits.rows, part_size=limits.size)
    table = fmt is OutputFormat.TABLE and output is None
    one = jobs == 1 and dask is None
    folder = output is not None and names_folder(output)
    elsewhere = folder or (output is not None and storage.is_remote(output))
    if sort is not Order.GIVEN and (resume or stream or elsewhere or not one):
        hint = "not with --jobs, --dask, --resume, --stream, a folder or an object store"
        raise UsageError("sorting needs all comments in one place", field="--sort", hint=hint)
    if output is None and dask is not None:
        raise UsageError("a cluster writes files", hint="add -o, a place that all workers reach")
    if resume and (text or output is None or "-" in (inputs or [])):
        raise UsageError("only files can be resumed", hint="name inputs and -o")
    setting = _Setting(model, force, quiet, resume, sort, not (no_pager or stream))
    streamed = output is None or inputs == ["-"] or sort is not Order.GIVEN
    if text or table or (one and streamed and not folder):
        left = _stream(inputs or [], text or [], output, options, setting)
    else:
        left = _archive(inputs or [], output, options, Backend(jobs=jobs, dask=dask), setting)
    raise typer.Exit(left)


_COMPLETE = "complete: nothing is left to resume"


class _Setting(NamedTuple):
    """The settings that concern neither the inputs nor the format of the output."""

    model: Path | None
    force: bool
    quiet: bool
    resume: bool = False
    sort: Order = Order.GIVEN
    page: bool = True


def _stream(
    inputs: list[str], texts: list[str], output: str | None, options: Options, setting: _Setting
) -> int:
    """Score one comment after another in this process, into one output."""
    from moderation.batch import names_folder, refuse_inputs
    from moderation.batch.records import Tally, records, verdicts
    from moderation.cli.outcome import tell_counts
    from moderation.cli.output import write_records
    from moderation.cli.problems import Problems
    from moderation.cli.reading import items
    from moderation.cli.selecting import arranged
    from moderation.errors import InputError, UsageError
    from moderation.model import Moderator
    from moderation.records import Action

    if output is not None and names_folder(output):
        raise UsageError("is a folder", path=output, hint="name a file, for --text and for -")
    target = Path(output) if output else None
    unknown = Action(options.unknown_language)
    moderator = Moderator.load(setting.model, unknown, options.language)
    with Problems(target, quiet=setting.quiet, force=setting.force) as problems:
        context = _context(options, problems)
        found = items(inputs, texts, context, raw=options.keep, limits=options.limits)
        tally = Tally()
        pairs = verdicts(moderator, found, problems.add, options.shape.selection, tally)
        if options.format == "table" and target is None:
            from moderation.cli.showing import View, show

            view = View(setting.sort, options.explain, setting.page, setting.quiet, options.only)
            show(moderator, pairs, view, tally)
        else:
            if target is not None:
                refuse_inputs(inputs, [str(target)])
            write_records(
                records(moderator, arranged(pairs, setting.sort), options.shape),
                target,
                OutputFormat(options.format),
                force=setting.force,
                even_none=lambda: bool(tally.actions or tally.left_out or problems.n_rejected),
            )
            if not setting.quiet:
                tell_counts(tally, options.only, output)
        if not (tally.actions or tally.left_out or problems.status):
            problems.nothing(InputError("no comment to score in what was given"))
    return problems.status


def _context(options: Options, problems: Problems) -> RowContext:
    rows = RowOptions(dict(options.columns), options.sheet)
    return row_context(options.article, options.articles, problems, rows)


def _archive(
    inputs: list[str], output: str | None, options: Options, backend: Backend, setting: _Setting
) -> int:
    """Score in parts that can be resumed, in this process, several, or on a cluster."""
    from moderation.batch import names_folder
    from moderation.cli.output import refuse_format
    from moderation.cli.problems import Problems
    from moderation.errors import ModerationError, Notice
    from moderation.files import REJECTED
    from moderation.sources import expanded

    refuse_format(OutputFormat(options.format), Path(output) if output else None)
    if setting.resume and output and _complete(output):
        with Problems(None, quiet=setting.quiet) as problems:
            problems.add(Notice(_COMPLETE, path=output))
        return problems.status
    folder = output and names_folder(output)
    kept = output and (f"{output.rstrip('/')}/*" if folder else output) + REJECTED
    with Problems(None, quiet=setting.quiet, kept=kept) as problems, ExitStack() as stack:
        _context(options, problems)
        paths = []
        for path in expanded(inputs):
            if isinstance(path, ModerationError):
                problems.add(path)
            else:
                paths.append(path)
        if output and not folder and len(paths) > 1 and not Path(output).suffix:
            what = f"is one file, of all {len(paths):,} inputs"
            problems.add(Notice(what, path=output, hint=f"-o {output}/ writes one for each"))
        if paths:
            stdin = stack.enter_context(_spooled(paths, backend))
            run = _run(paths, output, options, setting, stdin, stack)
            _carry_out(run, backend, problems, output, quiet=setting.quiet)
    return problems.status


def _complete(output: str) -> bool:
    """Return whether an earlier run has written a single file and deleted its parts."""
    from moderation.batch import names_folder
    from moderation.files import storage

    return (
        not names_folder(output)
        and storage.exists(output)
        and not storage.exists(f"{output}.parts")
    )


@contextmanager
def _spooled(paths: list[str], backend: Backend) -> Iterator[str]:
    """Yield a copy of standard input on disk if it is an input; parts are read separately."""
    if "-" not in paths:
        yield ""
        return
    from moderation.errors import UsageError

    if backend.dask is not None:
        raise UsageError("a cluster reads files, not standard input", hint="write it to a file")
    with tempfile.NamedTemporaryFile(prefix="moderation-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield file.name


def _run(
    paths: list[str],
    output: str | None,
    options: Options,
    setting: _Setting,
    stdin: str,
    stack: ExitStack,
) -> Run:
    from moderation.batch import prepare, prepare_stream

    if output is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="moderation-"))
        return prepare_stream(paths, folder, options, model=setting.model, stdin=stdin)
    return prepare(
        paths,
        output,
        options,
        model=setting.model,
        resume=setting.resume,
        force=setting.force,
        stdin=stdin,
    )


def _carry_out(
    run: Run, backend: Backend, problems: Problems, output: str | None, *, quiet: bool
) -> None:
    from moderation.cli.outcome import tell_counts
    from moderation.cli.output import record_stream
    from moderation.cli.progress import ProgressLine
    from moderation.errors import InputError, Notice

    progress = ProgressLine(run.size, sum(task.part.size for task in run.todo), quiet=quiet)
    stream = record_stream(OutputFormat(run.plan.options.format))
    work = run.stream(backend, stream) if output is None else run.perform(backend)
    try:
        with closing(work), progress:
            for told in work:
                progress.clear()
                for problem in told.problems:
                    problems.add(problem)
                n_told = sum(p.exit_status == 1 for p in told.problems)
                problems.more(told.done.n_rejected - n_told)
                progress.add(told.done.n_scored, told.size)
    except BaseException as left:
        run.abandon()
        if isinstance(left, KeyboardInterrupt) and output is not None:
            hint = "--resume goes on from here"
            problems.add(Notice("interrupted", path=run.outputs[0].path, hint=hint))
        raise
    totals = run.totals()
    if not totals:
        problems.add(Notice(_COMPLETE, path=run.outputs[0].path))
        run.close()
        return
    for problem in [problem for total in totals for problem in total.problems]:
        problems.add(problem)
    whole = totals[0].plus(*totals[1:])
    problems.more(whole.n_rejected - problems.n_rejected)  # those of the interrupted run
    if whole.n_unusable:
        problems.status = 3
    if not (whole.n_scored or whole.left_out or problems.status):
        problems.nothing(InputError("no comment to score in what was given"))
    run.close()
    if not quiet:
        tell_counts(whole, run.plan.options.only, output)
