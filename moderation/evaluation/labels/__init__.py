"""The quality of labels: what is wrong with them, and what to do next.

:func:`check_labels` collects all findings from the modules: ``agreement`` (of annotators),
``coverage`` (balance, articles), ``repeats`` (copies, contradictions) and ``suspicious`` (labels
that contradict the others). :func:`advice` says what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.evaluation.labels.agreement import Agreement
    from moderation.evaluation.labels.findings import LabelFindings, check_labels, suspect_record
    from moderation.evaluation.labels.next_steps import advice
    from moderation.evaluation.labels.suspicious import Suspect, Suspicion, suspicious_labels

__all__ = [
    "Agreement",
    "LabelFindings",
    "Suspect",
    "Suspicion",
    "advice",
    "check_labels",
    "suspect_record",
    "suspicious_labels",
]

__getattr__ = open_door(
    __name__,
    {
        "Agreement": "moderation.evaluation.labels.agreement",
        "LabelFindings": "moderation.evaluation.labels.findings",
        "Suspect": "moderation.evaluation.labels.suspicious",
        "Suspicion": "moderation.evaluation.labels.suspicious",
        "advice": "moderation.evaluation.labels.next_steps",
        "check_labels": "moderation.evaluation.labels.findings",
        "suspect_record": "moderation.evaluation.labels.findings",
        "suspicious_labels": "moderation.evaluation.labels.suspicious",
    },
)
