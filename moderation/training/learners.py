"""Learners that fit an attribute to labels: hostility over TF-IDF, off-topic over signals.

The results are plain arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Protocol

import msgspec
import numpy as np
import scipy.sparse as sp

from moderation._types import Array, Floats
from moderation.features import Block, NgramTfidf
from moderation.features.reading import TokenCache
from moderation.features.topicality import ALONE, SIGNALS, Topicality
from moderation.labels.gold import Rows
from moderation.model import Model
from moderation.model.artifact import (
    ShortSpec,
    SignalSpec,
    TextSpec,
    Thresholds,
    describe_text,
    signal_arrays,
)
from moderation.model.linear import (
    BriefWeights,
    SignalModel,
    TextModel,
    carried,
    fit_logistic,
)
from moderation.records import Attribute
from moderation.text.folding import Folding
from moderation.training.base_vectors import log_odds, model_vectors, unpacked
from moderation.training.headlines import headline_signals, usual_off_topic, weight_of_thin
from moderation.training.priors import term_scales
from moderation.training.recipe import Recipe
from moderation.training.terms import Terms, proper_names
from moderation.training.word_vectors import WordVectors

# Factor on the column of a base model's log-odds. It is so large that the weight has almost no
# penalty.
_LOUD = 30.0

# Factors for hostility on the column of the base's log-odds, which already count once as an offset,
# and on the columns of the definitions. The first lets the scale of the base vary around 1 by about
# a third, so that few labels cannot weaken or reverse the base. The second lets the share of a
# definition vary by about an eighth. Both hold at the default c_adapt and were tuned on c3 together
# with it (docs/research/recipe.md).
_WARY = 0.45
_DEFINED = 0.17


class Fitted(Protocol):
    """A fitted model before calibration."""

    def log_odds(self, rows: Rows) -> Floats:
        """Return the log-odds of labelled comments, shape (n,)."""

    def calibrated(self, scale: float, shift: float, short: ShortSpec | None = None) -> Fitted:
        """Return the model with scaled and shifted log-odds, and a bound on short comments."""

    def described(self, thresholds: Thresholds) -> tuple[TextSpec | SignalSpec, dict[str, Array]]:
        """Return the spec and the arrays that an artifact stores."""


class Learner(Protocol):
    """An estimator of one attribute."""

    attribute: Attribute
    short: ShortSpec | None
    folding: Folding
    strengths: tuple[float, ...]  # candidates for the inverse strength of the penalty

    def at(self, strength: float) -> Learner:
        """Return the same learner with one of the strengths only."""

    def prepare(self, rows: Rows) -> Rows:
        """Add the features that depend on no label, so that no fold computes them again."""

    def usual(self, rows: Rows) -> Floats | None:
        """Return the base's log-odds of prepared rows, shape (n,); None without a base."""

    def fit(self, rows: Rows) -> Fitted:
        """Fit to all `rows` with the first strength."""

    def fit_each(self, rows: Rows) -> Sequence[Fitted]:
        """Fit to all `rows` with each strength."""


def fit_terms(X: sp.csr_matrix, rows: Rows, terms: Terms, recipe: Recipe) -> TextModel:
    """Fit a hostility model to a given TF-IDF matrix.

    Parameters
    ----------
    X
        The TF-IDF of the terms, shape (n, n_terms).
    rows
        Labels and weights, of length n.
    terms
        The terms, and what is known about them.
    recipe
        How to train.

    Returns
    -------
    TextModel
        The model before calibration.
    """
    scales, vectors = term_scales(X, rows.labels, rows.weights, terms, recipe.prior), terms.vectors
    shares = recipe.label_floor + (1 - recipe.label_floor) * rows.labels
    parts = [X @ sp.diags(scales)]
    if vectors is not None:
        parts.append(recipe.vector_scale * (X @ vectors))
    fitted = fit_logistic(sp.hstack(parts, format="csr"), shares, rows.weights, c=recipe.c)
    coef = scales * fitted.coef[: len(scales)]
    if vectors is not None:
        coef += vectors @ (recipe.vector_scale * fitted.coef[len(scales) :])
    reading = TokenCache(recipe.folding)
    coefs = _split(coef, terms.blocks)
    return TextModel(terms.blocks, coefs, fitted.intercept, recipe.sentence, reading=reading)


