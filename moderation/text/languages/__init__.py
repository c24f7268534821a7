"""Languages of texts: their names, the words that tell English, and identification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.text.languages.english import ENOUGH, english_words
    from moderation.text.languages.identification import identify, needs_identifier
    from moderation.text.languages.names import NAMES, known_language, language_name, primary

__all__ = [
    "ENOUGH",
    "NAMES",
    "english_words",
    "identify",
    "known_language",
    "language_name",
    "needs_identifier",
    "primary",
]

__getattr__ = open_door(
    __name__,
    {
        "ENOUGH": "moderation.text.languages.english",
        "NAMES": "moderation.text.languages.names",
        "english_words": "moderation.text.languages.english",
        "identify": "moderation.text.languages.identification",
        "known_language": "moderation.text.languages.names",
        "language_name": "moderation.text.languages.names",
        "needs_identifier": "moderation.text.languages.identification",
        "primary": "moderation.text.languages.names",
    },
)
