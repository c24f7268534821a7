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
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

import moderation
from moderation.artifact import (
    FORMAT,
    Array,
    HeldOut,
    Model,
)
from moderation.errors import InputError
from moderation.evaluate import Report, grouped, report
from moderation.fingerprints import fingerprints
from moderation.gold import GoldRule
from moderation.labelled import Gold
from moderation.learners import (
    FEWEST,
    Learner,
    Recipe,
    Rows,
    SignalLearner,
    TextLearner,
    rows_of,
)
from moderation.linear import sigmoid
from moderation.logistic import fit_logistic
from moderation.manifest import Manifest, SignalSpec, Source, TextSpec, Thresholds
from moderation.ngrams import Floats
from moderation.records import Attribute
from moderation.text import FOLDING
from moderation.thresholds import choose_thresholds
from moderation.topicality import Topicality, in_threads, texts_of


class Validation(NamedTuple):
    """What the folds said of one attribute: gold, and probabilities of models that saw none of it.

    Attributes
    ----------
    gold
        The rows that were drawn as readers write, or all where none is known to be.
    probabilities
        Calibrated, shape (len(gold),).
    """

    gold: list[Gold]
    probabilities: Floats
    report: Report


class Trained(NamedTuple):
    """All that :func:`moderation.artifact.write_model` needs, apart from the card."""

    manifest: Manifest
    arrays: dict[str, Array]
    validations: dict[Attribute, Validation]

    @property
    def reports(self) -> list[Report]:
        """Figures of what was trained, out of fold."""
        return [validation.report for validation in self.validations.values()]


def train(
    gold: Sequence[Gold],
    *,
    name: str,
    recipe: Recipe | None = None,
    base: Model | None = None,
    sources: Sequence[Source] = (),
    rule: GoldRule = GoldRule.MEAN,
    jobs: int = 1,
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
    rule
        What to record as the rule by which `gold` follows from the answers.
    jobs
        Processes that share the folds of the validation; the result does not depend on it.

    Raises
    ------
    InputError
        If neither attribute has ten true and ten false labels.
    """
    recipe = recipe or Recipe()
    if recipe.threads:
        gold = with_threads(gold)
    arrays: dict[str, Array] = {}
    validations: dict[Attribute, Validation] = {}
    specs: dict[str, Any] = {"hostility": None, "off_topic": None}
    learners: tuple[Learner, ...] = (
        TextLearner(recipe, base),
        SignalLearner(recipe, base, _topicality(gold, base)),
    )
    for learner in learners:
        attribute = learner.attribute
        rows = rows_of(gold, attribute)
        if rows.too_few:
            if base is not None and (kept := base.part(attribute)):
                specs[attribute.value], kept_arrays = kept
                arrays |= kept_arrays
            continue
        with threadpool_limits(1):  # see _predict
            usual = base.thresholds(attribute) if base else None
            spec, learnt, validation = _learn(learner, rows, recipe, jobs, usual)
        specs[attribute.value] = spec
        arrays |= {**learnt, **_evidence(attribute, rows, validation, base)}
        validations[attribute] = validation
    if not validations:
        hint = f"each needs {FEWEST} true and {FEWEST} false labels, each under two articles"
        raise InputError("too few labels to train hostility or off_topic", hint=hint)
    manifest = Manifest(
        format=FORMAT,
        name=name,
        folding=FOLDING,
        language=recipe.language,
        hostility=specs["hostility"],
        off_topic=specs["off_topic"],
        gold=rule.description,
        sources=tuple(sources) or counted_sources(gold),
        training=_training(recipe, base),
        figures=_figures(validations, base),
    )
    return Trained(manifest, arrays, validations)


def with_threads(gold: Sequence[Gold]) -> list[Gold]:
    """Show each comment with the others of its article, where it has no thread yet."""
    comments = in_threads(item.comment for item in gold)
    return [
        msgspec.structs.replace(item, comment=comment)
        for item, comment in zip(gold, comments, strict=True)
    ]


def _figures(validations: dict[Attribute, Validation], base: Model | None) -> dict[str, Any]:
    """Figures of what was trained, and the base's own of what was kept."""
    kept = base.manifest.figures if base else {}
    return {**kept, **{a.value: msgspec.to_builtins(v.report) for a, v in validations.items()}}


def _evidence(
    attribute: Attribute, rows: Rows, validation: Validation, base: Model | None
) -> dict[str, Array]:
    """What tells later how good the model was, and on what it must not be measured."""
    held_out = HeldOut(
        score=validation.probabilities.astype(np.float32),
        gold=np.array([item.label(attribute) for item in validation.gold], np.float32),
        group=grouped(validation.gold).astype(np.int32),
    )
    seen = [fingerprints(item.comment.text for item in rows.gold)]
    if base is not None and (before := base.trained_on(attribute)) is not None:
        seen.append(before)
    return {
        **{f"{attribute.value}.held_out.{k}": v for k, v in held_out._asdict().items()},
        f"{attribute.value}.trained_on": np.unique(np.concatenate(seen)),
    }


def _learn(
    learner: Learner, rows: Rows, recipe: Recipe, jobs: int, usual: Thresholds | None
) -> tuple[TextSpec | SignalSpec, dict[str, Array], Validation]:
    """Validate by groups, then fit on everything and apply what the validation taught."""
    rows = learner.prepare(rows)
    held_out = _out_of_fold(learner, rows, recipe, jobs)
    scale, shift = _platt(held_out, rows)
    probabilities = sigmoid(scale * held_out + shift)
    judged = rows.measured & (rows.labels != 0.5)
    thresholds = choose_thresholds(
        probabilities[judged], rows.labels[judged] > 0.5, *recipe.precisions(learner.attribute)
    )
    if usual is not None and thresholds.review == 1.0:  # nothing would be looked at any more
        told = f"those of the base, for a {thresholds.chosen_for} was not reached"
        thresholds = msgspec.structs.replace(usual, chosen_for=told)
    natural = np.flatnonzero(rows.measured)
    gold = rows.take(natural).gold
    validated = report(
        learner.attribute, gold, probabilities[natural], thresholds, seed=recipe.seed
    )
    spec, arrays = learner.fit(rows).calibrated(scale, shift).described(thresholds)
    return spec, arrays, Validation(gold, probabilities[natural], validated)


def _out_of_fold(learner: Learner, rows: Rows, recipe: Recipe, jobs: int) -> Floats:
    """Log-odds of each row by a model that saw nothing of its group."""
    true = rows.labels > 0.5
    n_folds = min(recipe.folds, len(set(rows.groups)))
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=recipe.seed)
    odds = np.zeros(len(true))
    splits = list(folds.split(true, true, rows.groups))
    work = Parallel(n_jobs=min(jobs, len(splits)) if jobs > 0 else jobs)
    for (_, held), predicted in zip(
        splits,
        work(delayed(_predict)(learner, rows.take(s), rows.take(h)) for s, h in splits),
        strict=True,
    ):
        odds[held] = predicted
    return odds


