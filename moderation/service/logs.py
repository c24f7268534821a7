"""The service's log: one line for each thing that happened, whatever stands in it."""

from __future__ import annotations

import logging
from types import TracebackType

from moderation.text.visibility import printable

_INDENT = "    "


class LineFormatter(logging.Formatter):
    """Keeps what comes from data from beginning a line, or from steering a terminal.

    A traceback keeps its lines, each of them indented.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line of a record."""
        return printable(super().formatMessage(record))

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """The traceback below it."""
        return self.formatStack(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        """The stack below it."""
        return "\n".join(_INDENT + printable(line) for line in stack_info.split("\n"))
