"""Templates of pages, in which whatever a reader wrote is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files.templates.environment import templates_in

__all__ = ["templates_in"]

__getattr__ = open_door(__name__, {"templates_in": "moderation.files.templates.environment"})
