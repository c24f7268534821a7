"""A paired comparison of a new model with the current one, on the same rows and folds.

The new model is scored out of fold. The current model is finished, so every article of which it
has seen a comment is left out; its result there would be too good. The same holds for the new
model and the articles that its base has seen. Comments that were selected by score (uncertain
ones, for example) are left out too, because that selection is biased against the current model.
If the chance of their selection is known, they are weighted by it instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from sklearn.metrics import roc_auc_score

from moderation._types import Bools, Floats
from moderation.errors import UsageError
from moderation.evaluation import Figure, grouped, with_intervals
from moderation.files.folders import hidden_folder, sweep
from moderation.labels.gold import FEWEST, Gold, chance_weights
from moderation.model import Model, Moderator, load_model, model_card, write_model
from moderation.model.registry import BEFORE, Event, Registry, model_folder, seen
from moderation.records import Attribute, now
from moderation.training.fitting import Trained, Validation

# With fewer articles, the new model is better on all of them by chance in more than 2.5 % of cases
# (1/2 to the fifth power), which a bootstrap over them cannot detect. Percentile intervals over few
# articles are still too narrow: between equal models, one in 13 lies above 0 with 6 articles, one
# in 22 with 10 or 20, and one in 33 with 40 (simulated; nominally it is one in 40).
FEWEST_ARTICLES = 6

# Fewest words of a comment that identifies an article. A shorter one ("Agreed!") occurs under any
# article. When globe (4 articles) was split in half by article, two such comments in one half
# would have left out all 512 comments of the other.
_TELLING = 8


class ModelComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two models on the same comments.

    Attributes
    ----------
    n, n_true, n_groups
        The number of comments compared, of those with the attribute, and of articles or threads.
    n_left_out
        The number of comments left out: the current model or the new model's base was trained on
        a comment of the same article, the comment was not drawn at random, or the current model
        has no score for it.
    new, current
        The ROC AUC of each model; None if too few comments are left.
    difference
        The AUC of `new` minus that of `current`, with the 95 % interval of a paired bootstrap
        over articles.
    """

    attribute: Attribute
    n: int
    n_true: int
    n_groups: int
    n_left_out: int
    new: float | None = None
    current: float | None = None
    difference: Figure | None = None

    @property
    def better(self) -> bool:
        """Whether the new model is better: the whole interval is above 0."""
        low = self.difference.low if self.difference else None
        return low is not None and low > 0

    @property
    def worse(self) -> bool:
        """Whether the new model is worse: the whole interval is below 0."""
        high = self.difference.high if self.difference else None
        return high is not None and high < 0

    @property
    def told(self) -> bool:
        """Whether there were enough comments for a comparison."""
        return self.difference is not None


def compare_models(
    validations: Mapping[Attribute, Validation],
    current: Model,
    *,
    base: Model | None = None,
    seed: int = 0,
) -> list[ModelComparison]:
    """Compare a newly trained model with the current one, attribute by attribute.

    Parameters
    ----------
    validations
        The new model's validations, as :func:`moderation.training.fitting.train` returns them.
    current
        The current model.
    base
        The model that the new one was trained from.
    seed
        Seed of the bootstrap.

    Returns
    -------
    list of ModelComparison
        One comparison for each attribute.
    """
    moderator = Moderator(current)
    return [
        _compare(attribute, validation, moderator, base, seed)
        for attribute, validation in validations.items()
    ]


def _compare(
    attribute: Attribute,
    validation: Validation,
    moderator: Moderator,
    base: Model | None,
    seed: int,
) -> ModelComparison:
    gold = validation.gold
    verdicts = moderator.score_many(item.comment for item in gold)
    values = [getattr(verdict, attribute.value).value for verdict in verdicts]
    current = np.array([np.nan if value is None else value for value in values], float)
    labels = np.array([item.label(attribute) for item in gold], float)
    judged = labels != 0.5
    fair = judged & ~np.isnan(current)
    fair &= np.array([item.natural is not False or item.chance is not None for item in gold])
    for model in (moderator.model, base):
        if model is not None:
            fair &= _unseen(gold, model, attribute)
    true = labels[fair] > 0.5
    groups = grouped([item for item, use in zip(gold, fair, strict=True) if use])
    counted = ModelComparison(
        attribute=attribute,
        n=int(fair.sum()),
        n_true=int(true.sum()),
        n_groups=int(groups.max(initial=-1)) + 1,
        n_left_out=int((judged & ~fair).sum()),
    )
    rarer = min(counted.n_true, counted.n - counted.n_true)
    if rarer < FEWEST or counted.n_groups < FEWEST_ARTICLES:
        return counted
    weights = chance_weights([item for item, use in zip(gold, fair, strict=True) if use])
    compared = np.column_stack([validation.probabilities[fair], current[fair], weights])
    measures = {
        "new": lambda t, v: _auc(t, v, 0),
        "current": lambda t, v: _auc(t, v, 1),
        "difference": lambda t, v: _auc(t, v, 0) - _auc(t, v, 1),
    }
    figures = with_intervals(measures, true, compared, groups, seed)
    return msgspec.structs.replace(
        counted,
        new=figures["new"].value,
        current=figures["current"].value,
        difference=figures["difference"],
    )