def fit_lengths(X: sp.csr_matrix, rows: Rows, terms: Terms, recipe: Recipe) -> TextModel:
    """Fit a hostility model with weights for long comments and, if asked for, for brief ones.

    The parameters are those of :func:`fit_terms`.
    """
    spec = recipe.brief
    written = np.array([spec is not None and item.source == spec.source for item in rows.gold])
    if spec is None or not written.any():
        return fit_terms(X, rows, terms, recipe)
    others = np.flatnonzero(~written)
    long = fit_terms(X[others], rows.take(others), terms, recipe)
    shares = np.where(written, spec.share, 1 - spec.share)
    totals = np.where(written, rows.weights[written].sum(), rows.weights[others].sum())
    weights = rows.weights * shares / totals * len(written)
    brief = fit_terms(X, rows._replace(weights=weights), terms, recipe)
    intercept = brief.intercept + spec.shift
    return TextModel(
        terms.blocks,
        long.coefs,
        long.intercept,
        recipe.sentence,
        reading=long.reading,
        brief=BriefWeights(brief.coefs, intercept, spec.words, spec.sentences, spec.mentioned),
    )


class FittedText:
    """A fitted hostility model."""

    def __init__(self, model: TextModel, carried: Mapping[str, Array] | None = None) -> None:
        self.model = model
        self._carried = carried or {}

    def log_odds(self, rows: Rows) -> Floats:
        """Return the log-odds of labelled comments, shape (n,)."""
        texts = [item.comment.text for item in rows.gold]
        if rows.features is None:
            return self.model.unbounded(texts)
        odds = log_odds(self.model, unpacked(self.model, rows.features))
        return odds + self.model.deducted(texts, odds)

    def calibrated(self, scale: float, shift: float, short: ShortSpec | None = None) -> FittedText:
        """Return the model with scaled and shifted log-odds, and a bound on short comments."""
        model = self.model
        coefs = [scale * coef for coef in model.coefs]
        intercept = scale * model.intercept + shift
        brief = model.brief and model.brief.moved(scale, shift)
        moved = TextModel(
            model.blocks, coefs, intercept, model.sentence, short, model.reading, brief
        )
        return FittedText(moved, self._carried)

    def described(self, thresholds: Thresholds) -> tuple[TextSpec, dict[str, Array]]:
        """Return the spec and the arrays that an artifact stores."""
        spec, arrays = describe_text(self.model, thresholds)
        return spec, {**arrays, **self._carried}


