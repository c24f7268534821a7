"""A report on a model: one self-contained page for the people who are responsible for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.report.page import render
    from moderation.evaluation.report.sections import find

__all__ = ["find", "render"]

__getattr__ = open_door(
    __name__,
    {
        "find": "moderation.evaluation.report.sections",
        "render": "moderation.evaluation.report.page",
    },
)
