"""The share that people call hostile, estimated from a sample that they have read.

A model misses some comments and flags others wrongly. Correcting its share needs its error on
these very comments (Rogan and Gladen 1978). The sample is drawn by what the model proposes, so the
estimate is the stratified one: the shares of the strata, weighted by their comments. Its interval
joins Wilson's intervals of the strata (Zou, Huang and Zhang 2009), which holds even where a stratum
shows no hostile comment at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from moderation.evaluation.overview.inputs.reading import ScoredComment
from moderation.evaluation.overview.sampling import PARTS, sample_id, sample_numbers
from moderation.evaluation.shares import wilson
from moderation.labels.gold import Gold
from moderation.records import Action

#: Fewest comments of each stratum that must have been read, unless it has fewer.
FEWEST_READ = 10


class Estimated(msgspec.Struct, frozen=True, kw_only=True):
    """A share with its 95 % interval, and the number of comments for which it stands."""

    value: float
    low: float
    high: float
    n: int

    @property
    def count(self) -> int:
        """The number of comments."""
        return round(self.value * self.n)

    @property
    def counts(self) -> tuple[int, int]:
        """The interval of the number of comments."""
        return int(np.floor(self.low * self.n)), int(np.ceil(self.high * self.n))


class StratumRead(msgspec.Struct, frozen=True, kw_only=True):
    """What people say about the comments of one proposal.

    Attributes
    ----------
    action
        What the model proposes.
    n, read
        All comments, and those that were read and judged for hostility.
    hostile, unfounded
        Those that are hostile, and those that are neither hostile nor off topic.
    """

    action: str
    n: int
    read: int
    hostile: int
    unfounded: int


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that a sample gives.

    Attributes
    ----------
    strata
        What was read.
    n_unmatched, n_undecided
        Labelled comments that are not among the comments, and those that nobody decided about.
    shares
        The corrected share of all comments, by attribute.
    missed
        The hostile comments among those that the model would publish.
    wrongly
        Those that it would hold or review although they are neither hostile nor off topic.
    found
        Of the hostile comments, the share that it would hold or review; its interval follows from
        those of both parts and is rather wide.
    """

    strata: list[StratumRead]
    n_unmatched: int
    n_undecided: int
    shares: dict[str, Estimated]
    missed: Estimated | None
    wrongly: Estimated | None
    found: Estimated | None


class _Judged(NamedTuple):
    action: str
    hostile: float | None
    off_topic: float | None


