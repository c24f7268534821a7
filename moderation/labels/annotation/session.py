"""A labelling session, independent of the terminal: the next question, and what an answer does.

Each answer becomes one line in the journal with everything that the annotator has said about the
comment, so that the last line is always the whole answer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from moderation.labels.annotation.candidates import Candidate, Selection, candidate_of
from moderation.labels.answers import Answers, withdrawn
from moderation.labels.articles import ArticleFile
from moderation.labels.identity import drawn, key_of_row, other_id
from moderation.labels.journal.log import Journal
from moderation.labels.labelled_files import Answer, LabelledRow
from moderation.records import Attribute, now
from moderation.sources.times import moment

#: Seconds on one comment after which the annotator counts as away; the pace ignores the excess.
LONGEST_THOUGHT = 180.0

#: Seconds after which an answer belongs to an earlier sitting and no longer counts for the goal.
SITTING = 12 * 3600.0

# Comments that are needed before a pace is reported.
_FEWEST = 3

_BY_MODEL = {Selection.UNCERTAIN, Selection.DISAGREEMENT}

Judged = bool | Literal["unsure"]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a session.

    Attributes
    ----------
    annotator
        The name of the annotator.
    attributes
        The attributes to ask about, as far as the comment allows it.
    guideline
        The version of the guideline that every row records.
    adjudicated
        Whether the answers settle the others' disagreements.
    assist
        Whether the annotator sees the model's scores and the others' answers.
    overlap
        Share of the comments answered by others that are asked about again in turn, so that
        agreement can be measured. The other ones come last.
    goal
        The number of comments to answer in this session; None means all.
    """

    annotator: str
    attributes: tuple[Attribute, ...] = tuple(Attribute)
    guideline: str = ""
    adjudicated: bool = False
    assist: bool = False
    overlap: float = 0.2
    goal: int | None = None


class SessionProgress(NamedTuple):
    """How far a session has come.

    Attributes
    ----------
    answered
        The number of comments answered in this session.
    left
        The number of comments still to be asked about, up to the goal.
    in_file
        The number of comments that the annotator has answered in the file, in all sessions.
    per_hour
        The pace of this session; None until it is known.
    """

    answered: int
    left: int
    in_file: int
    per_hour: float | None

    @property
    def minutes_left(self) -> float | None:
        """The minutes that the remaining comments take at this pace."""
        return 60 * self.left / self.per_hour if self.per_hour else None


class _Answered(NamedTuple):
    """A comment that was answered, and the annotator's line that counted before."""

    candidate: Candidate
    before: LabelledRow | None


