"""``moderation overview``: which articles, authors, hours are worst, and how sure one may be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import (
    ArticleFile,
    ArticlesFile,
    Columns,
    Force,
    FormatOption,
    Language,
    ModelDir,
    OutputFormat,
    Quiet,
    Sheet,
    columns,
)
from moderation.cli.row_context import RowOptions, row_context

if TYPE_CHECKING:
    from moderation.cli.problems import Problems
    from moderation.evaluation.overview import Overview, Sample
    from moderation.evaluation.overview.inputs import Placing, ScoredComment
    from moderation.labels.gold import Gold
    from moderation.model import Model, Moderator
    from moderation.sources.comment_rows import RowContext


class MeasureName(StrEnum):
    """The measure by which groups are ordered."""

    HOLD = "hold"
    REVIEW = "review"


def command(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files that `score --keep` wrote (JSON Lines, CSV, Parquet) or folders of them; "
            "or whatever `score` reads, which is then scored first.",
            show_default=False,
        ),
    ],
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="article, section, author, language, hour, weekday, day, week, or any column of "
            "the input; repeatable. Default: all of the former.",
            show_default=False,
        ),
    ] = None,
    worst: Annotated[
        MeasureName,
        typer.Option(
            help="What makes a group worse: its share of hold, or that of review and hold."
        ),
    ] = MeasureName.HOLD,
    top: Annotated[int, typer.Option(help="Groups to show of each table.", min=1)] = 10,
    pseudonyms: Annotated[
        bool,
        typer.Option(
            "--pseudonyms", help="Show authors by pseudonyms that nobody without the key can undo."
        ),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            help="File of the key for --pseudonyms, made if it is missing: the same pseudonyms "
            "each time. Default: a key of this run only.",
            show_default=False,
        ),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            help="Zone of days and hours, such as Europe/Berlin. Default: as they are written.",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            help="Write so many comments, drawn at random, for a person to read with `label`.",
            min=1,
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    checked: Annotated[
        list[Path] | None,
        typer.Option(
            help="The sample as `label` has written it: corrects the shares for the model's error.",
            show_default=False,
        ),
    ] = None,
    model: ModelDir = None,
    language: Language = None,
    article: ArticleFile = None,
    articles: ArticlesFile = None,
    column: Columns = None,
    sheet: Sheet = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="File to write: .csv, .jsonl or .parquet with a row a group, .json or .html "
            "with all figures. Default: standard output.",
            show_default=False,
        ),
    ] = None,
    format_: FormatOption = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Compare articles, sections, authors, hours or columns.

    Each share has a 95 % interval. Ranks have one, too, because somebody is always worst by chance.
    """
    from moderation.cli.problems import Problems
    from moderation.desk.outputs import read_period
    from moderation.errors import UsageError
    from moderation.evaluation.overview import Sample
    from moderation.evaluation.overview.inputs import TABLES, Placing
    from moderation.model import Moderator

    if sample is not None and checked:
        raise UsageError("a sample is drawn or used", hint="--sample first, --checked later")
    names = columns(column)
    tables = tuple(dict.fromkeys(by or TABLES))
    placing = Placing(
        tables,
        names=names,
        zone=read_period(None, None, zone).zone,
        key=_key(key) if pseudonyms or key else None,
    )
    _refuse(output, force=force)
    moderator = cache(lambda: Moderator.load(model, language=language, mapped=True))
    with Problems(None, quiet=quiet) as problems:
        context = row_context(article, articles, problems, RowOptions(names, sheet))
        comments = _comments(inputs, context, moderator, problems)
        if sample is not None:
            _draw(comments, Sample(sample, seed, placing), output, problems, force=force)
        else:
            overview = _overview(
                comments, placing, tables, worst.value, checked, moderator, problems
            )
            if overview is not None:
                _write(overview, output, format_, top, force=force)
    raise typer.Exit(problems.status)


def _overview(
    comments: Iterator[ScoredComment],
    placing: Placing,
    tables: Sequence[str],
    worst: str,
    checked: list[Path] | None,
    moderator: Callable[[], Moderator],
    problems: Problems,
) -> Overview | None:
    """Count the comments; None if there are none."""
    import msgspec

    from moderation.errors import InputError, Notice
    from moderation.evaluation.overview import Checked, Counting, find_overview
    from moderation.evaluation.overview.inputs import TABLES

    read = None if checked is None else Checked(_gold(checked, problems))
    counting = Counting(placing)
    counting.count(comments if read is None else read.watch(comments))
    if not counting.n:
        if problems.status == 0:
            problems.nothing(InputError("no scored comment in what was given"))
        return None
    if placing.n_unread_times:
        what = f"{placing.n_unread_times:,} comments have a time in no known form"
        problems.add(Notice(what, field="published", hint="write it as 2026-05-25T01:45"))
    overview = find_overview(counting, tables, worst)
    for name in overview.absent if tables != TABLES else ():
        problems.add(Notice("no comment has such a column", field="--by", got=name))
    return msgspec.structs.replace(
        overview,
        thresholds=_thresholds(moderator().model, overview),
        correction=read and read.correction(),
    )


