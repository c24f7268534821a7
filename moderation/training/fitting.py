"""From gold labels to a model folder: fit, validate by article, calibrate, choose thresholds.

There are two binary logistic regressions: hostility over TF-IDF, and off-topic over the signals of
topicality. With a base model, only the difference from it is learnt, so that a newsroom's few
hundred labels change only what they give evidence for. Everything is seeded, and equal input gives
equal weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from joblib import Parallel, delayed
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

import moderation
from moderation._types import Array, Floats, Ints
from moderation.context import in_threads, texts_of
from moderation.errors import InputError
from moderation.evaluation import Report, grouped, report_on
from moderation.evaluation.thresholds import choose_thresholds
from moderation.features.topicality import Topicality
from moderation.labels.base_rates import prior_shift
from moderation.labels.gold import FEWEST, Gold, GoldRule, Rows, rows_of
from moderation.model import Model
from moderation.model.artifact import Manifest, SignalSpec, Source, TextSpec, Thresholds
from moderation.model.linear import bounded, sigmoid
from moderation.model.registry import fingerprints
from moderation.records import Attribute
from moderation.text.folding import Folding
from moderation.training.calibration import calibration, calibration_by_source
from moderation.training.floor import caution
from moderation.training.folds import sources_apart, splits
from moderation.training.learners import Learner, SignalLearner, TextLearner
from moderation.training.recipe import Recipe
from moderation.training.row_sources import counted_sources, weighted
from moderation.training.word_vectors import WordVectors

# With at least this many random comments of either kind, a model may have lower thresholds than its
# base. A precision of one half is then known within about .14 (two standard errors of 50 comments).
# The number was not tuned.
_FEWEST_TO_LOWER = 50


class Validation(NamedTuple):
    """The out-of-fold validation of one attribute.

    Attributes
    ----------
    gold
        The rows known to be a natural sample, or all rows if none are.
    probabilities
        Calibrated out-of-fold probabilities, shape (len(gold),).
    report
        The figures of the validation.
    unit
        What the folds hold out as a whole: an article, or a source.
    strength
        The inverse strength of the penalty, as given or as chosen on the folds.
    """

    gold: list[Gold]
    probabilities: Floats
    report: Report
    unit: str = "article"
    strength: float = 0.0


class Trained(NamedTuple):
    """The input of :func:`moderation.model.artifact.folder.write_model`, except the model card.

    `caution` says why the model should not be used; it is empty if nothing speaks against it.
    """

    manifest: Manifest
    arrays: dict[str, Array]
    validations: dict[Attribute, Validation]
    caution: str = ""

    @property
    def reports(self) -> list[Report]:
        """The out-of-fold figures of the trained attributes."""
        return [validation.report for validation in self.validations.values()]


def train(  # noqa: PLR0913 - data, recipe and how to run it
    gold: Sequence[Gold],
    *,
    name: str,
    recipe: Recipe | None = None,
    base: Model | None = None,
    sources: Sequence[Source] = (),
    rule: GoldRule = GoldRule.MEAN,
    jobs: int = 1,
    vectors: WordVectors | None = None,
) -> Trained:
    """Train a model on gold labels.

    Parameters
    ----------
    gold
        Labelled comments. An attribute is trained on those that have a label for it and, for
        off-topic, an article or parent.
    name
        The name of the model, which is part of every verdict.
    recipe
        How to train; default: ``Recipe()``.
    base
        The model to start from; None trains from scratch.
    sources
        The sources of the rows to record; default: counted from `gold`.
    rule
        The rule to record by which `gold` was computed from the answers.
    jobs
        The number of processes for the validation folds. It does not affect the result.
    vectors
        Word vectors that say something about the weights of words; not used with a base.

    Returns
    -------
    Trained
        The manifest, the arrays and the validations.

    Raises
    ------
    InputError
        If neither attribute has ten true and ten false labels.
    """
    recipe = recipe or Recipe()
    gold = weighted(gold, recipe.source_weights)
    if recipe.threads:
        gold = with_threads(gold)
    folding = base.reading.folding if base else recipe.folding
    arrays: dict[str, Array] = {}
    validations: dict[Attribute, Validation] = {}
    specs: dict[str, Any] = {"hostility": None, "off_topic": None}
    for attribute in Attribute:
        rows = rows_of(gold, attribute)
        if rows.too_few:
            if base is not None and (kept := base.part(attribute)):
                specs[attribute.value], kept_arrays = kept
                arrays |= kept_arrays
            continue
        learner: Learner = TextLearner(recipe, base, vectors)
        if attribute is Attribute.OFF_TOPIC:
            learner = SignalLearner(recipe, base, _topicality(gold, base, folding))
        with threadpool_limits(1):  # see _predict
            usual = base.thresholds(attribute) if base else None
            spec, learnt, validation = _learn(learner, rows, recipe, jobs, usual)
        specs[attribute.value] = spec
        arrays |= {**learnt, **_evidence(attribute, rows, validation, base)}
        validations[attribute] = validation
    if not validations:
        hint = f"each needs {FEWEST} true and {FEWEST} false labels, each under two articles"
        raise InputError("too few labels to train hostility or off_topic", hint=hint)
    told = _caution(validations, base)
    manifest = Manifest(
        name=name,
        folding=folding.name,
        language=recipe.language,
        hostility=specs["hostility"],
        off_topic=specs["off_topic"],
        gold=rule.description,
        sources=tuple(sources) or counted_sources(gold),
        training=_training(recipe, base, validations.get(Attribute.HOSTILITY)),
        figures=_figures(validations, base),
        foreword=told and f"{Manifest.DO_NOT_USE}: {told}.",
    )
    return Trained(manifest, arrays, validations, told)


def with_threads(gold: Sequence[Gold]) -> list[Gold]:
    """Add the other comments of its article as a thread to each comment that has none.

    Parameters
    ----------
    gold
        Labelled comments.
    """
    comments = in_threads(item.comment for item in gold)
    return [
        msgspec.structs.replace(item, comment=comment)
        for item, comment in zip(gold, comments, strict=True)
    ]


def _caution(validations: dict[Attribute, Validation], base: Model | None) -> str:
    """Return why the hostility model should not be used; one with a base is as good as that."""
    learnt = validations.get(Attribute.HOSTILITY)
    return caution(learnt.report) if learnt and base is None else ""


def _figures(validations: dict[Attribute, Validation], base: Model | None) -> dict[str, Any]:
    """Return the figures of the trained attributes, and the base's figures of those it kept."""
    kept = base.manifest.figures if base else {}
    return {**kept, **{a.value: msgspec.to_builtins(v.report) for a, v in validations.items()}}


