"""A decision about a comment, and the words that platforms and people have for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from moderation.errors import Notice, UsageError
from moderation.records import Comment


class Outcome(StrEnum):
    """What became of a comment."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    TRASH = "trash"
    SPAM = "spam"


class Decided(NamedTuple):
    """A comment and what people decided about it.

    Attributes
    ----------
    comment
        The comment with its article, parent and thread, as far as they are known.
    outcome
        What became of it.
    reason
        The reason for a rejection in the words of its source.
    hostile
        Whether that reason says that the comment is hostile; None without a reason.
    section
        Where it stands.
    proposal_seen
        Whether the person saw a proposal of the model; None if that is not known.
    """

    comment: Comment
    outcome: Outcome
    reason: str | None = None
    hostile: bool | None = None
    section: str | None = None
    proposal_seen: bool | None = None


class DecidedNames(NamedTuple):
    """What a newsroom's files call things.

    Attributes
    ----------
    columns
        The files' names of our fields: those of a comment, and ``decision``, ``reason``,
        ``section``.
    outcomes
        What its words for a decision mean: an outcome, or ``undecided``.
    """

    columns: Mapping[str, str] = {}
    outcomes: Mapping[str, str] = {}


#: The fields of a decided row that are no fields of a comment.
OF_DECISION = ("decision", "reason", "section")

_UNDECIDED = "undecided"

# What exports and files call each outcome, in small letters. The statuses of WordPress, Coral,
# Disqus, Blogger and isso, the lines of a desk's store, and plain English are among them.
_WORDS: Mapping[Outcome | None, str] = {
    Outcome.PUBLISHED: "published publish approved approve accepted accept live visible kept 1 "
    "overturn",
    Outcome.REJECTED: "rejected reject removed remove blocked refused uphold",
    Outcome.TRASH: "trash trashed",
    Outcome.SPAM: "spam spam_comment isspam",
    None: "undecided none pending hold held unapproved 0 premod system_withheld second deleted "
    "isdeleted emptied ghosted post-trashed draft",
}
_KNOWN = {word: outcome for outcome, words in _WORDS.items() for word in words.split()}

#: Lines of a desk's store that change nothing about what became of the comment.
NO_OUTCOME = frozenset({"skip", "note", "undo", "appeal"})

# Unknown words that a notice lists. A column with more of them is one of texts, which it must not
# show.
_LISTED = 12


class Words:
    """The words for outcomes, and a count of those that are no decision.

    Parameters
    ----------
    meanings
        What a newsroom's own words mean; they precede the known ones.

    Raises
    ------
    UsageError
        If a meaning is no outcome.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._known = dict(_KNOWN)
        outcomes = {**{each.value: each for each in Outcome}, _UNDECIDED: None}
        for word, meaning in meanings.items():
            if meaning not in outcomes:
                hint = f"one of: {', '.join(outcomes)}"
                raise UsageError("no outcome", field="--means", got=meaning, hint=hint)
            self._known[word.strip().casefold()] = outcomes[meaning]
        self.undecided = 0
        self.n_unknown = 0
        self.unknown: Counter[str] = Counter()

    def outcome(self, word: Any) -> Outcome | None:
        """Return what a word means; None, which is counted, if it is no decision."""
        text = "" if word is None else str(word).strip()
        if text and text.casefold() not in self._known:
            self.n_unknown += 1
            if len(self.unknown) <= _LISTED:
                self.unknown[text[:40]] += 1
            return None
        found = self._known.get(text.casefold())
        self.undecided += found is None
        return found

    def notices(self, path: str) -> Iterator[Notice]:
        """Yield what was left out."""
        if self.undecided:
            yield Notice(f"left out: {self.undecided:,} that nobody has decided about", path=path)
        if self.n_unknown:
            what = f"left out: {self.n_unknown:,} with no known word for a decision"
            hint = "--means WORD=rejected says what one means (published, trash, spam, undecided)"
            words = ", ".join(f"{word!r}" for word, _ in self.unknown.most_common())
            if len(self.unknown) > _LISTED:
                words = "many different ones"
                hint = "is it the column of decisions? --column decision=NAME names it"
            yield Notice(what, path=path, got=words, hint=hint)
