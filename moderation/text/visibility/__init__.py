"""Blank texts, and text that is safe to print on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.visibility.blankness import is_blank
    from moderation.text.visibility.escapes import printable, printable_json, printable_lines

__all__ = ["is_blank", "printable", "printable_json", "printable_lines"]

__getattr__ = open_door(
    __name__,
    {
        "is_blank": "moderation.text.visibility.blankness",
        "printable": "moderation.text.visibility.escapes",
        "printable_json": "moderation.text.visibility.escapes",
        "printable_lines": "moderation.text.visibility.escapes",
    },
)