class Checked:
    """Labels of a sample, which find their comments as these pass by.

    Parameters
    ----------
    gold
        The labels.
    """

    def __init__(self, gold: Sequence[Gold]) -> None:
        self._open = {item.comment.id: item for item in gold}
        self._items = {n: item for item in gold for n in sample_numbers(item.comment.id)}
        self._found: list[tuple[Gold, str]] = []
        self.sizes: Counter[str] = Counter()

    def watch(self, comments: Iterable[ScoredComment]) -> Iterator[ScoredComment]:
        """Yield the same comments, and find those that were read.

        Parameters
        ----------
        comments
            All comments, in the order in which the sample was drawn.
        """
        for number, comment in enumerate(comments):
            if comment.judged:
                self.sizes[comment.action] += 1
                item = self._items.get(number)
                if item is not None:
                    self._found.append((item, comment.action))
                    numbers = sample_numbers(item.comment.id)
                    if sample_id(numbers, comment.row) == item.comment.id and number == numbers[0]:
                        self._open.pop(item.comment.id, None)
            yield comment

    @property
    def _judged(self) -> list[_Judged]:
        """The labels with the proposals; a row whose own id is not in its place has none."""
        return [
            _Judged(action, item.hostility, item.off_topic)
            for item, action in self._found
            if item.comment.id not in self._open
        ]

    def correction(self) -> Correction:
        """Return the figures, after all comments have passed by."""
        judged = self._judged
        decided = [each for each in judged if each.hostile not in {None, 0.5}]
        strata = [self._stratum(str(action), decided) for action in PARTS if self.sizes[action]]
        hostile = {each.action: (each.hostile, each.read) for each in strata}
        shares = {
            "hostility": self._share(hostile),
            "off_topic": self._share(self._off_topic(judged)),
        }
        flagged = {
            each.action: (each.unfounded, each.read)
            for each in strata
            if each.action != Action.PUBLISH
        }
        missed = self._share({a: part for a, part in hostile.items() if a == Action.PUBLISH})
        caught = self._share({a: part for a, part in hostile.items() if a != Action.PUBLISH})
        return Correction(
            strata=strata,
            n_unmatched=len(self._open),
            n_undecided=len(judged) - len(decided),
            shares={name: share for name, share in shares.items() if share is not None},
            missed=missed,
            wrongly=self._share(flagged),
            found=_found(missed, caught),
        )

    def _stratum(self, action: str, decided: Sequence[_Judged]) -> StratumRead:
        inside = [each for each in decided if each.action == action]
        hostile = [(each.hostile or 0) > 0.5 for each in inside]
        strays = [(each.off_topic or 0) > 0.5 for each in inside]
        return StratumRead(
            action=action,
            n=self.sizes[action],
            read=len(inside),
            hostile=sum(hostile),
            unfounded=sum(not (h or s) for h, s in zip(hostile, strays, strict=True)),
        )

    def _off_topic(self, judged: Sequence[_Judged]) -> dict[str, tuple[int, int]]:
        decided = [each for each in judged if each.off_topic not in {None, 0.5}]
        return {
            str(action): (
                sum((each.off_topic or 0) > 0.5 for each in decided if each.action == action),
                sum(each.action == action for each in decided),
            )
            for action in PARTS
            if self.sizes[action]
        }

    def _share(self, parts: Mapping[str, tuple[int, int]]) -> Estimated | None:
        """Return the share of comments in some strata together; None if too few were read."""
        sizes = [self.sizes[action] for action in parts]
        enough = all(
            read >= min(FEWEST_READ, size)
            for (_, read), size in zip(parts.values(), sizes, strict=True)
        )
        if not parts or not enough:
            return None
        return stratified(sizes, [k for k, _ in parts.values()], [n for _, n in parts.values()])


def stratified(sizes: Sequence[int], k: Sequence[int], n: Sequence[int]) -> Estimated:
    """Return the share of several strata together with its 95 % interval.

    Parameters
    ----------
    sizes
        The comments of each stratum.
    k, n
        Those that count, and those that were read, of each stratum.
    """
    size, some, of = (np.array(each, float) for each in (sizes, k, n))
    weight = size / size.sum()
    share = some / of
    low, high = wilson(some, of)
    # What has been read is known, and only the rest is uncertain.
    rest = np.sqrt(np.maximum(0.0, 1 - of / size))
    middle = float((weight * share).sum())
    down = float(np.sqrt(((weight * rest * (share - low)) ** 2).sum()))
    up = float(np.sqrt(((weight * rest * (high - share)) ** 2).sum()))
    return Estimated(
        value=round(middle, 6),
        low=round(max(0.0, middle - down), 6),
        high=round(min(1.0, middle + up), 6),
        n=int(size.sum()),
    )


def _found(missed: Estimated | None, caught: Estimated | None) -> Estimated | None:
    """Return the share of hostile comments that is flagged, from both parts of them."""
    if missed is None or caught is None:
        return None
    one, other = missed.value * missed.n, caught.value * caught.n
    if not one + other:
        return None
    least, most = caught.low * caught.n, caught.high * caught.n
    return Estimated(
        value=round(other / (one + other), 6),
        low=round(least / max(least + missed.high * missed.n, 1e-9), 6),
        high=round(most / max(most + missed.low * missed.n, 1e-9), 6),
        n=round(one + other),
    )
