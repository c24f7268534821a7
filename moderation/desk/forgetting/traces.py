"""Finds the words of forgotten comments in other texts, in time linear in those texts."""

from __future__ import annotations

import re
from collections import defaultdict
from unicodedata import normalize

from moderation.desk.forgetting.rules import ForgetRule, is_same_id
from moderation.desk.store.tombstones import SHORTEST

#: What stands in the place of a quoted comment.
GAP = "[…]"

_WORD = re.compile(r"\w+")

# A shorter name is a part of too many other words and texts.
_SHORTEST_NAME = 3


class Traces:
    """The names, the ids and the texts of the comments that are to be forgotten.

    Parameters
    ----------
    rule
        Which comments are meant.
    """

    def __init__(self, rule: ForgetRule) -> None:
        self.rule = rule
        self._ids: dict[str, set[str]] = defaultdict(set)
        # The texts from their first word on: by the start of that, by its length, and whole.
        self._rests: dict[str, dict[int, dict[str, set[str]]]] = {}
        self._named = self._name_pattern()

    def _name_pattern(self) -> re.Pattern[str] | None:
        name = (self.rule.author or "").strip()
        if len(name) < _SHORTEST_NAME or self.rule.id is not None:
            return None
        spellings = {name, normalize("NFC", name), normalize("NFD", name)}
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(spellings)))})(?!\w)")

    def add(self, text: str, id_: object = None) -> None:
        """Take note of a comment that is to be forgotten."""
        if not text:
            return
        ids = self._ids[text]
        if id_ is not None:
            ids.add(str(id_))
        first = _WORD.search(text)
        rest = text[first.start() :] if first else ""
        if len(rest) >= SHORTEST:
            of_length = self._rests.setdefault(rest[:SHORTEST], {}).setdefault(len(rest), {})
            of_length.setdefault(rest, set()).add(text)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and len(text) >= SHORTEST and text in self._ids

    def is_copy(self, text: object, id_: object) -> bool:
        """Return whether a row that names no author is about a forgotten comment."""
        if not isinstance(text, str) or text not in self._ids:
            return False
        return len(text) >= SHORTEST or any(is_same_id(id_, each) for each in self._ids[text])

    def is_parent(self, text: object, id_: object) -> bool:
        """Return whether a row answers a forgotten comment, given as its text or its id."""
        rule = self.rule
        by_rule = rule.author is None and rule.id is not None and is_same_id(id_, rule.id)
        return by_rule or self.is_copy(text, id_)

    def without(self, text: str) -> str:
        """Return a text with a gap for each forgotten comment that it quotes as a whole."""
        found: set[str] = set()
        for word in _WORD.finditer(text) if self._rests else ():
            at = word.start()
            # A raid gives many texts with one start, but few lengths.
            for length, known in self._rests.get(text[at : at + SHORTEST], {}).items():
                found |= known.get(text[at : at + length], set())
        for quoted in sorted(found, key=len, reverse=True):
            text = text.replace(quoted, GAP)
        return text

    def names(self, text: str) -> bool:
        """Return whether a text contains the author's name as a word of its own."""
        return self._named is not None and self._named.search(text) is not None
