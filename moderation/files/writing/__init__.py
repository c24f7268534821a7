"""Atomic outputs, which replace an existing file only on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.files.writing.atomic import (
        refuse_existing,
        without_surrogates,
        write_atomically,
    )

__all__ = ["refuse_existing", "without_surrogates", "write_atomically"]

__getattr__ = open_door(
    __name__,
    {
        "refuse_existing": "moderation.files.writing.atomic",
        "without_surrogates": "moderation.files.writing.atomic",
        "write_atomically": "moderation.files.writing.atomic",
    },
)
