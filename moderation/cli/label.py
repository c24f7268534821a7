"""``moderation label``: lets a person label comments in the terminal."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.cli.options import (
    ArticleFile,
    ArticlesFile,
    Columns,
    Language,
    ModelDir,
    Quiet,
    Sheet,
    columns,
)
from moderation.cli.row_context import RowOptions, row_context

if TYPE_CHECKING:
    from moderation.errors import InputError, Notice
    from moderation.labels.annotation import Session
    from moderation.model import Moderator


class OrderName(StrEnum):
    """In which order comments are asked."""

    MIXTURE = "mixture"
    RANDOM = "random"
    UNCERTAIN = "uncertain"
    DIVERSE = "diverse"
    DISAGREEMENT = "disagreement"
    GIVEN = "given"


class AttributeName(StrEnum):
    """What is asked."""

    HOSTILITY = "hostility"
    OFF_TOPIC = "off_topic"


def command(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Record files, pages, exports, or - for standard input; with --adjudicate and "
            "--order disagreement, labelled files or folders (default: the output).",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Labelled file (.jsonl) that grows.", show_default=False
        ),
    ] = None,
    annotator: Annotated[
        str | None,
        typer.Option(help="Who answers; default: the login name.", show_default=False),
    ] = None,
    attribute: Annotated[
        list[AttributeName] | None,
        typer.Option(help="What to ask; repeatable; default: both.", show_default=False),
    ] = None,
    order: Annotated[OrderName, typer.Option(help="What to ask next.")] = OrderName.MIXTURE,
    random_share: Annotated[
        float, typer.Option(help="Random part of the mixture.", min=0, max=1)
    ] = 0.25,
    overlap: Annotated[
        float,
        typer.Option(
            help="Share of the comments others answered that are asked again; the rest comes last.",
            min=0,
            max=1,
        ),
    ] = 0.2,
    goal: Annotated[
        int | None,
        typer.Option(
            help="Stop after this many comments, your answers of the last 12 hours included.",
            min=1,
            show_default=False,
        ),
    ] = None,
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Ask only what annotators disagree on, to settle.")
    ] = False,
    assist: Annotated[
        bool,
        typer.Option("--assist", help="Show the model's scores and words, and others' answers."),
    ] = False,
    guideline: Annotated[
        Path | None,
        typer.Option(help="Your own guideline; default: the shipped ones.", show_default=False),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="Recorded in the rows; default: the input's name.", show_default=False),
    ] = None,
    model: ModelDir = None,
    language: Language = None,
    article: ArticleFile = None,
    articles: ArticlesFile = None,
    column: Columns = None,
    sheet: Sheet = "",
    plain: Annotated[bool, typer.Option("--plain", help="Line by line, without a screen.")] = False,
    quiet: Quiet = False,
) -> None:
    """Label comments in the terminal, with one key for each answer.

    Every answer is on the disk before the next comment is shown.
    """
    from moderation.cli.naming import login
    from moderation.cli.problems import Problems
    from moderation.errors import UsageError
    from moderation.labels.annotation import (
        AnnotationPlan,
        Order,
        Rules,
        guideline_for,
        open_session,
    )
    from moderation.records import Attribute

    if output is None:
        raise UsageError("nowhere to keep the answers", hint="add -o labelled/NAME.jsonl")
    again = adjudicate or order is OrderName.DISAGREEMENT
    if not inputs and not again:
        raise UsageError("nothing to label", hint="name an input, or - for standard input")
    asked = tuple(each for each in Attribute if not attribute or each.value in attribute)
    rows = RowOptions(columns(column), sheet)
    told = guideline_for(asked, guideline)
    rules = Rules(
        annotator=annotator or login("--annotator NAME"),
        attributes=asked,
        guideline=told.version,
        adjudicated=adjudicate,
        assist=assist,
        overlap=overlap,
        goal=goal,
    )
    plan = AnnotationPlan(
        inputs=tuple(inputs or ()),
        order=Order(order.value),
        random_share=random_share,
        source=source,
    )
    scores = assist or (plan.order.scores and not adjudicate)
    counting = None if quiet or not sys.stderr.isatty() else _counted
    with Problems(None, quiet=quiet) as problems:
        session, found = open_session(
            plan,
            output,
            rules,
            moderator=(lambda: _moderator(model, language)) if scores else None,
            context=row_context(article, articles, problems, rows),
            counting=counting,
        )
        if counting:
            _counted(None)
        for problem in found:
            problems.add(problem)
        if session.current is None:
            problems.nothing(_nothing(session, output, again=again))
        else:
            _ask(session, told.text, plain=plain, typed="-" not in plan.inputs)
        session.close()
    if not quiet:
        _farewell(session, output)
    raise typer.Exit(problems.status)


def _moderator(model: Path | None, language: str | None) -> Moderator:
    from moderation.model import Moderator

    return Moderator.load(model, language=language)


def _counted(n: int | None) -> None:
    told = "" if n is None else f"{n:,} comments read"
    sys.stderr.write(f"\r{told:<40}" if told else f"\r{'':<40}\r")
    sys.stderr.flush()


def _ask(session: Session, guideline: str, *, plain: bool, typed: bool) -> None:
    """Ask with the interface that the annotator's terminal supports."""
    import os

    from moderation.labels.annotation import ask

    ask(session, guideline, term=None if plain else os.environ.get("TERM"), typed=typed)


def _nothing(session: Session, output: Path, *, again: bool) -> InputError | Notice:
    """Return the message if nothing is asked: all is answered, or nothing could be read."""
    from moderation.errors import InputError, Notice

    if again:
        return Notice("no comment that needs another look", path=output)
    if n := session.progress.in_file:
        return Notice(f"no comment left to label; {n:,} are answered", path=output)
    return InputError("no comment to label", path=output)


def _farewell(session: Session, output: Path) -> None:
    from moderation.cli.output import say
    from moderation.labels.annotation import progress_line

    say(f"{output}: {progress_line(session.progress)}")
