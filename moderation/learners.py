"""What learns an attribute from labels: hostility over TF-IDF, off-topic over signals.

What comes out is plain arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
import numpy as np
import scipy.sparse as sp

from moderation.artifact import Array, Model, signal_arrays, text_arrays
from moderation.base_rates import BASE_RATES, FEWEST_DRAWN, drawn_rows, enough_drawn
from moderation.definitions import carried
from moderation.estimator import NgramTfidf, model_vectors
from moderation.labelled import Gold
from moderation.linear import SignalModel, TextModel
from moderation.logistic import fit_logistic
from moderation.manifest import SignalSpec, TextSpec, Thresholds
from moderation.ngrams import Block, BlockSpec, Floats
from moderation.priors import Prior, term_scales
from moderation.records import Attribute
from moderation.sentences import WHOLE, SentenceSpec
from moderation.short import ShortSpec
from moderation.thresholds import HOLD_PRECISION, REVIEW_PRECISION
from moderation.topicality import ALONE, SIGNALS, Topicality, has_context, usual_signals

# Fewer than this many true or false labels, and an attribute is not trained at all.
FEWEST = FEWEST_DRAWN

# Factor on the column of a base model's log-odds: so large that its weight goes all but unpunished.
_LOUD = 30.0

# The same for hostility, where the base counts once beforehand: the factor on it is 1 give or take
# a third, so that a few labels do not turn the base down, let alone round; and on the columns of
# the definitions, of which a newsroom means more or less by an eighth. Both at the default c_adapt,
# and tuned on c3 together with it (docs/research/recipe.md).
_WARY = 0.45
_DEFINED = 0.17


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to train: all that is tuned, as data.

    Attributes
    ----------
    blocks
        What hostility counts.
    c
        Inverse strength of the L2 penalty on the hostility weights, scikit-learn's ``C``. The
        default was tuned on eleven files (``python -m benchmarks.regularisation``).
    label_floor
        Share of hostility that even a comment without any is fitted to: labels err, and the
        fewer extreme weights generalise better.
    prior
        How freely each term may gain weight.
    sentence
        What the most hostile sentence of a comment counts; weights are fitted to whole comments.
    short
        What a comment of few words may reach. A model that starts from a base keeps the base's.
    c_signals
        The same for off-topic, on signals scaled to unit variance; with a base, for the difference.
    c_adapt
        The same for the difference to a base model's hostility weights.
    folds
        Of the validation grouped by article, whose predictions calibrate the scores and choose
        the thresholds.
    threads
        Whether each comment is shown with the others of its article, where it has no thread yet.
    review_precision, hold_precision
        Share of hostile ones among the comments at or above a threshold that it is chosen for;
        off-topic takes the defaults.
    base_rate, off_topic_rate
        Share of comments that are hostile, or off topic, for which scores and thresholds hold.
        None: what the rows drawn at random tell; without enough of them a default
        (:data:`moderation.base_rates.BASE_RATES`).
    seed
        Of the folds and the bootstrap.
    language
        Recorded in the manifest.
    """

    blocks: tuple[BlockSpec, ...] = (
        BlockSpec(
            analyzer="word",
            ngram_range=(1, 2),
            token_pattern=r"\w+|[^\w\s]",
            min_df=2,
            max_features=100_000,
        ),
        BlockSpec(analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=150_000),
    )
    c: float = 1.0
    label_floor: float = 0.05
    prior: Prior = Prior()
    sentence: SentenceSpec = WHOLE
    short: ShortSpec | None = None
    c_signals: float = 1.0
    c_adapt: float = 0.5
    folds: int = 5
    threads: bool = True
    review_precision: float = REVIEW_PRECISION
    hold_precision: float = HOLD_PRECISION
    base_rate: float | None = None
    off_topic_rate: float | None = None
    seed: int = 0
    language: str = "en"

    def precisions(self, attribute: Attribute) -> tuple[float, float]:
        """What the thresholds of one attribute are chosen for: review, hold."""
        if attribute is Attribute.OFF_TOPIC:
            return REVIEW_PRECISION, HOLD_PRECISION
        return self.review_precision, self.hold_precision

    def rate(self, attribute: Attribute) -> float | None:
        """The base rate that is asked for, if any."""
        return self.off_topic_rate if attribute is Attribute.OFF_TOPIC else self.base_rate


