"""The way back over the network: decisions are applied on a platform, when a command asks for it.

``wordpress`` asks a site for the status of comments and changes it, over its REST interface.
``changing`` compares what was decided with what a site has, and ``changes`` remembers in a file
what was changed. These are the only modules of the package that open outgoing connections to a
platform, and they connect to the one address that they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.delivery.changes import Change, ChangeLog
    from moderation.desk.delivery.changing import deliver
    from moderation.desk.delivery.wishes import APPROVED, TRASH, Wish
    from moderation.desk.delivery.wordpress import WordPress

__all__ = ["APPROVED", "TRASH", "Change", "ChangeLog", "Wish", "WordPress", "deliver"]

__getattr__ = open_door(
    __name__,
    {
        "APPROVED": "moderation.desk.delivery.wishes",
        "TRASH": "moderation.desk.delivery.wishes",
        "Change": "moderation.desk.delivery.changes",
        "ChangeLog": "moderation.desk.delivery.changes",
        "Wish": "moderation.desk.delivery.wishes",
        "WordPress": "moderation.desk.delivery.wordpress",
        "deliver": "moderation.desk.delivery.changing",
    },
)
