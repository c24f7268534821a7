"""What to label next: the order of the candidates, in bounded memory however many there are.

Chance comes first: whether a comment belongs to the random part is drawn from the comment itself
before anybody scores it, and no other part may take it. What has been labelled of the random part
is therefore an unbiased sample of the input, this week, in the next session and for every
annotator, whatever the model thought.
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

#: Candidates of each kind that wait in memory; the rest is found again in the next session.
MOST = 5000

#: Share of the comments that are drawn at random, in the mixture.
RANDOM_SHARE = 0.25

# A threshold of 1 was reached by no score: it divides nothing. A model trained on few labels has no
# better ones; then these, about those of the shipped model, stand in for both.
_UNREACHED = 1.0
_USUAL = (0.2, 0.6)

_LEAST, _LARGEST = 1e-4, 1 - 1e-4


class Order(StrEnum):
    """In which order comments are asked."""

    MIXTURE = "mixture"
    RANDOM = "random"
    UNCERTAIN = "uncertain"
    DIVERSE = "diverse"
    DISAGREEMENT = "disagreement"
    GIVEN = "given"

    @property
    def scores(self) -> bool:
        """Whether it asks the model."""
        return self in {Order.MIXTURE, Order.UNCERTAIN, Order.DISAGREEMENT}


def queue(
    pool: Iterable[Candidate],
    order: Order = Order.MIXTURE,
    *,
    random_share: float = RANDOM_SHARE,
    most: int = MOST,
) -> list[Candidate]:
    """Put candidates in order, one of each comment.

    Parameters
    ----------
    pool
        In the order of the input; scored, where the order asks the model (``Order.scores``).
    order
        Not ``disagreement``, for which see :func:`disagreements`.
    random_share
        Of the mixture.
    most
        Candidates of each kind that are kept.
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
    """The candidates of lowest rank, among any number."""

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
    """How far a candidate is from what the model would leave to a person, in log-odds.

    From the review threshold to the hold threshold it is 0: there lot decides. (Tuned on c3: labels
    drawn from the whole of that stretch taught a model more than those nearest to either threshold,
    which are much alike; ``benchmarks/labelling.py`` tells what they are worth.) Where the model
    has no review threshold, usual ones stand in. Infinite without a score.
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
    """Draw from the parts in turn, so that every stretch holds each in its share."""
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
    """The part with near-copies last; the random part stays as it was drawn.

    Of folded texts: a spammer's look-alike letters make no new comment.
    """
    if selection is Selection.RANDOM:
        return list(part)
    found = near_copies([fold(candidate.comment.text) for candidate in part])
    again = {place for copies in found for place in copies.members[1:]}
    first = [each for place, each in enumerate(part) if place not in again]
    last = [each for place, each in enumerate(part) if place in again]
    return (_article_by_article(first) if selection is Selection.DIVERSE else first) + last


def _article_by_article(part: Iterable[Candidate]) -> list[Candidate]:
    """One comment of each article, then a second of each, and so on."""
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
    """Labelled comments that deserve another look, most doubtful first.

    Those about which annotators differ come first, then those whose label the model contradicts:
    called hostile with a score below the review threshold, or not with one above it.

    Parameters
    ----------
    labelled
        One of each comment; scored, if the model is to be heard.
    answers
        What was answered.
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
    """Comments about which annotators differ and nobody has adjudicated; asked about only that."""
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