class Rows(NamedTuple):
    """What one attribute learns from."""

    gold: list[Gold]
    labels: Floats  # shares, shape (n,)
    weights: Floats  # shape (n,)
    groups: np.ndarray[Any, Any]  # of strings, shape (n,)
    features: Any = None  # matrix of n rows, where a learner has prepared one

    @property
    def measured(self) -> np.ndarray[Any, Any]:
        """Which rows calibrate the scores and choose the thresholds; shape (n,).

        Those drawn as readers write, if they are enough to tell; else all.
        """
        return self.drawn if self.has_drawn() else np.ones(len(self.labels), bool)

    @property
    def drawn(self) -> np.ndarray[Any, Any]:
        """Which rows were drawn as readers write, as far as the rows tell; shape (n,)."""
        return drawn_rows([item.natural for item in self.gold], self.labels)

    def has_drawn(self, fewest: int = FEWEST) -> bool:
        """Whether so many of either kind were drawn as readers write."""
        return enough_drawn(self.drawn, self.labels, fewest)

    def base_rate(self, attribute: Attribute, asked: float | None = None) -> float | None:
        """The base rate to which the measured rows are weighted.

        That is what is asked for; else None where the rows that were drawn tell it; else the
        default.
        """
        if asked is None and self.has_drawn():
            return None
        return BASE_RATES[attribute] if asked is None else asked

    @property
    def too_few(self) -> bool:
        """Whether either kind is rare, or stands in one group: held out, it could not be learnt."""
        kinds = (self.labels > 0.5, self.labels < 0.5)
        return any(kind.sum() < FEWEST or len(set(self.groups[kind])) < 2 for kind in kinds)

    def take(self, index: np.ndarray[Any, Any]) -> Rows:
        """Some of the rows."""
        gold = [self.gold[i] for i in index]
        weights = self.weights[index] / self.weights[index].mean()
        features = None if self.features is None else self.features[index]
        return Rows(gold, self.labels[index], weights, self.groups[index], features)


def rows_of(gold: Sequence[Gold], attribute: Attribute) -> Rows:
    """Choose what has a label of `attribute` and, for off-topic, something to compare with."""
    chosen = [
        item
        for item in gold
        if item.label(attribute) is not None
        and (attribute is Attribute.HOSTILITY or has_context(item.comment))
    ]
    labels = np.array([item.label(attribute) for item in chosen], float)
    weights = np.array([item.weight for item in chosen], float)
    weights /= weights.mean() if len(weights) else 1.0  # C means the same whatever their unit
    return Rows(chosen, labels, weights, np.array([item.group for item in chosen], object))


class Fitted(Protocol):
    """A model just fitted, before calibration."""

    def log_odds(self, rows: Rows) -> Floats:
        """Log-odds of labelled comments, shape (n,)."""

    def calibrated(self, scale: float, shift: float, short: ShortSpec | None = None) -> Fitted:
        """The same with scaled and shifted log-odds, and then a bound on short comments."""

    def described(self, thresholds: Thresholds) -> tuple[TextSpec | SignalSpec, dict[str, Array]]:
        """What an artifact keeps of it."""


class Learner(Protocol):
    """Fits one attribute."""

    attribute: Attribute
    short: ShortSpec | None

    def prepare(self, rows: Rows) -> Rows:
        """Add the features that depend on no label: each fold would compute them anew."""

    def usual(self, rows: Rows) -> Floats | None:
        """The base's log-odds of prepared rows, shape (n,); None without a base."""

    def fit(self, rows: Rows) -> Fitted:
        """Fit to all `rows`."""


def fit_terms(X: sp.csr_matrix, rows: Rows, blocks: Sequence[Block], recipe: Recipe) -> TextModel:
    """Fit a hostility model to TF-IDF that is at hand.

    Parameters
    ----------
    X
        Shape (n, n_terms), of the terms of `blocks` side by side.
    rows
        Labels and weights, of length n.
    """
    scales = term_scales(X, rows.labels, rows.weights, blocks, recipe.prior)
    shares = recipe.label_floor + (1 - recipe.label_floor) * rows.labels
    fitted = fit_logistic(X @ sp.diags(scales), shares, rows.weights, c=recipe.c)
    coefs = _split(scales * fitted.coef, blocks)
    return TextModel(blocks, coefs, fitted.intercept, recipe.sentence)


