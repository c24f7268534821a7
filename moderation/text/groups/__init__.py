"""Words that name a group of people or refer to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.groups.names import GROUPS, named_groups, names_group, pieces_of
    from moderation.text.groups.targets import PERSONS, Target, target_of

__all__ = ["GROUPS", "PERSONS", "Target", "named_groups", "names_group", "pieces_of", "target_of"]

__getattr__ = open_door(
    __name__,
    {
        "GROUPS": "moderation.text.groups.names",
        "PERSONS": "moderation.text.groups.targets",
        "Target": "moderation.text.groups.targets",
        "named_groups": "moderation.text.groups.names",
        "names_group": "moderation.text.groups.names",
        "pieces_of": "moderation.text.groups.names",
        "target_of": "moderation.text.groups.targets",
    },
)
