"""``moderation promote``: makes a version of a registry current, or goes back to an older one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    shelf: Annotated[
        Path, typer.Argument(help="The registry: a folder of versions.", show_default=False)
    ],
    version: Annotated[
        int | None,
        typer.Argument(
            help="Number of the version; default: the one that was current before.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a version current, or go back to the one before."""
    from moderation.cli.output import say
    from moderation.errors import ModelError
    from moderation.model import load_model
    from moderation.model.registry import Registry

    if not Registry.is_shelf(shelf):
        hint = "moderation train ... -o SHELF --promote begins one"
        raise ModelError("no shelf of versions", path=shelf, hint=hint)
    versions = Registry(shelf)
    with versions.locked():
        number = versions.before if version is None else version
        if number is None:
            raise ModelError("no version was current before", path=shelf, hint="name a number")
        if number == versions.current:
            say(f"{shelf}: version {number} is current already")
            return
        model = load_model(versions.path(number))  # verified before anything is printed
        versions.promote(number, model=model.version, why="by hand")
    say(f"{shelf}: version {number}, model {model.version}, is current")
