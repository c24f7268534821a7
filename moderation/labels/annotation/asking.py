"""Which way of asking the terminal allows: whole screens, or one line after another."""

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
        What is asked.
    guideline
        Markdown.
    term
        The terminal's type, as ``TERM`` names it; None: ask line by line.
    typed
        Whether answers come from standard input; else, as it brings the comments, from the
        terminal behind it.

    Raises
    ------
    UsageError
        If there is no terminal behind it.
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
    except KeyboardInterrupt:  # every answer is kept: it is a way to leave
        return


@contextmanager
def _terminal(*, typed: bool) -> Iterator[int]:
    """The handle of the terminal that keys come from."""
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
