"""What labelling tools call the answers: their labels in words, and ours.

A tool knows labels, not questions: ``hostile`` and ``not hostile`` are answers to one question,
``off-topic`` and ``on topic`` to another. A label that is not in the table is an error until its
user says what it means, for a label guessed wrongly is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from moderation.errors import UsageError
from moderation.labels.labelled_files import Answer
from moderation.records import Attribute

UNSURE: Final = "unsure"


class WordedAnswer(NamedTuple):
    """An answer to one question."""

    attribute: Attribute
    answer: Answer


#: Our own words for each answer, as they are exported: the first of each kind in the table below.
HOSTILE, NOT_HOSTILE, UNSURE_HOSTILE = "hostile", "not hostile", "unsure if hostile"
OFF_TOPIC, ON_TOPIC, UNSURE_OFF_TOPIC = "off-topic", "on topic", "unsure if off-topic"

_WORDS: Mapping[WordedAnswer, tuple[str, ...]] = {
    WordedAnswer(Attribute.HOSTILITY, True): (HOSTILE, "hostility", "toxic", "abusive", "hateful"),
    WordedAnswer(Attribute.HOSTILITY, False): (
        NOT_HOSTILE,
        "civil",
        "not toxic",
        "non toxic",
        "nontoxic",
    ),
    WordedAnswer(Attribute.HOSTILITY, UNSURE): (UNSURE_HOSTILE,),
    WordedAnswer(Attribute.OFF_TOPIC, True): (OFF_TOPIC, "irrelevant"),
    WordedAnswer(Attribute.OFF_TOPIC, False): (ON_TOPIC, "not off topic", "relevant"),
    WordedAnswer(Attribute.OFF_TOPIC, UNSURE): (UNSURE_OFF_TOPIC,),
}
_ANSWERS: Mapping[Answer, tuple[str, ...]] = {
    True: ("true", "yes", "y", "x", "1", "ja", "wahr", "oui", "vrai", "si", "sí", "verdadero",
           "vero", "sim", "verdadeiro", "tak", "prawda"),
    False: ("false", "no", "n", "0", "nein", "falsch", "non", "faux", "falso", "não", "nie",
            "fałsz"),
    UNSURE: (UNSURE, "?", "not sure", "maybe", "unsicher", "incertain", "dudoso", "incerto"),
}  # fmt: skip
_SAID = {word: said for said, words in _WORDS.items() for word in words}
_ANSWER = {word: answer for answer, words in _ANSWERS.items() for word in words}
_QUESTIONS = {"hostility": Attribute.HOSTILITY, "off topic": Attribute.OFF_TOPIC}

LABELS = tuple(words[0] for words in _WORDS.values())
"""Every label that an export may hold."""


def _word(word: str) -> str:
    return " ".join(word.casefold().split())


def _plain(label: str) -> str:
    return " ".join(label.casefold().replace("_", " ").replace("-", " ").split())


_SAID = {_plain(word): said for word, said in _SAID.items()}


class Wording:
    """Reads labels.

    Parameters
    ----------
    own
        What a newsroom's own labels mean: each label with one that the table knows.

    Raises
    ------
    UsageError
        If one of `own` means nothing known.
    """

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._own: dict[str, WordedAnswer] = {}
        for label, meaning in (own or {}).items():
            said = _SAID.get(_plain(meaning))
            if said is None:
                hint = f"one of: {', '.join(LABELS)}"
                raise UsageError("no known meaning of a label", field=label, got=meaning, hint=hint)
            self._own[_plain(label)] = said

    def said(self, label: str, question: str = "") -> WordedAnswer | None:
        """What a label says, None if it is not known.

        Parameters
        ----------
        label
            As the tool writes it.
        question
            What the tool calls the question; where it is one of ours, yes and no are labels too.
        """
        plain = _plain(label)
        attribute = _QUESTIONS.get(_plain(question))
        if plain in self._own:
            return self._own[plain]
        if attribute is not None and _word(label) in _ANSWER:
            return WordedAnswer(attribute, _ANSWER[_word(label)])
        return _SAID.get(plain)

    def answers(self, labels: Iterable[str], question: str = "") -> dict[str, Answer] | str:
        """The answers that several labels give together, or what is wrong with them."""
        found: dict[str, Answer] = {}
        for label in labels:
            said = self.said(label, question)
            if said is None:
                return f"label {label!r} is not known"
            if found.setdefault(said.attribute.value, said.answer) != said.answer:
                return f"labels contradict each other ({label!r} among them)"
        return found


def answer_of(word: str) -> Answer:
    """The answer that a word like yes, TRUE or nein gives; KeyError if it gives none."""
    return _ANSWER[_word(word)]


def words_of(answers: Mapping[Attribute, Answer]) -> list[str]:
    """Our own labels for answers; a share between 0 and 1 is no label and has none."""
    return [
        _WORDS[WordedAnswer(attribute, certain)][0]
        for attribute, answer in answers.items()
        if (certain := certain_answer(answer)) is not None
    ]


def certain_answer(answer: Answer) -> Answer:
    """True, false or unsure; None for a share of annotators, which no one person gave."""
    if isinstance(answer, float):
        return bool(answer) if answer in {0.0, 1.0} else None
    return answer
