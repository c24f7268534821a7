"""A report on a model: one self-contained page for the people who are responsible for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.report.page import render
    from moderation.evaluation.report.sections import find
    from moderation.evaluation.report.summary import NAMES, in_short

__all__ = ["NAMES", "find", "in_short", "render"]

__getattr__ = open_door(
    __name__,
    {
        "NAMES": "moderation.evaluation.report.summary",
        "find": "moderation.evaluation.report.sections",
        "in_short": "moderation.evaluation.report.summary",
        "render": "moderation.evaluation.report.page",
    },
)
