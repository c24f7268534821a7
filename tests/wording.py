"""What two invented texts share, for tests that keep what trains apart from what judges."""

from __future__ import annotations

import unicodedata


def letters(text: str) -> str:
    """Return what is left of a text when only its letters and digits count."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def runs(text: str, language: str, words: int) -> set[str]:
    """Return all runs of that many words; of twice as many characters in Chinese."""
    if language == "zh":
        parts, n = list(letters(text)), 2 * words
    else:
        parts, n = [part for part in map(letters, text.split()) if part], words
    return {" ".join(parts[i : i + n]) for i in range(len(parts) - n + 1)}
