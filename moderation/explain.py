"""Why a score is what it is, exactly, in words that stand in the comment.

The models are linear: the log-odds are a sum, and every part of it belongs to some letters of the
comment or to a named signal. What is shown here adds up to the score.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from moderation.linear import SignalModel, TextModel
from moderation.records import Attribute, Comment, Reason
from moderation.text import fold_with_origins
from moderation.topicality import SIGNALS, Topicality, overlap

_CHUNK = re.compile(r"\S+")
_INNER = re.compile(r"\w")


class Explanation(NamedTuple):
    """The parts of one score.

    Attributes
    ----------
    intercept
        Log-odds of a comment that says nothing.
    reasons
        One a word (or signal), in the order of the text. Their weights and the intercept add up
        to the log-odds.
    """

    intercept: float
    reasons: tuple[Reason, ...]

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
    for (_, start, end), weight in model.contributions(text):
        covered = word_of[start:end][letters[start:end]]
        np.add.at(weights, covered, weight / len(covered))
    reasons = []
    for word, weight in zip(words, weights.tolist(), strict=True):
        start, end = _trimmed(word)
        reasons.append(
            Reason(attribute=attribute, start=start, end=end, text=text[start:end], weight=weight)
        )
    return Explanation(model.intercept, tuple(reasons))


def _trimmed(word: re.Match[str]) -> tuple[int, int]:
    """Bounds of a word without the punctuation around it, unless it is nothing else."""
    first = _INNER.search(word.string, word.start(), word.end())
    if first is None:
        return word.span()
    end = word.end()
    while not _INNER.match(word.string, end - 1):
        end -= 1
    return first.start(), end


# How the signals are named to people, and which are told together.
_TOLD = {
    "links": "links",
    "contact": "contact details",
    "log_length": "length of the comment",
    "log_article_length": "length of the article",
}


def explain_topicality(model: SignalModel, topicality: Topicality, comment: Comment) -> Explanation:
    """Share the log-odds of being off topic out among what was compared.

    Returns
    -------
    Explanation
        Reasons of the comment as a whole (start and end are 0). The first tells which words it
        shares with article and parent, and which are new.
    """
    values = topicality.signals([comment])[0]
    parts = dict(zip(SIGNALS, values, strict=True))
    weights: dict[str, float] = {}
    for name, coef in zip(model.names, model.coef.tolist(), strict=True):
        told = _TOLD.get(name, "")
        weights[told] = weights.get(told, 0.0) + coef * float(parts[name])
    shared, new = overlap(topicality, comment)
    compared = "; ".join(
        f"{label}: {', '.join(words)}"
        for label, words in (("shares", shared), ("new", new))
        if words
    )
    reasons = tuple(
        Reason(
            attribute=Attribute.OFF_TOPIC,
            start=0,
            end=0,
            text=told or compared or "shares: nothing",
            weight=weight,
        )
        for told, weight in weights.items()
        if weight or not told
    )
    return Explanation(model.intercept, reasons)
