"""The week: how often people and the model agreed, what it missed, and how long decisions took.

``judged`` reads what was decided, and ``finding`` counts it. ``page`` and ``rows`` show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.outputs.week.finding import Week, find_week
    from moderation.desk.outputs.week.page import STYLE, week_body, week_page
    from moderation.desk.outputs.week.rows import week_rows

__all__ = ["STYLE", "Week", "find_week", "week_body", "week_page", "week_rows"]

__getattr__ = open_door(
    __name__,
    {
        "STYLE": "moderation.desk.outputs.week.page",
        "Week": "moderation.desk.outputs.week.finding",
        "find_week": "moderation.desk.outputs.week.finding",
        "week_body": "moderation.desk.outputs.week.page",
        "week_page": "moderation.desk.outputs.week.page",
        "week_rows": "moderation.desk.outputs.week.rows",
    },
)
