"""``moderation decisions``: writes what was decided at the desk."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.options import Force, FormatOption, Output, OutputFormat


class Contents(StrEnum):
    """What is written about the decisions."""

    records = "records"
    labels = "labels"


def command(
    store: Annotated[
        Path, typer.Argument(help="File that `moderation desk` keeps.", show_default=False)
    ],
    output: Output = None,
    to: Annotated[
        Contents,
        typer.Option(
            "--to",
            help="records: every step, those that were undone included; labels: a labelled file "
            "for `train`.",
        ),
    ] = Contents.records,
    reasons: Annotated[
        Path | None,
        typer.Option(help="The newsroom's reasons (TOML); default: nine.", show_default=False),
    ] = None,
    format_: FormatOption = None,
    force: Force = False,
) -> None:
    """Write what was decided: every step, or labels to train on."""
    from contextlib import closing

    from moderation.cli.output import chosen_format, writing
    from moderation.desk import decision_records, label_rows, open_database, read_reasons

    fmt = chosen_format(format_, output)
    if format_ is None and fmt is OutputFormat.TABLE:
        fmt = OutputFormat.JSONL
    known = read_reasons(reasons)
    with closing(open_database(store)) as database, writing(output, fmt, force=force) as write:
        shaped = label_rows if to is Contents.labels else decision_records
        for record in shaped(database, known):
            write(record)