class FittedText:
    """A hostility model just fitted."""

    def __init__(self, model: TextModel, carried: Mapping[str, Array] | None = None) -> None:
        self.model = model
        self._carried = carried or {}

    def log_odds(self, rows: Rows) -> Floats:
        """Log-odds of labelled comments, shape (n,)."""
        if rows.features is None:
            return self.model.log_odds(item.comment.text for item in rows.gold)
        coef = np.concatenate(self.model.coefs)
        odds: Floats = rows.features[:, -len(coef) :] @ coef
        return odds + self.model.intercept

    def calibrated(self, scale: float, shift: float, short: ShortSpec | None = None) -> FittedText:
        """The same with scaled and shifted log-odds, and then a bound on short comments."""
        model = self.model
        coefs = [scale * coef for coef in model.coefs]
        intercept = scale * model.intercept + shift
        moved = TextModel(model.blocks, coefs, intercept, model.sentence, short)
        return FittedText(moved, self._carried)

    def described(self, thresholds: Thresholds) -> tuple[TextSpec, dict[str, Array]]:
        """What an artifact keeps of it."""
        model = self.model
        blocks = tuple(block.spec for block in model.blocks)
        spec = TextSpec(
            blocks=blocks,
            intercept=model.intercept,
            thresholds=thresholds,
            sentence=model.sentence,
            short=model.short,
        )
        return spec, {**text_arrays(model), **self._carried}


class TextLearner:
    """Fits hostility: from scratch, or as a difference to a base model's weights."""

    attribute = Attribute.HOSTILITY

    def __init__(self, recipe: Recipe, base: Model | None) -> None:
        self._recipe = recipe
        self._base = base.hostility if base else None
        self.short: ShortSpec | None = self._base.short if self._base else recipe.short
        self._definitions = base.definitions if base else None
        self._carried = carried(base.arrays) if base else {}

    def prepare(self, rows: Rows) -> Rows:
        """Add the base's log-odds, those by single definitions, and TF-IDF by the base's terms.

        What a text's most hostile sentence is, the base tells. From scratch there is none to add:
        each fold learns its own terms.
        """
        if self._base is None or rows.features is not None:
            return rows
        texts = [item.comment.text for item in rows.gold]
        X = model_vectors(self._base, texts)
        odds = X @ np.concatenate(self._base.coefs) + self._base.intercept
        parts = [_WARY * odds[:, None]]
        if self._definitions is not None:
            parts.append(_DEFINED * (X @ self._definitions))
        beside = sp.csr_matrix(np.hstack(parts))
        return rows._replace(features=sp.csr_matrix(sp.hstack([beside, X], format="csr")))

    def usual(self, rows: Rows) -> Floats | None:
        """The base's log-odds of prepared rows, shape (n,); None without a base."""
        if self._base is None:
            return None
        odds: Floats = rows.features[:, 0].toarray().ravel() / _WARY
        return odds

    def fit(self, rows: Rows) -> FittedText:
        """Fit to all `rows`."""
        if self._base is not None:
            return FittedText(self._adapted(self._base, self.prepare(rows)), self._carried)
        vectorizer = NgramTfidf(self._recipe.blocks)
        X = vectorizer.fit_transform([item.comment.text for item in rows.gold])
        return FittedText(fit_terms(X, rows, vectorizer.blocks_, self._recipe))

    def _adapted(self, base: TextModel, rows: Rows) -> TextModel:
        """Learn a scale for the base's log-odds and a difference to its weights.

        The difference is a sum of definitions and of changes to single terms: a Gaussian prior on
        it whose covariance is low-rank and diagonal.
        """
        begun = self.usual(rows)
        c = self._recipe.c_adapt
        fitted = fit_logistic(rows.features, rows.labels, rows.weights, c=c, offsets=begun)
        old = np.concatenate(base.coefs)
        scale = 1.0 + _WARY * float(fitted.coef[0])
        coef = scale * old + fitted.coef[-len(old) :]
        if self._definitions is not None:
            coef += self._definitions @ (_DEFINED * fitted.coef[1 : -len(old)])
        intercept = scale * base.intercept + fitted.intercept
        return TextModel(base.blocks, _split(coef, base.blocks), intercept, base.sentence)


