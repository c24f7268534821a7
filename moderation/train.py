"""From gold labels to a model folder: fit, validate by article, calibrate, choose thresholds.

Two binary logistic regressions: hostility over TF-IDF, off-topic over the signals of topicality.
With a base model, only the difference to it is learnt, so that a few hundred labels of a newsroom
move it and the rest stays what it was. Everything is seeded; equal input gives equal weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

import moderation
from moderation.artifact import (
    FORMAT,
    Array,
    Manifest,
    Model,
    SignalSpec,
    Source,
    TextSpec,
    signal_arrays,
    text_arrays,
)
from moderation.errors import InputError
from moderation.estimator import NgramTfidf, transform_blocks
from moderation.evaluate import Report, report
from moderation.labelled import Gold
from moderation.linear import SignalModel, TextModel, sigmoid
from moderation.moderator import has_context
from moderation.ngrams import Block, BlockSpec, Floats
from moderation.priors import Prior, term_scales
from moderation.records import Attribute
from moderation.text import FOLDING
from moderation.thresholds import choose_thresholds
from moderation.topicality import SIGNALS, Topicality, in_threads, texts_of, usual_signals

# Fewer than this many true or false labels, and an attribute is not trained at all.
FEWEST = 10


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to train: all that is tuned, as data.

    Attributes
    ----------
    blocks
        What hostility counts.
    c
        Inverse strength of the L2 penalty on the hostility weights, scikit-learn's ``C``.
    label_floor
        Share of hostility that even a comment without any is fitted to: labels err, and the
        fewer extreme weights generalise better.
    prior
        How freely each term may gain weight.
    c_signals
        The same for off-topic, on signals scaled to unit variance.
    c_adapt
        The same for the difference to a base model.
    folds
        Of the validation grouped by article, whose predictions calibrate the scores and choose
        the thresholds.
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
    c: float = 10.0
    label_floor: float = 0.05
    prior: Prior = Prior()
    c_signals: float = 1.0
    c_adapt: float = 1.0
    folds: int = 5
    seed: int = 0
    language: str = "en"


class Trained(NamedTuple):
    """All that :func:`moderation.artifact.write_model` needs, apart from the card."""

    manifest: Manifest
    arrays: dict[str, Array]
    reports: list[Report]


def train(
    gold: Sequence[Gold],
    *,
    name: str,
    recipe: Recipe | None = None,
    base: Model | None = None,
    sources: Sequence[Source] = (),
) -> Trained:
    """Train a model on gold labels.

    Parameters
    ----------
    gold
        Labelled comments; an attribute is trained on those that have a label of it (and, for
        off-topic, an article or parent).
    name
        Of the model, part of every verdict.
    recipe
        Default: ``Recipe()``.
    base
        The model to start from; None trains from scratch.
    sources
        What to record as the origin of the rows; default: counted from `gold`.

    Raises
    ------
    InputError
        If neither attribute has ten true and ten false labels.
    """
    recipe = recipe or Recipe()
    threaded = in_threads([item.comment for item in gold])
    gold = [
        msgspec.structs.replace(item, comment=comment)
        for item, comment in zip(gold, threaded, strict=True)
    ]
    arrays: dict[str, Array] = {}
    reports: list[Report] = []
    specs: dict[str, Any] = {"hostility": None, "off_topic": None}
    for attribute, learner in (
        (Attribute.HOSTILITY, _TextLearner(recipe, base)),
        (Attribute.OFF_TOPIC, _SignalLearner(recipe, base, _topicality(gold, base))),
    ):
        rows = _rows(gold, attribute)
        if rows.too_few:
            if base is not None and (kept := base.part(attribute)):
                specs[attribute.value], kept_arrays = kept
                arrays |= kept_arrays
            continue
        # One thread: the sums have one order, so that equal input gives equal bytes; and on a
        # busy machine the solver's small vectors are faster that way (5 s against 43 s).
        with threadpool_limits(1):
            spec, learnt, validated = _learn(attribute, learner, rows, recipe)
        specs[attribute.value] = spec
        arrays |= learnt
        reports.append(validated)
    if not reports:
        hint = f"each needs {FEWEST} true and {FEWEST} false labels, each under two articles"
        raise InputError("too few labels to train hostility or off_topic", hint=hint)
    manifest = Manifest(
        format=FORMAT,
        name=name,
        folding=FOLDING,
        language=recipe.language,
        hostility=specs["hostility"],
        off_topic=specs["off_topic"],
        gold="mean of the annotators' answers; unsure abstains",
        sources=tuple(sources) or _counted(gold),
        training=_training(recipe, base),
        figures=_figures(reports, base),
    )
    return Trained(manifest, arrays, reports)


def _figures(reports: Sequence[Report], base: Model | None) -> dict[str, Any]:
    """Figures of what was trained, and the base's own of what was kept."""
    kept = base.manifest.figures if base else {}
    return {**kept, **{r.attribute.value: msgspec.to_builtins(r) for r in reports}}


