"""Promotion: pairs on the same rows, and none that the current model has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from moderation.artifact import Model
from moderation.evaluate import Figure
from moderation.labelled import Gold
from moderation.promotion import Comparison, compare_models, describe, is_better, shelve
from moderation.records import Attribute, Comment
from moderation.shelf import Shelf, model_folder
from moderation.train import Trained, Validation


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.evaluate._ROUNDS", 50)


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


def _validation(trained: Trained, gold: Sequence[Gold], scores: Sequence[float]) -> Validation:
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
    mixed = _validation(trained, [known, *fresh[1:]], np.linspace(0, 1, len(fresh)))
    (found,) = compare_models({Attribute.HOSTILITY: mixed}, model)
    left_out = [g for g in [known, *fresh[1:]] if g.group == known.group]
    assert found.n_left_out == len([g for g in left_out if g.hostility is not None])


def test_better_means_beyond_the_interval() -> None:
    def compared(low: float, high: float) -> Comparison:
        difference = Figure(value=(low + high) / 2, low=low, high=high)
        return Comparison(
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


def test_versions_on_a_shelf(trained: Trained, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "mine")
    first = shelve(shelf, trained, [], promote=True)
    second = shelve(shelf, trained, [], promote=False)
    assert (first.version, second.version, shelf.current) == (1, 2, 1)
    assert model_folder(tmp_path / "mine").name == "1"
    event = shelf.events()[0]
    assert (event.model, event.base) == (first.model.version, "none")
