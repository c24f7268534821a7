"""Exact explanations of scores, in words of the comment.

The models are linear: the log-odds are a sum, and each part of the sum belongs to some letters of
the comment or to a named signal. The parts of an explanation add up to the score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from moderation._types import Array, Floats, Ints
from moderation.features.reading import Batch
from moderation.features.topicality import Topicality, overlap
from moderation.model.linear.explaining import Contributions, Explainer
from moderation.model.linear.models import TextModel
from moderation.model.linear.signal_models import SignalModel
from moderation.model.mentioned import MENTIONED
from moderation.model.short_comments import FEW_WORDS
from moderation.records import Attribute, Comment, Reason
from moderation.text import WORD
from moderation.text.folding import Folded, Folding
from moderation.text.groups import Target, target_of

# The number of occurrences whose weights are distributed at once; they take some 10 MB.
_AT_ONCE = 1 << 16
_INNER = re.compile(f"[{WORD}]")
# What a word, and its pair with a word for a person or a group, must add to the log-odds so that
# an explanation names the target. Neither number was tuned.
_TELLING_WORD, _TELLING_PAIR = 0.5, 0.05


class Explanation(NamedTuple):
    """The parts of one score.

    Attributes
    ----------
    intercept
        The log-odds of an empty comment.
    reasons
        One reason for each word (or signal), in the order of the text. If mentioned words count
        less, or if a comment of few words is bounded, another reason for the whole comment (start
        and end are 0) gives what is taken away. The weights and the intercept add up to the
        log-odds.
    worst_sentence
        Start and end in the text of the most hostile sentence, whose words count in addition to
        the whole. None if it is the only sentence, or if the model does not weigh sentences.
    """

    intercept: float
    reasons: tuple[Reason, ...]
    worst_sentence: tuple[int, int] | None = None

    @property
    def log_odds(self) -> float:
        """The sum of all parts."""
        return self.intercept + sum(reason.weight for reason in self.reasons)

    def weightiest(self, most: int) -> tuple[Reason, ...]:
        """Return at most `most` reasons with a positive weight, the largest weight first."""
        speaking = [reason for reason in self.reasons if reason.weight > 0]
        return tuple(sorted(speaking, key=lambda r: (-r.weight, r.start))[:most])


def explain_text(model: TextModel, text: str, attribute: Attribute) -> Explanation:
    """Distribute the log-odds of a text among its words.

    The contribution of each n-gram goes to the words whose letters it covers, in proportion to
    the number of letters.

    Parameters
    ----------
    model
        The model that scores the text.
    text
        The original text, not folded.
    attribute
        The attribute named in each reason.

    Returns
    -------
    Explanation
        The spans are words of the original text, without the punctuation around them.
    """
    units, batch = model.folding.units(text), model.read([text])
    explained = model.kept(Explainer).explained(batch)
    origins = _Origins(model.folding, units, batch)
    folded = " ".join(batch.folded())
    letters = _Letters.of(folded, origins.word_of)
    weights, pairs = np.zeros((2, len(units)))
    for part in explained.contributions:
        _share_out(part, letters, weights)
        _pair_up(part, folded, origins.word_of, pairs)
    del letters  # larger than a long text's reasons
    spans = [
        unit if word.isalnum() else _trimmed(text, *unit)
        for unit, word in zip(units, origins.words, strict=True)
    ]
    beside = _targets([text[start:end] for start, end in spans], weights, pairs)
    reasons = [
        Reason(
            attribute=attribute,
            start=start,
            end=end,
            text=text[start:end],
            weight=weight,
            target=target,
        )
        for (start, end), weight, target in zip(spans, weights.tolist(), beside, strict=True)
    ]
    intercept, worst = explained.intercept, explained.sentence
    taken_away = model.taken_away(text, intercept + float(weights.sum()))
    for why, taken in zip((MENTIONED, FEW_WORDS), taken_away, strict=True):
        if taken:
            reasons.append(Reason(attribute=attribute, start=0, end=0, text=why, weight=taken))
    sentence = origins.span(*worst) if worst and worst[0] < worst[1] else None
    return Explanation(intercept, tuple(reasons), sentence)


class _Origins:
    """Where the characters of a folded text stand in the original.

    Parameters
    ----------
    folding
        How the text was folded.
    units
        The spans of the words of the original.
    batch
        The text as it was read.

    Attributes
    ----------
    words
        The words of the original.
    word_of
        The word of each folded character; a blank belongs to the word before it.
    """

    def __init__(self, folding: Folding, units: Sequence[tuple[int, int]], batch: Batch) -> None:
        (text,) = batch.texts
        self._folding, self._units, self._batch = folding, units, batch
        self.words = [text[start:end] for start, end in units]
        self._whole: Folded | None = None
        if self.words == batch.written():
            self.word_of = np.repeat(np.arange(len(units)), np.diff(batch.begins()))[:-1]
        else:  # single letters were closed up, or the tokens are not the words
            starts = np.fromiter((start for start, _ in units), np.int64)
            self._whole = folding.fold_with_origins(text)
            self.word_of = np.searchsorted(starts, self._whole.origins, "right") - 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of the folded characters from `start` up to `end`."""
        if self._whole is not None:
            return self._whole.span(start, end)
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, place: int) -> int:
        word = int(self.word_of[place])
        within = place - int(np.searchsorted(self.word_of, word))
        written, token = self.words[word], self._batch.folded()[word]
        if within == len(token):  # the blank behind the word
            return self._units[word + 1][0] - 1
        if not (written.isascii() and written.lower() == token):
            within = self._folding.fold_with_origins(written).origins[within]
        return self._units[word][0] + within