class _Rows(NamedTuple):
    """What one attribute learns from."""

    gold: list[Gold]
    labels: Floats  # shares, shape (n,)
    weights: Floats  # shape (n,)
    groups: np.ndarray[Any, Any]  # of strings, shape (n,)

    @property
    def natural(self) -> np.ndarray[Any, Any]:
        return np.array([item.natural for item in self.gold], bool)

    @property
    def too_few(self) -> bool:
        """Whether either kind is rare, or stands in one group: held out, it could not be learnt."""
        kinds = (self.labels > 0.5, self.labels < 0.5)
        return any(kind.sum() < FEWEST or len(set(self.groups[kind])) < 2 for kind in kinds)

    def take(self, index: np.ndarray[Any, Any]) -> _Rows:
        gold = [self.gold[i] for i in index]
        weights = self.weights[index] / self.weights[index].mean()
        return _Rows(gold, self.labels[index], weights, self.groups[index])


def _rows(gold: Sequence[Gold], attribute: Attribute) -> _Rows:
    chosen = [
        item
        for item in gold
        if item.label(attribute) is not None
        and (attribute is Attribute.HOSTILITY or has_context(item.comment))
    ]
    labels = np.array([item.label(attribute) for item in chosen], float)
    weights = np.array([item.weight for item in chosen], float)
    weights /= weights.mean() if len(weights) else 1.0  # C means the same whatever their unit
    return _Rows(chosen, labels, weights, np.array([item.group for item in chosen], object))


def _learn(
    attribute: Attribute, learner: _TextLearner | _SignalLearner, rows: _Rows, recipe: Recipe
) -> tuple[TextSpec | SignalSpec, dict[str, Array], Report]:
    """Validate by groups, then fit on everything and apply what the validation taught."""
    held_out = _out_of_fold(learner, rows, recipe)
    scale, shift = _platt(held_out, rows)
    probabilities = sigmoid(scale * held_out + shift)
    judged = rows.natural & (rows.labels != 0.5)
    thresholds = choose_thresholds(probabilities[judged], rows.labels[judged] > 0.5)
    natural = np.flatnonzero(rows.natural)
    gold = rows.take(natural).gold
    validated = report(attribute, gold, probabilities[natural], thresholds, seed=recipe.seed)
    spec, arrays = learner.fit(rows).calibrated(scale, shift).described(thresholds)
    return spec, arrays, validated


def _out_of_fold(learner: _TextLearner | _SignalLearner, rows: _Rows, recipe: Recipe) -> Floats:
    """Log-odds of each row by a model that saw nothing of its group."""
    true = rows.labels > 0.5
    n_folds = min(recipe.folds, len(set(rows.groups)))
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=recipe.seed)
    odds = np.zeros(len(true))
    for seen, held in folds.split(true, true, rows.groups):
        odds[held] = learner.fit(rows.take(seen)).log_odds(rows.take(held).gold)
    return odds


def _platt(odds: Floats, rows: _Rows) -> tuple[float, float]:
    """Scale and shift that calibrate log-odds, on labels as shares.

    The targets are drawn in by as much as one more comment of either kind could tell (Platt
    1999): where all are told apart, the scale would grow without bound.
    """
    natural = rows.natural
    labels = rows.labels[natural]
    low, high = 1 / ((1 - labels).sum() + 2), 1 - 1 / (labels.sum() + 2)
    targets = low + labels * (high - low)
    fitted = _fit(odds[natural, None], targets, np.ones(natural.sum()), c=1e6)
    scale = float(fitted.coef_[0, 0])
    if scale <= 0:  # the scores know nothing; turning them round would be worse than weak scores
        return 1.0, 0.0
    return scale, float(fitted.intercept_[0])


def _fit(X: Any, shares: Floats, weights: Floats, *, c: float) -> LogisticRegression:
    """Fit a logistic regression to labels that are shares.

    A share between 0 and 1 counts as a weighted positive and a weighted negative copy.
    """
    positive, negative = shares * weights, (1 - shares) * weights
    both = np.flatnonzero((positive > 0) & (negative > 0))
    stack: Any = sp.vstack if sp.issparse(X) else np.vstack
    y = np.concatenate([positive > 0, np.zeros(len(both), bool)])
    w = np.concatenate([np.where(positive > 0, positive, negative), negative[both]])
    model = LogisticRegression(C=c, tol=1e-5, max_iter=1000)
    return model.fit(stack([X, X[both]]), y, w)


class _FittedText:
    """A hostility model just fitted."""

    def __init__(self, model: TextModel) -> None:
        self.model = model

    def log_odds(self, gold: Sequence[Gold]) -> Floats:
        return self.model.log_odds(item.comment.text for item in gold)

    def calibrated(self, scale: float, shift: float) -> _FittedText:
        model = self.model
        coefs = [scale * coef for coef in model.coefs]
        return _FittedText(TextModel(model.blocks, coefs, scale * model.intercept + shift))

    def described(self, thresholds: Any) -> tuple[TextSpec, dict[str, Array]]:
        model = self.model
        blocks = tuple(block.spec for block in model.blocks)
        spec = TextSpec(blocks=blocks, intercept=model.intercept, thresholds=thresholds)
        return spec, text_arrays(model)


