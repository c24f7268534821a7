"""A random sample of the comments, for a person to read without knowing what the model says.

As many as half of the sample are drawn from what the model would publish, and the rest from what it
would hold or review: the first tell what it misses, the others what it flags wrongly. Within each
of these strata every comment has the same chance.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from moderation.evaluation.overview.inputs.placing import Placing
from moderation.evaluation.overview.inputs.reading import ScoredComment
from moderation.files.records import Record, encoded
from moderation.records import Action

#: The share of the sample that each stratum gets, if it has so many comments.
PARTS = {Action.PUBLISH: 0.5, Action.REVIEW: 0.25, Action.HOLD: 0.25}

_OF_ARTICLE = ("id", "title", "text", "url")


class _Drawn(NamedTuple):
    lot: float
    number: int
    row: Mapping[str, Any]


class Sample:
    """A sample that is drawn while the comments pass by; memory grows with the sample alone.

    Parameters
    ----------
    size
        The number of comments to draw.
    seed
        Seed of the draw. The same comments and the same seed give the same sample.
    placing
        How the fields of rows are named.

    Attributes
    ----------
    sizes
        The comments of each stratum that could be drawn.
    n_textless
        The comments that could not be drawn because their row has no text.
    n_drawn
        The comments drawn, after :meth:`rows`. Copies of one comment count each.
    """

    def __init__(self, size: int, seed: int, placing: Placing) -> None:
        self._size = size
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._placing = placing
        self._drawn: dict[str, list[_Drawn]] = {action: [] for action in PARTS}
        self.sizes: Counter[str] = Counter()
        self.n_textless = 0
        self.n_drawn = 0

    def watch(self, comments: Iterable[ScoredComment]) -> Iterator[ScoredComment]:
        """Yield the same comments, and draw from them.

        Parameters
        ----------
        comments
            All comments, in the order of the input.
        """
        for number, comment in enumerate(comments):
            if comment.judged:
                self._offer(number, comment)
            yield comment

    def _offer(self, number: int, comment: ScoredComment) -> None:
        if self._placing.text(comment.row) is None:
            self.n_textless += 1
            return
        self.sizes[comment.action] += 1
        drawn = self._drawn[comment.action]
        entry = _Drawn(self._random.random(), number, comment.row)
        if len(drawn) < self._size:
            heapq.heappush(drawn, entry)
        elif entry > drawn[0]:
            heapq.heapreplace(drawn, entry)

    def rows(self) -> list[Record]:
        """Return the sample in a random order, as comment records with their chances.

        Copies of one comment are one row, because nobody is asked twice about the same words.
        """
        chosen = [
            (entry, count / self.sizes[action])
            for action, count in allotted(self._size, self.sizes).items()
            for entry in heapq.nlargest(count, self._drawn[action])
        ]
        self.n_drawn = len(chosen)
        self._random.shuffle(chosen)
        alike: dict[str, list[tuple[_Drawn, float]]] = {}
        for entry, chance in chosen:
            record = self._record(entry.row)
            alike.setdefault(encoded(record).decode(), []).append((entry, chance))
        return [self._joined(copies) for copies in alike.values()]

    def _joined(self, copies: Sequence[tuple[_Drawn, float]]) -> Record:
        first = copies[0][0].row
        return {
            "id": sample_id([entry.number for entry, _ in copies], first),
            **self._record(first),
            "selection": "random within proposals",
            "chance": round(1 / sum(1 / chance for _, chance in copies), 9),
        }

    def _record(self, row: Mapping[str, Any]) -> Record:
        """Return what the person who reads a comment sees of it."""
        record: Record = {"text": self._placing.text(row)}
        article = row.get("article")
        if isinstance(article, dict):
            record["article"] = {name: article[name] for name in _OF_ARTICLE if article.get(name)}
        return record | {name: row[name] for name in ("article_id", "parent") if row.get(name)}


def sample_id(numbers: Sequence[int], row: Mapping[str, Any]) -> str:
    """Return the id of comments in a sample: their places among all, and the first one's own id.

    >>> sample_id([4], {"id": "c7"}), sample_id([4, 9], {"id": "c7"})
    ('4:c7', '4+9:c7')
    """
    return f"{'+'.join(map(str, numbers))}:{row.get('id') or ''}"


def sample_numbers(id_: str) -> list[int]:
    """Return the places of the comments of a sample's row; none if the id is no such one.

    >>> sample_numbers("4+9:c7"), sample_numbers("c7")
    ([4, 9], [])
    """
    numbers, colon, _ = id_.partition(":")
    parts = numbers.split("+")
    return [int(part) for part in parts] if colon and all(p.isdecimal() for p in parts) else []


def allotted(size: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return how many comments to draw from each stratum.

    What a small stratum cannot give, the largest one gives.

    Parameters
    ----------
    size
        The size of the sample.
    sizes
        The comments of each stratum.
    """
    found = {action: min(sizes.get(action, 0), int(size * part)) for action, part in PARTS.items()}
    for action in sorted(found, key=lambda each: -sizes.get(each, 0)):
        more = min(size - sum(found.values()), sizes.get(action, 0) - found[action])
        found[action] += max(0, more)
    return {str(action): n for action, n in found.items() if n}
