"""The service's log format: one line for each event, whatever the message contains."""

from __future__ import annotations

import logging
from types import TracebackType

from moderation.text.visibility import printable

_INDENT = "    "


class LineFormatter(logging.Formatter):
    """A formatter that stops data from starting a new line or controlling a terminal.

    A traceback keeps its lines, and each is indented.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line of a record."""
        return printable(super().formatMessage(record))

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the traceback, with its lines indented."""
        return self.formatStack(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        """Return the stack, with its lines indented."""
        return "\n".join(_INDENT + printable(line) for line in stack_info.split("\n"))
