"""The commands by name. Their modules import nothing but Typer until they run."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from moderation import __version__
from moderation.cli import (
    check,
    compare,
    evaluate,
    explain,
    info,
    label,
    promote,
    recipe,
    report,
    score,
    separate,
    serve,
    thresholds,
    train,
)


class ReaderGone(Exception):  # noqa: N818 - it is none
    """Whoever read standard output reads no more."""


class _Commands(TyperGroup):
    """Typer's group, but for a closed pipe: Typer would exit with 1, which means rejected rows."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None


app = typer.Typer(
    cls=_Commands,
    name="moderation",
    help="Comment-section moderation that a newsroom runs on its own machine: separate comments "
    "from articles, score them for hostility and off-topic content, explain, label, retrain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for command in (
    separate,
    score,
    explain,
    train,
    promote,
    thresholds,
    evaluate,
    compare,
    label,
    check,
    info,
    recipe,
    serve,
    report,
):
    app.command(command.__name__.rpartition(".")[2])(command.command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"moderation {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before a command."""
    del version
