"""Forgets comments: in a desk's store, in labelled files and in other files of rows.

``rules`` says which comments are meant, ``traces`` finds copies of their words in other texts,
``in_store`` erases them from a store, and ``in_files`` takes them out of files. ``tombstones``
makes the fingerprints by which a forgotten comment is recognised when it is read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.desk.forgetting.in_files import files_in, forget_in_file, gather_from_file
    from moderation.desk.forgetting.in_store import (
        forget_in_store,
        gather_from_store,
        is_store,
        past_erasures,
    )
    from moderation.desk.forgetting.rules import ForgetRule, time_before
    from moderation.desk.forgetting.traces import Traces

__all__ = [
    "ForgetRule",
    "Traces",
    "files_in",
    "forget_in_file",
    "forget_in_store",
    "gather_from_file",
    "gather_from_store",
    "is_store",
    "past_erasures",
    "time_before",
]

__getattr__ = open_door(
    __name__,
    {
        "ForgetRule": "moderation.desk.forgetting.rules",
        "Traces": "moderation.desk.forgetting.traces",
        "files_in": "moderation.desk.forgetting.in_files",
        "forget_in_file": "moderation.desk.forgetting.in_files",
        "forget_in_store": "moderation.desk.forgetting.in_store",
        "gather_from_file": "moderation.desk.forgetting.in_files",
        "gather_from_store": "moderation.desk.forgetting.in_store",
        "is_store": "moderation.desk.forgetting.in_store",
        "past_erasures": "moderation.desk.forgetting.in_store",
        "time_before": "moderation.desk.forgetting.rules",
    },
)