class Session:
    """Shows candidates to one annotator in order, and keeps every answer.

    Parameters
    ----------
    queue
        The candidates in order.
    journal, articles
        The files for answers and for the articles of the comments.
    rules
        The rules of the session.
    answers
        Earlier answers, without the unread ones in the journal.
    clock
        Returns the time in seconds, for the pace.

    Attributes
    ----------
    telling
        Returns the words of a text that raise the model's score, for annotators with assistance.
    """

    def __init__(
        self,
        queue: Iterable[Candidate],
        journal: Journal,
        articles: ArticleFile,
        rules: Rules,
        answers: Answers | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rules = rules
        self.answers = answers or Answers()
        self._journal = journal
        self._articles = articles
        self._queue = deque(queue)
        self._later: deque[Candidate] = deque()
        self._clock = clock
        self.telling: Callable[[str], Sequence[str]] = lambda _: ()
        self._since = clock()
        self._spent = 0.0
        self._n_answered = 0
        self.current: Candidate | None = None
        self.open: tuple[Attribute, ...] = ()
        self.answers.add(journal.unread())
        pending = {each.key for each in self._queue if still_open(each, self.answers, rules)}
        mine = self.answers.of(rules.annotator, adjudicated=rules.adjudicated)
        answered = [row for row in mine if key_of_row(row) not in pending]
        self._before: LabelledRow | None = None
        self._history = [
            _Answered(candidate_of(row, articles.known, rules.attributes), None) for row in answered
        ]
        self._in_file = len(self._history)
        at_present = time.time()
        moments = (moment(row.labelled_at, at_present) for row in answered)
        self._n_resumed = sum(each.is_own and each.at > at_present - SITTING for each in moments)
        self._next()

    @property
    def question(self) -> Attribute | None:
        """The attribute that the annotator is asked about; None if no comment is left."""
        return self.open[0] if self.open else None

    @property
    def line(self) -> LabelledRow | None:
        """The annotator's answers about the current comment so far."""
        return self._line(self.current) if self.current else None

    @property
    def others(self) -> list[LabelledRow]:
        """The others' answers about the current comment; empty without assistance."""
        if self.current is None or not self.rules.assist:
            return []
        return self.answers.others(self.current.key, self.rules.annotator)

    @property
    def words(self) -> Sequence[str]:
        """The words that raise the model's score of hostility; empty without assistance."""
        if self.current is None or not self.rules.assist:
            return ()
        return self.telling(self.current.comment.text)

    @property
    def _n_of_goal(self) -> int:
        """The comments answered in this sitting, those before an interruption included."""
        return self._n_resumed + self._n_answered

    @property
    def finished(self) -> bool:
        """Whether the goal is reached or no comment is left."""
        goal = self.rules.goal
        return self.current is None or (goal is not None and self._n_of_goal >= goal)

    def answer(self, value: Judged, attribute: Attribute | None = None) -> None:
        """Keep an answer, and go on when all questions about the comment are answered.

        Parameters
        ----------
        value
            True, False or "unsure".
        attribute
            The attribute that it is about; default: the one that is asked about.

        Raises
        ------
        UsageError
            If the answer cannot be written. The question then stays.
        """
        attribute = attribute or self.question
        if self.current is None or attribute not in self.current.asked:
            return
        self._write(self.current, attribute, value)
        self.open = tuple(each for each in self.open if each is not attribute)
        if not self.open:
            self._count(+1)
            self._history.append(_Answered(self.current, self._before))
            self._next()

    def note(self, text: str) -> None:
        """Keep a note on the current comment; an empty one removes it."""
        if self.current is not None:
            row = self._row(self.current)
            self._append(msgspec.structs.replace(row, note=text.strip() or None))

    def skip(self) -> None:
        """Go on without an answer; another session shows the comment again."""
        if self.current is not None:
            self._next()

    def undo(self) -> bool:
        """Withdraw the answers about the current comment or, if there are none, the one before it.

        Answers from before this session count again, such as a first answer when the comment is
        reviewed, or an answer about an attribute that is not asked about this time.

        Returns
        -------
        bool
            Whether there was an answer to withdraw.
        """
        if self.current and self.line and len(self.open) < len(self.current.asked):
            self._take_back(self.current, self._before)
            return True
        if not self._history:
            return False
        last = self._history[-1]
        waiting = self.current
        self._take_back(last.candidate, last.before)
        if waiting is not None:
            self._queue.appendleft(waiting)
        self._history.pop()
        self._count(-1)
        return True

    def _take_back(self, candidate: Candidate, before: LabelledRow | None) -> None:
        line = self._line(candidate)
        if line is not None:
            asked = {attribute.value: None for attribute in candidate.asked}
            self._append(before or msgspec.structs.replace(line, **asked))
        self.current, self.open, self._before = candidate, candidate.asked, before

    @property
    def progress(self) -> SessionProgress:
        """How far the session has come."""
        left = len(self._queue) + len(self._later) + (self.current is not None)
        if self.rules.goal is not None:
            left = min(left, max(0, self.rules.goal - self._n_of_goal))
        paced = self._n_answered >= _FEWEST and self._spent > 0
        per_hour = 3600 * self._n_answered / self._spent if paced else None
        return SessionProgress(self._n_answered, left, self._in_file, per_hour)

    def close(self) -> None:
        """Close the files; every answer is already in them."""
        self._journal.close()
        self._articles.close()

    def _next(self) -> None:
        """Find the next comment that this annotator has not answered."""
        self.answers.add(self._journal.unread())  # Others may have answered meanwhile.
        self.current, self.open = None, ()
        while self.current is None and (self._queue or self._later):
            fresh = bool(self._queue)
            candidate = (self._queue or self._later).popleft()
            asked = still_open(candidate, self.answers, self.rules)
            if not asked:
                continue
            if fresh and self._can_wait(candidate):
                self._later.append(candidate)
                continue
            self.current, self.open = candidate, asked
            line = self._line(candidate)
            kept = line is not None and not withdrawn(line) and asked == candidate.asked
            self._before = line if kept else None
        self._since = self._clock()

    def _can_wait(self, candidate: Candidate) -> bool:
        """Return whether others have answered it and it is not part of the overlap."""
        if self.rules.adjudicated or candidate.selection == Selection.DISAGREEMENT:
            return False
        others = self.answers.others(candidate.key, self.rules.annotator)
        full = all(any(row.answer(a) is not None for row in others) for a in candidate.asked)
        return full and drawn(candidate.key, "overlap") >= self.rules.overlap

    def _line(self, candidate: Candidate) -> LabelledRow | None:
        rules = self.rules
        return self.answers.line(candidate.key, rules.annotator, adjudicated=rules.adjudicated)

    def _row(self, candidate: Candidate) -> LabelledRow:
        """Return the annotator's next line about a comment, with their earlier answers."""
        comment, line = candidate.comment, self._line(candidate)
        heard = self.rules.assist or candidate.selection in _BY_MODEL
        seen = candidate.seen if heard else None
        taken = self.answers.is_other(comment.id, comment.text)
        said = line or LabelledRow(text=comment.text)
        return LabelledRow(
            id=other_id(comment.id, candidate.key) if taken else comment.id,
            text=comment.text,
            hostility=said.hostility,
            off_topic=said.off_topic,
            annotator=self.rules.annotator,
            guideline=self.rules.guideline,
            source=candidate.source,
            labelled_at=now(),
            article_id=comment.article_id,
            article=self._articles.keep(comment),
            parent_id=comment.parent_id,
            parent=comment.parent,
            note=said.note,
            adjudicated=self.rules.adjudicated,
            selection=candidate.drawn or candidate.selection,
            chance=candidate.chance,
            model=seen.model if seen else None,
            score_seen=_rounded(seen.hostility) if seen and self.rules.assist else None,
        )

    def _write(self, candidate: Candidate, attribute: Attribute, value: Answer) -> None:
        self._append(msgspec.structs.replace(self._row(candidate), **{attribute.value: value}))

    def _append(self, row: LabelledRow) -> None:
        self._journal.append(row)
        self.answers.add(self._journal.unread())

    def _count(self, change: int) -> None:
        self._n_answered = max(0, self._n_answered + change)
        self._in_file += change
        if change > 0:
            self._spent += min(self._clock() - self._since, LONGEST_THOUGHT)


def still_open(candidate: Candidate, answers: Answers, rules: Rules) -> tuple[Attribute, ...]:
    """Return the attributes that the annotator has not yet answered; empty if there are none.

    Parameters
    ----------
    candidate
        The comment.
    answers
        The answers given so far.
    rules
        The rules of the session.
    """
    line = answers.line(candidate.key, rules.annotator, adjudicated=rules.adjudicated)
    if line is None or withdrawn(line):
        return candidate.asked
    second = candidate.selection == Selection.DISAGREEMENT and not rules.adjudicated
    if second and line.selection != candidate.selection:
        return candidate.asked  # The annotator reviews their own answer.
    return tuple(each for each in candidate.asked if line.answer(each) is None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
