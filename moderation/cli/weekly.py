"""The figures of a week, as ``moderation decisions --weekly`` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from moderation.cli.options import OutputFormat

if TYPE_CHECKING:
    from moderation.desk import Database, Reasons
    from moderation.desk.outputs import Period
    from moderation.desk.outputs.week import Week
    from moderation.files.records import Record

_DAYS = 7


def week_of(period: Period, weeks: int | None) -> Period:
    """Return the period that a person named, or the last weeks.

    Parameters
    ----------
    period
        What was named; both ends may be open.
    weeks
        How many weeks, if no end was named; default: one.
    """
    from datetime import UTC, datetime

    from moderation.desk.outputs import last_days

    if period.since or period.until:
        return period
    return last_days(_DAYS * (weeks or 1), datetime.now(UTC), period.zone)


def write_week(
    database: Database,
    reasons: Reasons,
    period: Period,
    output: Path | None,
    asked: OutputFormat | None,
    *,
    force: bool,
) -> None:
    """Write the figures of a period: a page, a document or rows.

    Parameters
    ----------
    database
        The store.
    reasons
        The names of the reasons.
    period
        The period.
    output
        The file; its extension says what is written. None for standard output.
    asked
        The format of rows.
    force
        Whether to overwrite the file.
    """
    import msgspec

    from moderation.cli.output import chosen_format, no_formulas, writing, writing_text
    from moderation.desk.outputs.week import find_week, week_rows

    kind = output.suffix.lower() if output is not None and asked is None else ""
    if kind in {".html", ".json"}:
        with writing_text(output, force=force) as write_text:
            week = find_week(database, reasons, period)
            if kind == ".html":
                write_text(_page(week))
            else:
                document = msgspec.json.format(msgspec.json.encode(week), indent=2)
                write_text(f"{document.decode()}\n")
        return
    fmt = chosen_format(asked, output)
    if fmt is OutputFormat.TABLE and asked is None:
        for row in week_rows(find_week(database, reasons, period)):
            _say(row)
        return
    with writing(output, fmt, force=force) as write:
        for row in week_rows(find_week(database, reasons, period)):
            write(no_formulas(row) if fmt is OutputFormat.CSV else row)


def _page(week: Week) -> str:
    from moderation.cli.extras import extra

    with extra("desk", "the page", "name the file .json"):
        from moderation.desk.outputs.week import week_page
    return week_page(week)


def _say(row: Record) -> None:
    """Print one figure on a terminal."""
    from moderation.cli.output import say

    if row["value"] is None:
        told = "too few to say"
    else:
        told = f"{row['value']:g}"
        if row["low"] is not None:
            told += f" [{row['low']:g}, {row['high']:g}]"
    of = "" if row["n"] is None else f" of {row['n']}"
    say(f"{row['table']:<13}{str(row['row'])[:32]:<34}{row['measure']:<16}{told}{of}")
