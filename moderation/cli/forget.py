"""``moderation forget``: takes comments out of a desk's store and out of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moderation.cli.problems import Problems
    from moderation.desk.forgetting import ForgetRule, Traces


def command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Stores of a desk, labelled files, feedback and other files of rows (JSON Lines, "
            "CSV, TSV), or folders of such files. Give all of them at once.",
            show_default=False,
        ),
    ],
    author: Annotated[
        str | None,
        typer.Option(help="Name of the author, exactly as it is written.", show_default=False),
    ] = None,
    id_: Annotated[
        str | None,
        typer.Option("--id", help="The platform's id of a comment.", show_default=False),
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(
            help="Comments whose last decision is older: 180d, 26w (stores only).",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without this, nothing is changed.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            help="Your name in the record of erasures; default: your login.", show_default=False
        ),
    ] = None,
) -> None:
    """Forget comments: words and names go, counts stay.

    Without --yes the command says what would go. Without --author, --id and --older-than it lists
    what was forgotten before.
    """
    from moderation.cli.naming import person
    from moderation.cli.output import say
    from moderation.cli.problems import Problems
    from moderation.desk.forgetting import ForgetRule, Traces, is_store, time_before
    from moderation.errors import UsageError

    if older_than is not None and (author is not None or id_ is not None):
        what = "--older-than goes with neither --author nor --id"
        raise UsageError(what, hint="run the command twice")
    for name, given in (("--author", author), ("--id", id_)):
        if given is not None and not given.strip():
            raise UsageError("is empty", field=name, hint="write it as the comments do")
    is_list = author is None and id_ is None and older_than is None
    who = "" if is_list and by is None else person(by, "--by")
    if is_list:
        _list_past(paths)
        return
    rule = ForgetRule(author, id_, time_before(older_than) if older_than else None)
    if rule.before is not None:
        for path in paths:
            if not is_store(path):
                hint = "files keep their labels; use --author or --id there"
                raise UsageError("is no store, and --older-than needs one", path=path, hint=hint)
    traces = Traces(rule)
    stores, files = _gathered(paths, traces)
    n = 0
    with Problems(None) as problems:
        for line in _in_files(files, traces, who, problems, write=yes):
            n += 1
            say(line)
        for line in _in_stores(stores, traces, who, problems, write=yes):
            n += 1
            say(line)
    if n == 0:
        say("nothing found" if rule.before else f"nothing found: {_exactly(rule)}")
    elif not yes:
        say("nothing is changed yet; --yes does it")
    raise typer.Exit(problems.status)


def _exactly(rule: ForgetRule) -> str:
    what = "the name" if rule.author is not None else "the id"
    return f"{what} has to be written exactly, with its capitals, accents and spaces"


def _list_past(paths: list[Path]) -> None:
    from contextlib import closing

    from moderation.cli.output import say
    from moderation.desk import open_database
    from moderation.desk.forgetting import is_store, past_erasures
    from moderation.errors import UsageError

    if not all(map(is_store, paths)):
        hint = "add --author NAME, --id ID or --older-than 180d"
        raise UsageError("what is to be forgotten?", hint=hint)
    for path in paths:
        with closing(open_database(path)) as database:
            past = past_erasures(database)
        for each in past:
            told = _told((each["comments"], "comment{s}"), (each["copies"], "other text{s}"))
            say(f"{path}: {each['at']}, {each['who']}, by {each['rule']}: {told}")
        if not past:
            say(f"{path}: nothing was forgotten yet")


def _gathered(paths: list[Path], traces: Traces) -> tuple[list[Path], list[Path]]:
    """Find the words in all inputs before any is changed; return the stores and the files.

    Raises
    ------
    InputError
        If an input cannot be read, so that nothing is changed.
    """
    from contextlib import closing

    from moderation.desk import open_database
    from moderation.desk.forgetting import (
        files_in,
        gather_from_file,
        gather_from_store,
        is_store,
    )

    stores = [path for path in paths if is_store(path)]
    files = [file for path in paths if path not in stores for file in files_in(path)]
    for path in stores:
        with closing(open_database(path)) as database:
            gather_from_store(database, traces.rule, traces)
    for path in files:
        gather_from_file(path, traces)
    return stores, files


def _in_files(
    files: list[Path], traces: Traces, who: str, problems: Problems, *, write: bool
) -> Iterator[str]:
    """Take the words out of files; yield what was found in each."""
    from moderation.desk.forgetting import forget_in_file

    for path in files:
        found = forget_in_file(path, traces, who, write=write)
        for problem in found.problems:
            problems.add(problem)
        told = _told(
            (found.rows, "row{s}"), (found.others, "other row{s} with quotations (which go)")
        )
        if told:
            yield f"{path}: {told}{'; no row is left' if found.is_empty else ''}"


def _in_stores(
    stores: list[Path], traces: Traces, who: str, problems: Problems, *, write: bool
) -> Iterator[str]:
    """Take the words out of stores, which come last, because they say which words are meant."""
    from contextlib import closing

    from moderation.desk import open_database
    from moderation.desk.forgetting import forget_in_store
    from moderation.errors import InputError

    for path in stores:
        with closing(open_database(path)) as database:
            found = forget_in_store(database, traces, who, write=write)
            if write and not database.clean():
                what = "is busy, and its free pages may still hold words"
                hint = "end the desk, and run the command again"
                problems.add(InputError(what, path=path, hint=hint))
        told = _told(
            (found.comments, "comment{s}"),
            (found.decisions, "decision{s} about them (kept without words)"),
            (found.notes, "note{s}"),
            (found.appeals, "appeal{s}"),
            (found.copies, "other comment{s} with quotations (which go)"),
            (found.mentions, "other comment{s} with the name (kept, others wrote them)"),
        )
        if told:
            yield f"{path}: {told}"


def _told(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{n:,} {what.format(s='' if n == 1 else 's')}" for n, what in counts if n)
