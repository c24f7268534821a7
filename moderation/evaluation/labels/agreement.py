"""How far annotators agree beyond chance, with intervals.

The figures come from nltk's agreement module: Krippendorff's alpha from ``alpha``, Cohen's kappa of
each pair from ``kappa_pairwise``, and Fleiss' kappa (1971) from ``pi``. The last name is correct:
nltk calls Fleiss' statistic multi-pi, because it extends the pi of Scott (1955) to many annotators,
and its ``multi_kappa`` is another statistic (Davies and Fleiss 1982). The intervals are percentile
bootstraps over comments. They are computed here from tables of counts, because nltk's functions
would read every answer again in each round.

This module imports nltk, and with it scikit-learn, so it must not be used in scoring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec
import numpy as np
from nltk.metrics.agreement import AnnotationTask

from moderation._types import Floats
from moderation.evaluation.metrics import Figure
from moderation.labels import Answer, LabelledRow, rows_in_force
from moderation.records import Attribute

#: Labels by comment and annotator.
Labels = Mapping[str, Mapping[str, str]]

_ROUNDS = 1000
_PAIRS = 100


class PairAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement of two annotators: Cohen's kappa over the comments that both answered."""

    annotators: tuple[str, str]
    n_comments: int
    kappa: Figure


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement of all annotators about one attribute.

    A figure is None if it is undefined: there is one annotator, or all answers are the same.

    Attributes
    ----------
    attribute
        The attribute that was asked about.
    guideline
        The only version of the guideline whose answers count; None counts all answers.
    n_comments, n_annotators
        The number of comments that at least two annotators answered, and of these annotators.
    observed
        Mean share of agreeing pairs of answers.
    alpha
        Krippendorff's alpha, nominal, over all answers ("unsure" is an answer of its own).
    fleiss, n_fleiss
        Fleiss' kappa, which needs the same number of answers for every comment. It is computed
        over the comments with the most common number of answers, and `n_fleiss` counts these.
    pairs
        Cohen's kappa of each pair of annotators who share comments, with those who share most
        first. Only the first hundred pairs are included.
    """

    attribute: Attribute
    guideline: str | None
    n_comments: int
    n_annotators: int
    observed: Figure
    alpha: Figure
    fleiss: Figure
    n_fleiss: int
    pairs: tuple[PairAgreement, ...]


def agreements(rows: Sequence[LabelledRow]) -> list[Agreement]:
    """Measure the agreement about each attribute, in total and by version of the guideline.

    Parameters
    ----------
    rows
        The labelled rows.
    """
    versions = sorted({row.guideline for row in rows})
    asked = [None, *versions] if len(versions) > 1 else [None]
    return [agreement(rows, attribute, version) for attribute in Attribute for version in asked]


def agreement(
    rows: Sequence[LabelledRow], attribute: Attribute, guideline: str | None = None
) -> Agreement:
    """Measure the agreement about `attribute` on comments with two or more annotators.

    Adjudicated lines are left out, because the adjudicator has seen the other answers.

    Parameters
    ----------
    rows
        The labelled rows.
    attribute
        The attribute that was asked about.
    guideline
        The only version whose answers count; None counts all answers.
    """
    labels: dict[str, dict[str, str]] = {}
    for row in rows_in_force(rows):
        answer = row.answer(attribute)
        wanted = guideline is None or row.guideline == guideline
        if answer is not None and wanted and not row.adjudicated:
            labels.setdefault(row.id, {})[row.annotator] = _label(answer)
    shared = {key: given for key, given in labels.items() if len(given) > 1}
    usual = _of_one_size(shared)
    return Agreement(
        attribute=attribute,
        guideline=guideline,
        n_comments=len(shared),
        n_annotators=len({name for given in shared.values() for name in given}),
        observed=observed_agreement(shared),
        alpha=krippendorff_alpha(shared),
        fleiss=fleiss_kappa(usual),
        n_fleiss=len(usual),
        pairs=tuple(_pairs(shared)),
    )


def _label(answer: Answer) -> str:
    return str(answer >= 0.5) if isinstance(answer, float) else str(answer)


def observed_agreement(labels: Labels) -> Figure:
    """Return the mean over comments of the share of annotator pairs with the same answer.

    Parameters
    ----------
    labels
        Labels by comment and annotator.
    """
    if not labels:
        return Figure(value=None)
    patterns, weights = _counted(labels)
    shares = _agreeing(patterns)
    rounds = _drawn(weights) @ shares / weights.sum()
    return _figure(float(weights @ shares / weights.sum()), rounds)


def krippendorff_alpha(labels: Labels) -> Figure:
    """Return Krippendorff's alpha for nominal labels; a comment has two or more answers.

    Parameters
    ----------
    labels
        Labels by comment and annotator.
    """
    if not _vary(labels):
        return Figure(value=None)
    patterns, weights = _counted(labels)
    return _figure(float(_task(labels).alpha()), _alphas(patterns, _drawn(weights)))


def fleiss_kappa(labels: Labels) -> Figure:
    """Return Fleiss' kappa (1971); every comment must have the same number of answers.

    Parameters
    ----------
    labels
        Labels by comment and annotator.
    """
    if not _vary(labels):
        return Figure(value=None)
    # Fleiss' statistic ignores who answered, so the annotators of each comment are numbered.
    numbered = {
        key: {str(i): label for i, label in enumerate(given.values())}
        for key, given in labels.items()
    }
    patterns, weights = _counted(labels)
    return _figure(float(_task(numbered).pi()), _fleiss(patterns, _drawn(weights)))


def cohen_kappa(labels: Labels) -> Figure:
    """Return Cohen's kappa (1960) of two annotators who both answered every comment.

    Parameters
    ----------
    labels
        Labels by comment and annotator.
    """
    if not _vary(labels):
        return Figure(value=None)
    first, second = sorted(next(iter(labels.values())))
    pairs = Counter((given[first], given[second]) for given in labels.values())
    names = sorted({name for pair in pairs for name in pair})
    cells = [(names.index(a), names.index(b)) for a, b in pairs]
    weights = np.array(list(pairs.values()))
    tables = np.zeros((_ROUNDS, len(names), len(names)))
    for (row, column), drawn in zip(cells, _drawn(weights).T, strict=True):
        tables[:, row, column] = drawn
    return _figure(float(_task(labels).kappa_pairwise(first, second)), _cohen(tables))


def kappa_of_table(counts: Floats) -> Figure:
    """Return Cohen's kappa (1960) of a square table of counts; None if one side never varies.

    Parameters
    ----------
    counts
        How often the first gave each label (rows) and the second did (columns).
    """
    table = np.asarray(counts, float)
    if not table.sum() or max(table.sum(axis=0).max(), table.sum(axis=1).max()) == table.sum():
        return Figure(value=None)
    drawn = _drawn(table.ravel()).reshape(_ROUNDS, *table.shape)
    return _figure(float(_cohen(table[None])[0]), _cohen(drawn))


def _pairs(shared: Labels) -> list[PairAgreement]:
    both: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for key, given in shared.items():
        for pair in combinations(sorted(given), 2):
            both.setdefault(pair, {})[key] = {name: given[name] for name in pair}
    most = sorted(both, key=lambda pair: (-len(both[pair]), pair))[:_PAIRS]
    return [
        PairAgreement(annotators=pair, n_comments=len(both[pair]), kappa=cohen_kappa(both[pair]))
        for pair in most
    ]


def _of_one_size(shared: Labels) -> Labels:
    """Return the comments with the most common number of answers; the larger number wins ties."""
    sizes = Counter(len(given) for given in shared.values())
    usual = max(sizes, key=lambda size: (sizes[size], size), default=0)
    return {key: given for key, given in shared.items() if len(given) == usual}


def _vary(labels: Labels) -> bool:
    return len({label for given in labels.values() for label in given.values()}) > 1


def _task(labels: Labels) -> AnnotationTask:
    return AnnotationTask([(w, key, label) for key, g in labels.items() for w, label in g.items()])


def _counted(labels: Labels) -> tuple[Floats, Floats]:
    """Return the distinct patterns of label counts, and the number of comments with each."""
    names = sorted({label for given in labels.values() for label in given.values()})
    number = {name: i for i, name in enumerate(names)}
    seen: Counter[tuple[int, ...]] = Counter()
    for given in labels.values():
        counts = [0] * len(names)
        for label in given.values():
            counts[number[label]] += 1
        seen[tuple(counts)] += 1
    return np.array(list(seen), float), np.array(list(seen.values()), float)


def _drawn(weights: Floats) -> Floats:
    """Return how often each pattern is drawn in each resampling, shape (rounds, n_patterns)."""
    n = int(weights.sum())
    random = np.random.default_rng(0)
    return random.multinomial(n, weights / n, _ROUNDS).astype(float)


def _agreeing(patterns: Floats) -> Floats:
    sizes = patterns.sum(axis=1)
    pairs: Floats = (patterns * (patterns - 1)).sum(axis=1) / (sizes * (sizes - 1))
    return pairs


def _alphas(patterns: Floats, drawn: Floats) -> Floats:
    """Return the alpha of each round from the coincidences in comments (Krippendorff 2011)."""
    within = patterns[:, :, None] * patterns[:, None, :]
    within[:, np.arange(patterns.shape[1]), np.arange(patterns.shape[1])] -= patterns
    within /= (patterns.sum(axis=1) - 1)[:, None, None]
    coincidences = np.tensordot(drawn, within, axes=1)
    by_label = coincidences.sum(axis=2)
    n = by_label.sum(axis=1)
    agreeing = np.trace(coincidences, axis1=1, axis2=2)
    expected = (by_label * (by_label - 1)).sum(axis=1)
    return _ratio((n - 1) * agreeing - expected, n * (n - 1) - expected)


def _fleiss(patterns: Floats, drawn: Floats) -> Floats:
    n = drawn.sum(axis=1)
    shares = drawn @ patterns / (n * patterns[0].sum())[:, None]
    expected = (shares**2).sum(axis=1)
    return _ratio(drawn @ _agreeing(patterns) / n - expected, 1 - expected)


def _cohen(tables: Floats) -> Floats:
    n = tables.sum(axis=(1, 2))
    agreeing = np.trace(tables, axis1=1, axis2=2) / n
    expected = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / n**2
    return _ratio(agreeing - expected, 1 - expected)


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return `above` / `below`, or NaN where a round drew only one label."""
    undefined = below < 1e-12
    return np.where(undefined, np.nan, above / np.where(undefined, 1, below))


def _figure(value: float, rounds: Floats) -> Figure:
    known = rounds[~np.isnan(rounds)]
    low, high = np.percentile(known if len(known) else [value], [2.5, 97.5]).tolist()
    low, high = min(low, value), max(high, value)
    return Figure(value=round(value, 6), low=round(low, 6), high=round(high, 6))
