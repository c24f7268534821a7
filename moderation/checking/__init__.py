"""The quality of labels: what is wrong with them, and what to do next.

:func:`check_labels` puts everything together; what it finds is told by the records of the modules:
:mod:`~moderation.checking.coverage` (balance, articles), :mod:`~moderation.checking.repeats`
(copies, contradictions), :mod:`~moderation.checking.suspicious` (labels that the others speak
against), :mod:`~moderation.checking.advice` (what to do next).
"""

from moderation.checking.advice import advice
from moderation.checking.findings import Findings, check_labels
from moderation.checking.suspicious import Suspect, Suspicion, suspicious_labels

__all__ = [
    "Findings",
    "Suspect",
    "Suspicion",
    "advice",
    "check_labels",
    "suspicious_labels",
]
