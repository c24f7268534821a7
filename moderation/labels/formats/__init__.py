"""Labels in the formats of other tools.

There is one module for each tool: ``doccano``, ``label_studio``, ``prodigy``, ``argilla`` and
``spreadsheet``. ``decisions`` reads moderators' decisions from Coral and WordPress, and
``formats`` has the table of formats. A new tool needs a module with ``read`` and ``write``, a row
in that table, and its keys in ``_MARKS``, by which its files are recognised.
:mod:`~moderation.model.sklearn_pipeline` writes a model as a scikit-learn Pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.formats.formats import (
        PLATFORMS,
        TOOLS,
        in_context,
        read_labels,
        sniff_labels,
        unanswered,
        write_labels,
    )
    from moderation.labels.formats.tasks import ImportedTask
    from moderation.labels.formats.wording import LABELS, Wording

__all__ = [
    "LABELS",
    "PLATFORMS",
    "TOOLS",
    "ImportedTask",
    "Wording",
    "in_context",
    "read_labels",
    "sniff_labels",
    "unanswered",
    "write_labels",
]

__getattr__ = open_door(
    __name__,
    {
        "LABELS": "moderation.labels.formats.wording",
        "PLATFORMS": "moderation.labels.formats.formats",
        "ImportedTask": "moderation.labels.formats.tasks",
        "TOOLS": "moderation.labels.formats.formats",
        "Wording": "moderation.labels.formats.wording",
        "in_context": "moderation.labels.formats.formats",
        "read_labels": "moderation.labels.formats.formats",
        "sniff_labels": "moderation.labels.formats.formats",
        "unanswered": "moderation.labels.formats.formats",
        "write_labels": "moderation.labels.formats.formats",
    },
)
