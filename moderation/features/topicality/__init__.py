"""What relates a comment to the article above it, the comment it answers and the thread around it.

Off-topic is a relation, so nearly every signal here compares. Texts are compared twice: by the
*words* they share, and by their *sense*, the low-rank term vectors through which "ferry" finds
"harbour" although no word is shared. Only advertising, talk about the site and length, which are
named as what they are, look at the comment alone.

``stems`` cuts words, ``background`` knows how ordinary comments use them (and ``learning`` learns
it), ``profiles`` turns texts into comparable arrays, ``surface`` reads a comment alone, ``threads``
finds the comments of one article, ``signals`` compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.features.topicality.background import Background
    from moderation.features.topicality.signals import (
        ALONE,
        LENGTH_SIGNALS,
        SIGNALS,
        Topicality,
        overlap,
        usual_signals,
    )
    from moderation.features.topicality.stems import stems_of

__all__ = [
    "ALONE",
    "LENGTH_SIGNALS",
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
        "SIGNALS": "moderation.features.topicality.signals",
        "Topicality": "moderation.features.topicality.signals",
        "overlap": "moderation.features.topicality.signals",
        "stems_of": "moderation.features.topicality.stems",
        "usual_signals": "moderation.features.topicality.signals",
    },
)
