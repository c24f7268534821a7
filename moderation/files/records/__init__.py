"""Writers of records, one for each format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files.records.writers import (
        WRITERS,
        Parquet,
        Record,
        csv_header,
        encoded,
        flattened,
        is_formula,
        no_formula,
        problem_record,
        writable,
    )

__all__ = [
    "WRITERS",
    "Parquet",
    "Record",
    "csv_header",
    "encoded",
    "flattened",
    "is_formula",
    "no_formula",
    "problem_record",
    "writable",
]

__getattr__ = open_door(
    __name__,
    {
        "Parquet": "moderation.files.records.writers",
        "Record": "moderation.files.records.writers",
        "WRITERS": "moderation.files.records.writers",
        "csv_header": "moderation.files.records.writers",
        "encoded": "moderation.files.records.writers",
        "flattened": "moderation.files.records.writers",
        "is_formula": "moderation.files.records.writers",
        "no_formula": "moderation.files.records.writers",
        "problem_record": "moderation.files.records.writers",
        "writable": "moderation.files.records.writers",
    },
)
