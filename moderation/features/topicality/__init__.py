"""Signals that relate a comment to its article, the comment that it answers and its thread.

Being off topic is a relation, so nearly every signal compares texts, in two ways: by the *words*
that they share, and by their *sense*, the low-rank term vectors that relate "ferry" to "harbour"
although no word is shared. Only the signals of the comment alone, such as advertising, talk about
the site and length, do not compare.

``stems`` stems words. ``background`` holds how ordinary comments use them, and ``fitting`` learns
it. ``profiles`` turns texts into comparable arrays, ``comparison`` compares them, ``surface``
computes the signals of a comment alone, and ``signals`` combines all signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.features.topicality.background import Background
    from moderation.features.topicality.signals import (
        ALONE,
        LENGTH_SIGNALS,
        OLDER_SIGNALS,
        SIGNALS,
        Topicality,
        overlap,
        usual_signals,
    )
    from moderation.features.topicality.stems import stems_of

__all__ = [
    "ALONE",
    "LENGTH_SIGNALS",
    "OLDER_SIGNALS",
    "SIGNALS",
    "Background",
    "Topicality",
    "overlap",
    "stems_of",
    "usual_signals",
]

__getattr__ = open_door(
    __name__,
    {
        "ALONE": "moderation.features.topicality.signals",
        "Background": "moderation.features.topicality.background",
        "LENGTH_SIGNALS": "moderation.features.topicality.signals",
        "OLDER_SIGNALS": "moderation.features.topicality.signals",
        "SIGNALS": "moderation.features.topicality.signals",
        "Topicality": "moderation.features.topicality.signals",
        "overlap": "moderation.features.topicality.signals",
        "stems_of": "moderation.features.topicality.stems",
        "usual_signals": "moderation.features.topicality.signals",
    },
)
