"""Labelling by people: which comment is shown next, and how answers are kept.

``open_session`` joins the parts. Inputs become candidates (:mod:`candidates`), which are put in
order (:mod:`ordering`). A :class:`Session` asks about them one by one and keeps every answer in a
:class:`Journal`, on any terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.annotation.asking import ask
    from moderation.labels.annotation.card import progress_line
    from moderation.labels.annotation.opening import AnnotationPlan, open_session
    from moderation.labels.annotation.ordering import RANDOM_SHARE, Order
    from moderation.labels.annotation.session import Rules, Session, SessionProgress
    from moderation.labels.guidelines import guideline_for

__all__ = [
    "RANDOM_SHARE",
    "AnnotationPlan",
    "Order",
    "Rules",
    "Session",
    "SessionProgress",
    "ask",
    "guideline_for",
    "open_session",
    "progress_line",
]

__getattr__ = open_door(
    __name__,
    {
        "Order": "moderation.labels.annotation.ordering",
        "AnnotationPlan": "moderation.labels.annotation.opening",
        "SessionProgress": "moderation.labels.annotation.session",
        "RANDOM_SHARE": "moderation.labels.annotation.ordering",
        "Rules": "moderation.labels.annotation.session",
        "Session": "moderation.labels.annotation.session",
        "ask": "moderation.labels.annotation.asking",
        "guideline_for": "moderation.labels.guidelines",
        "open_session": "moderation.labels.annotation.opening",
        "progress_line": "moderation.labels.annotation.card",
    },
)
