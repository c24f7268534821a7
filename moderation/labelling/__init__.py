"""People label comments: what is asked next, and answers that stay.

``open_session`` joins the parts: inputs become candidates (:mod:`candidates`), these are put in
order (:mod:`ordering`), and a :class:`Session` asks them one by one and keeps every answer in a
:class:`Journal`, whatever the terminal is.
"""

from __future__ import annotations

from moderation.labelling.guidelines import Guideline, guideline_for
from moderation.labelling.journal import Journal
from moderation.labelling.opening import Plan, open_session
from moderation.labelling.ordering import RANDOM_SHARE, Order
from moderation.labelling.session import Progress, Rules, Session

__all__ = [
    "RANDOM_SHARE",
    "Guideline",
    "Journal",
    "Order",
    "Plan",
    "Progress",
    "Rules",
    "Session",
    "guideline_for",
    "open_session",
]
