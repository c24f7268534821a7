"""Words that name a group of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.groups.names import GROUPS, named_groups, names_group

__all__ = ["GROUPS", "named_groups", "names_group"]

__getattr__ = open_door(
    __name__,
    {
        "GROUPS": "moderation.text.groups.names",
        "named_groups": "moderation.text.groups.names",
        "names_group": "moderation.text.groups.names",
    },
)
