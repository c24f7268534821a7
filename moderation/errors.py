"""What can go wrong, each with its evidence: where it happened and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar


class ModerationError(Exception):
    """The one base of every error that a user can cause or cure.

    Its text is a single line: address, what was found, what to do. It never contains the text
    of a comment beyond the field value that makes the error understandable.

    Parameters
    ----------
    what
        What is wrong, in a few words.
    path
        The file or folder concerned.
    line
        Line of that file, counted from 1.
    field
        Name of the field concerned, as a path (``article.title``) where it is nested.
    got
        What was found there, already shortened for reading.
    hint
        What the user can do.
    """

    exit_status: ClassVar[int] = 3

    def __init__(
        self,
        what: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.path = None if path is None else str(path)
        self.line = line
        self.field = field
        self.got = got
        self.hint = hint

    @property
    def address(self) -> str:
        """``file:line:field`` as far as each is known; empty if nothing is."""
        parts = [self.path, None if self.line is None else str(self.line), self.field]
        return ":".join(part for part in parts if part is not None)

    def __str__(self) -> str:
        head = f"{self.address}: " if self.address else ""
        got = f", found {self.got}" if self.got is not None else ""
        hint = f" - {self.hint}" if self.hint else ""
        return " ".join(f"{head}{self.what}{got}{hint}".split())


class InputError(ModerationError):
    """An input that cannot be used at all: empty, binary, missing, of no known format."""


class RecordError(ModerationError):
    """One row that cannot be read or scored; the rest of its file goes on."""

    exit_status = 1


class UsageError(ModerationError):
    """The call itself is wrong: options that contradict each other, an output that exists."""

    exit_status = 2


class ModelError(ModerationError):
    """A model folder that cannot be trusted or understood.

    The folder may be anybody's: what its files say is cut short.
    """

    def __init__(self, what: str, **where: Any) -> None:
        super().__init__(_short(what), **where)
        self.got = self.got and _short(self.got)


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


class Notice(ModerationError):  # noqa: N818 - it is none
    """Not an error: something about an input that its user should know."""

    exit_status = 0