def _evidence(
    attribute: Attribute, rows: Rows, validation: Validation, base: Model | None
) -> dict[str, Array]:
    """Return the held-out scores, and fingerprints of the texts that later tests must exclude."""
    kept = {
        "score": validation.probabilities.astype(np.float32),
        "gold": np.array([item.label(attribute) for item in validation.gold], np.float32),
        "group": grouped(validation.gold).astype(np.int32),
    }
    seen = [fingerprints(item.comment.text for item in rows.gold)]
    if base is not None and (before := base.trained_on(attribute)) is not None:
        seen.append(before)
    return {
        **{f"{attribute.value}.held_out.{k}": v for k, v in kept.items()},
        f"{attribute.value}.trained_on": np.unique(np.concatenate(seen)),
    }


def _learn(
    learner: Learner, rows: Rows, recipe: Recipe, jobs: int, usual: Thresholds | None
) -> tuple[TextSpec | SignalSpec, dict[str, Array], Validation]:
    """Validate by groups, then fit on all rows and apply the calibration and the thresholds."""
    rows = learner.prepare(rows)
    attribute = learner.attribute
    rate = rows.base_rate(attribute, recipe.rate(attribute))
    learner, held_out = _out_of_fold(learner, rows, recipe, jobs)
    names = sources_apart(rows) if recipe.by_source else frozenset[str]()
    if names and rate is not None:
        fitted = calibration_by_source(held_out, rows, rate, names)
    else:
        fitted = calibration(held_out, rows, rate, learner.usual(rows))
    texts = [item.comment.text for item in rows.gold]
    odds = bounded(learner.short, fitted.scale * held_out + fitted.shifts, texts, learner.folding)
    probabilities = sigmoid(odds)
    judged = rows.measured & (rows.labels != 0.5)
    thresholds = choose_thresholds(
        probabilities[judged],
        rows.labels[judged] > 0.5,
        *recipe.precisions(attribute),
        base_rate=rate,
    )
    if usual is not None:
        lower = rate is None and rows.has_drawn(_FEWEST_TO_LOWER)
        thresholds = _beside(usual, thresholds, lower=lower)
    measured = np.flatnonzero(rows.measured)
    gold, values = rows.take(measured).gold, probabilities[measured]
    validated = report_on(attribute, gold, values, thresholds, base_rate=rate, seed=recipe.seed)
    short = learner.short.below(thresholds.hold) if learner.short else None
    spec, arrays = (
        learner.fit(rows).calibrated(fitted.scale, fitted.shift, short).described(thresholds)
    )
    unit = "source" if names else "article"
    return spec, arrays, Validation(gold, values, validated, unit, learner.strengths[0])


