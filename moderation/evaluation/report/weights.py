"""What weighs most in a model: words and pairs of words with their whole effect, or signals."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from moderation._types import Floats
from moderation.features import WordTerms
from moderation.model.linear import SignalModel, TextModel

_SHOWN = 25

# Signals of off-topic in words; "them" are the article and the comment that is answered.
_SIGNALS = {
    "like_title": "likeness to the headline",
    "like_lead": "likeness to the beginning of the article",
    "words": "words shared with the article or the comment that is answered",
    "starts": "beginnings of words shared with them",
    "sense": "sense shared with them",
    "surprise": "rare words shared with them",
    "covered": "the share of its words that occur in them",
    "like_thread": "likeness to the other comments",
    "contact": "contact details",
    "promotion": "words of advertising",
    "notice": "a notice or a greeting",
    "site_talk": "talk about the site or its moderation",
    "copies": "the same words under other articles",
    "shouting": "capitals",
    "emptiness": "next to no words",
    "thin": "little of the article is known",
}


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """A term or signal, and what it adds to the score of a comment, in log-odds."""

    name: str
    weight: float


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The terms or signals that raise and that lower the score most, the strongest first."""

    raising: list[Weight]
    lowering: list[Weight]


def strongest(model: TextModel | SignalModel | None) -> Weights:
    """Return the terms of hostility or the signals of off-topic that weigh most.

    A pair of words counts on top of its words. Its weight is therefore the sum of its own and
    theirs, and only pairs are told that weigh more by themselves than their words together.

    Parameters
    ----------
    model
        The part of a model that scores one attribute.
    """
    if isinstance(model, SignalModel):
        pairs = zip(model.names, model.coef, strict=True)
        return _ordered([Weight(name=_SIGNALS.get(n, n), weight=float(w)) for n, w in pairs])
    return _ordered([*_terms(model)] if model else [])


def _ordered(weights: list[Weight]) -> Weights:
    weights.sort(key=lambda w: (-w.weight, w.name))
    return Weights(
        raising=[w for w in weights if w.weight > 0][:_SHOWN],
        lowering=[w for w in reversed(weights) if w.weight < 0][:_SHOWN],
    )


def _terms(model: TextModel) -> Iterator[Weight]:
    """Yield words, and pairs that weigh more by themselves than their words together."""
    for block, coef in zip(model.blocks, _coefs(model), strict=True):
        if isinstance(block.terms, WordTerms):
            own = dict(zip(block.terms, (coef * block.idf).tolist(), strict=True))
            for term, weight in own.items():
                net = sum(own.get(part, 0.0) for part in _within(term))
                if abs(net - weight) <= abs(weight) and net * weight > 0:
                    yield Weight(name=term, weight=net)


def _coefs(model: TextModel) -> list[Floats]:
    """Return the weights of a text in which those of brief and of long texts count half each."""
    if model.brief is None:
        return list(model.coefs)
    return [(own + brief) / 2 for own, brief in zip(model.coefs, model.brief.coefs, strict=True)]


def _within(term: str) -> Iterator[str]:
    """Yield the runs of words of a term, with the term itself.

    >>> list(_within("shut up"))
    ['shut', 'shut up', 'up']
    """
    words = term.split(" ")
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield " ".join(words[start:end])
