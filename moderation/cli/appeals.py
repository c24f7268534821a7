"""``moderation appeals``: takes appeals down, and says what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import Quiet, ReasonsFile, StoreArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moderation.desk import Database, Reasons


def command(
    store: StoreArgument,
    appeals: Annotated[
        Path | None,
        typer.Argument(
            help="Records (JSON Lines, CSV, TSV, Parquet) with id (of the comment) and text, and "
            "perhaps author, appealed_at and article_id.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Your name in the appeals; default: your login.", show_default=False),
    ] = None,
    reasons: ReasonsFile = None,
    quiet: Quiet = False,
) -> None:
    """Take readers' appeals against rejections, or count them.

    The desk's page Appeals shows them, and somebody who has not decided settles them. Without a
    file, the command says how many wait, were upheld and overturned.
    """
    from contextlib import closing

    from moderation.cli.naming import person
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.desk import open_database, read_reasons
    from moderation.desk.appeals import take_appeals
    from moderation.errors import RecordError

    who = "" if appeals is None and by is None else person(by, "--by")  # a count needs no name
    known = read_reasons(reasons)
    with closing(open_database(store)) as database:
        if appeals is None:
            for line in _counts(database, known):
                say(line)
            return
        new = again = 0
        with Problems(None, quiet=quiet) as problems:
            for taken in take_appeals(database, appeals, who):
                if isinstance(taken, RecordError):
                    problems.add(taken)
                else:
                    new += taken.is_new
                    again += not taken.is_new
    if not quiet:
        say(f"{new:,} new, {again:,} taken before")
    raise typer.Exit(problems.status)


def _counts(database: Database, reasons: Reasons) -> Iterator[str]:
    from moderation.desk.appeals import appeal_counts, appeal_outcomes

    counts = appeal_counts(appeal_outcomes(database))
    total = [sum(column) for column in zip(*(each[2:] for each in counts), strict=True)]
    waiting, upheld, overturned = total or (0, 0, 0)
    yield f"{waiting:,} waiting, {upheld:,} upheld, {overturned:,} overturned"
    for each in counts:
        yield (
            f"  rejected by {each.moderator}, {reasons.name(each.reason) or 'without a reason'}: "
            f"{each.waiting:,} waiting, {each.upheld:,} upheld, {each.overturned:,} overturned"
        )
