"""Drift: whether comments, scores, or the agreement of people moved away from the weeks before.

``days`` counts comments by day, ``charts`` says how unusual a day is beside ordinary ones, and
``watching`` goes through the days and names what moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.drift.days import Counted, Day, Watched, agreement
    from moderation.evaluation.drift.reading import WatchedFiles, read_watched
    from moderation.evaluation.drift.watching import Alarm, DayFound, Drift, find_drift

__all__ = [
    "Alarm",
    "Counted",
    "Day",
    "DayFound",
    "Drift",
    "Watched",
    "WatchedFiles",
    "agreement",
    "find_drift",
    "read_watched",
]

__getattr__ = open_door(
    __name__,
    {
        "Alarm": "moderation.evaluation.drift.watching",
        "Counted": "moderation.evaluation.drift.days",
        "Day": "moderation.evaluation.drift.days",
        "DayFound": "moderation.evaluation.drift.watching",
        "Drift": "moderation.evaluation.drift.watching",
        "Watched": "moderation.evaluation.drift.days",
        "WatchedFiles": "moderation.evaluation.drift.reading",
        "agreement": "moderation.evaluation.drift.days",
        "read_watched": "moderation.evaluation.drift.reading",
        "find_drift": "moderation.evaluation.drift.watching",
    },
)
