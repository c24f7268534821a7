"""Comments with their scores, counted by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

from moderation._types import Floats
from moderation.records import Action, Attribute
from moderation.text import near_copies, plainly

# Scores are counted in steps of a tenth of a log-odd, so that days can be summed and cut anew.
_EDGE, _STEP = 8.0, 0.1
_N_BINS = round(2 * _EDGE / _STEP)

# A shorter text has copies on ordinary days: many people write the same few words.
_FEWEST_LETTERS = 30

# Ids of copies that an alarm names.
_NAMED = 5


class Watched(NamedTuple):
    """One comment, as far as drift is concerned.

    Attributes
    ----------
    day
        The day on which it was written, in the newsroom's zone.
    hostility, off_topic
        Its scores, if it has them.
    action
        What the model proposed.
    model
        The model's version.
    id, text, author, section
        The comment; `text` and `author` tell copies, and may be missing.
    agreed
        Whether a person did what was proposed; None if nobody decided, or the proposal was to
        look at it.
    """

    day: date
    hostility: float | None
    off_topic: float | None
    action: Action
    model: str
    id: str = ""
    text: str | None = None
    author: str | None = None
    section: str | None = None
    agreed: bool | None = None


class Copied(NamedTuple):
    """The text of a day that most authors wrote.

    Attributes
    ----------
    authors, comments
        How many authors, and in how many comments; a comment without an author has one of its own.
    ids
        Some of the comments.
    """

    authors: int = 0
    comments: int = 0
    ids: tuple[str, ...] = ()


class Day(NamedTuple):
    """The counts of one day.

    Attributes
    ----------
    day
        The day.
    n, flagged
        The number of comments with a score, and of those proposed for review or hold.
    scores
        For each attribute, how many scores lie in each bin of log-odds.
    proposed, agreed
        The number of proposals to hold or publish that people decided about, and with which they
        agreed.
    sections
        For each section, the number of comments and of those flagged.
    models
        The number of comments by model.
    copied
        The text that most authors wrote.
    """

    day: date
    n: int
    flagged: int
    scores: dict[Attribute, Floats]
    proposed: int
    agreed: int
    sections: dict[str, tuple[int, int]]
    models: Counter[str]
    copied: Copied


class Counted:
    """Collects comments and counts them by day."""

    def __init__(self) -> None:
        self._days: dict[date, list[Watched]] = {}

    def add(self, comment: Watched) -> None:
        """Count one comment, in any order."""
        self._days.setdefault(comment.day, []).append(comment)

    def days(self) -> list[Day]:
        """Return the days in order; a day without comments has none."""
        return [counted(day, self._days[day]) for day in sorted(self._days)]


def counted(day: date, comments: Iterable[Watched]) -> Day:
    """Return the counts of the comments of one day."""
    scored = [each for each in comments if each.hostility is not None]
    sections: dict[str, tuple[int, int]] = {}
    for each in scored:
        if each.section:
            n, flagged = sections.get(each.section, (0, 0))
            sections[each.section] = n + 1, flagged + (each.action is not Action.PUBLISH)
    decided = [each.agreed for each in scored if each.agreed is not None]
    return Day(
        day=day,
        n=len(scored),
        flagged=sum(each.action is not Action.PUBLISH for each in scored),
        scores={
            Attribute.HOSTILITY: binned(np.array([each.hostility for each in scored], float)),
            Attribute.OFF_TOPIC: binned(np.array([each.off_topic for each in scored], float)),
        },
        proposed=len(decided),
        agreed=sum(decided),
        sections=sections,
        models=Counter(each.model for each in scored),
        copied=_most_copied(scored),
    )


def agreement(proposal: Action, rejected: bool) -> bool | None:
    """Return whether a decision agrees with a proposal; None if that was to look at the comment.

    Parameters
    ----------
    proposal
        What the model proposed.
    rejected
        Whether a person rejected the comment.
    """
    return None if proposal is Action.REVIEW else rejected is (proposal is Action.HOLD)


def binned(scores: Floats) -> Floats:
    """Return how many scores lie in each bin of log-odds; NaN stands for no score.

    Parameters
    ----------
    scores
        Probabilities, shape (n,).
    """
    known = np.clip(scores[~np.isnan(scores)], 1e-6, 1 - 1e-6)
    places = np.floor((np.log(known / (1 - known)) + _EDGE) / _STEP).astype(int)
    return np.bincount(np.clip(places, 0, _N_BINS - 1), minlength=_N_BINS).astype(float)


def _most_copied(comments: Iterable[Watched]) -> Copied:
    """Return the text, or nearly the same text, that most authors wrote."""
    long = [each for each in comments if each.text and len(plainly(each.text)) >= _FEWEST_LETTERS]
    most = Copied()
    for copies in near_copies([each.text or "" for each in long]):
        some = [long[place] for place in copies.members]
        named = {each.author for each in some if each.author}
        authors = len(named) + sum(not each.author for each in some)
        if authors > most.authors:
            most = Copied(authors, len(some), tuple(each.id for each in some[:_NAMED]))
    return most
