"""``moderation export``: writes labels for other tools, or a model for scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.options import Force, ModelDir, Quiet


def command(
    output: Annotated[
        Path, typer.Option("-o", "--output", help="File to write.", show_default=False)
    ],
    labelled: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled files, or folders of them.", show_default=False),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="doccano, label-studio, prodigy, argilla or csv: labelled files for that tool.",
            show_default=False,
        ),
    ] = None,
    blank: Annotated[
        bool,
        typer.Option("--blank", help="Without the answers: each comment once, to be labelled."),
    ] = False,
    fmt: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="joblib: the model --model as a scikit-learn Pipeline.",
            show_default=False,
        ),
    ] = None,
    attribute: Annotated[
        str, typer.Option(help="Which part of the model: hostility or off_topic.")
    ] = "hostility",
    model: ModelDir = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Write labels for another tool, or a model for scikit-learn."""
    from moderation.errors import UsageError

    if fmt == "joblib" and to is None and not labelled:
        _model(output, model, attribute, force=force)
        return
    if fmt is not None:
        hint = "labelled files take --to; a model takes --model and --format joblib, nothing else"
        raise UsageError("no such export", field="--format", got=fmt, hint=hint)
    if not labelled or to is None:
        hint = "moderation export LABELLED --to doccano -o FILE, or --format joblib for a model"
        raise UsageError("nothing to export", hint=hint)
    _labels(labelled, to, output, blank=blank, force=force, quiet=quiet)


def _model(output: Path, model: Path | None, attribute: str, *, force: bool) -> None:
    from moderation.cli.output import say
    from moderation.errors import UsageError
    from moderation.files.writing import refuse_existing
    from moderation.model import load_model, shipped_model, write_pipeline
    from moderation.records import Attribute

    if attribute not in {each.value for each in Attribute}:
        hint = " or ".join(Attribute)
        raise UsageError("no such attribute", field="--attribute", got=attribute, hint=hint)
    refuse_existing(output, force=force)
    loaded = load_model(model or shipped_model())
    warning = write_pipeline(loaded, output, attribute=Attribute(attribute), force=force)
    say(f"{output} is the {attribute} of {loaded.version} as a scikit-learn Pipeline")
    say(f"warning: {warning}")


def _labels(
    labelled: list[Path], to: str, output: Path, *, blank: bool, force: bool, quiet: bool
) -> None:
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.errors import UsageError
    from moderation.files.writing import refuse_existing, write_atomically
    from moderation.labels import read_labelled, rows_in_force
    from moderation.labels.formats import TOOLS, in_context, unanswered, write_labels

    if to not in TOOLS:
        raise UsageError("no such tool", field="--to", got=to, hint=f"one of: {', '.join(TOOLS)}")
    refuse_existing(output, force=force)
    found = read_labelled(labelled)
    chosen = unanswered(found.rows) if blank else rows_in_force(found.rows)
    rows = in_context(chosen, found)
    with (
        Problems(output, quiet=quiet, force=force) as problems,
        write_atomically(output, force=force) as stream,
    ):
        for error in found.rejected:
            problems.add(error)
        for notice in write_labels(rows, to, stream, name=str(output)):
            problems.add(notice)
    if not quiet:
        say(f"{len(rows):,} rows in {output}, for {to}")
    raise typer.Exit(problems.status)
