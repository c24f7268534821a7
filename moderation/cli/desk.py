"""``moderation desk``: opens the review desk, where a person decides."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import (
    ArticleFile,
    ArticlesFile,
    Columns,
    Host,
    Inputs,
    Language,
    ModelDir,
    Port,
    Quiet,
    ReasonsFile,
    Sheet,
    Unknown,
    UnknownLanguage,
    columns,
)
from moderation.cli.row_context import RowOptions, row_context

if TYPE_CHECKING:
    from moderation.cli.problems import Problems
    from moderation.desk import Database, LateModerator
    from moderation.sources.comment_rows import RowContext


# The comments of the first input that are scored before all others.
_FIRST = 64


def command(
    store: Annotated[
        Path,
        typer.Option(
            "--store", help="File (SQLite) that keeps comments and decisions.", show_default=False
        ),
    ],
    inputs: Inputs = None,
    model: ModelDir = None,
    language: Language = None,
    unknown_language: Unknown = UnknownLanguage.review,
    article: ArticleFile = None,
    articles: ArticlesFile = None,
    column: Columns = None,
    sheet: Sheet = "",
    host: Host = "127.0.0.1",
    port: Port = 8090,
    keys: Annotated[
        Path | None,
        typer.Option(
            help="File of moderators' keys, one a line, a name before each.", show_default=False
        ),
    ] = None,
    moderator: Annotated[
        str | None,
        typer.Option(
            help="Your name in the decisions, where no keys are needed; default: your login.",
            show_default=False,
        ),
    ] = None,
    reasons: ReasonsFile = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Hide the proposal until a comment is decided.")
    ] = False,
    mask: Annotated[
        bool,
        typer.Option(
            "--mask", help="Mask insults and slurs on the pages; each moderator may show them."
        ),
    ] = False,
    within: Annotated[
        str | None,
        typer.Option(
            help="Target time, such as 30m, 2h or 1d: older comments rise and are marked.",
            show_default=False,
        ),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(
            help="Address that browsers show, https://HOST, if a proxy with TLS stands before "
            "the desk; needs --keys.",
            show_default=False,
        ),
    ] = None,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Proxy whose X-Forwarded-For is believed when wrong keys are counted; repeatable.",
            show_default=False,
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Open the review desk: a local web page where a person decides."""
    from moderation.cli.durations import seconds_in
    from moderation.cli.extras import extra
    from moderation.cli.naming import person
    from moderation.cli.output import tell
    from moderation.cli.problems import Problems
    from moderation.errors import UsageError
    from moderation.records import Action

    with extra("desk", "the desk"):
        from moderation.desk import (
            DeskSettings,
            LateModerator,
            open_database,
            read_front,
            read_reasons,
            serve_desk,
        )
        from moderation.service import read_keys
    if keys is not None and moderator is not None:
        raise UsageError("--moderator and --keys exclude each other", hint="the keys name people")
    name = "" if keys else person(moderator or None, "--moderator")
    target = None if within is None else seconds_in(within, "--within")
    rows = RowOptions(columns(column), sheet)
    admitted = read_keys(keys)
    front = read_front(public_url, trust_proxy or (), keyed=keys is not None)
    offered = read_reasons(reasons)
    late = LateModerator(model, Action(unknown_language.value), language)
    database = open_database(store, create=True)
    settings = DeskSettings(database, late, offered, admitted, name, blind, target, front, mask)
    with Problems(None, quiet=quiet) as problems:
        context = row_context(article, articles, problems, rows)
        filling = _filling(inputs or [], context, late, database, problems)
        try:
            serve_desk(
                settings,
                host,
                port,
                filling,
                lambda address: None if quiet else tell(f"the desk is at {address}"),
            )
        finally:
            database.close()
    raise typer.Exit(problems.status)


def _filling(
    inputs: list[str],
    context: RowContext,
    late: LateModerator,
    database: Database,
    problems: Problems,
) -> Iterator[int]:
    """Read and score the inputs, and put their comments into the store.

    A few comments are scored first, so that the first page soon has some.
    """
    from moderation.batch.records import verdicts
    from moderation.cli.output import tell
    from moderation.desk import Intake
    from moderation.errors import InputError, ModerationError
    from moderation.sources import expanded, read_comments

    moderator = late.get()
    intake = Intake(database)
    total = 0
    for path in expanded(inputs):
        if isinstance(path, ModerationError):
            problems.add(path)
            continue
        found = iter(read_comments([path], context))
        scored = (
            pair
            for some in (islice(found, 0 if total else _FIRST), found)
            for pair in verdicts(moderator, some, problems.add)
        )
        before = total
        for n in intake.fill(scored, path):
            total = before + n
            yield total
    problems.all_read()
    if inputs and total == 0 and problems.status == 0:
        problems.nothing(InputError("no comment in what was given"))
    if total and sys.stderr.isatty():
        tell(f"{total:,} comments read")
