"""The choice between the labelling screen and line-by-line prompts, by what the terminal can do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from moderation.errors import UsageError
from moderation.labels.annotation.prompts import Prompts
from moderation.labels.annotation.screen import Screen
from moderation.labels.annotation.session import Session
from moderation.labels.annotation.terminal import Terminal, abilities


def ask(session: Session, guideline: str, *, term: str | None, typed: bool = True) -> None:
    """Ask the annotator until they quit or nothing is left.

    Parameters
    ----------
    session
        The labelling session.
    guideline
        The guideline in Markdown.
    term
        The terminal's type, as in ``TERM``; None asks line by line.
    typed
        Whether answers come from standard input. Otherwise they come from the controlling
        terminal, because standard input has the comments.

    Raises
    ------
    UsageError
        If there is no controlling terminal.
    """
    able = abilities(term)
    try:
        if typed and not (able.addressed and sys.stdin.isatty() and sys.stdout.isatty()):
            Prompts(session, sys.stdin, sys.stdout, guideline).run()
            return
        with _terminal(typed=typed) as handle:
            if able.addressed and sys.stdout.isatty():
                with Terminal(handle, sys.stdout.fileno(), able) as terminal:
                    Screen(session, terminal, guideline).run()
            else:
                with open(handle, encoding="utf-8", errors="replace", closefd=False) as keys:
                    Prompts(session, keys, sys.stdout, guideline).run()
    except KeyboardInterrupt:  # Every answer is kept, so this is a way to leave.
        return


@contextmanager
def _terminal(*, typed: bool) -> Iterator[int]:
    """Yield the handle of the terminal that keys come from."""
    if typed:
        yield sys.stdin.fileno()
        return
    try:
        handle = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        hint = "standard input brings the comments: give them as a file"
        raise UsageError("no terminal to answer at", hint=hint) from None
    try:
        yield handle
    finally:
        os.close(handle)
