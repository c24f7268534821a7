"""``moderation import``: reads other tools' labels and platforms' decisions as labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from moderation.cli.options import Force, Quiet, pairs


def command(
    file: Annotated[
        Path,
        typer.Argument(
            help="A file of doccano, Label Studio, Prodigy, Argilla or a spreadsheet; a WordPress "
            "export; the folder of a Coral dump.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", help="Labelled file to write.", show_default=False),
    ],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="doccano, label-studio, prodigy, argilla, csv, coral, wxr, wordpress-rest; "
            "default: what the file evidently is.",
            show_default=False,
        ),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            help="What a label of yours means, as LABEL=MEANING: 'hostile', 'not hostile', "
            "'off-topic', 'on topic' May be repeated.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Which column or field of the file holds a field of ours, as FIELD=NAME: "
            "text=Kommentar.",
            show_default=False,
        ),
    ] = None,
    decision: Annotated[
        list[str] | None,
        typer.Option(
            help="What a platform's decision means in your newsroom, as DECISION=MEANING: "
            "1='not hostile' where every comment waits for a person.",
            show_default=False,
        ),
    ] = None,
    annotator: Annotated[str, typer.Option(help="Who answered, where the file is silent.")] = "",
    guideline: Annotated[str, typer.Option(help="Version of the guideline followed.")] = "",
    source: Annotated[str, typer.Option(help="Where the comments come from.")] = "",
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Read another tool's labels into a labelled file."""
    from moderation.cli.output import encoded, say
    from moderation.cli.problems import Problems
    from moderation.errors import ModerationError, UsageError
    from moderation.files import format_of
    from moderation.files.writing import refuse_existing, write_atomically
    from moderation.labels.formats import (
        PLATFORMS,
        TOOLS,
        ImportedTask,
        Wording,
        read_labels,
        sniff_labels,
    )
    from moderation.records import Article

    if format_of(output) != "jsonl":
        raise UsageError("labelled files are written as JSON Lines", path=output, hint="x.jsonl")
    shelf = output.with_name(f"articles.{output.name}")
    refuse_existing(output, force=force)
    refuse_existing(shelf, force=force)
    fmt = source_format or sniff_labels(file)
    if fmt not in {**TOOLS, **PLATFORMS}:
        hint = f"one of: {', '.join([*TOOLS, *PLATFORMS])}"
        raise UsageError("no such format", field="--from", got=fmt, hint=hint)
    reading = ImportedTask(
        wording=Wording(pairs("--label", label)),
        annotator=annotator,
        guideline=guideline,
        source=source,
        columns=pairs("--column", column),
        decisions=pairs("--decision", decision),
    )
    articles: list[Article] = []
    n = 0
    with (
        Problems(output, quiet=quiet, force=force) as problems,
        write_atomically(output, force=force) as stream,
    ):
        for row in read_labels(file, fmt, reading):
            if isinstance(row, ModerationError):
                problems.add(row)
            elif isinstance(row, Article):
                articles.append(row)
            else:
                n += 1
                stream.write(encoded(row) + b"\n")
        if not n:
            raise UsageError("nothing to import", path=file, hint="the notices above say why")
    if articles:
        with write_atomically(shelf, force=force) as stream:
            for article in articles:
                stream.write(encoded(_shelved(article)) + b"\n")
    if not quiet:
        where = f", {len(articles):,} articles in {shelf}" if articles else ""
        say(f"{n:,} labelled rows in {output} (from {fmt}){where}; next: moderation check {output}")
    raise typer.Exit(problems.status)


def _shelved(article: Any) -> dict[str, Any]:
    fields = ("id", "title", "text", "url")
    return {name: value for name in fields if (value := getattr(article, name))}
