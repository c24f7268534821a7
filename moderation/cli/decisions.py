"""``moderation decisions``: writes what was decided at the desk, or applies it to a site."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import (
    Force,
    FormatOption,
    Output,
    OutputFormat,
    Quiet,
    ReasonsFile,
    StoreArgument,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from moderation.cli.problems import Problems
    from moderation.desk import Database, Reasons
    from moderation.desk.outputs import Period
    from moderation.errors import ModerationError
    from moderation.files.records import Record


class Contents(StrEnum):
    """What is written about the decisions."""

    RECORDS = "records"
    LABELS = "labels"
    WORDPRESS = "wordpress"
    WP_CLI = "wp-cli"
    CORAL = "coral"
    DISQUS = "disqus"
    STATEMENTS = "statements"


def command(
    store: StoreArgument,
    output: Output = None,
    to: Annotated[
        Contents,
        typer.Option(
            "--to",
            help="records: every step, those that were undone included; labels: a labelled file "
            "for `train`; wordpress: what would change at a site of WordPress, which --apply "
            "changes; wp-cli: a script for WordPress; coral: mutations for Coral; disqus: "
            "actions for Disqus's API; statements: facts of Article 17 of the Digital Services "
            "Act.",
        ),
    ] = Contents.RECORDS,
    since: Annotated[
        str | None,
        typer.Option(help="From this day on (2026-11-23), or time.", show_default=False),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(help="Up to the end of this day, or to this time.", show_default=False),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            help="Time zone of days, such as Europe/Berlin; default: this machine's.",
            show_default=False,
        ),
    ] = None,
    weekly: Annotated[
        bool,
        typer.Option(
            "--weekly",
            help="The figures of the last seven days, or of --since and --until, instead: people "
            "against the model, misses, times. A page (-o week.html), a document (.json) or rows.",
        ),
    ] = False,
    weeks: Annotated[
        int | None,
        typer.Option(help="As --weekly, for so many weeks.", min=1, max=520, show_default=False),
    ] = None,
    client: Annotated[
        str | None,
        typer.Option(
            help="Only comments that this holder of a key sent to `serve`, for --to wordpress, "
            "wp-cli, coral, disqus and statements.",
            show_default=False,
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Address of the WordPress site, https.", show_default=False),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            help="Account of WordPress that may moderate. Its application password comes from "
            "$MODERATION_WORDPRESS_PASSWORD, --password-file, or is asked for.",
            show_default=False,
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(help="File with the application password.", show_default=False),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Change the site; without it, only say what would.")
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Change even what somebody has changed in WordPress since."
        ),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            help="Log of what was changed (JSON Lines), which later runs read; default: "
            "STORE.wordpress.jsonl.",
            show_default=False,
        ),
    ] = None,
    reasons: ReasonsFile = None,
    format_: FormatOption = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Write what was decided, or apply it to a WordPress site."""
    from contextlib import closing

    from moderation.cli.problems import Problems
    from moderation.cli.weekly import week_of, write_week
    from moderation.cli.wordpress import SiteOptions, changes
    from moderation.desk import open_database, read_reasons
    from moderation.desk.outputs import read_period, standing_decisions, wordpress_wishes

    site = SiteOptions(url, user, password_file, log, apply, overwrite)
    if to is not Contents.WORDPRESS:
        site.refuse()
    if client is not None and to in {Contents.RECORDS, Contents.LABELS}:
        _refuse_client()
    known = read_reasons(reasons)
    period = read_period(since, until, zone)
    if weekly or weeks:
        _refuse_others(to, period, weeks)
        with closing(open_database(store)) as database:
            write_week(database, known, week_of(period, weeks), output, format_, force=force)
        return
    with (
        closing(open_database(store)) as database,
        Problems(output, quiet=quiet, force=force) as problems,
    ):
        if to is Contents.WP_CLI:
            _write_commands(database, period, client, problems, output, force=force)
        else:
            if to is Contents.WORDPRESS:
                decided = standing_decisions(database, period, client, of_one_platform=True)
                written = changes(wordpress_wishes(decided), site, store, problems, quiet=quiet)
            else:
                written = _shaped(to, database, known, period, client)
            fmt = _format(to, format_, output)
            # `train` reads labels as they are written; the others are opened in spreadsheets.
            guarded = fmt is OutputFormat.CSV and to is not Contents.LABELS
            _write_records(written, problems, output, fmt, guarded=guarded, force=force)
    raise typer.Exit(problems.status)


def _refuse_client() -> None:
    from moderation.errors import UsageError

    hint = "leave it out; records and labels are of all comments"
    raise UsageError("--client goes with what leaves for a platform", hint=hint)


def _refuse_others(to: Contents, period: Period, weeks: int | None) -> None:
    """Refuse options that the figures of a week do not have."""
    from moderation.errors import UsageError

    if to is not Contents.RECORDS:
        hint = "run the command once for each"
        raise UsageError("--weekly and --to exclude each other", got=to.value, hint=hint)
    if weeks and (period.since or period.until):
        hint = "--weekly --since 2026-11-23 --until 2026-11-29, for example"
        raise UsageError("--weeks and --since or --until exclude each other", hint=hint)


def _shaped(
    to: Contents,
    database: Database,
    reasons: Reasons,
    period: Period,
    client: str | None,
) -> Iterator[Record | ModerationError]:
    """Yield what is written, and why a comment is left out of it."""
    from moderation.desk import outputs

    if to is Contents.RECORDS:
        return outputs.decision_records(database, reasons, period)
    if to is Contents.LABELS:
        return outputs.label_rows(database, reasons, period)
    of_one = to is not Contents.STATEMENTS
    decisions = outputs.standing_decisions(database, period, client, of_one_platform=of_one)
    if to in {Contents.CORAL, Contents.DISQUS}:
        return outputs.platform_records(to, decisions, reasons)
    return outputs.statements(decisions, reasons, period)


def _format(to: Contents, asked: OutputFormat | None, output: Path | None) -> OutputFormat:
    """Return the format of the records; mutations are JSON Lines, whose lines are posted."""
    from moderation.cli.output import chosen_format
    from moderation.errors import UsageError

    found = chosen_format(asked, output)
    if asked is None and found is OutputFormat.TABLE:
        return OutputFormat.JSONL
    if to is Contents.CORAL and found is not OutputFormat.JSONL:
        hint = "name the file .jsonl"
        raise UsageError("mutations are JSON Lines", field="--format", got=found, hint=hint)
    return found


def _write_records(
    written: Iterable[Record | ModerationError],
    problems: Problems,
    output: Path | None,
    fmt: OutputFormat,
    *,
    guarded: bool,
    force: bool,
) -> None:
    from moderation.cli.output import no_formulas, writing
    from moderation.errors import ModerationError

    with writing(output, fmt, force=force) as write:
        for record in written:
            if isinstance(record, ModerationError):
                problems.add(record)
            else:
                write(no_formulas(record) if guarded else record)


def _write_commands(
    database: Database,
    period: Period,
    client: str | None,
    problems: Problems,
    output: Path | None,
    *,
    force: bool,
) -> None:
    from moderation.cli.output import writing_text
    from moderation.desk.outputs import standing_decisions, wordpress_commands
    from moderation.errors import ModerationError

    decisions = standing_decisions(database, period, client, of_one_platform=True)
    with writing_text(output, force=force) as write:
        for part in wordpress_commands(decisions):
            if isinstance(part, ModerationError):
                problems.add(part)
            else:
                write(part)
