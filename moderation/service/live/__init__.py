"""The way of scored comments to a review desk, and of decisions back.

The service does not know the desk. It hands over what it has scored to whatever has the methods of
``ReviewDesk``; the command puts both together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.service.live.arrivals import (
        Arrival,
        DeskUnavailable,
        Origin,
        ReviewDesk,
        Standing,
    )
    from moderation.service.live.handover import Handover

__all__ = ["Arrival", "DeskUnavailable", "Handover", "Origin", "ReviewDesk", "Standing"]

__getattr__ = open_door(
    __name__,
    {
        "Arrival": "moderation.service.live.arrivals",
        "DeskUnavailable": "moderation.service.live.arrivals",
        "Handover": "moderation.service.live.handover",
        "Origin": "moderation.service.live.arrivals",
        "ReviewDesk": "moderation.service.live.arrivals",
        "Standing": "moderation.service.live.arrivals",
    },
)
