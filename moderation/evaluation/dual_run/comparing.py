"""A dual run: another scorer's recorded scores compared with ours on the same comments.

The scores of two scorers cannot be compared directly, but the shares they hold can. For each
threshold of the other scorer, the threshold of ours that holds the same share of the same comments
is proposed, so that the moderators' workload does not change on the day of the switch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from moderation._types import Floats
from moderation.errors import InputError, RecordError, UsageError
from moderation.evaluation.dual_run.recordings import Recording, read_recordings
from moderation.model import Moderator
from moderation.records import Attribute, Comment

#: The default thresholds of the other scorer: Coral's default (0.8) and those around it.
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)

#: A threshold that holds fewer comments than this is only a guess.
FEWEST_HELD = 20


class SameShare(msgspec.Struct, frozen=True, kw_only=True):
    """One threshold of the other scorer, and our threshold that holds the same share.

    Attributes
    ----------
    recorded
        The other scorer's threshold; scores at or above it are held.
    held, share
        The number of comments that it holds, and their share of all comments.
    ours
        Our threshold; None if the other scorer holds nothing.
    ours_held
        The number of comments that ours holds. It may differ, because equal scores stay together.
    both
        Share of the comments held by the other scorer that ours holds too.
    certain
        Whether enough comments are held for the threshold to be reliable.
    """

    recorded: float
    held: int
    share: float
    ours: float | None
    ours_held: int
    both: float | None
    certain: bool


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that the two scorers rank very differently.

    Attributes
    ----------
    id, line, text
        The comment.
    recorded, ours
        Both scores.
    recorded_rank, ours_rank
        Share of comments that score lower, with ties counted as half.
    """

    id: str
    line: int
    text: str
    recorded: float
    ours: float
    recorded_rank: float
    ours_rank: float


class ComparedScorer(msgspec.Struct, frozen=True, kw_only=True):
    """One score name of the other scorer compared with one attribute of ours.

    Attributes
    ----------
    name, attribute
        The name and the attribute that are compared.
    n
        The number of comments that both have scored.
    unscored
        The number of comments that ours could not score (off-topic without an article).
    rank_correlation
        Spearman's rank correlation; None if either gives all comments the same score.
    thresholds
        The results for the requested thresholds, in their order.
    disagreements
        The disagreements, largest first.
    """

    name: str
    attribute: Attribute
    n: int
    unscored: int
    rank_correlation: float | None
    thresholds: tuple[SameShare, ...]
    disagreements: tuple[Disagreement, ...]


class DualRun(msgspec.Struct, frozen=True, kw_only=True):
    """A whole log compared with our model."""

    model: str
    n: int
    compared: tuple[ComparedScorer, ...]
    rejected: tuple[str, ...]