def _thresholds(model: Model, overview: Overview) -> dict[str, tuple[float, float]]:
    """Return the thresholds, if the model is the one that scored all comments."""
    from moderation.records import Attribute

    if [*overview.models] != [model.version]:
        return {}
    found = {each.value: model.thresholds(each) for each in Attribute}
    return {name: (each.review, each.hold) for name, each in found.items() if each is not None}


def _gold(checked: list[Path], problems: Problems) -> list[Gold]:
    """Return the labels of the sample."""
    from moderation.labels import read_labelled
    from moderation.labels.gold import gold_labels

    found = read_labelled(checked)
    for problem in (*found.rejected, *found.notices):
        problems.add(problem)
    return gold_labels(found)


def _draw(
    comments: Iterator[ScoredComment],
    sample: Sample,
    output: Path | None,
    problems: Problems,
    *,
    force: bool,
) -> None:
    """Draw a sample and write it."""
    from moderation.cli.output import tell, writing
    from moderation.errors import InputError, Notice

    for _ in sample.watch(comments):
        pass
    rows = sample.rows()
    if sample.n_textless:
        what = f"{sample.n_textless:,} comments without text cannot be drawn"
        problems.add(Notice(what, hint="score with --keep"))
    if not rows:
        problems.nothing(InputError("no scored comment with its text in what was given"))
        return
    with writing(output, OutputFormat.JSONL, force=force) as write:
        for row in rows:
            write(row)
    name = output or "SAMPLE"
    alike = sample.n_drawn - len(rows)
    copies = f" ({sample.n_drawn:,} with those of the same words)" if alike else ""
    tell(f"{len(rows):,} comments drawn{copies}; read them:")
    tell(f"  moderation label {name} --order given -o READ.jsonl")
    tell("then add --checked READ.jsonl")


def _refuse(output: Path | None, *, force: bool) -> None:
    from moderation.files.writing import refuse_existing

    if output is not None:
        refuse_existing(output, force=force)


def _key(path: Path | None) -> bytes:
    """Return the key of the pseudonyms; a missing file is made, for its owner's eyes only."""
    import os
    import secrets

    from moderation.errors import InputError, UsageError

    if path is None:
        return secrets.token_bytes(32)
    try:
        if not path.exists():
            with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as new:
                new.write(secrets.token_hex(32).encode() + b"\n")
        found = path.read_bytes().strip()
    except OSError as error:
        what = f"no file for a key ({error.strerror})"
        raise UsageError(what, path=path, hint="name a file in a folder that exists") from None
    if len(found) < 16:
        raise InputError("no key: it has fewer than 16 characters", path=path)
    return found


def _comments(
    inputs: list[str],
    context: RowContext,
    moderator: Callable[[], Moderator],
    problems: Problems,
) -> Iterator[ScoredComment]:
    """Yield the comments of all inputs with their verdicts; what is not scored yet is scored."""
    from moderation.errors import ModerationError
    from moderation.evaluation.overview.inputs import is_scored, read_scored
    from moderation.sources import expanded

    for path in expanded(inputs):
        if isinstance(path, ModerationError):
            problems.add(path)
        elif path not in inputs and Path(path).name == "manifest.json":
            continue  # what `score` left beside its files
        elif is_scored(path):
            for found in read_scored(path):
                if isinstance(found, ModerationError):
                    problems.add(found)
                else:
                    yield found
        else:
            yield from _scored(path, context, moderator(), problems)


def _scored(
    path: str, context: RowContext, moderator: Moderator, problems: Problems
) -> Iterator[ScoredComment]:
    from moderation.batch.records import verdicts
    from moderation.evaluation.overview.inputs import scored_comment
    from moderation.sources import read_comments

    for item, verdict in verdicts(moderator, read_comments([path], context), problems.add):
        yield scored_comment(item, verdict)


def _write(
    overview: Overview, output: Path | None, asked: OutputFormat | None, top: int, *, force: bool
) -> None:
    import msgspec

    from moderation.cli.output import (
        chosen_format,
        encoded,
        no_formulas,
        say,
        writing,
        writing_text,
    )
    from moderation.evaluation.overview import overview_lines, overview_rows

    kind = output.suffix.lower() if output is not None and asked is None else ""
    if kind in {".html", ".json"}:
        with writing_text(output, force=force) as write_text:
            if kind == ".html":
                write_text(_page(overview, top))
            else:
                document = msgspec.json.format(encoded(overview), indent=2)
                write_text(f"{document.decode()}\n")
        return
    fmt = chosen_format(asked, output)
    if fmt is OutputFormat.TABLE and output is None:
        for line in overview_lines(overview, top, shutil.get_terminal_size().columns):
            say(line)
        return
    with writing(output, fmt, force=force) as write:
        for row in overview_rows(overview):
            write(no_formulas(row) if fmt is OutputFormat.CSV else row)


def _page(overview: Overview, top: int) -> str:
    from moderation.cli.extras import extra

    with extra("desk", "the page", "name the file .json"):
        from moderation.evaluation.overview import overview_page
    return overview_page(overview, top)
