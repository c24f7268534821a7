"""The review desk: a local web page on which a person decides about comments.

``database`` opens the SQLite file of a desk. ``intake`` puts scored comments into it, ``queue``
orders them and lends each one to a single moderator, and ``deciding`` appends what was decided.
``reasons`` reads the newsroom's list of reasons, ``card`` gathers what the page about one comment
shows, and ``outputs`` turns decisions into records and labels. ``guard`` refuses requests that no
moderator made, ``app`` has the routes, and ``server`` opens the socket.

No module opens an outgoing connection, and the text of a comment is never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.database import Database, open_database
    from moderation.desk.intake import Intake
    from moderation.desk.outputs import decision_records, label_rows
    from moderation.desk.reasons import Reasons, read_reasons
    from moderation.desk.server import serve_desk
    from moderation.desk.settings import DeskSettings

__all__ = [
    "Database",
    "DeskSettings",
    "Intake",
    "Reasons",
    "decision_records",
    "label_rows",
    "open_database",
    "read_reasons",
    "serve_desk",
]

__getattr__ = open_door(
    __name__,
    {
        "Database": "moderation.desk.database",
        "DeskSettings": "moderation.desk.settings",
        "Intake": "moderation.desk.intake",
        "Reasons": "moderation.desk.reasons",
        "decision_records": "moderation.desk.outputs",
        "label_rows": "moderation.desk.outputs",
        "open_database": "moderation.desk.database",
        "read_reasons": "moderation.desk.reasons",
        "serve_desk": "moderation.desk.server",
    },
)
