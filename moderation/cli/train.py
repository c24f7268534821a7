"""``moderation train``: labelled files into a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.options import Force, Jobs, Labelled, Quiet


def command(
    labelled: Labelled,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The model folder to write.", show_default=False)
    ],
    base: Annotated[
        str | None,
        typer.Option(
            help="Model folder to start from, or none; default: the shipped model.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Recorded in the manifest.")] = "en",
    seed: Annotated[int, typer.Option(help="Of the validation folds.")] = 0,
    jobs: Jobs = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled files, validated by article."""
    from moderation.artifact import load_model, refuse_folder, shipped_model, write_model
    from moderation.card import model_card
    from moderation.cli.figures import show_reports
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.errors import Notice
    from moderation.gold import gold_labels
    from moderation.labelled import read_labelled
    from moderation.learners import Recipe
    from moderation.records import Attribute
    from moderation.train import train

    refuse_folder(output, force=force)
    start = None if base == "none" else load_model(base or shipped_model())
    found = read_labelled(labelled)
    with Problems(output, quiet=quiet, force=force) as problems:
        for error in found.rejected:
            problems.add(error)
    recipe = Recipe(seed=seed, language=language)
    trained = train(gold_labels(found), name=output.name, recipe=recipe, base=start, jobs=jobs)
    card = model_card(trained.manifest)
    model = write_model(output, trained.manifest, trained.arrays, card, force=force)
    learnt = {report.attribute for report in trained.reports}
    for attribute in (each for each in Attribute if each not in learnt):
        hint = f"it stays as in {base or 'the base'}" if start else "the model will not score it"
        problems.add(Notice(f"too few labels to train {attribute.value}", hint=hint))
    if not quiet:
        show_reports(trained.reports, "out of fold, grouped by article")
        say(f"{output} is model {model.version}")
    raise typer.Exit(problems.status)
