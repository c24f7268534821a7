"""Audits of a model: the functional suite, and off-topic by kind and length of comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.audits.breakdown import BreakdownPart, break_down
    from moderation.evaluation.audits.suite import SuiteResult, read_suite, run_suite, shipped_suite

__all__ = [
    "BreakdownPart",
    "SuiteResult",
    "break_down",
    "read_suite",
    "run_suite",
    "shipped_suite",
]

__getattr__ = open_door(
    __name__,
    {
        "BreakdownPart": "moderation.evaluation.audits.breakdown",
        "SuiteResult": "moderation.evaluation.audits.suite",
        "break_down": "moderation.evaluation.audits.breakdown",
        "read_suite": "moderation.evaluation.audits.suite",
        "run_suite": "moderation.evaluation.audits.suite",
        "shipped_suite": "moderation.evaluation.audits.suite",
    },
)
