"""The order of the candidates for labelling, in bounded memory for any number of them.

The random part is chosen first. A hash of the comment decides whether it belongs to it before
it is scored, and no other part may take it. The labelled comments of the random part are therefore
an unbiased sample of the input, in every session, for every annotator and with every model.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain

import msgspec
import numpy as np

from moderation.labels.annotation.candidates import Candidate, Seen, Selection
from moderation.labels.answers import Answers, contested
from moderation.labels.identity import drawn
from moderation.records import Attribute
from moderation.text import fold, near_copies

#: Most candidates of each kind in memory; the next session finds the others again.
MOST = 5000

#: Share of the comments in the mixture that are drawn at random.
RANDOM_SHARE = 0.25

# A threshold of 1 is reached by no score and so separates nothing. A model trained on few labels
# may have only such thresholds; these values, close to the shipped model's, then replace both.
_UNREACHED = 1.0
_USUAL = (0.2, 0.6)

_LEAST, _LARGEST = 1e-4, 1 - 1e-4


class Order(StrEnum):
    """The order in which comments are shown."""

    MIXTURE = "mixture"
    RANDOM = "random"
    UNCERTAIN = "uncertain"
    DIVERSE = "diverse"
    DISAGREEMENT = "disagreement"
    GIVEN = "given"

    @property
    def scores(self) -> bool:
        """Whether the order needs the model's scores."""
        return self in {Order.MIXTURE, Order.UNCERTAIN, Order.DISAGREEMENT}


def queue(
    pool: Iterable[Candidate],
    order: Order = Order.MIXTURE,
    *,
    random_share: float = RANDOM_SHARE,
    most: int = MOST,
) -> list[Candidate]:
    """Put candidates in order, with each comment once.

    Parameters
    ----------
    pool
        The candidates in the order of the input, scored if the order needs it (``Order.scores``).
    order
        Any order but ``disagreement``, for which see :func:`disagreements`.
    random_share
        Share of the mixture that is drawn at random.
    most
        The most candidates of each kind to keep.
    """
    shares = _shares(order, random_share)
    parts = {selection: _Best(most) for selection in shares}
    given: list[Candidate] = []
    known: set[str] = set()
    for candidate in pool:
        if candidate.key in known:
            continue
        known.add(candidate.key)
        if order is Order.GIVEN:
            if len(given) < most:
                given.append(candidate)
            continue
        lot = drawn(candidate.key, "random")
        if lot < shares.get(Selection.RANDOM, 0.0):
            parts[Selection.RANDOM].offer((lot,), candidate)
            continue
        lot = drawn(candidate.key, "diverse")
        if Selection.UNCERTAIN in parts:
            parts[Selection.UNCERTAIN].offer((uncertainty(candidate), lot), candidate)
        if Selection.DIVERSE in parts:
            parts[Selection.DIVERSE].offer((lot,), candidate)
    if order is Order.GIVEN:
        return given
    return _mixed({s: part.ranked() for s, part in parts.items()}, shares)


def _shares(order: Order, random_share: float) -> dict[Selection, float]:
    if order is Order.MIXTURE:
        return {Selection.RANDOM: random_share, Selection.UNCERTAIN: 1 - random_share}
    return {} if order is Order.GIVEN else {Selection(order.value): 1.0}


class _Best:
    """Keeps the candidates with the lowest ranks."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[tuple[float, ...], int, Candidate]] = []
        self._n = 0

    def offer(self, rank: tuple[float, ...], candidate: Candidate) -> None:
        self._n += 1
        entry = (tuple(-each for each in rank), -self._n, candidate)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        elif entry > self._heap[0]:
            heapq.heapreplace(self._heap, entry)

    def ranked(self) -> list[Candidate]:
        return [candidate for _, _, candidate in sorted(self._heap, reverse=True)]


def uncertainty(candidate: Candidate) -> float:
    """Return how far a candidate is from the range that the model leaves to a person, in log-odds.

    The distance is 0 between the review and the hold threshold, where the order is random. (Tuned
    on c3: labels from the whole range taught a model more than those nearest to either threshold,
    which are very similar; ``benchmarks/labelling.py`` measures their value.) Default thresholds
    are used if the model has no review threshold. The distance is infinite without a score.
    """
    seen = candidate.seen
    if seen is None:
        return np.inf
    scores = [(seen.score(each), each) for each in candidate.asked]
    return min((_distance(s, seen, each) for s, each in scores if s is not None), default=np.inf)


def _distance(score: float, seen: Seen, attribute: Attribute) -> float:
    at = _log_odds(score)
    thresholds = (seen.review[attribute], seen.hold[attribute])
    review, hold = thresholds if thresholds[0] < _UNREACHED else _USUAL
    return max(0.0, _log_odds(review) - at, at - _log_odds(hold))


def _log_odds(probability: float) -> float:
    inside = min(max(probability, _LEAST), _LARGEST)
    return float(np.log(inside / (1 - inside)))


def _mixed(
    parts: Mapping[Selection, Sequence[Candidate]], shares: Mapping[Selection, float]
) -> list[Candidate]:
    """Draw from the parts in turn, so that every section of the queue has each part's share."""
    waiting = {
        selection: deque(_without_copies(selection, part)) for selection, part in parts.items()
    }
    owed = dict.fromkeys(shares, 0.0)
    taken: set[str] = set()
    mixed: list[Candidate] = []
    while waiting:
        total = sum(shares[each] for each in waiting) or 1.0
        for each in waiting:
            owed[each] += shares[each] / total
        turn = max(waiting, key=lambda each: owed[each])
        owed[turn] -= 1.0
        part = waiting[turn]
        while part and part[0].key in taken:
            part.popleft()
        if not part:
            del waiting[turn]
            continue
        candidate = part.popleft()
        taken.add(candidate.key)
        mixed.append(msgspec.structs.replace(candidate, selection=turn))
    return mixed


