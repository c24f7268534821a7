"""The keys and their actions: one table for the screen, the plain prompts and the help line."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from moderation.labels.annotation.session import Judged
from moderation.records import Attribute


class Deed(StrEnum):
    """An action of a key other than an answer."""

    UNSURE = "unsure"
    SKIP = "skip"
    UNDO = "undo"
    NOTE = "note"
    ARTICLE = "article"
    GUIDELINE = "guideline"
    QUIT = "quit"


class KeyAnswer(NamedTuple):
    """The answer of a key."""

    attribute: Attribute
    value: Judged
    words: str


ANSWERS = {
    "h": KeyAnswer(Attribute.HOSTILITY, True, "hostile"),
    "n": KeyAnswer(Attribute.HOSTILITY, False, "not"),
    "o": KeyAnswer(Attribute.OFF_TOPIC, True, "off topic"),
    "t": KeyAnswer(Attribute.OFF_TOPIC, False, "on topic"),
}

DEEDS = {
    "u": Deed.UNSURE,
    "s": Deed.SKIP,
    "z": Deed.UNDO,
    "e": Deed.NOTE,
    "a": Deed.ARTICLE,
    "?": Deed.GUIDELINE,
    "q": Deed.QUIT,
}

QUESTIONS = {Attribute.HOSTILITY: "Hostile?", Attribute.OFF_TOPIC: "On topic?"}


def answer_keys(attribute: Attribute) -> list[tuple[str, str]]:
    """Return the keys that answer a question, with the words for each answer."""
    keys = [(key, said.words) for key, said in ANSWERS.items() if said.attribute is attribute]
    return [*keys, ("u", "unsure")]


def deed_keys() -> list[tuple[str, str]]:
    """Return the keys of other actions, with the words for each."""
    return [(key, deed.value) for key, deed in DEEDS.items() if deed is not Deed.UNSURE]


def in_words(attribute: Attribute, value: object) -> str:
    """Return an answer in words.

    >>> in_words(Attribute.HOSTILITY, True), in_words(Attribute.OFF_TOPIC, "unsure")
    ('hostile', 'unsure')
    """
    if isinstance(value, float) and value not in {0.0, 1.0}:
        return f"{value:.0%}"
    if isinstance(value, bool | float | int):
        return next(
            said.words
            for said in ANSWERS.values()
            if said.attribute is attribute and said.value == bool(value)
        ).replace("not", "not hostile")
    return str(value)
