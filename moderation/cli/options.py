"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How records are written."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        help="Record files (JSON Lines, CSV, TSV, Parquet), pages (HTML or flattened text), "
        "platform exports, or - for standard input.",
        show_default=False,
    ),
]
Labelled = Annotated[
    list[Path],
    typer.Argument(help="Labelled files, or folders of them.", show_default=False),
]
ModelDir = Annotated[
    Path | None,
    typer.Option("--model", help="Model folder; default: the shipped model.", show_default=False),
]
ArticleFile = Annotated[
    Path | None,
    typer.Option(
        "--article",
        help="The article above the comments: a page, plain text, or JSON with title and text.",
        show_default=False,
    ),
]
ArticlesFile = Annotated[
    Path | None,
    typer.Option(
        "--articles", help="Articles by id, for rows with article_id.", show_default=False
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="File to write; default: standard output."),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="Default: a table on a terminal, JSON Lines in a pipe, else by the extension of -o.",
        show_default=False,
    ),
]


def _processes(jobs: int) -> int:
    if jobs == 0:
        raise typer.BadParameter("no process does no work; 1, more, or -1 for one a core")
    return jobs


Jobs = Annotated[
    int,
    typer.Option(
        "--jobs", help="Processes to work with; -1: one a core.", min=-1, callback=_processes
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what exists.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines: one JSON document.")]
