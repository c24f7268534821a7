"""The review desk: a local web page on which a person decides about comments.

``store`` has the SQLite file: ``intake`` puts scored comments into it, ``queue`` orders them and
lends each one to a single moderator, and ``deciding`` appends what was decided. ``web`` has the
pages: each ``*_pages`` module has some of them with their routes, ``app`` joins these, ``site`` has
what all pages share, ``card`` gathers what the page about one comment shows, ``guard`` refuses
requests that no moderator made, and ``server`` opens the socket. ``outputs`` turns
decisions into records and labels. ``reasons`` reads the newsroom's list of reasons.

``delivery`` applies decisions on a platform when a command asks for it. No other module opens an
outgoing connection, and the text of a comment is never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.front import read_front
    from moderation.desk.reasons import Reasons, read_reasons
    from moderation.desk.settings import DeskSettings, LateModerator
    from moderation.desk.store.database import Database, is_store, open_database
    from moderation.desk.store.intake import Intake
    from moderation.desk.web.server import serve_desk

__all__ = [
    "Database",
    "DeskSettings",
    "Intake",
    "LateModerator",
    "Reasons",
    "is_store",
    "open_database",
    "read_front",
    "read_reasons",
    "serve_desk",
]

__getattr__ = open_door(
    __name__,
    {
        "Database": "moderation.desk.store.database",
        "DeskSettings": "moderation.desk.settings",
        "Intake": "moderation.desk.store.intake",
        "LateModerator": "moderation.desk.settings",
        "Reasons": "moderation.desk.reasons",
        "is_store": "moderation.desk.store.database",
        "open_database": "moderation.desk.store.database",
        "read_front": "moderation.desk.front",
        "read_reasons": "moderation.desk.reasons",
        "serve_desk": "moderation.desk.web.server",
    },
)