def _without_copies(selection: Selection, part: Sequence[Candidate]) -> list[Candidate]:
    """Return the part with near-copies last; the random part is unchanged.

    Texts are folded first, so that look-alike letters do not make a copy a new comment.
    """
    if selection is Selection.RANDOM:
        return list(part)
    found = near_copies([fold(candidate.comment.text) for candidate in part])
    again = {place for copies in found for place in copies.members[1:]}
    first = [each for place, each in enumerate(part) if place not in again]
    last = [each for place, each in enumerate(part) if place in again]
    return (_article_by_article(first) if selection is Selection.DIVERSE else first) + last


def _article_by_article(part: Iterable[Candidate]) -> list[Candidate]:
    """Return one comment of each article, then a second of each, and so on."""
    of_article: dict[str | None, list[Candidate]] = defaultdict(list)
    for candidate in part:
        of_article[candidate.comment.article_id].append(candidate)
    rounds: list[list[Candidate]] = []
    for found in of_article.values():
        for number, candidate in enumerate(found):
            if number == len(rounds):
                rounds.append([])
            rounds[number].append(candidate)
    return list(chain.from_iterable(rounds))


def disagreements(
    labelled: Iterable[Candidate], answers: Answers, *, most: int = MOST
) -> list[Candidate]:
    """Return labelled comments that deserve another look, most doubtful first.

    Comments on which annotators disagree come first. Then come those whose label contradicts the
    model: labelled hostile with a score below the review threshold, or not with one above it.

    Parameters
    ----------
    labelled
        Each comment once, with scores if the model is to be used.
    answers
        The answers given so far.
    most
        The most comments to return.
    """
    doubtful = _Best(most)
    for candidate in labelled:
        doubt = max((_doubt(candidate, answers, each) for each in candidate.asked), default=0.0)
        if doubt > 0:
            chosen = msgspec.structs.replace(candidate, selection=Selection.DISAGREEMENT)
            doubtful.offer((-doubt,), chosen)
    return doubtful.ranked()


def _doubt(candidate: Candidate, answers: Answers, attribute: Attribute) -> float:
    lines = answers.in_force(candidate.key)
    if answers.is_adjudicated(candidate.key, attribute):
        return 0.0
    said = [row.answer(attribute) for row in lines]
    judged = [float(each) for each in said if each is not None and each != "unsure"]
    if contested(lines, attribute):
        return 2.0 - abs(sum(judged) / len(judged) - 0.5 if judged else 0.0)
    score = candidate.seen.score(attribute) if candidate.seen else None
    if score is None or not judged or candidate.seen is None:
        return 0.0
    label = sum(judged) / len(judged)
    flagged = score >= candidate.seen.review[attribute]
    return abs(score - label) if flagged != (label > 0.5) else 0.0


def contested_comments(labelled: Iterable[Candidate], answers: Answers) -> list[Candidate]:
    """Return comments with disagreements that nobody has adjudicated, to be asked only about those.

    Parameters
    ----------
    labelled
        Each comment once.
    answers
        The answers given so far.
    """
    found = []
    for candidate in labelled:
        lines = answers.in_force(candidate.key)
        asked = tuple(
            each
            for each in candidate.asked
            if contested(lines, each) and not answers.is_adjudicated(candidate.key, each)
        )
        if asked:
            found.append(
                msgspec.structs.replace(candidate, asked=asked, selection=Selection.DISAGREEMENT)
            )
    return found
