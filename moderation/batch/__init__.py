"""Batch scoring: a run is planned in parts, scored by any backend, resumed and assembled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.batch.archive import score_archive
    from moderation.batch.plan import Options
    from moderation.batch.run import (
        Backend,
        Run,
        names_folder,
        prepare,
        prepare_stream,
        refuse_inputs,
    )
    from moderation.batch.tables import score_table
    from moderation.batch.work import score_part

__all__ = [
    "Backend",
    "Options",
    "Run",
    "names_folder",
    "prepare",
    "prepare_stream",
    "refuse_inputs",
    "score_archive",
    "score_part",
    "score_table",
]

__getattr__ = open_door(
    __name__,
    {
        "Options": "moderation.batch.plan",
        "Run": "moderation.batch.run",
        "Backend": "moderation.batch.run",
        "names_folder": "moderation.batch.run",
        "prepare": "moderation.batch.run",
        "prepare_stream": "moderation.batch.run",
        "refuse_inputs": "moderation.batch.run",
        "score_archive": "moderation.batch.archive",
        "score_part": "moderation.batch.work",
        "score_table": "moderation.batch.tables",
    },
)
