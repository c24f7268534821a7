"""When a comment was written, as far as its input says so in a form that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.sources.times.reading import moment, time_in

__all__ = ["moment", "time_in"]

__getattr__ = open_door(
    __name__,
    {
        "moment": "moderation.sources.times.reading",
        "time_in": "moderation.sources.times.reading",
    },
)