class _Letters(NamedTuple):
    """The letters of a folded text, and the words of the original to which they belong.

    Attributes
    ----------
    word_of
        The word of each character, blanks included.
    before
        The number of letters before each character.
    words
        The word of each letter.
    """

    word_of: Ints
    before: Ints
    words: Ints

    @classmethod
    def of(cls, folded: str, word_of: Ints) -> _Letters:
        codes = np.frombuffer(folded.encode("utf-32-le"), np.uint32)
        letter = codes != ord(" ")
        return cls(word_of, np.concatenate(([0], np.cumsum(letter))), word_of[letter])


def _some_at_once(part: Contributions) -> Iterator[tuple[Array, Array, Floats]]:
    """Yield starts, ends and weights of occurrences, a part of a long text at a time."""
    for first in range(0, len(part.weights), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        yield part.places.starts[some], part.places.ends[some], part.weights[some]


def _share_out(part: Contributions, letters: _Letters, weights: Floats) -> None:
    """Add contributions to the weights of the words whose letters they cover."""
    before = letters.before
    for starts, ends, added in _some_at_once(part):
        sizes = before[ends] - before[starts]
        # An occurrence that covers no letter (the space left by control characters) goes to the
        # word before it.
        blank = sizes == 0
        if blank.any() and len(weights):
            np.add.at(weights, np.maximum(letters.word_of[starts[blank]], 0), added[blank])
        covered = np.repeat(before[starts] - np.cumsum(sizes) + sizes, sizes)
        covered += np.arange(len(covered))
        np.add.at(weights, letters.words[covered], np.repeat(added / np.maximum(sizes, 1), sizes))


def _pair_up(part: Contributions, folded: str, word_of: Ints, pairs: Floats) -> None:
    """Add the contributions of pairs of neighbouring words to the first word of each pair."""
    for starts, ends, added in _some_at_once(part):
        one = word_of[starts]
        two = np.flatnonzero(word_of[ends - 1] == one + 1)
        found = (of_all[two].tolist() for of_all in (one, starts, ends, added))
        for word, start, end, weight in zip(*found, strict=True):
            # An n-gram that begins or ends with a blank or a punctuation mark is no pair of words.
            if folded[start].isalnum() and folded[end - 1].isalnum():
                pairs[word] += weight


def _targets(words: Sequence[str], weights: Floats, pairs: Floats) -> list[Target | None]:
    """Return for each word the target beside it, if the word and their pair raise the score.

    `pairs` is what each word and the next one add to the log-odds as a pair.
    """
    found: list[Target | None] = [None] * len(words)
    for first in np.flatnonzero(pairs[:-1] >= _TELLING_PAIR).tolist():
        for word, other in ((first, first + 1), (first + 1, first)):
            if weights[word] >= _TELLING_WORD and target_of(words[word]) is None:
                found[word] = found[word] or target_of(words[other])
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a word without the punctuation around it, unless it has nothing else."""
    first = _INNER.search(text, start, end)
    if first is None:
        return start, end
    while not _INNER.match(text, end - 1):
        end -= 1
    return first.start(), end


_THREAD = "like_thread"
# Log-odds that are left because a stored probability is rounded.
_NOTHING = 1e-9

# The names of signals in explanations. All other signals are summed as shared and new words.
_TOLD = {
    "sense": "sense, beside article and parent",
    _THREAD: "likeness to the other comments",
    "links": "links",
    "contact": "contact details",
    "promotion": "words of advertising",
    "notice": "a notice or a greeting",
    "copies": "the same words under other articles",
    "site_talk": "talk about the site or its moderation",
    "shouting": "capitals",
    "emptiness": "next to no words",
    "brevity": "brevity",
    "thin": "little of the article is known",
}


def explain_topicality(
    model: SignalModel, topicality: Topicality, comment: Comment, scored: float | None = None
) -> Explanation:
    """Distribute the log-odds of being off topic among the signals.

    Parameters
    ----------
    model
        The off-topic model.
    topicality
        Computes the signals.
    comment
        The comment with its context.
    scored
        The probability that the comment got beside the other comments of its article, if these are
        not given. What the other signals leave of its log-odds is the part of the other comments.

    Returns
    -------
    Explanation
        Reasons for the whole comment (start and end are 0). The first gives what the comment has
        in common with its article and parent: which words are shared and which are new.
    """
    parts = model.contributions(topicality.signals([comment]))[0].tolist()
    if scored is not None and 0 < scored < 1 and _THREAD in model.names:
        log_odds = math.log(scored) - math.log1p(-scored)
        left = log_odds - model.intercept - sum(parts)
        parts[model.names.index(_THREAD)] += 0.0 if abs(left) < _NOTHING else left
    shared, new = overlap(topicality, comment)
    words = f"shares: {', '.join(shared) or 'nothing'}"
    if new:
        words += f"; new: {', '.join(new)}"
    weights = {words: 0.0}
    for name, weight in zip(model.names, parts, strict=True):
        told = _TOLD.get(name, words)
        weights[told] = weights.get(told, 0.0) + weight
    reasons = tuple(
        Reason(attribute=Attribute.OFF_TOPIC, start=0, end=0, text=told, weight=weight)
        for told, weight in weights.items()
        if weight or told == words
    )
    return Explanation(model.intercept, reasons)
