"""The errors that users see: each one says where it happened and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar


class ModerationError(Exception):
    """The base class of every error that a user can cause or fix.

    The message is a single line: the address, what was found and what to do. It never contains
    the text of a comment, except for the field value that makes the error understandable.

    Parameters
    ----------
    what
        What is wrong, in a few words.
    path
        The file or folder concerned.
    line
        The line of that file, counted from 1.
    field
        The name of the field concerned; a nested field is given as a path (``article.title``).
    got
        What was found there, already shortened for display.
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
        """The known parts of ``file:line:field``; an empty string if none is known."""
        parts = [self.path, None if self.line is None else str(self.line), self.field]
        return ":".join(part for part in parts if part is not None)

    def __str__(self) -> str:
        head = f"{self.address}: " if self.address else ""
        got = f", found {self.got}" if self.got is not None else ""
        hint = f" - {self.hint}" if self.hint else ""
        return " ".join(f"{head}{self.what}{got}{hint}".split())


class InputError(ModerationError):
    """An input that cannot be used: it is empty, binary, missing or in an unknown format."""


class RecordError(ModerationError):
    """A row that cannot be read or scored; the rest of its file is still processed."""

    exit_status = 1


class UsageError(ModerationError):
    """A wrong call: for example, contradictory options or an output that already exists."""

    exit_status = 2


class ModelError(ModerationError):
    """A model folder that cannot be trusted or understood.

    The folder may come from anyone, so text quoted from its files is shortened.
    """

    def __init__(self, what: str, **where: Any) -> None:
        super().__init__(_short(what), **where)
        self.got = self.got and _short(self.got)


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


class Notice(ModerationError):  # noqa: N818 - not an error, so no Error suffix
    """A remark about an input that its user should know; not an error."""

    exit_status = 0
