"""What people answered about comments: labelled files, gold labels and the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.answers import Answers, contested
    from moderation.labels.labelled_files import (
        Answer,
        LabelledRow,
        LabelledSet,
        Share,
        read_articles,
        read_labelled,
        rows_in_force,
        schema_markdown,
    )

__all__ = [
    "Answer",
    "Answers",
    "LabelledRow",
    "LabelledSet",
    "Share",
    "contested",
    "read_articles",
    "read_labelled",
    "rows_in_force",
    "schema_markdown",
]

__getattr__ = open_door(
    __name__,
    {
        "Answer": "moderation.labels.labelled_files",
        "Answers": "moderation.labels.answers",
        "LabelledRow": "moderation.labels.labelled_files",
        "LabelledSet": "moderation.labels.labelled_files",
        "Share": "moderation.labels.labelled_files",
        "contested": "moderation.labels.answers",
        "read_articles": "moderation.labels.labelled_files",
        "read_labelled": "moderation.labels.labelled_files",
        "rows_in_force": "moderation.labels.labelled_files",
        "schema_markdown": "moderation.labels.labelled_files",
    },
)
