"""What relates a comment to the article above it, the comment it answers and the thread around it.

Off-topic is a relation, so nearly every signal here compares. Texts are compared twice: by the
*words* they share, and by their *sense*, the low-rank term vectors through which "ferry" finds
"harbour" although no word is shared. Only advertising, talk about the site and length, which are
named as what they are, look at the comment alone.

``stems`` cuts words, ``background`` knows how ordinary comments use them (and ``learning`` learns
it), ``profiles`` turns texts into comparable arrays, ``surface`` reads a comment alone, ``threads``
finds the comments of one article, ``signals`` compares.
"""

from moderation.topicality.background import Background
from moderation.topicality.signals import (
    ALONE,
    LENGTH_SIGNALS,
    SIGNALS,
    Overlap,
    Topicality,
    overlap,
    usual_signals,
)
from moderation.topicality.threads import (
    has_context,
    has_thread,
    in_threads,
    stands_under_text,
    texts_of,
)

__all__ = [
    "ALONE",
    "LENGTH_SIGNALS",
    "SIGNALS",
    "Background",
    "Overlap",
    "Topicality",
    "has_context",
    "has_thread",
    "in_threads",
    "overlap",
    "stands_under_text",
    "texts_of",
    "usual_signals",
]
