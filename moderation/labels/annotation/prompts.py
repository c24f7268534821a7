"""Labelling line by line where a screen does not work: a dumb terminal, a pipe, a screen reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from moderation.errors import ModerationError
from moderation.labels.annotation.card import context, progress_line, shown
from moderation.labels.annotation.keys import (
    ANSWERS,
    DEEDS,
    QUESTIONS,
    Deed,
    answer_keys,
    deed_keys,
    in_words,
)
from moderation.labels.annotation.session import Session
from moderation.records import Attribute

_LEAD = 400


class Prompts:
    """Asks questions that are each answered by one line of input.

    Parameters
    ----------
    session
        The labelling session.
    keys, out
        The input and output streams.
    guideline
        The text shown on ``?``.
    """

    def __init__(self, session: Session, keys: TextIO, out: TextIO, guideline: str) -> None:
        self._session = session
        self._keys = keys
        self._out = out
        self._guideline = guideline

    def run(self) -> None:
        """Ask until the annotator quits, the input ends, or nothing is left."""
        told = None
        while not self._session.finished:
            current = self._session.current
            if current is not told:
                self._tell_comment()
                told = current
            given = self._ask()
            if given is None or DEEDS.get(given) is Deed.QUIT:
                return
            try:
                self._do(given)
            except ModerationError as error:
                self._say(f"NOT KEPT: {error}")

    def _ask(self) -> str | None:
        """Return the first character of the next line, or None at the end of the input."""
        question = self._session.question
        assert question is not None
        keys = ", ".join(f"{key} {word}" for key, word in answer_keys(question))
        self._out.write(f"{QUESTIONS[question]} ({keys}; {' '.join(k for k, _ in deed_keys())}) ")
        self._out.flush()
        line = self._keys.readline()
        return line.strip()[:1].lower() if line else None

    def _do(self, given: str) -> None:
        session = self._session
        if given in ANSWERS:
            said = ANSWERS[given]
            session.answer(said.value, said.attribute)
            return
        deeds: dict[Deed, Callable[[], object]] = {
            Deed.UNSURE: lambda: session.answer("unsure"),
            Deed.SKIP: session.skip,
            Deed.UNDO: lambda: None if session.undo() else self._say("nothing to undo"),
            Deed.NOTE: self._note,
            Deed.ARTICLE: lambda: self._say("\n\n".join(self._context())),
            Deed.GUIDELINE: lambda: self._say(self._guideline),
        }
        deed = DEEDS.get(given)
        if deed is None:
            meant = ", ".join(f"{key} {word}" for key, word in deed_keys())
            self._say(f"one letter, then Enter; also: {meant}")
        else:
            deeds[deed]()

    def _note(self) -> None:
        self._out.write("note: ")
        self._out.flush()
        self._session.note(self._keys.readline())

    def _context(self) -> tuple[str, str]:
        assert self._session.current is not None
        return context(self._session.current)

    def _tell_comment(self) -> None:
        session = self._session
        current = session.current
        assert current is not None
        title, lead = self._context()
        self._say("")
        self._say(f"[{progress_line(session.progress)}]")
        self._say(f"ARTICLE: {title}")
        if lead:
            self._say(lead[:_LEAD] + (" ..." if len(lead) > _LEAD else ""))
        if current.comment.parent:
            self._say(f"IN REPLY TO: {current.comment.parent}")
        if session.rules.assist and current.seen is not None:
            scores = [(each, current.seen.score(each)) for each in Attribute]
            told = [f"{each.value} {score:.2f}" for each, score in scores if score is not None]
            self._say(f"MODEL: {', '.join(told) or 'no score'}")
            if session.words:
                self._say(f"WORDS: {', '.join(session.words)}")
        for row in session.others:
            said = [in_words(a, row.answer(a)) for a in Attribute if row.answer(a) is not None]
            self._say(f"{row.annotator.upper()}: {', '.join(said)} {row.note or ''}")
        self._say(f"COMMENT: {current.comment.text}")

    def _say(self, text: str) -> None:
        # Lines of a text are indented so that none of them looks like a prompt.
        text, encoding = shown(text).replace("\n", "\n  "), self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding) + "\n")
