"""Which comments of a run are scored and written, and the counts of what became of all of them."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from moderation.records import Comment, Verdict
from moderation.sources.comment_rows import standing


class Selection(NamedTuple):
    """What is scored and written; an empty tuple selects everything.

    Attributes
    ----------
    only
        The actions whose comments are written.
    status
        The standings of the comments that are scored: ``approved``, ``rejected``, ``pending``, or
        a platform's own word in lower case.
    """

    only: tuple[str, ...] = ()
    status: tuple[str, ...] = ()

    def takes(self, comment: Comment, tally: Tally) -> bool:
        """Return whether a comment is to be scored; others are counted by their standing."""
        if not self.status:
            return True
        found = standing(comment.status)
        if found in self.status:
            return True
        tally.left_out[found or "without a status"] += 1
        return False

    def shows(self, verdict: Verdict, tally: Tally) -> bool:
        """Return whether a scored comment is to be written; each is counted by its action."""
        tally.actions[verdict.action.value] += 1
        return not self.only or verdict.action.value in self.only


EVERYTHING = Selection()


class Tally:
    """What became of the comments of a run.

    Attributes
    ----------
    actions
        The number of comments scored, by the action proposed.
    left_out
        The number of comments that were not scored, by their standing.
    """

    def __init__(self) -> None:
        self.actions: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