class FittedSignals:
    """An off-topic model just fitted."""

    def __init__(self, model: SignalModel, topicality: Topicality) -> None:
        self.model = model
        self.topicality = topicality

    def log_odds(self, rows: Rows) -> Floats:
        """Log-odds of labelled comments, shape (n,)."""
        return self.model.log_odds(_signals(self.topicality, rows))

    def calibrated(self, scale: float, shift: float, _: ShortSpec | None = None) -> FittedSignals:
        """The same with scaled and shifted log-odds; no bound holds for off-topic."""
        model = self.model
        intercept = scale * model.intercept + shift
        scaled = SignalModel(model.names, scale * model.coef, model.usual, intercept)
        return FittedSignals(scaled, self.topicality)

    def described(self, thresholds: Thresholds) -> tuple[SignalSpec, dict[str, Array]]:
        """What an artifact keeps of it."""
        model = self.model
        spec = SignalSpec(signals=model.names, intercept=model.intercept, thresholds=thresholds)
        return spec, signal_arrays(model, self.topicality)


class SignalLearner:
    """Fits off-topic: from scratch, or as a difference to a base model's weights."""

    attribute = Attribute.OFF_TOPIC

    def __init__(self, recipe: Recipe, base: Model | None, topicality: Topicality) -> None:
        self._recipe = recipe
        self._base = base if base is not None and base.off_topic is not None else None
        self._topicality = topicality
        self.short: ShortSpec | None = None

    def prepare(self, rows: Rows) -> Rows:
        """Add the signals."""
        return rows._replace(features=_signals(self._topicality, rows))

    def usual(self, rows: Rows) -> Floats | None:
        """The base's log-odds of prepared rows, shape (n,); None without a base."""
        if self._base is None or self._base.off_topic is None:
            return None
        return self._base.off_topic.log_odds(_signals(self._topicality, rows))

    def fit(self, rows: Rows) -> FittedSignals:
        """Fit to all `rows`."""
        signals = np.array(_signals(self._topicality, rows))
        # Rows made by swapping articles hold the same comments on both sides: what a comment is
        # by itself can be learnt from people's labels only.
        alone = np.array([name in ALONE for name in SIGNALS])
        paired = np.array([item.paired for item in rows.gold], bool)
        signals[np.ix_(paired, alone)] = np.nan
        base = self._base.off_topic if self._base else None
        usual = base.usual if base else usual_signals(signals)
        known = np.where(np.isnan(signals), usual, signals) - usual
        spread = known.std(axis=0)
        # What a comment is by itself is counted in its own units: scaled up, a mark that one
        # comment of a thousand bears would take a weight that one label cannot warrant.
        spread[(spread == 0) | alone] = 1.0
        X = known / spread
        if base is not None:
            X = np.column_stack([_LOUD * base.log_odds(signals), X])
        fitted = fit_logistic(X, rows.labels, rows.weights, c=self._recipe.c_signals)
        coef = fitted.coef[-len(SIGNALS) :] / spread
        intercept = float(fitted.intercept)
        if base is not None:
            scale = _LOUD * float(fitted.coef[0])
            coef, intercept = scale * base.coef + coef, scale * base.intercept + intercept
        # These are never missing when scoring: counted from nothing, an explanation reads plainly.
        intercept -= float(coef[alone] @ usual[alone])
        usual = np.where(alone, 0.0, usual)
        model = SignalModel(SIGNALS, coef, usual, intercept)
        return FittedSignals(model, self._topicality)


def _signals(topicality: Topicality, rows: Rows) -> Floats:
    if rows.features is not None:
        prepared: Floats = rows.features
        return prepared
    return topicality.signals([item.comment for item in rows.gold])


def _split(coef: Floats, blocks: Sequence[Block]) -> list[Floats]:
    return np.split(coef, np.cumsum([len(block.terms) for block in blocks])[:-1])
