"""The commands by name; only the module of the requested command is imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from moderation import __version__
from moderation.text.visibility import printable

#: In the order in which ``--help`` lists them; ``import`` is a Python keyword.
COMMANDS = {
    "separate": "separate",
    "score": "score",
    "explain": "explain",
    "desk": "desk",
    "decisions": "decisions",
    "appeals": "appeals",
    "forget": "forget",
    "label": "label",
    "check": "check",
    "import": "import_",
    "export": "export",
    "train": "train",
    "promote": "promote",
    "thresholds": "thresholds",
    "evaluate": "evaluate",
    "compare": "compare",
    "overview": "overview",
    "report": "report",
    "info": "info",
    "serve": "serve",
    "recipe": "recipe",
}


class ReaderGone(Exception):  # noqa: N818 - not an error
    """The reader of standard output has closed the pipe."""


# Typer's errors about the command line; their module differs between versions of Typer.
_WrongUsage: Any = typer.BadParameter.__mro__[1]


class _Commands(TyperGroup):
    """Typer's group with three changes.

    A command is built only when it is requested, because building all of them takes longer than
    scoring a comment. A closed pipe is not an error; Typer would exit with 1, which means rejected
    rows. An error about a wrong command line cannot control the terminal, whatever it quotes.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: dict[str, Any] = dict.fromkeys(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name in COMMANDS and self.commands[cmd_name] is None:
            alone = typer.Typer(**_SETTINGS, add_completion=False)
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
