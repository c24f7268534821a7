"""``moderation recipe``: builds the shipped model from public files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.options import Force


def command(
    data: Annotated[
        Path,
        typer.Argument(
            help="Folder of the public files; see docs/research/recipe.md.", show_default=False
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The model folder to write.", show_default=False)
    ],
    labelled: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled files whose off-topic labels count too.", show_default=False),
    ] = None,
    contrast: Annotated[
        Path | None,
        typer.Option(help="Contrast corpus that teaches hostility.", show_default=False),
    ] = None,
    opinions: Annotated[
        Path | None, typer.Option(help="Second opinions on public rows.", show_default=False)
    ] = None,
    vectors: Annotated[
        Path | None, typer.Option(help="Table of word vectors.", show_default=False)
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes for the validation folds.", min=1)] = 1,
    notes: Annotated[
        Path | None, typer.Option(help="Markdown for the end of the model card.")
    ] = None,
    force: Force = False,
) -> None:
    """Build the shipped model from a folder of public files."""
    from moderation.cli.figures import show_reports
    from moderation.cli.output import say
    from moderation.labels import read_labelled
    from moderation.labels.gold import gold_labels
    from moderation.model import model_card, refuse_folder, write_model
    from moderation.training import OwnData, build, off_topic_gold

    refuse_folder(output, force=force)
    ending = _read(notes) if notes else ""
    judged = off_topic_gold(data, gold_labels(read_labelled(labelled)) if labelled else [])
    own = OwnData(contrast, opinions, vectors)
    trained = build(data, name=output.name, off_topic=judged, own=own, jobs=jobs)
    card = model_card(trained.manifest, ending)
    model = write_model(output, trained.manifest, trained.arrays, card, force=force)
    show_reports(trained.reports, "out of fold, natural part")
    say(f"{output} is model {model.version}")


def _read(path: Path) -> str:
    from moderation.errors import InputError
    from moderation.files import read_bytes

    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("not UTF-8", path=path, hint="save the file as UTF-8") from None
