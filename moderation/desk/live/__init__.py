"""The desk of a running service: what arrives over HTTP is put into the queue at once.

``keeping`` is what the service calls, and ``pages`` shows the desk in a process of its own, so that
no page delays an answer of the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.live.keeping import LiveDesk
    from moderation.desk.live.pages import DeskPages, PagesSettings

__all__ = ["DeskPages", "LiveDesk", "PagesSettings"]

__getattr__ = open_door(
    __name__,
    {
        "DeskPages": "moderation.desk.live.pages",
        "LiveDesk": "moderation.desk.live.keeping",
        "PagesSettings": "moderation.desk.live.pages",
    },
)
