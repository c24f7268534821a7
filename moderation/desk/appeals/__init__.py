"""Appeals: a reader asks the desk to look again at a rejection.

``entering`` takes an appeal down, from a page or from a file that ``reading`` reads. ``settling``
lists those that wait and keeps whoever decided from settling them. ``counting`` says how often a
rejection was overturned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.appeals.counting import (
        AppealCounts,
        AppealOutcome,
        appeal_counts,
        appeal_outcomes,
    )
    from moderation.desk.appeals.reading import take_appeals

__all__ = ["AppealCounts", "AppealOutcome", "appeal_counts", "appeal_outcomes", "take_appeals"]

__getattr__ = open_door(
    __name__,
    {
        "AppealCounts": "moderation.desk.appeals.counting",
        "AppealOutcome": "moderation.desk.appeals.counting",
        "appeal_counts": "moderation.desk.appeals.counting",
        "appeal_outcomes": "moderation.desk.appeals.counting",
        "take_appeals": "moderation.desk.appeals.reading",
    },
)