def _beside(usual: Thresholds, chosen: Thresholds, *, lower: bool) -> Thresholds:
    """Return the thresholds of a model trained from a base with the thresholds `usual`.

    Few labels are not enough evidence to hold or review more comments than the base does. The
    base's threshold also stays if the labels give none.
    """
    if lower and chosen.review < 1.0:
        return chosen
    review, hold = (
        own if found == 1.0 or found < own else found
        for found, own in ((chosen.review, usual.review), (chosen.hold, usual.hold))
    )
    kept = [
        name
        for name, value, found in (("review", review, chosen.review), ("hold", hold, chosen.hold))
        if value != found
    ]
    told = chosen.chosen_for
    if kept:
        why = "not reached, or too few random labels for a lower one"
        told = f"{' and '.join(kept)} of the base: {chosen.chosen_for}: {why}"
    return msgspec.structs.replace(
        chosen, review=min(review, hold), hold=max(review, hold), chosen_for=told
    )


def _out_of_fold(learner: Learner, rows: Rows, recipe: Recipe, jobs: int) -> tuple[Learner, Floats]:
    """Return the log-odds of each measured row from a model that was not trained on its group.

    The other rows have 0. With them comes the learner with the strength of the penalty that orders
    the held-out rows of a fold best, on average over the folds.
    """
    odds = np.zeros((len(rows.labels), len(learner.strengths)))
    orders = []
    folds = list(splits(rows, recipe))
    work = Parallel(n_jobs=min(jobs, len(folds)) if jobs > 0 else jobs)
    by_source = recipe.by_source and bool(sources_apart(rows))
    for (seen, held), predicted in zip(
        folds,
        work(delayed(_predict)(learner, rows.take(s), rows.take(h)) for s, h in folds),
        strict=True,
    ):
        # A model that has not seen a source has learnt another share of hostile comments.
        odds[held] = predicted + (_shares_differ(rows, seen) if by_source else 0.0)
        orders.append(_orders(rows.labels[held], predicted))
    best = int(np.argmax(np.nansum(orders, axis=0)))
    return learner.at(learner.strengths[best]), odds[:, best]


def _shares_differ(rows: Rows, seen: Ints) -> float:
    """Return the shift of log-odds from the share of true rows that were seen to that of all."""
    shares = [np.average(rows.labels[i], weights=rows.weights[i]) for i in (seen, slice(None))]
    return prior_shift(*map(float, shares))


def _orders(labels: Floats, predicted: Floats) -> list[float]:
    """Return the ROC AUC of each column; NaN if the rows have one label only."""
    judged = labels != 0.5
    true = labels[judged] > 0.5
    if true.all() or not true.any():
        return [np.nan] * predicted.shape[1]
    return [float(roc_auc_score(true, column)) for column in predicted[judged].T]


def _predict(learner: Learner, seen: Rows, held: Rows) -> Floats:
    # With one thread, sums have a fixed order, so that equal input gives equal bytes. On a busy
    # machine it is also faster for the solver's small vectors (5 s against 43 s).
    with threadpool_limits(1):
        return np.column_stack([fitted.log_odds(held) for fitted in learner.fit_each(seen)])


def _topicality(gold: Sequence[Gold], base: Model | None, folding: Folding) -> Topicality:
    """Return the base's topicality, or a new one, which uses no labels and so is fitted once."""
    if base is not None and base.off_topic is not None:
        return base.topicality
    return Topicality.fit(texts_of(item.comment for item in gold), folding)


def _training(
    recipe: Recipe, base: Model | None, learnt: Validation | None
) -> dict[str, str | int | float]:
    import sklearn

    if learnt is not None and base is None:
        recipe = msgspec.structs.replace(recipe, c=learnt.strength)
    told = msgspec.to_builtins(recipe)  # The manifest's hostility has the blocks.
    return {
        "moderation": moderation.__version__,
        "scikit-learn": sklearn.__version__,
        "base": base.version if base else "none",
        "held_out": learnt.unit if learnt else "article",
        **{k: v for k, v in told.items() if type(v) in {int, float}},
        **{f"prior_{name}": value for name, value in told["prior"].items()},
        **{f"weight of {name}": value for name, value in recipe.source_weights.items()},
    }