class TextLearner:
    """Fits hostility from scratch, or as a difference from a base model's weights."""

    attribute = Attribute.HOSTILITY

    def __init__(
        self, recipe: Recipe, base: Model | None, vectors: WordVectors | None = None
    ) -> None:
        self._recipe = recipe
        self._vectors = vectors
        self._base = base.hostility if base else None
        self.short: ShortSpec | None = self._base.short if self._base else recipe.short
        self._definitions = base.definitions if base else None
        self._carried = carried(base.arrays) if base else {}
        self.folding = self._base.folding if self._base else recipe.folding
        self.strengths: tuple[float, ...] = (
            (recipe.c_adapt,) if base else (recipe.strengths or (recipe.c,))
        )

    def at(self, strength: float) -> TextLearner:
        """Return the same learner with one of the strengths only."""
        one = copy(self)
        one.strengths = (strength,)
        return one

    def prepare(self, rows: Rows) -> Rows:
        """Add the base's log-odds, those of single definitions, and TF-IDF over the base's terms.

        The base model finds the most hostile sentence of a text. A model trained from scratch has
        no base, so nothing is added: each fold learns its own terms.
        """
        if self._base is None or rows.features is not None:
            return rows
        texts = [item.comment.text for item in rows.gold]
        vectors = model_vectors(self._base, texts)
        parts = [_WARY * log_odds(self._base, vectors)[:, None]]
        if self._definitions is not None:
            parts.append(_DEFINED * (vectors.terms @ self._definitions))
        features = sp.hstack([sp.csr_matrix(np.hstack(parts)), vectors.packed()], format="csr")
        return rows._replace(features=sp.csr_matrix(features))

    def usual(self, rows: Rows) -> Floats | None:
        """Return the base's log-odds of prepared rows, shape (n,); None without a base."""
        if self._base is None:
            return None
        odds: Floats = rows.features[:, 0].toarray().ravel() / _WARY
        return odds

    def fit(self, rows: Rows) -> FittedText:
        """Fit to all `rows` with the first strength."""
        return self.at(self.strengths[0]).fit_each(rows)[0]

    def fit_each(self, rows: Rows) -> list[FittedText]:
        """Fit to all `rows` with each strength."""
        if self._base is not None:
            return [FittedText(self._adapted(self._base, self.prepare(rows)), self._carried)]
        vectorizer = NgramTfidf(self._recipe.blocks, self.folding)
        texts = [item.comment.text for item in rows.gold]
        X = vectorizer.fit_transform(texts)
        penalised = self._recipe.prior.name_penalty != 1
        names = proper_names(texts) if penalised else frozenset[str]()
        blocks = vectorizer.blocks_
        vectors = self._vectors.of_terms(blocks, names) if self._vectors else None
        terms = Terms(blocks, vectors, names)
        recipes = [msgspec.structs.replace(self._recipe, c=c) for c in self.strengths]
        return [FittedText(fit_lengths(X, rows, terms, recipe)) for recipe in recipes]

    def _adapted(self, base: TextModel, rows: Rows) -> TextModel:
        """Learn a scale for the base's log-odds and a difference from its weights.

        The difference is a sum of definitions and of changes to single terms. This amounts to a
        Gaussian prior on it whose covariance is a low-rank plus a diagonal matrix.
        """
        begun = self.usual(rows)
        c = self._recipe.c_adapt
        # The change is the same for brief texts and for long ones, so their columns are left out.
        n_brief = unpacked(base, rows.features).brief.shape[1]
        columns = rows.features[:, : rows.features.shape[1] - n_brief]
        fitted = fit_logistic(columns, rows.labels, rows.weights, c=c, offsets=begun)
        old = np.concatenate(base.coefs)
        scale = 1.0 + _WARY * float(fitted.coef[0])
        change = fitted.coef[-len(old) :]
        if self._definitions is not None:
            change = change + self._definitions @ (_DEFINED * fitted.coef[1 : -len(old)])
        coefs = _split(scale * old + change, base.blocks)
        intercept = scale * base.intercept + fitted.intercept
        brief = base.brief and base.brief.moved(
            scale, fitted.intercept, _split(change, base.blocks)
        )
        return TextModel(
            base.blocks, coefs, intercept, base.sentence, reading=base.reading, brief=brief
        )


class FittedSignals:
    """A fitted off-topic model."""

    def __init__(self, model: SignalModel, topicality: Topicality) -> None:
        self.model = model
        self.topicality = topicality

    def log_odds(self, rows: Rows) -> Floats:
        """Return the log-odds of labelled comments, shape (n,)."""
        return self.model.log_odds(_signals(self.topicality, rows))

    def calibrated(self, scale: float, shift: float, _: ShortSpec | None = None) -> FittedSignals:
        """Return the model with scaled and shifted log-odds; off-topic has no bound."""
        model = self.model
        intercept = scale * model.intercept + shift
        scaled = SignalModel(model.names, scale * model.coef, model.usual, intercept)
        return FittedSignals(scaled, self.topicality)

    def described(self, thresholds: Thresholds) -> tuple[SignalSpec, dict[str, Array]]:
        """Return the spec and the arrays that an artifact stores."""
        model = self.model
        spec = SignalSpec(signals=model.names, intercept=model.intercept, thresholds=thresholds)
        return spec, signal_arrays(model, self.topicality)


