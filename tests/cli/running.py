"""What a run of the command leaves behind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

#: The key of the service that ``served_desk`` runs.
SERVICE_KEY = "k" * 32

_COUNTS = re.compile(r"moderation: [\d,]+ comments?: ")


class Run(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def told(self) -> list[str]:
        """Lines of standard error, without the counts of :attr:`counts`."""
        return [line for line in self.err.splitlines() if not _COUNTS.match(line)]

    @property
    def counts(self) -> list[str]:
        """The counts by action that a run of ``score`` ends with."""
        return [line for line in self.err.splitlines() if _COUNTS.match(line)]


Command = Callable[..., Run]
