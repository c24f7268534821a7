"""Promotion: pairs on the same rows, and none that the current model has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from moderation.evaluation.metrics import Figure
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model
from moderation.model.registry.fingerprinting import fingerprints
from moderation.model.registry.registry import Registry, model_folder
from moderation.records import Attribute, Comment
from moderation.training.fitting import Trained, Validation
from moderation.training.promotion.comparing import (
    ModelComparison,
    compare_models,
    describe,
    is_better,
    shelve,
)

pytestmark = pytest.mark.usefixtures("few_rounds")


def _fresh(gold: Sequence[Gold]) -> list[Gold]:
    """The corpus as other comments under other articles, judged the other way round."""
    return [
        msgspec.structs.replace(
            item,
            comment=msgspec.structs.replace(item.comment, text=f"{item.comment.text} Indeed."),
            group=f"new {item.group}",
            hostility=None if item.hostility is None else 1 - item.hostility,
        )
        for item in gold
    ]


def _validation(trained: Trained, gold: Sequence[Gold], scores: npt.ArrayLike) -> Validation:
    report = trained.validations[Attribute.HOSTILITY].report
    return Validation(list(gold), np.array(scores, float), report)


def test_one_that_knows_every_answer_is_better(
    trained: Trained, model: Model, gold: Sequence[Gold]
) -> None:
    fresh = [item for item in _fresh(gold) if item.hostility is not None]
    rng = np.random.default_rng(0)
    noise = rng.normal(size=len(fresh)) * 0.01
    oracle = np.array([item.hostility for item in fresh]) + noise
    (won,) = compare_models({Attribute.HOSTILITY: _validation(trained, fresh, oracle)}, model)
    assert won.new == 1.0
    assert won.current is not None
    assert won.current < 1.0
    assert (won.better, won.worse, won.n_left_out) == (True, False, 0)
    assert is_better([won])
    again = [msgspec.structs.replace(g, hostility=1 - (g.hostility or 0.0)) for g in fresh]
    (lost,) = compare_models({Attribute.HOSTILITY: _validation(trained, again, oracle)}, model)
    assert lost.worse
    assert not is_better([won, lost])


def test_articles_that_the_current_model_has_seen_are_left_out(
    trained: Trained, model: Model, gold: Sequence[Gold]
) -> None:
    validation = trained.validations[Attribute.HOSTILITY]
    (found,) = compare_models({Attribute.HOSTILITY: validation}, model)
    assert (found.n, found.new, found.told) == (0, None, False)
    assert found.n_left_out == len(validation.gold)
    assert "too few" in describe(found)
    assert not is_better([found])
    # One known comment under an article makes the whole article known.
    fresh = _fresh(gold)
    known = msgspec.structs.replace(fresh[0], comment=Comment(text=gold[0].comment.text))
    mixed = _validation(trained, [known, *fresh[1:]], np.linspace(0, 1, len(fresh)).tolist())
    (found,) = compare_models({Attribute.HOSTILITY: mixed}, model)
    left_out = [g for g in [known, *fresh[1:]] if g.group == known.group]
    assert found.n_left_out == len([g for g in left_out if g.hostility is not None])


def test_better_means_beyond_the_interval() -> None:
    def compared(low: float, high: float) -> ModelComparison:
        difference = Figure(value=(low + high) / 2, low=low, high=high)
        return ModelComparison(
            attribute=Attribute.HOSTILITY,
            n=100,
            n_true=30,
            n_groups=9,
            n_left_out=0,
            new=0.8,
            current=0.79,
            difference=difference,
        )

    assert is_better([compared(0.001, 0.02)])
    assert not is_better([compared(-0.001, 0.02)])
    assert is_better([compared(0.001, 0.02), compared(-0.01, 0.01)])
    assert not is_better([compared(0.001, 0.02), compared(-0.02, -0.01)])
    assert describe(compared(0.001, 0.02)).endswith("[+0.001, +0.020]")


def test_what_the_base_has_seen_or_was_looked_for_is_left_out(
    trained: Trained, model: Model, gold: Sequence[Gold]
) -> None:
    fresh = [item for item in _fresh(gold) if item.hostility is not None]
    validation = _validation(trained, fresh, np.linspace(0, 1, len(fresh)).tolist())
    texts = fingerprints([fresh[0].comment.text])
    arrays = {**model.arrays, "hostility.trained_on": texts}
    base = Model(model.manifest, arrays, "base")
    (plain,) = compare_models({Attribute.HOSTILITY: validation}, model)
    (found,) = compare_models({Attribute.HOSTILITY: validation}, model, base=base)
    of_group = sum(item.group == fresh[0].group for item in fresh)
    assert (plain.n_left_out, found.n_left_out) == (0, of_group)
    sought = [msgspec.structs.replace(item, natural=(item.hostility or 0) < 0.5) for item in fresh]
    validation = _validation(trained, sought, np.linspace(0, 1, len(fresh)).tolist())
    (found,) = compare_models({Attribute.HOSTILITY: validation}, model)
    assert (found.n_true, found.told) == (0, False)
    assert "too few" in describe(found)


def test_a_short_comment_that_is_known_leaves_its_article_in(
    trained: Trained, model: Model, gold: Sequence[Gold]
) -> None:
    fresh = [item for item in _fresh(gold) if item.hostility is not None]
    fresh[0] = msgspec.structs.replace(fresh[0], comment=Comment(text="Thank you!"))
    arrays = {**model.arrays, "hostility.trained_on": fingerprints(["thank you!"])}
    validation = _validation(trained, fresh, np.linspace(0, 1, len(fresh)).tolist())
    known = Model(model.manifest, arrays, "known")
    (found,) = compare_models({Attribute.HOSTILITY: validation}, known)
    assert found.n_left_out == 1


def test_a_few_articles_tell_nothing(trained: Trained, model: Model, gold: Sequence[Gold]) -> None:
    fresh = [item for item in _fresh(gold) if item.hostility is not None]
    few = [msgspec.structs.replace(g, group=str(i % 5)) for i, g in enumerate(fresh)]
    oracle = [item.hostility or 0.0 for item in few]
    (found,) = compare_models({Attribute.HOSTILITY: _validation(trained, few, oracle)}, model)
    assert (found.n_groups, found.told, found.better) == (5, False, False)


def test_a_version_that_another_training_took_meanwhile_is_not_overwritten(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Registry(tmp_path / "mine")
    first = shelve(shelf, trained, [], promote=True)
    kept = (tmp_path / "mine" / "1" / "manifest.json").read_bytes()
    numbers = iter((1, 1, 2))  # as seen before the other one was done
    monkeypatch.setattr(Registry, "next", property(lambda _: next(numbers)))
    second = shelve(shelf, trained, [], promote=False)
    assert (first.version, second.version) == (1, 2)
    assert second.model.manifest.name == "mine-2"
    assert (tmp_path / "mine" / "1" / "manifest.json").read_bytes() == kept


def test_versions_on_a_shelf(trained: Trained, tmp_path: Path) -> None:
    shelf = Registry(tmp_path / "mine")
    first = shelve(shelf, trained, [], promote=True)
    second = shelve(shelf, trained, [], promote=False)
    assert (first.version, second.version, shelf.current) == (1, 2, 1)
    assert model_folder(tmp_path / "mine").name == "1"
    event = shelf.events()[0]
    assert (event.model, event.base) == (first.model.version, "none")