def _auc(true: Bools, compared: Floats, model: int) -> float:
    """Return the AUC of one of the models; the last column has the weights of the comments."""
    return float(roc_auc_score(true, compared[:, model], sample_weight=compared[:, -1]))


def _unseen(gold: Sequence[Gold], model: Model, attribute: Attribute) -> np.ndarray:
    """Return a mask of the rows of which the model has seen neither text nor article."""
    known = seen((item.comment.text for item in gold), model.trained_on(attribute))
    telling = [len(item.comment.text.split()) >= _TELLING for item in gold]
    groups = {item.group for item, k, t in zip(gold, known, telling, strict=True) if k and t}
    return np.array(
        [not k and item.group not in groups for item, k in zip(gold, known, strict=True)], bool
    )


def is_better(comparisons: Sequence[ModelComparison]) -> bool:
    """Return whether the new model is better for one attribute at least and worse for none.

    Parameters
    ----------
    comparisons
        The comparisons by attribute.
    """
    return any(c.better for c in comparisons) and not any(c.worse for c in comparisons)


def describe(comparison: ModelComparison) -> str:
    """Return the comparison as one line of text.

    Parameters
    ----------
    comparison
        The comparison.
    """
    c, name = comparison, comparison.attribute.value.replace("_", "-")
    if c.new is None or c.current is None or c.difference is None:
        return (
            f"{name}: too few comments to compare on: {c.n:,}, {c.n_true:,} of them true, under "
            f"{c.n_groups:,} articles (needed: {FEWEST} of either kind, {FEWEST_ARTICLES} articles)"
        )
    d = c.difference
    interval = f" [{d.low:+.3f}, {d.high:+.3f}]" if d.low is not None and d.high is not None else ""
    return f"{name}: AUC {c.new:.3f} against {c.current:.3f}, {d.value:+.3f}{interval}"


class Shelved(NamedTuple):
    """A model that was just added to a registry."""

    version: int
    model: Model
    promoted: bool


def shelve(
    shelf: Registry,
    trained: Trained,
    comparisons: Sequence[ModelComparison],
    *,
    promote: bool,
    why: str = "",
) -> Shelved:
    """Add a model to a registry as its next version, and make it current if requested.

    Parameters
    ----------
    shelf
        The registry, created if it is missing.
    trained
        The model.
    comparisons
        The comparisons with the current model, which the ledger records.
    promote
        Whether the model becomes the current version.
    why
        The reason that the ledger records; default: the comparisons.

    Returns
    -------
    Shelved
        The model, named after the registry and its version number.
    """
    version, model = _numbered(shelf, trained)
    why = why or "; ".join(map(describe, comparisons))
    training = trained.manifest.training
    shelf.record(
        Event(
            version=version,
            event="trained",
            at=now(),
            model=model.version,
            base=str(training.get("thresholds_of", training["base"])),
            why=why,
            compared=tuple(msgspec.to_builtins(comparison) for comparison in comparisons),
        )
    )
    if promote:
        shelf.promote(version, model=model.version, why=why)
    return Shelved(version, model, promote)


def begin(shelf: Registry, folder: Path) -> Model:
    """Make the present model version 0 of a registry, and its current version.

    A registry then has a current version even if its first training brings no improvement, and
    the earlier model can always be restored.

    Parameters
    ----------
    shelf
        A registry without a current version.
    folder
        The folder of the model, or of a registry with that current version. It is copied unchanged.

    Returns
    -------
    Model
        The copied model.
    """
    version = BEFORE
    target = shelf.folder / str(version)
    if not target.exists():
        with hidden_folder(target) as temporary:
            shutil.copytree(model_folder(folder), temporary / "model")
            load_model(temporary / "model")  # a copy is verified like any model
            (temporary / "model").rename(target)
        sweep(target, ("model",))
    begun, why = load_model(target), "what was there before"
    shelf.record(Event(version=version, event="trained", at=now(), model=begun.version, why=why))
    shelf.promote(version, model=begun.version, why=why)
    return begun


def _numbered(shelf: Registry, trained: Trained) -> tuple[int, Model]:
    """Write a model under the next version number that no concurrent training takes."""
    while True:
        version = shelf.next
        folder = shelf.folder / str(version)
        name = f"{shelf.folder.resolve().name}-{version}"
        manifest = msgspec.structs.replace(trained.manifest, name=name)
        try:
            return version, write_model(folder, manifest, trained.arrays, model_card(manifest))
        except UsageError:
            if not folder.exists():
                raise
