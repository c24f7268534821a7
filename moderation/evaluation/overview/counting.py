"""Counts of comments by group, in one pass; memory grows with the groups and not with the comments.

Comments under one article resemble each other. So that intervals can allow for it, each table
also counts how its groups are spread over articles, unless it has very many groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from moderation.evaluation.overview.inputs.placing import Placing
from moderation.evaluation.overview.inputs.reading import ScoredComment
from moderation.records import Action

#: A table with more groups than this has small groups, and their articles are not counted.
MOST_SPREAD = 200

_BLOCK = 4096

# So many versions of models are kept; a file may name a different one in each row.
_MOST_MODELS = 20


class GroupCount(NamedTuple):
    """The counts of one group.

    Attributes
    ----------
    n, review, hold
        Comments; those proposed for review or hold; those proposed for hold.
    squares
        The sum of the squared numbers of its comments under each article; `n` if these are not
        counted.
    """

    n: int
    review: int
    hold: int
    squares: int


class _Counted:
    """The counts of one table: comments by group and action, and by group and article."""

    def __init__(self, *, spread: bool) -> None:
        self.actions: Counter[tuple[str | None, str]] = Counter()
        self.articles: Counter[tuple[str | None, str | None]] | None = Counter() if spread else None

    def add(
        self, groups: Sequence[str | None], actions: Sequence[str], articles: Sequence[str | None]
    ) -> None:
        self.actions.update(zip(groups, actions, strict=True))
        if self.articles is not None:
            self.articles.update(zip(groups, articles, strict=True))
            if len(self.actions) > len(Action) * MOST_SPREAD:
                self.articles = None

    @property
    def n_missing(self) -> int:
        return sum(n for (group, _), n in self.actions.items() if group is None)

    def counts(self) -> dict[str, GroupCount]:
        squares: Counter[str] = Counter()
        for (group, article), n in (self.articles or {}).items():
            if group is not None and article is not None:
                squares[group] += n * n - n
        found: dict[str, list[int]] = {}
        for (group, action), n in self.actions.items():
            if group is not None:
                counts = found.setdefault(group, [0, 0, 0])
                counts[0] += n
                counts[1] += n * (action != Action.PUBLISH)
                counts[2] += n * (action == Action.HOLD)
        return {
            name: GroupCount(n, review, hold, n + squares[name])
            for name, (n, review, hold) in found.items()
        }


class Counting:
    """The counts of an overview.

    Parameters
    ----------
    placing
        How comments are put into groups.

    Attributes
    ----------
    actions
        Comments that were judged, by action.
    n_unjudged
        Comments that no model could judge; they belong to no group.
    titles
        The headlines of articles by the name of their group.
    models
        The versions of the models, with their comments.
    since, until
        The first and the last day.
    """

    def __init__(self, placing: Placing) -> None:
        self._placing = placing
        self._counted = {
            table: _Counted(spread=table not in {"article", "author"}) for table in placing.tables
        }
        self.actions: Counter[str] = Counter()
        self.titles: dict[str, str] = {}
        self.models: Counter[str] = Counter()
        self.n_unjudged = 0
        self.since: date | None = None
        self.until: date | None = None

    @property
    def n(self) -> int:
        """Comments that were judged."""
        return self.actions.total()

    def measured(self, measure: str) -> int:
        """Return how many comments count for a measure: ``hold``, or ``review`` with it."""
        flagged = (Action.HOLD,) if measure == "hold" else (Action.HOLD, Action.REVIEW)
        return sum(self.actions[action] for action in flagged)

    def count(self, comments: Iterable[ScoredComment]) -> None:
        """Count comments, of which some are in memory at a time."""
        rest = iter(comments)
        while block := list(islice(rest, _BLOCK)):
            self._add([comment for comment in block if comment.judged])
            self.n_unjudged += sum(not comment.judged for comment in block)

    def _add(self, comments: Sequence[ScoredComment]) -> None:
        if not comments:
            return
        actions = [comment.action for comment in comments]
        places = self._placing.places([comment.row for comment in comments])
        articles = places.groups["article"]
        self.actions.update(actions)
        for table, groups in places.groups.items():
            self._counted[table].add(groups, actions, articles)
        for article, title in zip(articles, places.titles, strict=True):
            if title is not None and article is not None and article not in self.titles:
                self.titles[article] = title
        for model, n in Counter(comment.model for comment in comments).items():
            if model in self.models or len(self.models) < _MOST_MODELS:
                self.models[model] += n
        days = [day for day in places.days if day is not None]
        if days:
            self.since = min(days) if self.since is None else min(self.since, *days)
            self.until = max(days) if self.until is None else max(self.until, *days)

    def groups(self, table: str) -> dict[str, GroupCount]:
        """Return the counts of a table by group."""
        return self._counted[table].counts()

    def n_missing(self, table: str) -> int:
        """Return how many comments do not say to which group of a table they belong."""
        return self._counted[table].n_missing