def _predict(learner: Learner, seen: Rows, held: Rows) -> Floats:
    # One thread: the sums have one order, so that equal input gives equal bytes; and on a busy
    # machine the solver's small vectors are faster that way (5 s against 43 s).
    with threadpool_limits(1):
        return learner.fit(seen).log_odds(held)


def _platt(odds: Floats, rows: Rows) -> tuple[float, float]:
    """Scale and shift that calibrate log-odds, on labels as shares.

    The targets are drawn in by as much as one more comment of either kind could tell (Platt
    1999): where all are told apart, the scale would grow without bound.
    """
    natural = rows.measured
    labels = rows.labels[natural]
    low, high = 1 / ((1 - labels).sum() + 2), 1 - 1 / (labels.sum() + 2)
    targets = low + labels * (high - low)
    fitted = fit_logistic(odds[natural, None], targets, np.ones(natural.sum()), c=1e6)
    scale = float(fitted.coef[0])
    if scale <= 0:  # the scores know nothing; turning them round would be worse than weak scores
        return 1.0, 0.0
    return scale, float(fitted.intercept)


def _topicality(gold: Sequence[Gold], base: Model | None) -> Topicality:
    """The base's, or a new one; no label enters, so that it is learnt once, not in each fold."""
    if base is not None and base.off_topic is not None:
        return base.topicality
    return Topicality.fit(texts_of(item.comment for item in gold))


def counted_sources(gold: Sequence[Gold]) -> tuple[Source, ...]:
    """The sources of `gold` by name, with their numbers of rows."""
    names = [item.source or "unnamed" for item in gold]
    return tuple(Source(name=name, rows=names.count(name)) for name in sorted(set(names)))


def _training(recipe: Recipe, base: Model | None) -> dict[str, str | int | float]:
    import sklearn

    told = msgspec.to_builtins(recipe)  # the blocks stand in the manifest's hostility
    return {
        "moderation": moderation.__version__,
        "scikit-learn": sklearn.__version__,
        "base": base.version if base else "none",
        **{k: v for k, v in told.items() if type(v) in {int, float}},
        **{f"prior_{name}": value for name, value in told["prior"].items()},
    }
