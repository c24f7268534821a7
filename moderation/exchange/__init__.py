"""Labels from and for other tools, and a fitted model for scikit-learn.

One module a tool: :mod:`~moderation.exchange.doccano`, :mod:`~moderation.exchange.label_studio`,
:mod:`~moderation.exchange.prodigy`, :mod:`~moderation.exchange.argilla`,
:mod:`~moderation.exchange.spreadsheet`; moderators' decisions from Coral and WordPress in
:mod:`~moderation.exchange.decisions`; the table of them in :mod:`~moderation.exchange.formats`.
A new tool is a module with ``read`` and ``write``, and a row in that table.
:mod:`~moderation.exchange.pipeline` writes a model as a scikit-learn Pipeline.
"""

from moderation.exchange.formats import (
    PLATFORMS,
    TOOLS,
    in_context,
    read_labels,
    sniff_labels,
    unanswered,
    write_labels,
)
from moderation.exchange.tasks import Reading
from moderation.exchange.wording import LABELS, Wording

__all__ = [
    "LABELS",
    "PLATFORMS",
    "TOOLS",
    "Reading",
    "Wording",
    "in_context",
    "read_labels",
    "sniff_labels",
    "unanswered",
    "write_labels",
]
