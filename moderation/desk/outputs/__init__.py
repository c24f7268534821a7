"""What leaves a desk: records, labels for training, and files for platforms.

``standing`` has the last word about each comment, ``period`` the stretch of time that is meant.
``records`` writes every step and labelled rows, ``platforms`` the way back to platforms,
and ``article17`` the statements of reasons. ``week`` counts how people and the model agree, with
the intervals of ``estimates``. ``evidence`` has what evaluation compares with the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.outputs.article17 import statements
    from moderation.desk.outputs.period import Period, last_days, read_period
    from moderation.desk.outputs.platforms import (
        platform_records,
        wordpress_commands,
        wordpress_wishes,
    )
    from moderation.desk.outputs.records import decision_records, label_rows
    from moderation.desk.outputs.standing import standing_decisions

__all__ = [
    "Period",
    "decision_records",
    "label_rows",
    "last_days",
    "platform_records",
    "read_period",
    "standing_decisions",
    "statements",
    "wordpress_commands",
    "wordpress_wishes",
]

__getattr__ = open_door(
    __name__,
    {
        "Period": "moderation.desk.outputs.period",
        "decision_records": "moderation.desk.outputs.records",
        "label_rows": "moderation.desk.outputs.records",
        "last_days": "moderation.desk.outputs.period",
        "platform_records": "moderation.desk.outputs.platforms",
        "read_period": "moderation.desk.outputs.period",
        "standing_decisions": "moderation.desk.outputs.standing",
        "statements": "moderation.desk.outputs.article17",
        "wordpress_commands": "moderation.desk.outputs.platforms",
        "wordpress_wishes": "moderation.desk.outputs.platforms",
    },
)
