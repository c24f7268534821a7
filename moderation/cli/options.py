"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """Return the pairs NAME=VALUE that an option was given.

    Raises
    ------
    UsageError
        If one is no such pair.
    """
    from moderation.errors import UsageError

    found = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError("two things with = between expected", field=option, got=each)
        found[name.strip()] = value.strip()
    return found


def columns(given: list[str] | None, more: tuple[str, ...] = ()) -> dict[str, str]:
    """Return what record files call our fields.

    Parameters
    ----------
    given
        The options.
    more
        Fields beside those of a comment that the command reads.

    Raises
    ------
    UsageError
        If an option is no pair, or names a field that records do not have.
    """
    from moderation.errors import UsageError

    usual = (
        "text id article_id title parent parent_id author published revision status language"
    ).split()
    known = (*usual, *more)
    found = {name.lower(): value for name, value in pairs("--column", given).items()}
    for name in found:
        if name not in known:
            hint = f"one of: {', '.join(known)}"
            raise UsageError("no field of a comment", field="--column", got=name, hint=hint)
    return found


class OutputFormat(StrEnum):
    """How records are written."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        help="Record files (JSON Lines, CSV, TSV, xlsx, Parquet), pages (HTML or flattened text), "
        "platform exports, archives of these, or - for standard input.",
        show_default=False,
    ),
]
Labelled = Annotated[
    list[Path],
    typer.Argument(help="Labelled files, or folders of them.", show_default=False),
]
ModelDir = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="Model folder, registry, or (score, explain, overview, compare, label, desk, serve) a "
        "folder of models, one a language; default: $MODERATION_MODEL, else what is installed.",
        envvar="MODERATION_MODEL",
        show_envvar=False,
        show_default=False,
    ),
]
ModelArgument = Annotated[
    Path | None,
    typer.Argument(
        help="Model folder or registry; default: $MODERATION_MODEL, else the shipped model.",
        envvar="MODERATION_MODEL",
        show_envvar=False,
        show_default=False,
    ),
]


class UnknownLanguage(StrEnum):
    """What is proposed for a comment in a language that no model speaks."""

    review = "review"
    publish = "publish"


Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        help="Language of the comments (ko, pt-BR) whose rows name none; default: it is identified "
        "for each comment.",
        show_default=False,
    ),
]
Unknown = Annotated[
    UnknownLanguage,
    typer.Option(
        "--unknown-language",
        help="What is proposed for a comment in a language that no model here speaks.",
    ),
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
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="What a record file calls a field of ours, as FIELD=NAME: text=Kommentar; title is "
        "the headline of the article. May be repeated.",
        show_default=False,
    ),
]
Sheet = Annotated[
    str,
    typer.Option(
        "--sheet", help="Sheet of a workbook (xlsx); default: the first.", show_default=False
    ),
]
Host = Annotated[
    str, typer.Option("--host", help="Address to listen at; any but loopback needs --keys.")
]
Port = Annotated[int, typer.Option("--port", help="Port to listen at; 0: any.", min=0, max=65535)]
StoreArgument = Annotated[
    Path, typer.Argument(help="File that `moderation desk` keeps.", show_default=False)
]
ReasonsFile = Annotated[
    Path | None,
    typer.Option(
        "--reasons",
        help="The newsroom's reasons for rejections (TOML); default: the nine shipped ones.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    OutputFormat | None,
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


def _rule(name: str) -> str:
    from moderation.labels.gold import GoldRule

    if name not in {rule.value for rule in GoldRule}:
        raise typer.BadParameter(f"no such rule; there are {', '.join(GoldRule)}")
    return name


GoldOption = Annotated[
    str,
    typer.Option(
        "--gold",
        help="How several answers become one label: their mean, the majority, or weighted by each "
        "annotator's reliability (Dawid-Skene). Adjudicated lines override.",
        metavar="mean|majority|reliability",
        callback=_rule,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what exists.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines: one JSON document.")]
