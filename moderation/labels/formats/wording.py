"""The labels of labelling tools and the answers that they mean.

A tool has labels, not questions: ``hostile`` and ``not hostile`` answer one question, ``off-topic``
and ``on topic`` another. A label that is not in the table is an error until the user says what it
means, because a wrong guess is worse than no label.
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


#: Our own label for each answer, which is exported: the first of each kind in the table below.
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
"""All labels that an export may contain."""


def _word(word: str) -> str:
    return " ".join(word.casefold().split())


def _plain(label: str) -> str:
    return " ".join(label.casefold().replace("_", " ").replace("-", " ").split())


_SAID = {_plain(word): said for word, said in _SAID.items()}


class Wording:
    """Translates labels into answers.

    Parameters
    ----------
    own
        The meaning of a newsroom's own labels: for each, a label in the table.

    Raises
    ------
    UsageError
        If a meaning in `own` is not in the table.
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
        """Return the meaning of a label, or None if it is not known.

        Parameters
        ----------
        label
            The label as the tool writes it.
        question
            The tool's name of the question. If it is one of ours, yes and no are labels too.
        """
        plain = _plain(label)
        attribute = _QUESTIONS.get(_plain(question))
        if plain in self._own:
            return self._own[plain]
        if attribute is not None and _word(label) in _ANSWER:
            return WordedAnswer(attribute, _ANSWER[_word(label)])
        return _SAID.get(plain)

    def answers(self, labels: Iterable[str], question: str = "") -> dict[str, Answer] | str:
        """Return the combined answers of several labels, or a description of the problem."""
        found: dict[str, Answer] = {}
        for label in labels:
            said = self.said(label, question)
            if said is None:
                return f"label {label!r} is not known"
            if found.setdefault(said.attribute.value, said.answer) != said.answer:
                return f"labels contradict each other ({label!r} among them)"
        return found


def answer_of(word: str) -> Answer:
    """Return the answer of a word such as yes, TRUE or nein.

    Raises
    ------
    KeyError
        If the word is not an answer.
    """
    return _ANSWER[_word(word)]


def words_of(answers: Mapping[Attribute, Answer]) -> list[str]:
    """Return our own labels for answers; a share between 0 and 1 has no label.

    Parameters
    ----------
    answers
        The answers by attribute.
    """
    return [
        _WORDS[WordedAnswer(attribute, certain)][0]
        for attribute, answer in answers.items()
        if (certain := certain_answer(answer)) is not None
    ]


def certain_answer(answer: Answer) -> Answer:
    """Return true, false or unsure, or None for a share of several annotators.

    Parameters
    ----------
    answer
        The answer.
    """
    if isinstance(answer, float):
        return bool(answer) if answer in {0.0, 1.0} else None
    return answer