class _TextLearner:
    """Fits hostility: from scratch, or as a difference to a base model's weights."""

    def __init__(self, recipe: Recipe, base: Model | None) -> None:
        self._recipe = recipe
        self._base = base.hostility if base else None

    def fit(self, rows: _Rows) -> _FittedText:
        texts = [item.comment.text for item in rows.gold]
        if self._base is not None:
            return _FittedText(self._adapted(self._base, texts, rows))
        vectorizer = NgramTfidf(self._recipe.blocks)
        X = vectorizer.fit_transform(texts)
        blocks = vectorizer.blocks_
        scales = term_scales(X, rows.labels, rows.weights, blocks, self._recipe.prior)
        floor = self._recipe.label_floor
        shares = floor + (1 - floor) * rows.labels
        fitted = _fit(X @ sp.diags(scales), shares, rows.weights, c=self._recipe.c)
        coefs = _split(scales * fitted.coef_[0], blocks)
        return _FittedText(TextModel(blocks, coefs, fitted.intercept_[0]))

    def _adapted(self, base: TextModel, texts: list[str], rows: _Rows) -> TextModel:
        """Learn a scale for the base's log-odds and a difference to its weights.

        The base enters as one column, so large that its weight goes all but unpunished.
        """
        odds = base.log_odds(texts)
        X = sp.hstack([sp.csr_matrix(_LOUD * odds[:, None]), transform_blocks(base.blocks, texts)])
        fitted = _fit(X.tocsr(), rows.labels, rows.weights, c=self._recipe.c_adapt)
        scale = _LOUD * float(fitted.coef_[0, 0])
        moved = _split(fitted.coef_[0, 1:], base.blocks)
        coefs = [scale * old + new for old, new in zip(base.coefs, moved, strict=True)]
        return TextModel(base.blocks, coefs, scale * base.intercept + fitted.intercept_[0])


_LOUD = 30.0


class _FittedSignals:
    """An off-topic model just fitted."""

    def __init__(self, model: SignalModel, topicality: Topicality) -> None:
        self.model = model
        self.topicality = topicality

    def log_odds(self, gold: Sequence[Gold]) -> Floats:
        return self.model.log_odds(self.topicality.signals([item.comment for item in gold]))

    def calibrated(self, scale: float, shift: float) -> _FittedSignals:
        model = self.model
        intercept = scale * model.intercept + shift
        scaled = SignalModel(model.names, scale * model.coef, model.usual, intercept)
        return _FittedSignals(scaled, self.topicality)

    def described(self, thresholds: Any) -> tuple[SignalSpec, dict[str, Array]]:
        model = self.model
        spec = SignalSpec(signals=model.names, intercept=model.intercept, thresholds=thresholds)
        return spec, signal_arrays(model, self.topicality)


class _SignalLearner:
    """Fits off-topic: from scratch, or as a difference to a base model's weights."""

    def __init__(self, recipe: Recipe, base: Model | None, topicality: Topicality) -> None:
        self._recipe = recipe
        self._base = base if base is not None and base.off_topic is not None else None
        self._topicality = topicality

    def fit(self, rows: _Rows) -> _FittedSignals:
        signals = self._topicality.signals([item.comment for item in rows.gold])
        base = self._base.off_topic if self._base else None
        usual = base.usual if base else usual_signals(signals)
        known = np.where(np.isnan(signals), usual, signals) - usual
        spread = known.std(axis=0)
        spread[spread == 0] = 1.0
        X, c = known / spread, self._recipe.c_signals
        if base is not None:
            X, c = np.column_stack([_LOUD * base.log_odds(signals), X]), self._recipe.c_adapt
        fitted = _fit(X, rows.labels, rows.weights, c=c)
        coef = fitted.coef_[0, -len(SIGNALS) :] / spread
        intercept = float(fitted.intercept_[0])
        if base is not None:
            scale = _LOUD * float(fitted.coef_[0, 0])
            coef, intercept = scale * base.coef + coef, scale * base.intercept + intercept
        model = SignalModel(SIGNALS, coef, usual, intercept)
        return _FittedSignals(model, self._topicality)


def _topicality(gold: Sequence[Gold], base: Model | None) -> Topicality:
    """The base's, or a new one; no label enters, so that it is learnt once, not in each fold."""
    if base is not None and base.off_topic is not None:
        return base.topicality
    return Topicality.fit(texts_of(item.comment for item in gold))


def _split(coef: Floats, blocks: Sequence[Block]) -> list[Floats]:
    return np.split(coef, np.cumsum([len(block.terms) for block in blocks])[:-1])


def _counted(gold: Sequence[Gold]) -> tuple[Source, ...]:
    names = [item.source or "unnamed" for item in gold]
    return tuple(Source(name=name, rows=names.count(name)) for name in sorted(set(names)))


def _training(recipe: Recipe, base: Model | None) -> dict[str, str | int | float]:
    import sklearn

    return {
        "moderation": moderation.__version__,
        "scikit-learn": sklearn.__version__,
        "base": base.version if base else "none",
        "seed": recipe.seed,
        "folds": recipe.folds,
        "c": recipe.c,
        "c_signals": recipe.c_signals,
        "c_adapt": recipe.c_adapt,
    }