class SignalLearner:
    """Fits off-topic from scratch, or as a difference from a base model's weights."""

    attribute = Attribute.OFF_TOPIC

    def __init__(self, recipe: Recipe, base: Model | None, topicality: Topicality) -> None:
        self._recipe = recipe
        self._base = base if base is not None and base.off_topic is not None else None
        self._topicality = topicality
        self.short: ShortSpec | None = None
        self.folding = topicality.folding
        self.strengths: tuple[float, ...] = (recipe.c_signals,)

    def at(self, strength: float) -> SignalLearner:  # noqa: ARG002 - the contract
        """Return the learner itself: it has one strength."""
        return self

    def fit_each(self, rows: Rows) -> list[FittedSignals]:
        """Fit to all `rows` with the one strength."""
        return [self.fit(rows)]

    def prepare(self, rows: Rows) -> Rows:
        """Add the signals and, without a base, those beside the headlines of whole articles."""
        signals = _signals(self._topicality, rows)
        if self._base is None:
            beside = headline_signals(self._topicality, rows.gold, signals)
            signals = np.hstack([signals, beside])
        return rows._replace(features=signals)

    def usual(self, rows: Rows) -> Floats | None:
        """Return the base's log-odds of prepared rows, shape (n,); None without a base."""
        if self._base is None or self._base.off_topic is None:
            return None
        return self._base.off_topic.log_odds(_signals(self._topicality, rows))

    def fit(self, rows: Rows) -> FittedSignals:
        """Fit to all `rows`."""
        rows = rows if rows.features is not None else self.prepare(rows)
        base = self._base.off_topic if self._base else None
        names = base.names if base else SIGNALS
        signals = rows.features[:, : len(names)].copy()
        # Rows made by swapping articles have the same comments in both classes. The signals of a
        # comment alone can therefore be learnt only from people's labels.
        alone = np.array([name in ALONE for name in names])
        paired = np.array([item.paired for item in rows.gold], bool)
        signals[np.ix_(paired, alone)] = np.nan
        if base is None:
            signals[:, -1] = 0.0  # The weight of `thin` is not learnt from labels.
        usual = base.usual if base else usual_off_topic(signals, paired)
        known = np.where(np.isnan(signals), usual, signals) - usual
        spread = known.std(axis=0)
        # Signals of a comment alone keep their units. Scaled up, a feature of one comment in a
        # thousand would get a weight that one label cannot justify.
        spread[(spread == 0) | alone] = 1.0
        X = known / spread
        if base is not None:
            X = np.column_stack([_LOUD * base.log_odds(signals), X])
        fitted = fit_logistic(X, rows.labels, rows.weights, c=self._recipe.c_signals)
        coef = fitted.coef[-len(names) :] / spread
        intercept = float(fitted.intercept)
        if base is not None:
            scale = _LOUD * float(fitted.coef[0])
            coef, intercept = scale * base.coef + coef, scale * base.intercept + intercept
        else:
            beside = SignalModel(names, coef, usual, 0.0).log_odds(rows.features[:, len(names) :])
            missing = np.isnan(rows.features[:, -1])
            coef[-1] = weight_of_thin(known @ coef, np.where(missing, np.nan, beside), rows.labels)
        # These signals are never missing in scoring. Counted from 0, they are easier to explain.
        intercept -= float(coef[alone] @ usual[alone])
        usual = np.where(alone, 0.0, usual)
        model = SignalModel(names, coef, usual, intercept)
        return FittedSignals(model, self._topicality)


def _signals(topicality: Topicality, rows: Rows) -> Floats:
    if rows.features is not None:
        prepared: Floats = rows.features[:, : len(SIGNALS)]
        return prepared
    return topicality.signals([item.comment for item in rows.gold])


def _split(coef: Floats, blocks: Sequence[Block]) -> list[Floats]:
    return np.split(coef, np.cumsum([len(block.terms) for block in blocks])[:-1])
