"""Why a score is what it is, exactly, in words that stand in the comment.

The models are linear: the log-odds are a sum, and every part of it belongs to some letters of the
comment or to a named signal. What is shown here adds up to the score.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation._types import Floats, Ints
from moderation.features.topicality import Topicality, overlap
from moderation.model.linear.models import Contributions, SignalModel, TextModel
from moderation.model.short_comments import FEW_WORDS
from moderation.records import Attribute, Comment, Reason
from moderation.text import fold_with_origins

_CHUNK = re.compile(r"\S+")
# Occurrences whose weights are shared out at once: some 10 MB.
_AT_ONCE = 1 << 16
_INNER = re.compile(r"\w")


class Explanation(NamedTuple):
    """The parts of one score.

    Attributes
    ----------
    intercept
        Log-odds of a comment that says nothing.
    reasons
        One a word (or signal), in the order of the text; and, where a comment of few words is
        bounded, one of the whole (start and end are 0) that tells what the bound takes. Their
        weights and the intercept add up to the log-odds.
    worst_sentence
        Begin and end, in the text, of the most hostile sentence, whose words count beside the
        whole's; None if it is the only one, or sentences count nothing.
    """

    intercept: float
    reasons: tuple[Reason, ...]
    worst_sentence: tuple[int, int] | None = None

    @property
    def log_odds(self) -> float:
        """The sum of all parts."""
        return self.intercept + sum(reason.weight for reason in self.reasons)

    def weightiest(self, most: int) -> tuple[Reason, ...]:
        """The `most` reasons that speak most for the attribute, the weightiest first."""
        speaking = [reason for reason in self.reasons if reason.weight > 0]
        return tuple(sorted(speaking, key=lambda r: (-r.weight, r.start))[:most])


def explain_text(model: TextModel, text: str, attribute: Attribute) -> Explanation:
    """Share the log-odds of a text out among its words.

    Each n-gram's contribution goes to the words whose letters it covers, in proportion to the
    letters.

    Returns
    -------
    Explanation
        Spans are words of the original text, without the punctuation around them.
    """
    folded = fold_with_origins(text)
    words = list(_CHUNK.finditer(text))
    starts = [word.start() for word in words]
    word_of = np.array([bisect_right(starts, origin) - 1 for origin in folded.origins], np.int64)
    letters = np.array([character != " " for character in folded.text], bool)
    weights = np.zeros(len(words))
    contributions, worst = model.explained(text)
    for block in contributions:
        _share_out(block, word_of, letters, weights)
    reasons = []
    for word, weight in zip(words, weights.tolist(), strict=True):
        start, end = _trimmed(word)
        reasons.append(
            Reason(attribute=attribute, start=start, end=end, text=text[start:end], weight=weight)
        )
    if taken := float(model.bounds([text])[0]):
        reasons.append(Reason(attribute=attribute, start=0, end=0, text=FEW_WORDS, weight=taken))
    sentence = folded.span(*worst) if worst and worst[0] < worst[1] else None
    return Explanation(model.intercept, tuple(reasons), sentence)


def _share_out(
    block: Contributions, word_of: Ints, letters: npt.NDArray[np.bool_], weights: Floats
) -> None:
    """Add what a block contributes to the weights of the words whose letters it covers."""
    _, starts, ends = block.places
    before = np.concatenate(([0], np.cumsum(letters)))
    n_letters = before[ends] - before[starts]
    # What covers no letter (the blank that control characters leave) goes to the word before it.
    blank = n_letters == 0
    if blank.any() and len(weights):
        np.add.at(weights, np.maximum(word_of[starts[blank]], 0), block.weights[blank])
    each = block.weights / np.maximum(n_letters, 1)
    word = word_of[letters]
    for first in range(0, len(starts), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        sizes = n_letters[some]
        covered = np.repeat(before[starts[some]] - np.cumsum(sizes) + sizes, sizes)
        covered += np.arange(len(covered))
        np.add.at(weights, word[covered], np.repeat(each[some], sizes))


def _trimmed(word: re.Match[str]) -> tuple[int, int]:
    """Bounds of a word without the punctuation around it, unless it is nothing else."""
    first = _INNER.search(word.string, word.start(), word.end())
    if first is None:
        return word.span()
    end = word.end()
    while not _INNER.match(word.string, end - 1):
        end -= 1
    return first.start(), end


# What a group of signals is called where it is told to people; the rest is called as it is.
_TOLD = {
    "sense": "sense, beside article and parent",
    "like_thread": "likeness to the other comments",
    "links": "links",
    "contact": "contact details",
    "promotion": "words of advertising",
    "notice": "a notice or a greeting",
    "copies": "the same words under other articles",
    "site_talk": "talk about the site or its moderation",
    "shouting": "capitals",
    "emptiness": "next to no words",
    "brevity": "brevity",
}


def explain_topicality(model: SignalModel, topicality: Topicality, comment: Comment) -> Explanation:
    """Share the log-odds of being off topic out among what was compared.

    Returns
    -------
    Explanation
        Reasons of the comment as a whole (start and end are 0). The first is what it has in
        common with article and parent, and tells which words are shared and which are new.
    """
    parts = model.contributions(topicality.signals([comment]))[0].tolist()
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
