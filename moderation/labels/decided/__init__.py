"""What people decided about comments, from exports of platforms and from record files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.decided.outcomes import Decided, DecidedNames, Outcome, Words
    from moderation.labels.decided.reading import read_decided

__all__ = ["Decided", "DecidedNames", "Outcome", "Words", "read_decided"]

__getattr__ = open_door(
    __name__,
    {
        "Decided": "moderation.labels.decided.outcomes",
        "DecidedNames": "moderation.labels.decided.outcomes",
        "Outcome": "moderation.labels.decided.outcomes",
        "Words": "moderation.labels.decided.outcomes",
        "read_decided": "moderation.labels.decided.reading",
    },
)