class _Pairs:
    """The lines, recorded scores and our scores of one score name."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self.recorded: list[float] = []
        self.ours: list[float] = []
        self.unscored = 0


class _ReadLog(NamedTuple):
    pairs: dict[str, _Pairs]
    n: int
    rejected: list[RecordError]


def compare(
    moderator: Moderator,
    path: str | Path,
    *,
    names: Sequence[str] = (),
    thresholds: Sequence[float] = THRESHOLDS,
    largest: int = 20,
) -> DualRun:
    """Compare a log of another scorer's scores with our scores of the same comments.

    Parameters
    ----------
    moderator
        Our model.
    path
        The log, in a form that `read_recordings` reads. It is read twice.
    names
        Names of the scores to compare; default: all scores in the log.
    thresholds
        Thresholds of the other scorer.
    largest
        The number of disagreements to list.

    Returns
    -------
    DualRun
        One comparison for each score name in the log, in order of appearance.

    Raises
    ------
    InputError
        If no row of the log can be compared.
    UsageError
        If a threshold is not in (0, 1].
    """
    wrong = next((t for t in thresholds if not 0 < t <= 1), None)
    if wrong is not None:
        raise UsageError("a threshold is above 0 and at most 1", got=f"{wrong:g}")
    read = _scored(moderator, path, tuple(names))
    if not read.n:
        first = f": {read.rejected[0]}" if read.rejected else ""
        raise InputError(f"no recorded score in it{first}", path=path)
    chosen = {
        name: _largest(np.array(pairs.recorded), np.array(pairs.ours), largest)
        for name, pairs in read.pairs.items()
    }
    wanted = {read.pairs[name].lines[i] for name, places in chosen.items() for i in places}
    comments = {
        row.line: row.comment
        for row in (read_recordings(path, tuple(names)) if wanted else ())
        if isinstance(row, Recording) and row.line in wanted
    }
    return DualRun(
        model=moderator.model.version,
        n=read.n,
        compared=tuple(
            _compared(name, pairs, thresholds, chosen[name], comments)
            for name, pairs in read.pairs.items()
        ),
        rejected=tuple(map(str, read.rejected)),
    )


def attribute_for(name: str) -> Attribute:
    """Return the attribute that a recorded name is compared with: hostility or off-topic.

    Parameters
    ----------
    name
        The recorded name of a score.
    """
    base = name.partition("@")[0].upper()
    return Attribute.OFF_TOPIC if base == "OFF_TOPIC" else Attribute.HOSTILITY


def _scored(moderator: Moderator, path: str | Path, names: tuple[str, ...]) -> _ReadLog:
    rejected: list[RecordError] = []

    def rows() -> Iterable[tuple[Recording, Comment]]:
        for row in read_recordings(path, names):
            if isinstance(row, RecordError):
                rejected.append(row)
            else:
                yield row, row.comment

    pairs: dict[str, _Pairs] = {}
    n = 0
    for row, verdict in moderator.score_pairs(rows()):
        n += 1
        for name, recorded in row.scores.items():
            found = pairs.setdefault(name, _Pairs())
            off_topic = attribute_for(name) is Attribute.OFF_TOPIC
            ours = (verdict.off_topic if off_topic else verdict.hostility).value
            if ours is None:
                found.unscored += 1
            else:
                found.lines.append(row.line)
                found.recorded.append(recorded)
                found.ours.append(ours)
    return _ReadLog(pairs, n, rejected)


def _compared(
    name: str,
    pairs: _Pairs,
    thresholds: Sequence[float],
    places: Sequence[int],
    comments: dict[int, Comment],
) -> ComparedScorer:
    recorded, ours = np.array(pairs.recorded), np.array(pairs.ours)
    ranks, our_ranks = _ranks(recorded), _ranks(ours)
    return ComparedScorer(
        name=name,
        attribute=attribute_for(name),
        n=len(recorded),
        unscored=pairs.unscored,
        rank_correlation=_correlation(ranks, our_ranks),
        thresholds=tuple(_same_share(recorded, ours, t) for t in thresholds),
        disagreements=tuple(
            Disagreement(
                id=comments[pairs.lines[i]].id,
                line=pairs.lines[i],
                text=comments[pairs.lines[i]].text,
                recorded=round(pairs.recorded[i], 6),
                ours=round(pairs.ours[i], 6),
                recorded_rank=round(float(ranks[i]), 6),
                ours_rank=round(float(our_ranks[i]), 6),
            )
            for i in places
        ),
    )


def _same_share(recorded: Floats, ours: Floats, threshold: float) -> SameShare:
    held = recorded >= threshold
    n_held = int(held.sum())
    if not n_held:
        return SameShare(
            recorded=threshold, held=0, share=0.0, ours=None, ours_held=0, both=None, certain=False
        )
    proposed = threshold_for(ours, n_held)
    ours_held = ours >= proposed
    return SameShare(
        recorded=threshold,
        held=n_held,
        share=n_held / len(recorded),
        ours=proposed,
        ours_held=int(ours_held.sum()),
        both=float((held & ours_held).sum() / n_held),
        certain=n_held >= FEWEST_HELD,
    )


def threshold_for(scores: Floats, n: int) -> float:
    """Return the threshold that holds `n` scores, or as close to `n` as ties allow.

    Parameters
    ----------
    scores
        At least `n` scores, shape (n_comments,).
    n
        The number of scores to hold, at least 1.
    """
    ranked = np.sort(scores)[::-1]
    lowest = float(ranked[n - 1])
    with_ties = int((scores >= lowest).sum())
    above = ranked[ranked > lowest]
    if len(above) and n - len(above) < with_ties - n:
        lowest = float(above[-1])
    below = ranked[ranked < lowest]
    readable = float(np.floor(lowest * 1e4) / 1e4)
    return readable if not len(below) or readable > below[0] else lowest


def _ranks(values: Floats) -> Floats:
    """Return the share of the values below each value, with ties counted as half."""
    if not len(values):
        return values
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    ranks: Floats = ((below + 0.5 * counts) / len(values))[inverse]
    return ranks


def _correlation(ranks: Floats, our_ranks: Floats) -> float | None:
    if len(ranks) < 2 or not ranks.std() or not our_ranks.std():
        return None
    return float(np.corrcoef(ranks, our_ranks)[0, 1])


def _largest(recorded: Floats, ours: Floats, n: int) -> list[int]:
    """Return the positions of the comments whose ranks differ most."""
    gap = np.abs(_ranks(recorded) - _ranks(ours))
    order = np.argsort(-gap, kind="stable")[:n]
    return [int(i) for i in order if gap[i] > 0]
