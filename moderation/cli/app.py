"""The commands by name. A command's module is read when it is asked for, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from moderation import __version__
from moderation.text.visibility import printable

#: In the order in which ``--help`` tells of them; ``import`` is a word of Python's.
COMMANDS = {
    "separate": "separate",
    "score": "score",
    "explain": "explain",
    "label": "label",
    "check": "check",
    "import": "import_",
    "export": "export",
    "train": "train",
    "promote": "promote",
    "thresholds": "thresholds",
    "evaluate": "evaluate",
    "compare": "compare",
    "report": "report",
    "info": "info",
    "serve": "serve",
    "recipe": "recipe",
}


class ReaderGone(Exception):  # noqa: N818 - it is none
    """Whoever read standard output reads no more."""


# Typer's errors about the command line; where they come from differs between its versions.
_WrongUsage: Any = typer.BadParameter.__mro__[1]


class _Commands(TyperGroup):
    """Typer's group, but for three things.

    A command is built when it is asked for: building all of them takes longer than scoring a
    comment. And a closed pipe is no error: Typer would exit with 1, which means rejected rows.
    And what is said of a wrong command line does not steer the terminal, whatever stands in it.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: dict[str, Any] = dict.fromkeys(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name in COMMANDS and self.commands[cmd_name] is None:
            alone = typer.Typer(**_SETTINGS)
            module = import_module(f"moderation.cli.{COMMANDS[cmd_name]}")
            alone.command(cmd_name)(module.command)
            self.commands[cmd_name] = typer.main.get_command(alone)
        return self.commands.get(cmd_name)

    def make_context(self, *args: Any, **settings: Any) -> Any:
        with _said_printably():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        try:
            with _said_printably():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None


@contextmanager
def _said_printably() -> Iterator[None]:
    try:
        yield
    except _WrongUsage as error:
        error.message = printable(error.message)
        raise


_SETTINGS: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}
app = typer.Typer(
    cls=_Commands,
    name="moderation",
    help="Comment-section moderation that a newsroom runs on its own machine: separate comments "
    "from articles, score them for hostility and off-topic content, explain, label, retrain.",
    no_args_is_help=True,
    **_SETTINGS,
)


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
