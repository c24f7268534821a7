"""``moderation info``: what a model is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.options import AsJson


def command(
    model: Annotated[
        Path | None,
        typer.Argument(help="Model folder; default: the shipped model.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print version, sources, thresholds and figures of a model."""
    from moderation.artifact import load_model, shipped_model
    from moderation.card import model_card
    from moderation.cli.output import printable, say, say_json

    loaded = load_model(model or shipped_model())
    if as_json:
        document = {"version": loaded.version, "digest": loaded.digest, "manifest": loaded.manifest}
        say_json(document)
        return
    say(f"{printable(loaded.version)}  (sha256 {loaded.digest})\n")
    for line in model_card(loaded.manifest).rstrip().splitlines():
        say(printable(line))  # another's model must not write on the terminal
